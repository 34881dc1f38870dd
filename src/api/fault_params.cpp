#include "api/fault_params.h"

#include <charconv>
#include <string_view>

namespace servery::api {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

// A quote begins a name only behind a blank or a bracket: "the project's" names nothing.
bool opens_name(std::string_view text, std::size_t at) {
    return text[at] == '\'' && (at == 0 || text[at - 1] == ' ' || text[at - 1] == '(');
}

// How long the number at `at` is; 0 = there is none. Digits inside a word are no number.
std::size_t number_length(std::string_view text, std::size_t at) {
    if (!is_digit(text[at])) return 0;
    if (at > 0 && (is_letter(text[at - 1]) || is_digit(text[at - 1]) || text[at - 1] == '.'))
        return 0;
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end]))
        ++end;
    if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
        ++end;
        while (end < text.size() && is_digit(text[end]))
            ++end;
    }
    return end < text.size() && is_letter(text[end]) ? 0 : end - at;
}

} // namespace

json::object fault_params(const error& fault) {
    const std::string_view text = fault.message;
    json::array names;
    json::array numbers;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (opens_name(text, at)) {
            const auto end = text.find('\'', at + 1);
            if (end == std::string_view::npos) break;
            names.push_back(json::value(text.substr(at + 1, end - at - 1)));
            at = end;
        } else if (const auto length = number_length(text, at); length > 0 && length <= 15) {
            double n = 0;
            std::from_chars(text.data() + at, text.data() + at + length, n);
            if (n == static_cast<double>(static_cast<std::int64_t>(n)))
                numbers.push_back(static_cast<std::int64_t>(n));
            else
                numbers.push_back(n);
            at += length - 1;
        }
    }
    json::object out;
    if (!names.empty()) out["names"] = std::move(names);
    if (!numbers.empty()) out["numbers"] = std::move(numbers);
    return out;
}

} // namespace servery::api
