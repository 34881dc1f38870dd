#include "data_plane/provider/breaker.h"

#include "foundation/base/counters.h"

#include <algorithm>

namespace servery::provider {

namespace {

constexpr std::int64_t failures_that_open = 5;
constexpr std::uint32_t least_calls = 20;
constexpr millis first_pause{5'000};
constexpr millis longest_pause{60'000};
constexpr millis longest_throttle{60'000};
constexpr millis credential_pause{60'000};
constexpr std::int64_t a_retry = 1000; // thousandths
constexpr std::int64_t retries_a_second = 3;
constexpr std::int64_t most_saved = 30 * a_retry;

// A clock that was set back would make a pause last until it has caught up.
bool is_over(instant since, millis pause, instant now) {
    return now < since || now - since >= pause;
}

std::string label_value(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c != '\n') out += c;
    }
    return out;
}

std::string labels(const std::string& provider, const std::string& model) {
    return "provider=\"" + label_value(provider) + "\",model=\"" + label_value(model) + "\"";
}

} // namespace

call_permit::call_permit(call_permit&& other) noexcept
    : of_(std::move(other.of_)), probe_(std::exchange(other.probe_, false)) {}

call_permit& call_permit::operator=(call_permit&& other) noexcept {
    if (this != &other) {
        drop();
        of_ = std::move(other.of_);
        probe_ = std::exchange(other.probe_, false);
    }
    return *this;
}

call_permit::~call_permit() {
    drop();
}

void call_permit::drop() noexcept {
    if (of_ && probe_) of_->give_back_probe();
    probe_ = false;
    of_.reset();
}

void call_permit::good(instant now) {
    if (of_) of_->good(now, std::exchange(probe_, false));
}

void call_permit::failed(instant now) {
    if (of_) of_->failed(now, std::exchange(probe_, false));
}

target_health::target_health(std::string provider, std::string model)
    : provider_(std::move(provider)), model_(std::move(model)),
      gauge_(counters::gauge("servery_upstream_breaker", labels(provider_, model_))),
      opened_(
          counters::counter("servery_upstream_breaker_opened_total", labels(provider_, model_))) {
    counters::describe("servery_upstream_breaker",
                       "circuit breaker of a target: 0 closed, 1 half open, 2 open");
}

void target_health::show() const {
    gauge_.store(static_cast<std::int64_t>(state_), std::memory_order_relaxed);
}

refusal target_health::refusal_now(instant now, std::uint64_t settings, instant& until) const {
    if (credential_settings_ != 0 && credential_settings_ == settings &&
        !is_over(credential_at_, credential_pause, now)) {
        until = credential_at_ + credential_pause;
        return refusal::credential;
    }
    if (state_ == breaker_state::open && !is_over(opened_at_, pause_, now)) {
        until = opened_at_ + pause_;
        return refusal::breaker;
    }
    if (state_ == breaker_state::half_open && probing_) {
        until = now;
        return refusal::breaker;
    }
    if (throttle_.count() > 0 && !is_over(throttled_at_, throttle_, now)) {
        until = throttled_at_ + throttle_;
        return refusal::throttled;
    }
    return refusal::none;
}

permit_or_refusal target_health::ask(instant now, std::uint64_t settings) {
    const std::lock_guard lock(mutex_);
    permit_or_refusal out;
    out.refused = refusal_now(now, settings, out.until);
    if (out.refused != refusal::none) return out;
    const bool probe = state_ != breaker_state::closed;
    if (probe) {
        state_ = breaker_state::half_open;
        probing_ = true;
        show();
    }
    out.permit = call_permit(shared_from_this(), probe);
    return out;
}

void target_health::count(instant now, bool failure) {
    auto& slot = window_[static_cast<std::size_t>(now.ms / 1000) % window_.size()];
    if (slot.at != now.ms / 1000) slot = {now.ms / 1000, 0, 0};
    ++slot.calls;
    if (failure) ++slot.failures;
}

bool target_health::too_many(instant now) const {
    if (in_row_ >= failures_that_open) return true;
    std::uint32_t calls = 0;
    std::uint32_t failures = 0;
    const auto oldest = now.ms / 1000 - static_cast<std::int64_t>(window_.size());
    for (const auto& slot : window_) {
        if (slot.at <= oldest || slot.at > now.ms / 1000) continue;
        calls += slot.calls;
        failures += slot.failures;
    }
    return calls >= least_calls && failures * 2 >= calls;
}

void target_health::open(instant now) {
    pause_ = pause_.count() == 0 ? first_pause : std::min(pause_ * 2, longest_pause);
    opened_at_ = now;
    state_ = breaker_state::open;
    probing_ = false;
    opened_.fetch_add(1, std::memory_order_relaxed);
    show();
}

void target_health::close() {
    state_ = breaker_state::closed;
    probing_ = false;
    pause_ = millis{0};
    window_ = {};
    show();
}

// What a call says that began before the breaker opened is no longer news.
void target_health::good(instant now, bool probe) {
    const std::lock_guard lock(mutex_);
    if (probe) {
        in_row_ = 0;
        close();
    }
    if (state_ != breaker_state::closed) return;
    in_row_ = 0;
    count(now, false);
}

void target_health::failed(instant now, bool probe) {
    const std::lock_guard lock(mutex_);
    if (probe) {
        ++in_row_;
        open(now);
        return;
    }
    if (state_ != breaker_state::closed) return;
    ++in_row_;
    count(now, true);
    if (too_many(now)) open(now);
}

void target_health::give_back_probe() {
    const std::lock_guard lock(mutex_);
    probing_ = false;
}

void target_health::throttle(instant now, millis wait) {
    const std::lock_guard lock(mutex_);
    throttled_at_ = now;
    throttle_ = std::clamp(wait, millis{0}, longest_throttle);
}

void target_health::refuse_credential(instant now, std::uint64_t settings) {
    const std::lock_guard lock(mutex_);
    credential_at_ = now;
    credential_settings_ = settings;
}

target_standing target_health::look(instant now) const {
    const std::lock_guard lock(mutex_);
    target_standing out;
    out.provider = provider_;
    out.model = model_;
    out.state = state_;
    out.failures_in_row = in_row_;
    out.refused = refusal_now(now, credential_settings_, out.until);
    return out;
}

bool retry_budget::take(instant now) {
    const std::lock_guard lock(mutex_);
    const auto since = refilled_.ms == 0 ? 0 : std::max<std::int64_t>(0, (now - refilled_).count());
    refilled_ = now;
    // A millisecond refills as many thousandths as a second refills retries.
    const auto refill = std::min(since * retries_a_second, most_saved);
    auto have = thousandths_.load(std::memory_order_relaxed);
    for (;;) {
        const auto saved = std::min(have + refill, most_saved);
        const auto left = saved >= a_retry ? saved - a_retry : saved;
        if (thousandths_.compare_exchange_weak(have, left, std::memory_order_relaxed))
            return saved >= a_retry;
    }
}

std::shared_ptr<target_health> health_board::of(std::string_view provider, std::string_view model) {
    {
        const std::shared_lock lock(mutex_);
        if (const auto p = targets_.find(provider); p != targets_.end()) {
            if (const auto m = p->second.find(model); m != p->second.end()) return m->second;
        }
    }
    const std::unique_lock lock(mutex_);
    auto& slot = targets_[std::string(provider)][std::string(model)];
    if (!slot) slot = std::make_shared<target_health>(std::string(provider), std::string(model));
    return slot;
}

retry_budget& health_board::retries(std::string_view provider) {
    {
        const std::shared_lock lock(mutex_);
        if (const auto it = retries_.find(provider); it != retries_.end()) return it->second;
    }
    const std::unique_lock lock(mutex_);
    return retries_[std::string(provider)];
}

std::vector<target_standing> health_board::look(instant now) const {
    const std::shared_lock lock(mutex_);
    std::vector<target_standing> out;
    for (const auto& [provider, models] : targets_) {
        for (const auto& [model, health] : models)
            out.push_back(health->look(now));
    }
    return out;
}

} // namespace servery::provider
