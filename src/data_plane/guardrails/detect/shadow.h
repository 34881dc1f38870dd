// The shadow copy: the text as a detector should read it, with the way back to the original bytes.
//   - digits of every script and styled or full-width letters become ASCII
//   - dashes and spaces of every kind become `-` and ` `
//   - invisible characters (soft hyphen, zero-width, bidi controls, tag characters) vanish
//   - HTML entities and %XX are decoded once
//   - letters of scripts that put spaces between words stay as UTF-8; everything else that is not
//     ASCII (signs, ideographs, invalid bytes) becomes one byte `other`, which ends words
// Thread: values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace servery::guardrails {

class shadow_text {
  public:
    static constexpr char other = '\x01';

    explicit shadow_text(std::string_view original);

    [[nodiscard]] std::string_view text() const { return same_ ? original_ : copy_; }
    // Bytes of the original that the shadow bytes [begin, end) came from; end > begin.
    [[nodiscard]] std::uint32_t original_begin(std::size_t begin) const;
    [[nodiscard]] std::uint32_t original_end(std::size_t end) const;

  private:
    void put(std::string_view bytes, std::size_t from, std::size_t to);
    std::size_t put_code_point(char32_t c, std::size_t from, std::size_t to);
    std::size_t put_ascii_run(std::size_t at);
    void build();

    std::string_view original_;
    bool same_ = true; // plain ASCII without entities: the shadow is the text itself
    std::string copy_;
    std::vector<std::uint32_t> begin_; // one a byte of copy_
    std::vector<std::uint32_t> end_;
};

// A byte of a word: ASCII letter, digit, or part of a letter outside ASCII.
[[nodiscard]] constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}
[[nodiscard]] constexpr bool is_word(char c) noexcept {
    return is_digit(c) || is_letter(c);
}
[[nodiscard]] constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

} // namespace servery::guardrails
