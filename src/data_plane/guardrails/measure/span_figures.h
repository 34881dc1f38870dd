// How well the recognisers find what people marked by hand: precision, recall and F2 a class, over
// texts whose templates were seen while rules were written and over others apart. Thread: values.
#pragma once

#include "data_plane/guardrails/screen.h"
#include "foundation/json/json.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::guardrails {

struct marked_span {
    std::string type;
    std::size_t begin = 0; // code points, half-open
    std::size_t end = 0;
};

// A detection hits a marked span of its type when the characters they share are at least half of
// those they cover together. One that overlaps a mark of a type nobody counts (title, honorific,
// licence) is neither right nor wrong.
struct class_figures {
    std::int64_t marked = 0;
    std::int64_t hit = 0;
    std::int64_t wrong = 0;
    // none: nothing marked, or nothing found
    [[nodiscard]] std::optional<double> precision() const;
    [[nodiscard]] std::optional<double> recall() const;
    [[nodiscard]] std::optional<double> f2() const;
    class_figures& operator+=(const class_figures& other);
};

enum class template_kind : std::uint8_t { seen, unseen };

class span_figures {
  public:
    // CREDIT_CARD, IBAN_CODE, EMAIL_ADDRESS, US_SSN, IP_ADDRESS, URL, PHONE_NUMBER
    static constexpr std::array counted{
        pii_type::CREDIT_CARD, pii_type::IBAN_CODE, pii_type::EMAIL_ADDRESS, pii_type::US_SSN,
        pii_type::IP_ADDRESS,  pii_type::URL,       pii_type::PHONE_NUMBER};

    void add(std::string_view text, const std::vector<marked_span>& marked, template_kind kind,
             const screen_policy& policy);

    [[nodiscard]] const class_figures& of(template_kind kind, pii_type type) const;
    [[nodiscard]] class_figures all(template_kind kind) const;
    // Characters of marked values that stay readable, of all characters of marked values.
    [[nodiscard]] double left_open() const;
    [[nodiscard]] std::int64_t texts(template_kind kind) const;
    // {texts, classes: [{type, seen: {marked, hit, wrong, precision, recall, f2}, unseen: …}], …}
    [[nodiscard]] json::object to_json() const;
    // Up to 20 misses and false hits as "miss TYPE text-number begin-end": never the value.
    [[nodiscard]] const std::vector<std::string>& mistakes() const { return mistakes_; }

  private:
    std::array<std::array<class_figures, pii_type_count>, 2> figures_{};
    std::array<std::int64_t, 2> texts_{};
    std::int64_t marked_characters_ = 0;
    std::int64_t open_characters_ = 0;
    std::vector<std::string> mistakes_;
};

} // namespace servery::guardrails
