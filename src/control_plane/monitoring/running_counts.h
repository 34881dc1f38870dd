// What the facts need of the conversations since a moment, kept up as they change: the same as
// tally() of that span, without looking at every conversation again. Thread: one.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/hash.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace servery::monitoring {

struct conversation;
struct project_state;

// Sums over the first conversation of each visitor, and every one that names none.
struct conversation_counts {
    std::int64_t conversations = 0;
    std::int64_t without_visitor = 0;
    std::int64_t handed_over = 0;
    std::int64_t unanswered = 0;
    std::int64_t flagged = 0;
    std::int64_t thumbs_up = 0;
    std::int64_t thumbs_down = 0;
    std::int64_t closed_by_ai = 0;
    std::int64_t unpriced = 0;
    std::int64_t cost_nano = 0;
    void add(const conversation& c);
    conversation_counts& operator-=(const conversation_counts& other);
    conversation_counts& operator+=(const conversation_counts& other);
    bool operator==(const conversation_counts&) const = default;
};

class running_counts {
  public:
    // A conversation of the project is new or will be other than it was.
    void changed(const conversation& c);
    // Of conversations at or after `from`. Cheap while `from` moves forward only.
    [[nodiscard]] const conversation_counts& since(const project_state& p, instant from);

  private:
    // A visitor, or the conversation itself where none is named.
    struct unit_key {
        std::optional<hash16> visitor;
        const conversation* alone = nullptr;
        bool operator==(const unit_key&) const = default;
    };
    struct hash_of_unit {
        std::size_t operator()(const unit_key& key) const;
    };
    struct place { // in the order of time
        instant at;
        std::int64_t order = 0;
        const conversation* of = nullptr;
        auto operator<=>(const place&) const = default;
    };
    struct unit {
        std::set<place> all; // at or after from_
        std::optional<place> counted;
        conversation_counts added; // by the counted one
    };
    struct known {
        unit_key unit;
        place at;
    };
    void put(const conversation& c);
    void take_out(const conversation& c);
    void count_first(const unit_key& key);

    bool begun_ = false;
    instant from_;
    conversation_counts sum_;
    std::unordered_set<const conversation*> changed_;
    std::unordered_map<const conversation*, known> known_;
    std::unordered_map<unit_key, unit, hash_of_unit> units_;
    std::set<place> counted_; // of all units, oldest first
};

// The labels since a moment, one a visitor; labels are only ever added.
class running_labels {
  public:
    struct counts {
        std::int64_t labelled = 0;
        std::int64_t right = 0;
        bool operator==(const counts&) const = default;
    };
    [[nodiscard]] const counts& since(const project_state& p, instant from);

  private:
    instant from_;
    std::size_t next_ = 0;
    std::unordered_set<std::string> seen_;
    counts sum_;
};

} // namespace servery::monitoring
