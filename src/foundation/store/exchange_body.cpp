#include "foundation/store/exchange_body.h"

#include "foundation/json/quote.h"

#include <simdjson.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace servery::store {
namespace {

namespace sj = simdjson::ondemand;

// Each take() returns false and leaves `out` alone when the value is of another kind.
template <typename T>
bool take(sj::value& v, T& out) {
    if constexpr (std::is_same_v<T, bool>) {
        return v.get_bool().get(out) == simdjson::SUCCESS;
    } else if constexpr (std::is_same_v<T, std::string>) {
        std::string_view text;
        if (v.get_string().get(text) != simdjson::SUCCESS) return false;
        out.assign(text);
        return true;
    } else if constexpr (json::detail::described_enum<T>) {
        std::string_view word;
        if (v.get_string().get(word) != simdjson::SUCCESS) return false;
        const auto known = json::enum_from<T>(word);
        if (known) out = *known;
        return known.has_value();
    } else if constexpr (std::is_same_v<T, instant>) {
        std::string_view text;
        if (v.get_string().get(text) != simdjson::SUCCESS) return false;
        const auto at = parse_rfc3339(text);
        if (at) out = *at;
        return at.has_value();
    } else if constexpr (json::detail::is_byte_array<T>::value) {
        std::string_view text;
        return v.get_string().get(text) == simdjson::SUCCESS && json::detail::hex_into(out, text);
    } else if constexpr (json::detail::is_optional<T>::value) {
        if (v.is_null()) {
            out.reset();
            return true;
        }
        typename T::value_type inner{};
        if (!take(v, inner)) return false;
        out = inner;
        return true;
    } else if constexpr (std::is_floating_point_v<T>) {
        return v.get_double().get(out) == simdjson::SUCCESS;
    } else if constexpr (std::is_signed_v<T>) {
        static_assert(sizeof(T) == sizeof(std::int64_t));
        return v.get_int64().get(out) == simdjson::SUCCESS;
    } else {
        static_assert(std::is_unsigned_v<T>);
        std::uint64_t n = 0;
        if (v.get_uint64().get(n) != simdjson::SUCCESS || n > std::numeric_limits<T>::max())
            return false;
        out = static_cast<T>(n);
        return true;
    }
}

template <typename T>
void put_number(T n, std::string& out) {
    std::array<char, 32> text; // the longest of them is -1.7976931348623157e+308
    const auto end = std::to_chars(text.data(), text.data() + text.size(), n).ptr;
    out.append(text.data(), end);
}

// The same words as json::to_json.
template <typename T>
void put_value(const T& v, std::string& out) {
    if constexpr (std::is_same_v<T, bool>) {
        out += v ? "true" : "false";
    } else if constexpr (std::is_same_v<T, std::string>) {
        json::quote_into(v, out);
    } else if constexpr (json::detail::described_enum<T>) {
        json::quote_into(json::enum_word(v), out);
    } else if constexpr (std::is_same_v<T, instant>) {
        json::quote_into(to_rfc3339(v), out);
    } else if constexpr (json::detail::is_byte_array<T>::value) {
        json::quote_into(to_hex(v), out);
    } else if constexpr (json::detail::is_optional<T>::value) {
        if (v)
            put_value(*v, out);
        else
            out += "null";
    } else if constexpr (std::is_floating_point_v<T>) {
        if (std::isfinite(v))
            put_number(v, out);
        else
            out += "null";
    } else if constexpr (std::is_signed_v<T>) {
        put_number(static_cast<std::int64_t>(v), out);
    } else {
        put_number(static_cast<std::uint64_t>(v), out);
    }
}

struct member {
    std::string_view name;
    bool (*take)(sj::value& from, events::exchange& out);
};

const auto& members() {
    using all = json::detail::members_of<events::exchange>;
    static const auto table = [] {
        std::array<member, boost::mp11::mp_size<all>::value> out;
        std::size_t i = 0;
        boost::mp11::mp_for_each<all>([&](auto d) {
            using descriptor = decltype(d);
            out[i++] = {json::detail::word(d.name), [](sj::value& from, events::exchange& x) {
                            return take(from, x.*descriptor::pointer);
                        }};
        });
        return out;
    }();
    return table;
}

// Rows have their members in the order of the struct, so the next one stands at or soon behind
// `from`.
const member* find_member(std::string_view name, std::size_t& from) {
    const auto& all = members();
    for (std::size_t tried = 0; tried < all.size(); ++tried) {
        const auto at = (from + tried) % all.size();
        if (all[at].name != name) continue;
        from = at + 1;
        return &all[at];
    }
    return nullptr;
}

} // namespace

void append_exchange_body(const events::exchange& row, std::string& out) {
    static const events::exchange fresh;
    out += '{';
    const auto begun = out.size();
    boost::mp11::mp_for_each<json::detail::members_of<events::exchange>>([&](auto d) {
        constexpr auto name = json::detail::word(decltype(d)::name);
        if (name == "seq" || row.*d.pointer == fresh.*d.pointer) return;
        if (out.size() > begun) out += ',';
        out.append(1, '"').append(name).append("\":");
        put_value(row.*d.pointer, out);
    });
    out += '}';
}

struct exchange_body_reader::buffers {
    sj::parser parser;
    std::string text; // with the room behind it that the parser may touch
};

exchange_body_reader::exchange_body_reader() : kept_(std::make_unique<buffers>()) {}
exchange_body_reader::~exchange_body_reader() = default;
exchange_body_reader::exchange_body_reader(exchange_body_reader&&) noexcept = default;
exchange_body_reader& exchange_body_reader::operator=(exchange_body_reader&&) noexcept = default;

events::exchange exchange_body_reader::read(std::string_view body) {
    events::exchange out;
    auto& text = kept_->text;
    text.assign(body);
    text.append(simdjson::SIMDJSON_PADDING, ' ');
    sj::document document;
    sj::object object;
    if (kept_->parser.iterate(text.data(), body.size(), text.size()).get(document) !=
            simdjson::SUCCESS ||
        document.get_object().get(object) != simdjson::SUCCESS)
        return out;
    std::size_t next = 0;
    for (auto entry : object) {
        std::string_view name;
        sj::value value;
        if (entry.unescaped_key().get(name) != simdjson::SUCCESS ||
            entry.value().get(value) != simdjson::SUCCESS)
            return {};
        if (const auto* known = find_member(name, next)) std::ignore = known->take(value, out);
    }
    return out;
}

} // namespace servery::store
