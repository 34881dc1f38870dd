#include "data_plane/guardrails/detect/host.h"

#include "data_plane/guardrails/detect/shadow.h"
#include "data_plane/guardrails/detect/tlds.h"

#include <algorithm>
#include <string>

namespace servery::guardrails {
namespace {

constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_host = 253;

bool is_top(std::string_view label) {
    if (label.size() < 2) return false;
    std::string word(label);
    std::ranges::transform(word, word.begin(), lower);
    if (word.starts_with("xn--")) return word.size() > 4;
    return is_top_level_domain(word);
}

} // namespace

host_span host_at(std::string_view text, std::size_t begin) {
    host_span best;
    std::size_t at = begin;
    std::size_t labels = 0;
    while (at < text.size() && at - begin < longest_host) {
        std::size_t end = at;
        while (end < text.size() && (is_word(text[end]) || text[end] == '-') &&
               end - at <= longest_label)
            ++end;
        // "example.com-" and "example.com - x": a hyphen at the end is not part of the label
        std::size_t stop = end;
        while (stop > at && text[stop - 1] == '-')
            --stop;
        if (stop == at || text[at] == '-' || stop - at > longest_label) break;
        ++labels;
        const auto label = text.substr(at, stop - at);
        if (labels >= 2 && is_top(label)) best = {.end = stop, .labels = labels, .top = label};
        if (stop != end || end >= text.size() || text[end] != '.') break;
        at = end + 1;
    }
    return best;
}

} // namespace servery::guardrails
