// Where a text may be cut for good: no value reaches over such a place, whatever follows. The
// places depend on the bytes before them alone, so that a stream finds the ones a whole text has.
//
//   - before a line end, a tab or a blank, unless a number, an extension behind a number or an IBAN
//     may go on behind it; behind a number one more word is waited for ("EUR" makes it a price)
//   - behind a sign or an ideograph that ends words
//   - in a run without any of these: after `longest` bytes, before a value that the cut would tear
//
// Thread: a segmenter belongs to one lane.
#pragma once

#include "data_plane/guardrails/detect/finding.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace servery::guardrails {

// What a segment has that a value could be made of.
struct segment_signs {
    std::uint32_t digits = 0;
    std::uint32_t colons = 0;
    bool at = false;
    bool dot = false;
    bool mark = false;   // `_`: a placeholder's
    bool hidden = false; // bytes that the shadow turns into one of these
    [[nodiscard]] bool none() const {
        return digits == 0 && colons == 0 && !at && !dot && !mark && !hidden;
    }
    [[nodiscard]] bool clean() const { return !at && !dot && !hidden && colons < 2 && digits < 6; }
};

struct segment {
    std::size_t begin = 0;
    std::size_t end = 0;
    segment_signs signs;
    bool forced = false; // end is only a limit: cut it yourself where no value is torn
};

class segmenter {
  public:
    explicit segmenter(std::size_t longest) : longest_(longest) {}

    // The next segment of `text` that holds a sign, or, at the end, that is not over yet. Clean
    // segments before it are skipped: their bytes may go. `text` must begin where the segment in
    // progress does; with `last`, its end is a cut. A segment with begin == end: nothing to look
    // at, and everything up to `begin` may go; what follows it is still open.
    [[nodiscard]] segment next(std::string_view text, bool last);
    // The caller dropped `n` bytes at the front of the text.
    void drop(std::size_t n);
    // A forced segment was cut at `at`: the rest is read again.
    void cut_at(std::size_t at);
    // Every segment counts, not only those with signs (base64 inside long words).
    void look_at_words_from(std::size_t bytes) { long_word_ = bytes; }
    // Marks `_` count as signs.
    void look_at_marks() { marks_ = true; }

  private:
    [[nodiscard]] bool wanted(std::size_t size) const;
    [[nodiscard]] bool begins_with_letters(std::string_view text) const;
    void skip_plain(std::string_view text);
    [[nodiscard]] segment close(std::size_t end);
    std::size_t take_high(std::string_view text, std::size_t i, bool last);

    std::size_t longest_;
    std::size_t long_word_ = static_cast<std::size_t>(-1);
    bool marks_ = false;
    std::size_t begin_ = 0; // of the open segment
    std::size_t at_ = 0;    // next byte to read
    segment_signs signs_;
};

// A number, its extension or an IBAN at the end of `text` may go on behind a blank.
[[nodiscard]] bool open_at_blank(std::string_view text);

} // namespace servery::guardrails
