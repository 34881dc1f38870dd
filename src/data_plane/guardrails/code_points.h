// Offsets of bytes as counts of code points or UTF-16 units. Thread: one counter, one thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace servery::guardrails {

// Asked in rising order it reads the text once.
class code_point_counter {
  public:
    enum class unit : unsigned char { code_point, utf16 };
    explicit code_point_counter(std::string_view text, unit of = unit::code_point)
        : text_(text), unit_(of) {}

    [[nodiscard]] std::size_t at(std::size_t byte) {
        if (byte < byte_) {
            byte_ = 0;
            count_ = 0;
        }
        for (; byte_ < byte; ++byte_) {
            const auto c = static_cast<unsigned char>(text_[byte_]);
            if ((c & 0xC0U) == 0x80U) continue;
            count_ += unit_ == unit::utf16 && c >= 0xF0 ? 2 : 1;
        }
        return count_;
    }

  private:
    std::string_view text_;
    unit unit_;
    std::size_t byte_ = 0;
    std::size_t count_ = 0;
};

} // namespace servery::guardrails
