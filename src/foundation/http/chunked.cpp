#include "foundation/http/chunked.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace servery::http {

namespace {

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Extensions and trailers are skipped, but never with control bytes in them.
bool is_skippable(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
}

constexpr std::uint16_t most_skipped = 4096;

} // namespace

chunked_decoder::outcome chunked_decoder::decode(std::span<char> bytes) {
    std::size_t out = 0;
    std::size_t at = 0;
    while (at < bytes.size() && step_ != step::done && step_ != step::invalid) {
        if (step_ == step::data) {
            const auto take =
                static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - at));
            if (out != at) std::memmove(bytes.data() + out, bytes.data() + at, take);
            out += take;
            at += take;
            left_ -= take;
            if (left_ == 0) step_ = step::data_cr;
            continue;
        }
        step_ = next(bytes[at]);
        ++at;
    }
    if (step_ == step::invalid) return {state::invalid, out, at};
    return {step_ == step::done ? state::done : state::more, out, at};
}

chunked_decoder::step chunked_decoder::next(char c) noexcept {
    switch (step_) {
    case step::size_first:
        left_ = 0;
        digits_ = 0;
        [[fallthrough]];
    case step::size:
        if (const int digit = hex_digit(c); digit >= 0) {
            if (++digits_ > 15) return step::invalid;
            left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
            return step::size;
        }
        if (digits_ == 0) return step::invalid;
        if (c == '\r') return step::size_lf;
        return c == ';' ? step::extension : step::invalid;
    case step::extension:
        if (c == '\r') return step::size_lf;
        return is_skippable(c) && ++skipped_ <= most_skipped ? step::extension : step::invalid;
    case step::size_lf:
        if (c != '\n') return step::invalid;
        return left_ == 0 ? step::trailer_first : step::data;
    case step::data_cr:
        return c == '\r' ? step::data_lf : step::invalid;
    case step::data_lf:
        return c == '\n' ? step::size_first : step::invalid;
    case step::trailer_first:
        if (c == '\r') return step::end_lf;
        return is_skippable(c) && c != ' ' && c != '\t' && ++skipped_ <= most_skipped
                   ? step::trailer
                   : step::invalid;
    case step::trailer:
        if (c == '\r') return step::trailer_lf;
        return is_skippable(c) && ++skipped_ <= most_skipped ? step::trailer : step::invalid;
    case step::trailer_lf:
        return c == '\n' ? step::trailer_first : step::invalid;
    case step::end_lf:
        return c == '\n' ? step::done : step::invalid;
    case step::data:
    case step::done:
    case step::invalid:
        break;
    }
    return step::invalid;
}

std::string_view chunk_head(std::array<char, 20>& room, std::size_t size) noexcept {
    char* end = std::to_chars(room.data(), room.data() + 16, size, 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    return {room.data(), static_cast<std::size_t>(end - room.data())};
}

} // namespace servery::http
