#include "data_plane/gateway/pins.h"

#include <cstring>

namespace servery::gateway {

pin_table::stripe& pin_table::of(const hash16& conversation) {
    return stripes_[conversation[15] % stripe_count];
}

pin_table::entry* pin_table::look(stripe& in, const hash16& conversation, instant now) {
    const auto it = in.entries.find(conversation);
    if (it == in.entries.end()) return nullptr;
    if (now - it->second.used > idle) {
        in.by_age.erase(it->second.age);
        in.entries.erase(it);
        return nullptr;
    }
    return &it->second;
}

pin_table::entry& pin_table::touch(stripe& in, const hash16& conversation, instant now) {
    entry* e = look(in, conversation, now);
    if (e == nullptr) {
        if (in.entries.size() >= capacity / stripe_count) {
            in.entries.erase(in.by_age.front());
            in.by_age.pop_front();
        }
        e = &in.entries[conversation];
        in.by_age.push_back(conversation);
        e->age = std::prev(in.by_age.end());
    }
    in.by_age.splice(in.by_age.end(), in.by_age, e->age);
    e->used = now;
    return *e;
}

std::optional<hash32> pin_table::find(const hash16& conversation, instant now) {
    auto& s = of(conversation);
    const std::lock_guard lock(s.mutex);
    const auto* e = look(s, conversation, now);
    return e == nullptr ? std::nullopt : e->variant;
}

void pin_table::pin(const hash16& conversation, const hash32& variant, instant now) {
    auto& s = of(conversation);
    const std::lock_guard lock(s.mutex);
    auto& e = touch(s, conversation, now);
    if (!e.variant) e.variant = variant;
}

void pin_table::unpin(const hash16& conversation) {
    auto& s = of(conversation);
    const std::lock_guard lock(s.mutex);
    const auto it = s.entries.find(conversation);
    if (it != s.entries.end()) it->second.variant.reset();
}

bool pin_table::label_due(const hash16& conversation, const std::string& version, instant now) {
    auto& s = of(conversation);
    const std::lock_guard lock(s.mutex);
    auto& e = touch(s, conversation, now);
    if (e.labelled == version) return false;
    e.labelled = version;
    return true;
}

void pin_table::offer(const hash16& conversation, std::vector<std::string> keys, instant now) {
    auto& s = of(conversation);
    const std::lock_guard lock(s.mutex);
    touch(s, conversation, now).offered = std::move(keys);
}

std::vector<std::string> pin_table::offered(const hash16& conversation, instant now) {
    auto& s = of(conversation);
    const std::lock_guard lock(s.mutex);
    const auto* e = look(s, conversation, now);
    return e == nullptr ? std::vector<std::string>{} : e->offered;
}

std::uint32_t pin_table::next_turn(const hash16& conversation, instant now) {
    auto& s = of(conversation);
    const std::lock_guard lock(s.mutex);
    return ++touch(s, conversation, now).turns;
}

std::size_t pin_table::size() const {
    std::size_t n = 0;
    for (const auto& s : stripes_) {
        const std::lock_guard lock(s.mutex);
        n += s.entries.size();
    }
    return n;
}

} // namespace servery::gateway
