#include "data_plane/gateway/attempts.h"

#include "foundation/base/counters.h"
#include "foundation/base/log.h"
#include "foundation/base/number_text.h"
#include "foundation/net/timer.h"

#include <fmt/format.h>

#include <algorithm>

namespace servery::gateway {

namespace {

constexpr millis quick_failure{3'000};
constexpr millis first_backoff{100};
constexpr millis longest_backoff{2'000};
constexpr millis most_rest{5'000};
constexpr millis longest_obeyed{2'000}; // of a 429's retry-after, before the same target again

// The built-in assistant is a function of this process: it has no line that could be down.
bool has_health(const target& to) {
    return to.provider->kind != "assistant";
}

// retry-after-ms before retry-after, as SDKs read them; a date is not read.
std::optional<millis> asked_wait(const provider::header_list& headers) {
    std::optional<millis> out;
    for (const auto& [name, value] : headers) {
        const auto n = number_in<std::int64_t>(value);
        if (!n || *n < 0) continue;
        if (name == "retry-after-ms") return millis{*n};
        if (name == "retry-after" && *n < 86'400) out = millis{*n * 1000};
    }
    return out;
}

error resting_fault(const target& to, provider::refusal why, millis left) {
    const auto& id = to.provider->id;
    if (why == provider::refusal::credential)
        return {.code = error_code::upstream_failed,
                .id = "upstream.credential",
                .message = "provider '" + id + "' refused our credential a moment ago",
                .remedy = "enter it again: servery provider key " + id,
                .origin = error_origin::upstream};
    if (why == provider::refusal::throttled)
        return {.code = error_code::rate_limited,
                .id = "upstream.rate_limited",
                .message =
                    fmt::format("provider '{}' asked for a pause of {} ms", id, left.count()),
                .remedy = "try again after the time in retry-after",
                .origin = error_origin::upstream,
                .retry = true};
    return {.code = error_code::unavailable,
            .id = "upstream.circuit_open",
            .message =
                fmt::format("provider '{}' ({}) failed too often and is left alone for {} ms", id,
                            to.model, left.count()),
            .remedy = "try again later; servery provider list shows its state",
            .origin = error_origin::upstream,
            .retry = true};
}

} // namespace

attempts::attempts(const ports& with, exchange& x) : with_(with), x_(x) {
    for (auto& to : targets_of(x))
        candidates_.push_back({.to = std::move(to)});
    last_ = failure_of(x, classify_status(503, "none"), false);
}

task<bool> attempts::next() {
    if (last_.client_gone || last_.killed || !last_.next_target) co_return false;
    if (made_ >= x_.most_attempts) co_return false;
    if (ask_new()) co_return true;
    co_return co_await ask_again();
}

bool attempts::ask_new() {
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        if (candidates_[i].asked) continue;
        candidates_[i].asked = true;
        if (begin(i)) return true;
    }
    return false;
}

task<bool> attempts::ask_again() {
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        auto& c = candidates_[i];
        if (!c.again) continue;
        c.again = false;
        const auto pause = pause_before(c);
        if (rested_ + pause > std::min(most_rest, time_left(x_, *c.to.provider) / 4)) continue;
        if (!with_.health->retries(c.to.provider->id).take(with_.clock.now())) continue;
        counters::counter("servery_upstream_retries_total",
                          "provider=\"" + c.to.provider->id + "\"")
            .fetch_add(1, std::memory_order_relaxed);
        ++retries_;
        rested_ += pause;
        if (!co_await rest(pause)) co_return false;
        if (begin(i)) co_return true;
    }
    co_return false;
}

// Takes leave for a call; a refusal is why no target answered only if nobody was asked at all.
bool attempts::begin(std::size_t i) {
    const auto& c = candidates_[i];
    if (has_health(c.to)) {
        auto& health = *with_.health;
        auto asked =
            health.of(c.to.provider->id, c.to.model)->ask(with_.clock.now(), x_.policy->version);
        if (asked.refused != provider::refusal::none) {
            pass_over(c, asked);
            return false;
        }
        permit_ = std::move(asked.permit);
        if (made_ == 0) health.retries(c.to.provider->id).earn();
    }
    at_ = i;
    ++made_;
    begun_ = std::chrono::steady_clock::now();
    x_.row.provider_id = c.to.provider->id;
    x_.row.upstream_model = c.to.model;
    x_.row.attempts = static_cast<std::uint8_t>(made_);
    return true;
}

void attempts::pass_over(const candidate& c, const provider::permit_or_refusal& why) {
    if (made_ > 0) return;
    const auto left = std::max(why.until - with_.clock.now(), millis{0});
    last_ = failure_of(x_, {"provider_down", resting_fault(c.to, why.refused, left)}, false);
    x_.try_again_after = left;
    x_.row.provider_id = c.to.provider->id;
    x_.row.upstream_model = c.to.model;
}

millis attempts::pause_before(const candidate& c) {
    const auto step =
        std::min(first_backoff * (1 << std::min<std::int64_t>(retries_, 5)), longest_backoff);
    const auto drawn = static_cast<std::int64_t>(static_cast<double>(step.count()) *
                                                 (0.5 + with_.random.unit() / 2));
    return std::max(millis{drawn}, c.wait);
}

// False: the client left meanwhile.
task<bool> attempts::rest(millis pause) {
    if (x_.home == nullptr) co_return true;
    net::timer timer(*x_.home);
    x_.state = stage_of_life::backing_off;
    x_.waiting = &timer;
    const bool passed = co_await timer.wait(pause);
    x_.waiting = nullptr;
    x_.state = stage_of_life::connecting;
    last_.client_gone = x_.gone && !x_.finish;
    co_return passed && !last_.client_gone;
}

void attempts::answered() {
    permit_.good(with_.clock.now());
}

void attempts::broke_off() {
    permit_.failed(with_.clock.now());
}

// What the failure says of the target's health.
void attempts::weigh(candidate& c, const upstream_failure& why) {
    if (why.client_gone || why.drilled || !has_health(c.to)) return;
    const auto now = with_.clock.now();
    auto health = with_.health->of(c.to.provider->id, c.to.model);
    if (why.counts)
        permit_.failed(now);
    else if (why.rejected || why.fault.id == "upstream.rate_limited")
        permit_.good(now); // it is there, and answers
    if (why.credential) {
        health->refuse_credential(now, x_.policy->version);
        log::warn("upstream.credential_refused", {{"provider", c.to.provider->id}});
    }
    const auto wait = asked_wait(why.answer.head.headers);
    c.wait = wait.value_or(millis{0});
    c.again = c.again && c.wait <= longest_obeyed;
    if (why.answer.head.status != 429) return;
    // Without a word of how long, only others are asked.
    c.again = c.again && wait.has_value();
    x_.try_again_after = c.wait;
    if (wait) health->throttle(now, *wait);
}

void attempts::failed(upstream_failure why) {
    auto& c = candidates_[at_];
    const bool quick = std::chrono::steady_clock::now() - begun_ <= quick_failure;
    c.again = why.same_target && quick && !why.drilled;
    weigh(c, why);
    permit_ = {};
    why.dispatched = why.dispatched || last_.dispatched;
    last_ = std::move(why);
}

} // namespace servery::gateway
