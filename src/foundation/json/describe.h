// to_json and from_json for described structs and enums, so that a record is declared once:
//
//   struct point { double x = 0; std::optional<std::string> name; };
//   BOOST_DESCRIBE_STRUCT(point, (), (x, name))
//
// Members may be bool, integers, double, std::string, described enums (written as their words),
// instant (RFC 3339), micros (decimal string), hash16/hash32 (hex), std::optional (absent or null =
// none), std::vector, std::map<std::string, T>, json::value, json::object and described structs.
// A member that is absent in the text keeps the value of a fresh struct. Thread: pure functions.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/hash.h"
#include "foundation/base/money.h"
#include "foundation/base/text.h"
#include "foundation/json/json.h"

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace servery::json {

// What to do with a member that the struct does not have.
enum class unknown { refuse, ignore };

namespace detail {

template <typename T>
struct is_optional : std::false_type {};
template <typename T>
struct is_optional<std::optional<T>> : std::true_type {};
template <typename T>
struct is_vector : std::false_type {};
template <typename T>
struct is_vector<std::vector<T>> : std::true_type {};
template <typename T>
struct is_map : std::false_type {};
template <typename T>
struct is_map<std::map<std::string, T>> : std::true_type {};
template <typename T>
struct is_byte_array : std::false_type {};
template <std::size_t N>
struct is_byte_array<std::array<std::uint8_t, N>> : std::true_type {};

template <typename T>
concept described_enum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;
template <typename T>
concept described_struct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

// Where a value stands: `targets.pilot` or `stages[2]`. Its text is made only for a fault, since
// every record that is read back passes here.
class place {
  public:
    place(std::string_view path) : name_(path) {}
    place(const char* path) : name_(path) {}
    place(const place& parent, std::string_view member) : parent_(&parent), name_(member) {}
    place(const place& parent, std::size_t index)
        : parent_(&parent), index_(static_cast<std::ptrdiff_t>(index)) {}

    [[nodiscard]] std::string text() const {
        if (parent_ == nullptr) return std::string(name_);
        auto out = parent_->text();
        if (index_ >= 0) return out + "[" + std::to_string(index_) + "]";
        if (!out.empty()) out += ".";
        return out.append(name_);
    }

  private:
    const place* parent_ = nullptr;
    std::string_view name_;
    std::ptrdiff_t index_ = -1; // in a list; -1 = a member
};

// False: not `out.size()` bytes written as hex; out is left as it was.
template <std::size_t N>
bool hex_into(std::array<std::uint8_t, N>& out, std::string_view text) {
    if (text.size() != 2 * N) return false;
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    };
    std::array<std::uint8_t, N> bytes;
    for (std::size_t i = 0; i < N; ++i) {
        const int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    out = bytes;
    return true;
}

inline error type_error(const place& where, std::string_view wanted) {
    return error{.code = error_code::unprocessable,
                 .id = "json.type",
                 .message = "expected " + std::string(wanted),
                 .where = where.text(),
                 .remedy = "send " + std::string(wanted) + " here"};
}

// A name that C++ reserves is written with one trailing underscore: `public_` is "public".
constexpr std::string_view word(std::string_view name) {
    if (name.ends_with('_')) name.remove_suffix(1);
    return name;
}

template <typename T>
using members_of = boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                            boost::describe::mod_inherited>;

} // namespace detail

template <detail::described_enum E>
[[nodiscard]] std::string_view enum_word(E value) {
    return detail::word(boost::describe::enum_to_string(value, ""));
}

template <detail::described_enum E>
[[nodiscard]] std::optional<E> enum_from(std::string_view word) {
    std::optional<E> out;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
        if (word == detail::word(d.name)) out = d.value;
    });
    return out;
}

template <detail::described_enum E>
[[nodiscard]] std::vector<std::string> enum_words() {
    std::vector<std::string> words;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
        [&](auto d) { words.emplace_back(detail::word(d.name)); });
    return words;
}

template <typename T>
[[nodiscard]] value to_json(const T& v);

template <typename T>
void to_json_members(object& out, const T& v) {
    boost::mp11::mp_for_each<detail::members_of<T>>(
        [&](auto d) { out[detail::word(d.name)] = to_json(v.*d.pointer); });
}

template <typename T>
value to_json(const T& v) {
    if constexpr (std::is_same_v<T, value>) {
        return v;
    } else if constexpr (std::is_same_v<T, object> || std::is_same_v<T, array>) {
        return v;
    } else if constexpr (std::is_same_v<T, bool>) {
        return v;
    } else if constexpr (detail::described_enum<T>) {
        return boost::json::string_view(enum_word(v));
    } else if constexpr (std::is_integral_v<T>) {
        if constexpr (std::is_signed_v<T>)
            return static_cast<std::int64_t>(v);
        else
            return static_cast<std::uint64_t>(v);
    } else if constexpr (std::is_floating_point_v<T>) {
        // Infinity and NaN are not JSON: unknown is null.
        if (!std::isfinite(v)) return nullptr;
        return static_cast<double>(v);
    } else if constexpr (std::is_convertible_v<T, std::string_view>) {
        return boost::json::string_view(std::string_view(v));
    } else if constexpr (std::is_same_v<T, instant>) {
        return boost::json::string_view(to_rfc3339(v));
    } else if constexpr (std::is_same_v<T, micros>) {
        return boost::json::string_view(to_decimal(v));
    } else if constexpr (detail::is_byte_array<T>::value) {
        return boost::json::string_view(to_hex(v));
    } else if constexpr (detail::is_optional<T>::value) {
        if (!v) return nullptr;
        return to_json(*v);
    } else if constexpr (detail::is_vector<T>::value) {
        array out;
        out.reserve(v.size());
        for (const auto& element : v)
            out.push_back(to_json(element));
        return out;
    } else if constexpr (detail::is_map<T>::value) {
        object out;
        for (const auto& [key, element] : v)
            out[key] = to_json(element);
        return out;
    } else {
        static_assert(detail::described_struct<T>, "describe this type");
        object out;
        to_json_members(out, v);
        return out;
    }
}

template <detail::described_struct T>
void read_members(const object& o, T& out, const detail::place& path, unknown policy,
                  std::vector<error>& faults);

// Reads v into out; every fault is appended to `faults` with its path, and reading goes on.
template <typename T>
void read_json(const value& v, T& out, const detail::place& path, unknown policy,
               std::vector<error>& faults) {
    if constexpr (std::is_same_v<T, value>) {
        out = v;
    } else if constexpr (std::is_same_v<T, object>) {
        if (v.is_object())
            out = v.get_object();
        else
            faults.push_back(detail::type_error(path, "an object"));
    } else if constexpr (std::is_same_v<T, array>) {
        if (v.is_array())
            out = v.get_array();
        else
            faults.push_back(detail::type_error(path, "a list"));
    } else if constexpr (std::is_same_v<T, bool>) {
        if (v.is_bool())
            out = v.get_bool();
        else
            faults.push_back(detail::type_error(path, "true or false"));
    } else if constexpr (detail::described_enum<T>) {
        const auto word =
            v.is_string() ? enum_from<T>(std::string_view(v.get_string())) : std::optional<T>{};
        if (word) {
            out = *word;
            return;
        }
        std::string wanted = "one of";
        for (const auto& w : enum_words<T>())
            wanted += " " + w;
        faults.push_back(detail::type_error(path, wanted));
    } else if constexpr (std::is_integral_v<T>) {
        boost::json::error_code ec;
        const T n = v.is_number() ? v.to_number<T>(ec) : T{};
        if (v.is_number() && !ec)
            out = n;
        else
            faults.push_back(detail::type_error(path, "a whole number"));
    } else if constexpr (std::is_floating_point_v<T>) {
        boost::json::error_code ec;
        const T n = v.is_number() ? v.to_number<T>(ec) : T{};
        if (v.is_number() && !ec)
            out = n;
        else
            faults.push_back(detail::type_error(path, "a number"));
    } else if constexpr (std::is_same_v<T, std::string>) {
        if (v.is_string())
            out = std::string(v.get_string());
        else
            faults.push_back(detail::type_error(path, "a text"));
    } else if constexpr (std::is_same_v<T, instant>) {
        const auto at = v.is_string() ? parse_rfc3339(std::string_view(v.get_string()))
                                      : fail(error_code::unprocessable, "json.type", "");
        if (at)
            out = *at;
        else
            faults.push_back(detail::type_error(path, "a time such as 2026-11-25T09:30:00Z"));
    } else if constexpr (std::is_same_v<T, micros>) {
        const auto amount = v.is_string() ? parse_micros(std::string_view(v.get_string()))
                                          : fail(error_code::unprocessable, "json.type", "");
        if (amount)
            out = *amount;
        else
            faults.push_back(detail::type_error(path, "an amount as text such as \"12.50\""));
    } else if constexpr (detail::is_byte_array<T>::value) {
        if (!v.is_string() || !detail::hex_into(out, std::string_view(v.get_string())))
            faults.push_back(
                detail::type_error(path, std::to_string(out.size()) + " bytes as hex"));
    } else if constexpr (detail::is_optional<T>::value) {
        if (v.is_null()) {
            out.reset();
            return;
        }
        typename T::value_type inner{};
        const auto before = faults.size();
        read_json(v, inner, path, policy, faults);
        if (faults.size() == before) out = std::move(inner);
    } else if constexpr (detail::is_vector<T>::value) {
        if (!v.is_array()) {
            faults.push_back(detail::type_error(path, "a list"));
            return;
        }
        out.clear();
        std::size_t i = 0;
        for (const auto& element : v.get_array()) {
            typename T::value_type inner{};
            read_json(element, inner, detail::place(path, i++), policy, faults);
            out.push_back(std::move(inner));
        }
    } else if constexpr (detail::is_map<T>::value) {
        if (!v.is_object()) {
            faults.push_back(detail::type_error(path, "an object"));
            return;
        }
        out.clear();
        for (const auto& [key, element] : v.get_object()) {
            typename T::mapped_type inner{};
            read_json(element, inner, detail::place(path, std::string_view(key)), policy, faults);
            out.emplace(std::string(key), std::move(inner));
        }
    } else {
        static_assert(detail::described_struct<T>, "describe this type");
        if (!v.is_object()) {
            faults.push_back(detail::type_error(path, "an object"));
            return;
        }
        read_members(v.get_object(), out, path, policy, faults);
    }
}

// The members of an object that is at hand; faults as read_json.
template <detail::described_struct T>
void read_members(const object& o, T& out, const detail::place& path, unknown policy,
                  std::vector<error>& faults) {
    std::size_t found = 0;
    // What Servery wrote has the members in the struct's order: then the next one is the right one.
    auto next = o.begin();
    boost::mp11::mp_for_each<detail::members_of<T>>([&](auto d) {
        const auto name = detail::word(d.name);
        const value* member = nullptr;
        if (next != o.end() && std::string_view(next->key()) == name)
            member = &(next++)->value();
        else if (const auto at = o.find(name); at != o.end()) {
            member = &at->value();
            next = at + 1;
        }
        if (member == nullptr) return;
        ++found;
        read_json(*member, out.*d.pointer, detail::place(path, name), policy, faults);
    });
    if (policy == unknown::ignore || found == o.size()) return;
    std::vector<std::string> names;
    boost::mp11::mp_for_each<detail::members_of<T>>(
        [&](auto d) { names.emplace_back(detail::word(d.name)); });
    for (const auto& [key, element] : o) {
        if (std::ranges::find(names, std::string_view(key)) != names.end()) continue;
        const auto near = nearest_name(key, names);
        faults.push_back(
            error{.code = error_code::unprocessable,
                  .id = "json.unknown_member",
                  .message = "unknown member '" + std::string(key) + "'",
                  .where = detail::place(path, std::string_view(key)).text(),
                  .remedy = near.empty() ? "remove it" : "did you mean '" + near + "'?"});
    }
}

// The whole struct, or all faults at once: the first is the error, the others stand in `more`.
template <typename T>
[[nodiscard]] result<T> from_json(const value& v, unknown policy = unknown::refuse,
                                  std::string_view path = {}) {
    T out{};
    std::vector<error> faults;
    read_json(v, out, path, policy, faults);
    if (faults.empty()) return out;
    error first = std::move(faults.front());
    faults.erase(faults.begin());
    first.more = std::move(faults);
    return std::unexpected(std::move(first));
}

} // namespace servery::json
