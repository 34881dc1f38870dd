#include "data_plane/guardrails/detect/candidates.h"
#include "data_plane/guardrails/detect/host.h"
#include "data_plane/guardrails/detect/shadow.h"

namespace servery::guardrails {
namespace {

constexpr std::size_t longest_local = 64;
constexpr std::size_t longest_address = 254;

bool is_atext(char c) {
    return is_word(c) || std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
}

// First byte of the local part that ends at `at`; `at` itself if there is none.
std::size_t local_begin(std::string_view text, std::size_t at) {
    std::size_t begin = at;
    while (begin > 0 && at - begin < longest_local && is_atext(text[begin - 1])) {
        // a double dot ends the local part
        if (text[begin - 1] == '.' && begin < at && text[begin] == '.') break;
        --begin;
    }
    if (begin > 0 && is_atext(text[begin - 1]) && text[begin - 1] != '.' &&
        at - begin >= longest_local)
        return at;
    // Quotes, brackets and markup before an address are not part of it.
    while (begin < at && !is_word(text[begin]) && text[begin] != '_' && text[begin] != '+')
        ++begin;
    // mailto=, to:name= … : an address after the last `=` or `/`
    const auto cut = text.substr(begin, at - begin).find_last_of("=/?&'`|");
    if (cut != std::string_view::npos) begin += cut + 1;
    return begin;
}

} // namespace

void find_emails(std::string_view text, candidates& out) {
    for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
        if (at == 0 || text[at - 1] == '.') continue;
        const auto begin = local_begin(text, at);
        if (begin == at) continue;
        const auto host = host_at(text, at + 1);
        if (host.end == 0 || host.end - begin > longest_address) continue;
        if (host.end < text.size() && text[host.end] == '@') continue;
        out.push_back({.type = pii_type::EMAIL_ADDRESS,
                       .begin = begin,
                       .end = host.end,
                       .base = 95,
                       .rule = "email"});
    }
}

} // namespace servery::guardrails
