#include "data_plane/guardrails/restorer.h"

#include "data_plane/guardrails/detect/shadow.h"

namespace servery::guardrails {
namespace {

bool may_begin(char c, char before) {
    if (c == '[' || c == '\\') return true;
    return is_letter(c) && static_cast<unsigned char>(c) < 0x80 && !is_word(before);
}

} // namespace

// How many bytes are done with; the rest may become a placeholder.
std::size_t placeholder_restorer::read(std::string_view text, bool last, std::string& out) {
    std::size_t at = 0;
    std::size_t copied = 0;
    while (at < text.size()) {
        if (!may_begin(text[at], at == 0 ? before_ : text[at - 1])) {
            ++at;
            continue;
        }
        const auto seen = vault_.match(text, at, last);
        if (seen.open) break;
        if (seen.end == 0) {
            ++at;
            continue;
        }
        out.append(text.substr(copied, at - copied)).append(seen.value);
        at = seen.end;
        copied = at;
    }
    out.append(text.substr(copied, at - copied));
    if (at > 0) before_ = text[at - 1];
    return at;
}

void placeholder_restorer::feed(std::string_view delta, std::string& out) {
    held_.append(delta);
    held_.erase(0, read(held_, false, out));
}

void placeholder_restorer::finish(std::string& out) {
    (void)read(held_, true, out);
    held_.clear();
}

} // namespace servery::guardrails
