#include "control_plane/monitoring/running_counts.h"

#include "control_plane/monitoring/project_state.h"
#include "foundation/base/hash_slot.h"

#include <utility>

namespace servery::monitoring {

namespace {

constexpr std::int64_t conversation_counts::* every_count[] = {
    &conversation_counts::conversations, &conversation_counts::without_visitor,
    &conversation_counts::handed_over,   &conversation_counts::unanswered,
    &conversation_counts::flagged,       &conversation_counts::thumbs_up,
    &conversation_counts::thumbs_down,   &conversation_counts::closed_by_ai,
    &conversation_counts::unpriced,      &conversation_counts::cost_nano};

} // namespace

void conversation_counts::add(const conversation& c) {
    ++conversations;
    without_visitor += c.visitor ? 0 : 1;
    handed_over += c.handed_over ? 1 : 0;
    unanswered += c.unanswered ? 1 : 0;
    flagged += c.flagged ? 1 : 0;
    thumbs_up += c.thumb > 0 ? 1 : 0;
    thumbs_down += c.thumb < 0 ? 1 : 0;
    closed_by_ai += c.by_ai && !c.handed_over ? 1 : 0;
    unpriced += c.unpriced;
    cost_nano += c.cost_nano;
}

conversation_counts& conversation_counts::operator+=(const conversation_counts& other) {
    for (const auto count : every_count)
        this->*count += other.*count;
    return *this;
}

conversation_counts& conversation_counts::operator-=(const conversation_counts& other) {
    for (const auto count : every_count)
        this->*count -= other.*count;
    return *this;
}

std::size_t running_counts::hash_of_unit::operator()(const unit_key& key) const {
    if (!key.visitor) return std::hash<const void*>{}(key.alone);
    return hash16_slot{}(*key.visitor);
}

void running_counts::changed(const conversation& c) {
    if (begun_) changed_.insert(&c);
}

const conversation_counts& running_counts::since(const project_state& p, instant from) {
    if (!begun_ || from < from_) {
        *this = {};
        begun_ = true;
        from_ = from;
        for (const auto& [key, c] : p.conversations)
            put(c);
        return sum_;
    }
    from_ = from;
    for (const auto* c : std::exchange(changed_, {})) {
        take_out(*c);
        put(*c);
    }
    while (!counted_.empty() && counted_.begin()->at < from_)
        count_first(known_.at(counted_.begin()->of).unit);
    return sum_;
}

void running_counts::put(const conversation& c) {
    if (c.staff || !c.has_exchange || c.at < from_) return;
    const unit_key key{.visitor = c.visitor, .alone = c.visitor ? nullptr : &c};
    const place at{.at = c.at, .order = c.order, .of = &c};
    known_[&c] = {key, at};
    units_[key].all.insert(at);
    count_first(key);
}

void running_counts::take_out(const conversation& c) {
    const auto found = known_.find(&c);
    if (found == known_.end()) return;
    const auto was = found->second;
    known_.erase(found);
    auto& u = units_.at(was.unit);
    u.all.erase(was.at);
    count_first(was.unit);
}

// The first conversation of the unit that is still in the span counts, the others do not.
void running_counts::count_first(const unit_key& key) {
    const auto found = units_.find(key);
    auto& u = found->second;
    if (u.counted) {
        sum_ -= u.added;
        counted_.erase(*u.counted);
        u.counted.reset();
    }
    while (!u.all.empty() && u.all.begin()->at < from_) {
        known_.erase(u.all.begin()->of);
        u.all.erase(u.all.begin());
    }
    if (u.all.empty()) {
        units_.erase(found);
        return;
    }
    u.counted = *u.all.begin();
    u.added = {};
    u.added.add(*u.counted->of);
    sum_ += u.added;
    counted_.insert(*u.counted);
}

const running_labels::counts& running_labels::since(const project_state& p, instant from) {
    if (from != from_) {
        *this = {};
        from_ = from;
    }
    for (; next_ < p.labels.size(); ++next_) {
        const auto& l = p.labels[next_];
        if (l.at < from_ || !seen_.insert(l.visitor).second) continue;
        ++sum_.labelled;
        sum_.right += l.right ? 1 : 0;
    }
    return sum_;
}

} // namespace servery::monitoring
