#include "data_plane/gateway/null_usage.h"

namespace servery::gateway {

std::string without_null_usage(std::string_view raw) {
    constexpr std::string_view name = "\"usage\"";
    const auto at = raw.find(name);
    if (at == std::string_view::npos) return std::string(raw);
    // Inside a string the quotes would be escaped, so this is a member's name or a whole value.
    auto end = at + name.size();
    const auto skip_blanks = [&] {
        while (end < raw.size() && (raw[end] == ' ' || raw[end] == '\t'))
            ++end;
    };
    skip_blanks();
    if (end >= raw.size() || raw[end] != ':') return std::string(raw);
    ++end;
    skip_blanks();
    if (raw.substr(end, 4) != "null") return std::string(raw);
    end += 4;
    skip_blanks();
    auto begin = at;
    if (end < raw.size() && raw[end] == ',') {
        ++end;
        skip_blanks();
    } else {
        while (begin > 0 && raw[begin - 1] != ',' && raw[begin - 1] != '{')
            --begin;
        if (begin > 0 && raw[begin - 1] == ',') --begin;
    }
    return std::string(raw.substr(0, begin)) + std::string(raw.substr(end));
}

} // namespace servery::gateway
