#include "foundation/json/json.h"

#include "foundation/base/text.h"
#include "foundation/json/quote.h"

#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>

namespace servery::json {

namespace {

void write_indented(std::string& out, const value& v, int indent) {
    const auto newline = [&](int by) {
        out += '\n';
        out.append(static_cast<std::size_t>(by) * 2, ' ');
    };
    if (const auto* o = v.if_object(); o != nullptr && !o->empty()) {
        out += '{';
        bool first = true;
        for (const auto& [key, member] : *o) {
            if (!first) out += ',';
            first = false;
            newline(indent + 1);
            out += quote(key);
            out += ": ";
            write_indented(out, member, indent + 1);
        }
        newline(indent);
        out += '}';
    } else if (const auto* a = v.if_array(); a != nullptr && !a->empty()) {
        out += '[';
        bool first = true;
        for (const auto& element : *a) {
            if (!first) out += ',';
            first = false;
            newline(indent + 1);
            write_indented(out, element, indent + 1);
        }
        newline(indent);
        out += ']';
    } else {
        out += boost::json::serialize(v);
    }
}

} // namespace

result<value> parse(std::string_view text, limits within) {
    if (text.size() > within.bytes)
        return fail(error_code::too_large, "json.too_large",
                    "the body has " + std::to_string(text.size()) + " bytes, allowed are " +
                        std::to_string(within.bytes),
                    {}, "send less in one request");
    boost::json::parse_options options;
    options.max_depth = within.depth;
    boost::json::parser parser({}, options);
    boost::json::error_code ec;
    const auto read = parser.write_some(text.data(), text.size(), ec);
    const auto rest = text.substr(std::min(read, text.size()));
    if (!ec && !trim(rest).empty()) ec = boost::json::error::extra_data;
    if (ec) {
        const auto where = "byte " + std::to_string(read);
        if (ec == boost::json::error::too_deep)
            return fail(error_code::invalid_argument, "json.depth",
                        "the JSON is nested deeper than " + std::to_string(within.depth), where,
                        "flatten it");
        if (ec == boost::json::error::illegal_leading_surrogate ||
            ec == boost::json::error::illegal_trailing_surrogate || !is_utf8(text))
            return fail(error_code::invalid_argument, "json.encoding", "the text is not UTF-8",
                        where, "send UTF-8");
        return fail(error_code::invalid_argument, "json.syntax",
                    "this is not JSON: " + ec.message(), where, "check quotes, commas, brackets");
    }
    return parser.release();
}

std::string write(const value& v) {
    return boost::json::serialize(v);
}

std::string write_pretty(const value& v) {
    std::string out;
    write_indented(out, v, 0);
    out += '\n';
    return out;
}

std::string text_or(const object& o, std::string_view key, std::string_view otherwise) {
    const auto* v = o.if_contains(key);
    if (v == nullptr || !v->is_string()) return std::string(otherwise);
    return std::string(v->get_string());
}

std::int64_t int_or(const object& o, std::string_view key, std::int64_t otherwise) {
    const auto* v = o.if_contains(key);
    if (v == nullptr || !v->is_number()) return otherwise;
    boost::json::error_code ec;
    const auto n = v->to_number<std::int64_t>(ec);
    return ec ? otherwise : n;
}

double number_or(const object& o, std::string_view key, double otherwise) {
    const auto* v = o.if_contains(key);
    if (v == nullptr || !v->is_number()) return otherwise;
    boost::json::error_code ec;
    const auto n = v->to_number<double>(ec);
    return ec ? otherwise : n;
}

bool bool_or(const object& o, std::string_view key, bool otherwise) {
    const auto* v = o.if_contains(key);
    return v != nullptr && v->is_bool() ? v->get_bool() : otherwise;
}

void quote_into(std::string_view text, std::string& out) {
    constexpr std::string_view digits = "0123456789abcdef", named = "btn?fr"; // from U+0008 on
    out += '"';
    std::size_t written = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        out.append(text, written, at - written);
        written = at + 1;
        out += '\\';
        if (c >= 0x20)
            out += static_cast<char>(c);
        else if (c >= 0x08 && c <= 0x0d && c != 0x0b)
            out += named[c - 0x08];
        else
            out.append("u00").append({digits[c >> 4], digits[c & 15]});
    }
    out.append(text, written).append(1, '"');
}

std::string quote(std::string_view text) {
    std::string out;
    quote_into(text, out);
    return out;
}

} // namespace servery::json
