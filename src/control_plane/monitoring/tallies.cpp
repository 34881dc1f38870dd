#include "control_plane/monitoring/numbers.h"
#include "foundation/base/hash_slot.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace servery::monitoring {
namespace {

bool within(instant at, span_of_time over) {
    return at >= over.from && at < over.to;
}

void add(tallies& t, const conversation& c) {
    t.add(c);
    if (c.first_wait_us) t.waits_s.push_back(static_cast<double>(*c.first_wait_us) / 1e6);
    if (c.first_done_us) t.done_ms.push_back(static_cast<double>(*c.first_done_us) / 1e3);
}

// The first conversation of each visitor, and every one that names none.
class first_conversations {
  public:
    void see(const conversation& c) {
        if (!c.visitor) {
            unnamed_.push_back(&c);
            return;
        }
        auto& known = first_[*c.visitor];
        if (known == nullptr || std::pair(c.at, c.order) < std::pair(known->at, known->order))
            known = &c;
    }
    void add_to(tallies& t) const {
        for (const auto* c : unnamed_)
            add(t, *c);
        for (const auto& [visitor, c] : first_)
            add(t, *c);
    }

  private:
    std::unordered_map<hash16, const conversation*, hash16_slot> first_;
    std::vector<const conversation*> unnamed_;
};

bool is_counted(const conversation& c, span_of_time over) {
    return !c.staff && c.has_exchange && within(c.at, over);
}

void add_label(tallies& t, std::set<std::string_view>& seen, const label& l) {
    if (!seen.insert(l.visitor).second) return;
    ++t.labelled;
    t.labelled_right += l.right ? 1 : 0;
}

} // namespace

tallies tally(const project_state& p, span_of_time over) {
    first_conversations first;
    for (const auto& [key, c] : p.conversations)
        if (is_counted(c, over)) first.see(c);
    tallies t;
    first.add_to(t);
    std::set<std::string_view> seen;
    for (const auto& l : p.labels)
        if (within(l.at, over)) add_label(t, seen, l);
    return t;
}

std::map<std::int64_t, tallies> tally_by_day(const project_state& p, span_of_time over) {
    std::map<std::int64_t, first_conversations> first;
    for (const auto& [key, c] : p.conversations)
        if (is_counted(c, over)) first[day_number(c.at)].see(c);
    std::map<std::int64_t, tallies> out;
    for (const auto& [day, conversations] : first)
        conversations.add_to(out[day]);
    std::map<std::int64_t, std::set<std::string_view>> seen;
    for (const auto& l : p.labels)
        if (within(l.at, over)) add_label(out[day_number(l.at)], seen[day_number(l.at)], l);
    return out;
}

minutes_count count_minutes(const project_state& p, span_of_time over) {
    if (p.minutes.empty()) return {};
    const auto whole_minute = [](instant at) {
        return (at.ms + minute.count() - 1) / minute.count();
    };
    // Before the first heartbeat nobody was counting; behind the last one nothing is known yet.
    auto from = std::max(whole_minute(over.from), p.minutes.first());
    const auto end = std::min(minute_number(over.to), p.minutes.last() + 1);
    if (from >= end) return {};
    auto out = p.minutes.between(from, end);
    bool offered = false;
    const auto count_missing = [&](std::int64_t to) {
        (offered ? out.down : out.not_offered) += to - from - p.minutes.written(from, to);
        from = to;
    };
    for (const auto& [since, on] : p.live) {
        const auto change = std::max(from, whole_minute(since));
        if (change >= end) break;
        count_missing(change);
        offered = on;
    }
    count_missing(end);
    return out;
}

} // namespace servery::monitoring
