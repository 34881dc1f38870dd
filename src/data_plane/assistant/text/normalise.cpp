#include "data_plane/assistant/text/normalise.h"

#include "foundation/base/text.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <array>
#include <cstdint>

namespace servery::assistant {

namespace {

constexpr std::size_t long_run = 5;

void append(std::string& out, UChar32 c) {
    char buffer[4];
    int32_t n = 0;
    UBool fault = false;
    U8_APPEND(reinterpret_cast<uint8_t*>(buffer), n, 4, c, fault);
    if (!fault) out.append(buffer, static_cast<std::size_t>(n));
}

// Step 1, before folding: valid UTF-8, white space as blanks, no controls.
std::string without_controls(std::string_view raw) {
    const auto* s = reinterpret_cast<const uint8_t*>(raw.data());
    const auto n = static_cast<int32_t>(raw.size());
    std::string out;
    out.reserve(raw.size());
    for (int32_t i = 0; i < n;) {
        UChar32 c = 0;
        U8_NEXT(s, i, n, c);
        if (c < 0) {
            append(out, 0xFFFD);
        } else if (u_isUWhiteSpace(c)) {
            out += ' ';
        } else if (u_charType(c) != U_CONTROL_CHAR) {
            append(out, c);
        }
    }
    return out;
}

// One blank between words, none at the ends, at most max_message_code_points.
std::string collapsed(std::string_view text, bool& cut) {
    std::string out;
    out.reserve(text.size());
    std::size_t points = 0;
    bool blank = false;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == ' ') {
            blank = !out.empty();
            ++i;
            continue;
        }
        std::size_t end = i + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
            ++end;
        const std::size_t needed = blank ? 2 : 1;
        if (points + needed > max_message_code_points) {
            cut = true;
            break;
        }
        if (blank) out += ' ';
        out.append(text.substr(i, end - i));
        points += needed;
        blank = false;
        i = end;
    }
    return out;
}

bool is_ascii_alnum(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_address_char(char c) {
    return is_ascii_alnum(c) || c == '.' || c == '-' || c == '_' || c == '+' || c == '%';
}

// Where a link begins in a word, or npos.
std::size_t link_start(std::string_view word) {
    for (const std::string_view scheme : {"http://", "https://"})
        if (const auto at = word.find(scheme); at != std::string_view::npos) return at;
    const auto at = word.find("www.");
    const bool begins = at != std::string_view::npos && (at == 0 || !is_ascii_alnum(word[at - 1]));
    return begins && at + 4 < word.size() ? at : std::string_view::npos;
}

std::size_t trimmed_end(std::string_view word) {
    std::size_t end = word.size();
    while (end > 0 && std::string_view(".,;:!?)]}'\"").find(word[end - 1]) != std::string::npos)
        --end;
    return end;
}

// The range of an e-mail address in a word; empty if there is none.
std::pair<std::size_t, std::size_t> mail_range(std::string_view word) {
    const auto at = word.find('@');
    if (at == std::string_view::npos) return {0, 0};
    std::size_t from = at;
    while (from > 0 && is_address_char(word[from - 1]))
        --from;
    std::size_t to = at + 1;
    while (to < word.size() && is_address_char(word[to]))
        ++to;
    while (to > at + 1 && !is_ascii_alnum(word[to - 1]))
        --to;
    const auto dot = word.substr(at + 1, to - at - 1).find('.');
    if (from == at || dot == std::string_view::npos || dot == 0) return {0, 0};
    return {from, to};
}

// A guardrail placeholder such as [email_7k2p], folded; its mark, or empty.
std::string_view placeholder_mark(std::string_view word, std::size_t at, std::size_t& end) {
    end = word.find(']', at);
    if (end == std::string_view::npos || end - at < 4) return {};
    const auto inner = word.substr(at + 1, end - at - 1);
    ++end;
    if (inner.starts_with("secret:")) return "__num__";
    const auto line = inner.rfind('_');
    if (line == std::string_view::npos || line == 0) return {};
    const auto value = inner.substr(line + 1);
    if (value.size() < 4 || value.size() > 6) return {};
    for (const char c : value)
        if (!is_ascii_alnum(c)) return {};
    for (const char c : inner.substr(0, line))
        if (!((c >= 'a' && c <= 'z') || c == '_')) return {};
    const auto name = inner.substr(0, line);
    if (name == "email") return "__mail__";
    if (name == "url") return "__url__";
    if (name == "person") return "__person__";
    if (name == "address") return "__address__";
    return "__num__";
}

// Copies a word and turns digit runs and mixed tokens of five and more into __num__.
void append_marked_runs(std::string& out, std::string_view word) {
    const auto* s = reinterpret_cast<const uint8_t*>(word.data());
    const auto n = static_cast<int32_t>(word.size());
    int32_t start = 0;
    std::size_t points = 0;
    bool digits = false;
    bool letters = false;
    const auto flush = [&](int32_t end) {
        const bool mark = digits && points >= long_run;
        if (mark)
            out += "__num__";
        else
            out.append(word.substr(static_cast<std::size_t>(start),
                                   static_cast<std::size_t>(end - start)));
        start = end;
        points = 0;
        digits = letters = false;
    };
    for (int32_t i = 0; i < n;) {
        const int32_t before = i;
        UChar32 c = 0;
        U8_NEXT(s, i, n, c);
        const bool digit = c >= 0 && u_isdigit(c);
        const bool letter = c >= 0 && u_isalpha(c);
        if (!digit && !letter) {
            flush(before);
            out.append(word.substr(static_cast<std::size_t>(before),
                                   static_cast<std::size_t>(i - before)));
            start = i;
            continue;
        }
        digits = digits || digit;
        letters = letters || letter;
        ++points;
    }
    flush(n);
}

void append_marked_word(std::string& out, std::string_view word) {
    for (std::size_t open = word.find('['); open != std::string_view::npos;
         open = word.find('[', open + 1)) {
        std::size_t end = 0;
        const auto mark = placeholder_mark(word, open, end);
        if (mark.empty()) continue;
        append_marked_word(out, word.substr(0, open));
        out += mark;
        append_marked_word(out, word.substr(end));
        return;
    }
    if (const auto at = link_start(word); at != std::string_view::npos) {
        const auto end = std::max(trimmed_end(word), at);
        append_marked_runs(out, word.substr(0, at));
        out += "__url__";
        out += word.substr(std::max(end, at));
        return;
    }
    if (const auto [from, to] = mail_range(word); to > from) {
        append_marked_runs(out, word.substr(0, from));
        out += "__mail__";
        append_marked_word(out, word.substr(to));
        return;
    }
    append_marked_runs(out, word);
}

std::string with_marks(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    bool first = true;
    for (const auto word : split(text, ' ')) {
        if (!first) out += ' ';
        first = false;
        append_marked_word(out, word);
    }
    return out;
}

} // namespace

normalised normalise(std::string_view raw) {
    normalised result;
    // A mark may become part of a further address, and may lengthen the text past the limit, so
    // rounds go on until nothing changes. Each one uses up signs that no mark contains (@ : [ or
    // digits), so there is an end; two rounds settle what people write.
    std::string text(raw);
    for (std::size_t round = 0; round <= 2 * max_message_code_points; ++round) {
        auto next = collapsed(fold(without_controls(text)), result.cut);
        next = collapsed(with_marks(next), result.cut);
        if (next == text) break;
        text = std::move(next);
    }
    result.text = std::move(text);
    return result;
}

} // namespace servery::assistant
