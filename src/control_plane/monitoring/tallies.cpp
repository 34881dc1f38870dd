#include "control_plane/monitoring/numbers.h"

#include <cstring>
#include <set>
#include <string_view>
#include <unordered_map>

namespace servery::monitoring {
namespace {

bool within(instant at, span_of_time over) {
    return at >= over.from && at < over.to;
}

void add(tallies& t, const conversation& c) {
    ++t.conversations;
    if (!c.visitor) ++t.without_visitor;
    t.handed_over += c.handed_over ? 1 : 0;
    t.unanswered += c.unanswered ? 1 : 0;
    t.flagged += c.flagged ? 1 : 0;
    t.thumbs_up += c.thumb > 0 ? 1 : 0;
    t.thumbs_down += c.thumb < 0 ? 1 : 0;
    t.closed_by_ai += c.by_ai && !c.handed_over ? 1 : 0;
    t.unpriced += c.unpriced;
    t.cost_nano += c.cost_nano;
    if (c.first_wait_us) t.waits_s.push_back(static_cast<double>(*c.first_wait_us) / 1e6);
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
        if (known == nullptr || c.at < known->at) known = &c;
    }
    void add_to(tallies& t) const {
        for (const auto* c : unnamed_)
            add(t, *c);
        for (const auto& [visitor, c] : first_)
            add(t, *c);
    }

  private:
    struct visitor_hash {
        // Visitor ids are keyed hashes already.
        std::size_t operator()(const hash16& v) const {
            std::size_t out = 0;
            std::memcpy(&out, v.data(), sizeof out);
            return out;
        }
    };
    std::unordered_map<hash16, const conversation*, visitor_hash> first_;
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
    minutes_count out;
    if (p.minutes.empty()) return out;
    // Behind the last heartbeat nothing is known yet.
    const auto last = std::min(minute_number(over.to) - 1, p.minutes.rbegin()->first);
    // Before the first one nobody was counting.
    auto m =
        std::max((over.from.ms + minute.count() - 1) / minute.count(), p.minutes.begin()->first);
    // Both lists are walked once, beside the minutes.
    auto at = p.minutes.lower_bound(m);
    auto change = p.live.begin();
    bool offered = false;
    for (; m <= last; ++m) {
        for (; change != p.live.end() && change->first.ms <= m * minute.count(); ++change)
            offered = change->second;
        if (at == p.minutes.end() || at->first != m) {
            (offered ? out.down : out.not_offered) += 1;
            continue;
        }
        const auto state = at->second;
        ++at;
        switch (state) {
        case events::minute_state::up:
            ++out.up;
            break;
        case events::minute_state::fallback:
            ++out.fallback;
            break;
        case events::minute_state::down:
            ++out.down;
            break;
        case events::minute_state::not_offered:
            ++out.not_offered;
            break;
        case events::minute_state::unknown:
            ++out.unknown;
            break;
        }
    }
    return out;
}

} // namespace servery::monitoring
