#include "control_plane/monitoring/numbers.h"

#include <set>

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

// Conversations of the span in the order of time, the first of each visitor only.
std::vector<const conversation*> first_ones(const project_state& p, span_of_time over) {
    std::map<hash16, const conversation*> first;
    std::vector<const conversation*> out;
    for (const auto& [key, c] : p.conversations) {
        if (c.staff || !c.has_exchange || !within(c.at, over)) continue;
        if (!c.visitor) {
            out.push_back(&c);
            continue;
        }
        auto& known = first[*c.visitor];
        if (known == nullptr || c.at < known->at) known = &c;
    }
    for (const auto& [visitor, c] : first)
        out.push_back(c);
    return out;
}

} // namespace

tallies tally(const project_state& p, span_of_time over) {
    tallies t;
    for (const auto* c : first_ones(p, over))
        add(t, *c);
    std::set<std::string_view> seen;
    for (const auto& l : p.labels) {
        if (!within(l.at, over) || !seen.insert(l.visitor).second) continue;
        ++t.labelled;
        t.labelled_right += l.right ? 1 : 0;
    }
    return t;
}

minutes_count count_minutes(const project_state& p, span_of_time over) {
    minutes_count out;
    if (p.minutes.empty()) return out;
    // Behind the last heartbeat nothing is known yet.
    const auto last = std::min(minute_number(over.to) - 1, p.minutes.rbegin()->first);
    // Before the first one nobody was counting.
    auto m =
        std::max((over.from.ms + minute.count() - 1) / minute.count(), p.minutes.begin()->first);
    for (; m <= last; ++m) {
        const auto at = p.minutes.find(m);
        const bool offered = p.offered_at({m * minute.count()});
        if (at == p.minutes.end()) {
            (offered ? out.down : out.not_offered) += 1;
            continue;
        }
        switch (at->second) {
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
