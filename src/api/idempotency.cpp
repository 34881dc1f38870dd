#include "api/idempotency.h"

namespace servery::api {

namespace {
constexpr millis kept{24LL * 3'600'000};
constexpr std::size_t most_entries = 10'000;
} // namespace

void idempotency::forget_old() {
    const auto now = now_.now();
    while (!order_.empty() &&
           (order_.front().first + kept <= now || order_.size() > most_entries)) {
        const auto at = entries_.find(order_.front().second);
        if (at != entries_.end() && at->second.at == order_.front().first) entries_.erase(at);
        order_.pop_front();
    }
}

result<std::optional<reply>> idempotency::begin(const std::string& slot, std::string_view body) {
    forget_old();
    const auto hash = blake2b_256(as_bytes(body));
    if (const auto at = entries_.find(slot); at != entries_.end()) {
        if (at->second.body != hash)
            return fail(error_code::conflict, "api.idempotency.reused",
                        "this Idempotency-Key was used for another request", "Idempotency-Key",
                        "make a new key for a new request");
        if (!at->second.answer)
            return fail(error_code::conflict, "api.idempotency.running",
                        "the same request is being carried out", "Idempotency-Key",
                        "wait for its answer");
        return at->second.answer;
    }
    entries_[slot] = {.body = hash, .at = now_.now(), .answer = {}};
    order_.emplace_back(now_.now(), slot);
    return std::optional<reply>{};
}

void idempotency::keep(const std::string& slot, const reply& answer) {
    if (const auto at = entries_.find(slot); at != entries_.end()) at->second.answer = answer;
}

void idempotency::drop(const std::string& slot) {
    entries_.erase(slot);
}

} // namespace servery::api
