// The chunked coding. The decoder works in place: payload bytes of one read are moved together, so
// that what one read brought is one view. Strict: hexadecimal sizes of at most 15 digits, CRLF
// only, no bare LF; extensions and trailers are skipped within limits. Thread: one a body.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace servery::http {

class chunked_decoder {
  public:
    // payload: length of the decoded bytes, which now stand at the front of `bytes`.
    // consumed: bytes used; smaller than bytes.size() only when `done` (the rest belongs to the
    // next message and stands where it stood).
    enum class state { more, done, invalid };
    struct outcome {
        state at = state::more;
        std::size_t payload = 0;
        std::size_t consumed = 0;
    };
    [[nodiscard]] outcome decode(std::span<char> bytes);

  private:
    enum class step : unsigned char {
        size_first,
        size,
        extension,
        size_lf,
        data,
        data_cr,
        data_lf,
        trailer_first,
        trailer,
        trailer_lf,
        end_lf,
        done,
        invalid
    };
    [[nodiscard]] step next(char c) noexcept;

    step step_ = step::size_first;
    std::uint8_t digits_ = 0;
    std::uint16_t skipped_ = 0; // bytes of extensions and trailers, at most 4096
    std::uint64_t left_ = 0;
};

// "1a4\r\n" written into `room`; the view lies in it. size > 0: an empty chunk would end the body.
[[nodiscard]] std::string_view chunk_head(std::array<char, 20>& room, std::size_t size) noexcept;
inline constexpr std::string_view chunk_tail = "\r\n";
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

} // namespace servery::http
