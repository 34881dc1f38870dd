// JSON trees for everything but the hot path (Boost.JSON), with limits on what is read and one
// writer. Thread: pure functions.
#pragma once

#include "foundation/base/result.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace servery::json {

using value = boost::json::value;
using object = boost::json::object;
using array = boost::json::array;
using string = boost::json::string;

struct limits {
    std::size_t bytes = 1'000'000;
    std::size_t depth = 32;
};

// Errors: json.too_large, json.syntax (where = byte offset), json.depth, json.encoding.
[[nodiscard]] result<value> parse(std::string_view text, limits within = {});

[[nodiscard]] std::string write(const value& v);
// Two-space indentation, for people and for files kept in version control.
[[nodiscard]] std::string write_pretty(const value& v);

// The member's text, or `otherwise` if it is absent or not a string.
[[nodiscard]] std::string text_or(const object& o, std::string_view key,
                                  std::string_view otherwise = {});
[[nodiscard]] std::int64_t int_or(const object& o, std::string_view key, std::int64_t otherwise);
[[nodiscard]] double number_or(const object& o, std::string_view key, double otherwise);
[[nodiscard]] bool bool_or(const object& o, std::string_view key, bool otherwise);

// A JSON string literal with its quotes.
[[nodiscard]] std::string quote(std::string_view text);

} // namespace servery::json
