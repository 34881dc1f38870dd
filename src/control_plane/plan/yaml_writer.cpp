#include "control_plane/plan/load.h"
#include "foundation/base/hash.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace servery::plan {
namespace {

constexpr std::size_t most_inline_items = 6;
constexpr std::size_t longest_inline_item = 24;

bool is_word_of_yaml_1_1(std::string_view s) {
    static constexpr std::array words{"y",     "n",    "yes", "no", "on", "off", "true",
                                      "false", "null", "~",   "<<", "=",  "..."};
    const auto lower = lower_ascii(s);
    return std::ranges::find(words, lower) != words.end();
}

// Anything a reader could take for a number, date, time, version or sexagesimal starts like one.
bool starts_like_number(std::string_view s) {
    std::size_t i = 0;
    if (s[0] == '-' || s[0] == '+') i = 1;
    if (i < s.size() && s[i] == '.') ++i;
    return i < s.size() && ((s[i] >= '0' && s[i] <= '9') || lower_ascii(s.substr(i)) == "inf" ||
                            lower_ascii(s.substr(i)) == "nan");
}

bool only_number_characters(std::string_view s) {
    if (s.starts_with("0x") || s.starts_with("0o") || s.starts_with("0b")) return true;
    if (lower_ascii(s).ends_with("inf") || lower_ascii(s).ends_with("nan")) return true;
    return s.find_first_not_of("0123456789+-.:_,eETtZz ") == std::string_view::npos;
}

bool has_special(std::string_view s, bool in_list) {
    for (std::size_t i = 0; i < s.size(); ++i) {
        const auto c = static_cast<unsigned char>(s[i]);
        if (c < 0x20 || c == 0x7F) return true;
        if (in_list && std::string_view(",[]{}").find(s[i]) != std::string_view::npos) return true;
        if (c == ':' && (i + 1 == s.size() || s[i + 1] == ' ')) return true;
        if (in_list && (c == ':' || c == '?')) return true; // yaml-cpp ends a plain scalar there
        if (c == '#' && i > 0 && s[i - 1] == ' ') return true;
    }
    for (const auto* odd : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF", "\xC2\xA0"})
        if (s.find(odd) != std::string_view::npos) return true;
    return false;
}

bool is_plain(std::string_view s, bool in_list) {
    if (s.empty() || s.front() == ' ' || s.back() == ' ') return false;
    if (std::string_view("-?:,[]{}#&*!|>'\"%@`=").find(s.front()) != std::string_view::npos)
        return false;
    if (is_word_of_yaml_1_1(s)) return false;
    if (starts_like_number(s) && only_number_characters(s)) return false;
    return !has_special(s, in_list);
}

std::string quoted(std::string_view s) {
    std::string out = "\"";
    for (std::size_t i = 0; i < s.size(); ++i) {
        const auto c = static_cast<unsigned char>(s[i]);
        if (s[i] == '"' || s[i] == '\\') {
            out += '\\';
            out += s[i];
        } else if (s[i] == '\n') {
            out += "\\n";
        } else if (s[i] == '\r') {
            out += "\\r";
        } else if (s[i] == '\t') {
            out += "\\t";
        } else if (c < 0x20 || c == 0x7F) {
            static constexpr std::string_view digits = "0123456789ABCDEF";
            out += "\\x";
            out += digits[c >> 4];
            out += digits[c & 15];
        } else if (s.substr(i).starts_with("\xC2\x85")) {
            out += "\\u0085";
            i += 1;
        } else if (s.substr(i).starts_with("\xE2\x80\xA8")) {
            out += "\\u2028";
            i += 2;
        } else if (s.substr(i).starts_with("\xE2\x80\xA9")) {
            out += "\\u2029";
            i += 2;
        } else if (s.substr(i).starts_with("\xEF\xBB\xBF")) {
            out += "\\uFEFF";
            i += 2;
        } else {
            out += s[i];
        }
    }
    return out + "\"";
}

std::string scalar(const json::value& v, bool in_list) {
    if (v.is_null()) return "null";
    if (v.is_bool()) return v.get_bool() ? "true" : "false";
    if (v.is_string()) {
        const std::string_view s(v.get_string());
        return is_plain(s, in_list) ? std::string(s) : quoted(s);
    }
    return number_text(v);
}

bool is_scalar(const json::value& v) {
    return !v.is_object() && !v.is_array();
}

bool fits_inline(const json::array& list) {
    if (list.size() > most_inline_items) return false;
    return std::ranges::all_of(list, [](const json::value& v) {
        return is_scalar(v) && code_points(scalar(v, true)) <= longest_inline_item;
    });
}

void write_object(std::string& out, const json::object& o, std::size_t indent, bool first_inline);

void write_list(std::string& out, const json::array& list, std::size_t indent) {
    for (const auto& element : list) {
        out.append(indent, ' ');
        if (element.is_object() && !element.get_object().empty()) {
            out += "- ";
            write_object(out, element.get_object(), indent + 2, true);
        } else if (element.is_array() && !fits_inline(element.get_array())) {
            out += "-\n";
            write_list(out, element.get_array(), indent + 2);
        } else if (element.is_array()) {
            out += "- [";
            for (std::size_t i = 0; i < element.get_array().size(); ++i)
                out += (i == 0 ? "" : ", ") + scalar(element.get_array()[i], true);
            out += "]\n";
        } else {
            out += "- " + (element.is_object() ? std::string("{}") : scalar(element, false)) + "\n";
        }
    }
}

void write_value(std::string& out, const json::value& v, std::size_t indent) {
    if (v.is_object() && !v.get_object().empty()) {
        out += "\n";
        write_object(out, v.get_object(), indent + 2, false);
    } else if (v.is_object()) {
        out += " {}\n";
    } else if (v.is_array() && fits_inline(v.get_array())) {
        out += " [";
        for (std::size_t i = 0; i < v.get_array().size(); ++i)
            out += (i == 0 ? "" : ", ") + scalar(v.get_array()[i], true);
        out += "]\n";
    } else if (v.is_array()) {
        out += "\n";
        write_list(out, v.get_array(), indent + 2);
    } else {
        out += " " + scalar(v, false) + "\n";
    }
}

void write_object(std::string& out, const json::object& o, std::size_t indent, bool first_inline) {
    bool first = first_inline;
    for (const auto& [key, v] : o) {
        if (!first) out.append(indent, ' ');
        first = false;
        const std::string_view k(key);
        out += (is_plain(k, true) ? std::string(k) : quoted(k)) + ":";
        write_value(out, v, indent);
    }
}

} // namespace

std::string number_text(const json::value& v) {
    std::array<char, 64> buffer{};
    std::to_chars_result done{};
    if (v.is_int64())
        done = std::to_chars(buffer.data(), buffer.data() + buffer.size(), v.get_int64());
    else if (v.is_uint64())
        done = std::to_chars(buffer.data(), buffer.data() + buffer.size(), v.get_uint64());
    else
        done = std::to_chars(buffer.data(), buffer.data() + buffer.size(), v.get_double());
    return {buffer.data(), done.ptr};
}

std::string to_yaml(const json::object& tree) {
    std::string out;
    write_object(out, tree, 0, false);
    return out;
}

std::string content_hash(const json::object& tree) {
    return to_hex(blake2b_256(as_bytes(to_yaml(tree))));
}

} // namespace servery::plan
