#include "foundation/net/deadline_wheel.h"

#include <algorithm>

namespace servery::net {

namespace {

void unlink(wheel_link& link) noexcept {
    link.previous->next = link.next;
    link.next->previous = link.previous;
    link.previous = link.next = &link;
}

void link_before(wheel_link& place, wheel_link& link) noexcept {
    link.previous = place.previous;
    link.next = &place;
    place.previous->next = &link;
    place.previous = &link;
}

} // namespace

void deadline::arm(millis after) {
    disarm();
    // One tick more than the quotient: up to a whole tick of the current one has passed already.
    const auto ticks =
        (std::max<std::int64_t>(after.count(), 0) + deadline_wheel::tick.count() - 1) /
        deadline_wheel::tick.count();
    due_tick_ = wheel_.now_tick_ + static_cast<std::uint64_t>(ticks) + 1;
    link_before(wheel_.slots_[due_tick_ % deadline_wheel::slots], *this);
    ++wheel_.armed_;
}

void deadline::disarm() noexcept {
    if (!armed()) return;
    unlink(*this);
    --wheel_.armed_;
}

deadline_wheel::~deadline_wheel() {
    for (auto& slot : slots_)
        while (slot.next != &slot)
            unlink(*slot.next);
}

void deadline_wheel::advance_to(millis elapsed) {
    const auto target = static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed / tick, 0));
    while (now_tick_ < target) {
        if (armed_ == 0) {
            now_tick_ = target;
            return;
        }
        ++now_tick_;
        fire(now_tick_);
    }
}

void deadline_wheel::fire(std::uint64_t at_tick) {
    wheel_link& slot = slots_[at_tick % slots];
    // What is due moves to a list of its own first: an action may disarm any of the others.
    wheel_link due;
    for (wheel_link* at = slot.next; at != &slot;) {
        auto* node = static_cast<deadline*>(at);
        at = at->next;
        if (node->due_tick_ > at_tick) continue;
        unlink(*node);
        link_before(due, *node);
    }
    while (due.next != &due) {
        auto* node = static_cast<deadline*>(due.next);
        unlink(*node);
        --armed_;
        node->action_();
    }
}

} // namespace servery::net
