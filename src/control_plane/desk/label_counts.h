// What the labels of one project say, kept up as decisions and labels come, so that no question
// about them reads every decision again. Thread: the control thread.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/events/desk.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

namespace servery::desk {

struct stored_decision;

class label_counts {
  public:
    // Where an answer was given; stage "" = the whole phase.
    struct place {
        std::string variant;
        std::string phase;
        std::string stage;
        auto operator<=>(const place&) const = default;
    };
    // The first message of each visitor that has a verdict, of labels drawn at random.
    struct tally {
        std::int64_t n = 0;
        std::int64_t right = 0;
        std::int64_t harmful = 0;
        std::int64_t unsure = 0; // messages; they count in no other number
        instant from;            // of the first message that counts
        bool operator==(const tally&) const = default;
    };
    struct progress {
        std::int64_t drawn = 0;
        std::int64_t labelled = 0;
        std::int64_t unsure = 0;
    };

    // A decision of the project, new in the log.
    void decided(const stored_decision& d);
    // The newest random label of a decision.
    void labelled(const stored_decision& d, const events::label_recorded& label);

    // Its texts are erased: it waits for no label any more. Before its `drawn` is taken back.
    void forgotten(const stored_decision& d);

    // Of places with at least one label.
    [[nodiscard]] std::map<place, tally> tallies() const;
    [[nodiscard]] const progress& queue() const { return progress_; }
    // Drawn messages without a random label: (order in which they are offered, place in the log).
    [[nodiscard]] const std::set<std::pair<std::uint64_t, std::size_t>>& waiting() const {
        return waiting_;
    }

  private:
    struct verdict {
        instant at; // of the decision
        bool right = false;
        bool harm = false;
    };
    struct counted {
        tally sums;
        std::unordered_map<std::string, std::map<std::size_t, verdict>> by_unit;
        std::map<std::size_t, instant> first; // the message of each unit that counts
        void count(const std::string& unit, std::int64_t times);
        void add(const std::string& unit, std::size_t index, const verdict& v);
        void take_out(const std::string& unit, std::size_t index);
    };
    std::map<place, counted> places_;
    std::unordered_map<std::size_t, events::label_verdict> newest_; // by place in the log
    progress progress_;
    std::set<std::pair<std::uint64_t, std::size_t>> waiting_;
};

// By a hash, so that the order says nothing about the message.
[[nodiscard]] std::uint64_t label_order(std::string_view message);

} // namespace servery::desk
