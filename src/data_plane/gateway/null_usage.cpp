#include "data_plane/gateway/null_usage.h"

namespace servery::gateway {

namespace {

constexpr std::string_view name = "\"usage\"";

// What is cut for the member whose name stands at `at`, with one comma; begin = end: nothing.
struct cut {
    std::size_t begin = 0;
    std::size_t end = 0;
};

// Inside a string the quotes would be escaped, so this is a member's name or a whole value.
cut null_member(std::string_view raw, std::size_t at) {
    auto end = at + name.size();
    const auto skip_blanks = [&] {
        while (end < raw.size() && (raw[end] == ' ' || raw[end] == '\t'))
            ++end;
    };
    skip_blanks();
    if (end >= raw.size() || raw[end] != ':') return {};
    ++end;
    skip_blanks();
    if (raw.substr(end, 4) != "null") return {};
    end += 4;
    skip_blanks();
    auto begin = at;
    if (end < raw.size() && raw[end] == ',') {
        ++end;
        skip_blanks();
        return {begin, end};
    }
    while (begin > 0 && raw[begin - 1] != ',' && raw[begin - 1] != '{')
        --begin;
    if (begin > 0 && raw[begin - 1] == ',') --begin;
    return {begin, end};
}

} // namespace

std::string without_null_usage(std::string_view raw) {
    std::string out;
    std::size_t copied = 0;
    for (auto at = raw.find(name); at != std::string_view::npos; at = raw.find(name, at + 1)) {
        const auto [begin, end] = null_member(raw, at);
        if (begin == end) continue;
        out.append(raw.substr(copied, begin - copied));
        copied = end;
    }
    return out.append(raw.substr(copied));
}

} // namespace servery::gateway
