// The changes that a request may suffer on its way, and no others: model, the variant's prompt
// before the first message, fixed parameters, the output cap, stream_options.include_usage, the
// user field, redactions. Every other byte leaves as it came. Thread: values.
#pragma once

#include "data_plane/gateway/slices.h"
#include "foundation/base/result.h"
#include "foundation/json/json.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::gateway {

struct redaction {
    span_of where;    // a JSON string with its quotes
    std::string text; // what it says now, unescaped
};

enum class caller_system { keep, replace, reject };
enum class user_field { hashed, drop, as_sent };

struct splice_plan {
    std::string model; // of the upstream; empty = leave
    std::string prompt;
    json::object parameters;
    std::optional<std::int64_t> output_cap;
    bool inject_usage = false; // the caller's stream did not ask for usage
    bool whole = false;        // a draft: not streamed, whatever the caller asked for
    caller_system system = caller_system::keep;
    user_field user = user_field::hashed;
    std::string user_hash; // hex; empty = drop the field
    std::vector<redaction> redactions;
};

// The spliced request as pieces of the body and of owned text, in order. Moves keep the views
// valid; the body must outlive it.
class spliced {
  public:
    [[nodiscard]] const std::vector<std::string_view>& pieces() const { return pieces_; }
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::string joined() const;
    // What was changed: bits of splice_bit.
    [[nodiscard]] std::uint32_t bits() const { return bits_; }

  private:
    friend result<spliced> splice(std::string_view, const request_slices&, const splice_plan&);
    std::vector<std::string_view> pieces_;
    std::vector<std::unique_ptr<std::string>> owned_;
    std::uint32_t bits_ = 0;
};

namespace splice_bit {
constexpr std::uint32_t model = 1, prompt = 2, parameter = 4, output_cap = 8, usage = 16, user = 32,
                        redaction = 64, system = 128;
}

// Errors: request.refused_field (a system message where the variant rejects them).
[[nodiscard]] result<spliced> splice(std::string_view body, const request_slices& what,
                                     const splice_plan& plan);

} // namespace servery::gateway
