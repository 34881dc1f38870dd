// The calls of one exchange, one after another, until a target answers (gateway contract, section
// 12). Every target of the variant that may be asked is asked before one is asked again: another
// target answers sooner than one that just failed. Never more calls than the caller's SDK leaves
// room for; a retry of the same target only after a quick failure, within the provider's retry
// budget, and after a pause that a quarter of the remaining time covers. Targets whose breaker is
// open, that are throttled, or whose credential was refused are passed over without a call.
//
//   attempts tries(with, x);
//   while (co_await tries.next()) { … one call to tries.to() … tries.answered() or .failed(why) }
//   tries.why_not()
//
// Thread: the exchange's reactor.
#pragma once

#include "data_plane/gateway/relay.h"
#include "data_plane/gateway/targets.h"
#include "data_plane/provider/breaker.h"

#include <chrono>
#include <vector>

namespace servery::gateway {

class attempts {
  public:
    attempts(const ports& with, exchange& x);

    // The next call may be made to to(), now, after the pause it needed; false: none may.
    [[nodiscard]] task<bool> next();
    [[nodiscard]] const target& to() const { return candidates_[at_].to; }

    // How the call that next() allowed ended. An answer that breaks off later is a failure too.
    void answered();
    void broke_off();
    void failed(upstream_failure why);

    // Why no target answered; dispatched if any call was.
    [[nodiscard]] upstream_failure why_not() { return std::move(last_); }

  private:
    struct candidate {
        target to;
        bool asked = false;
        bool again = false; // a retry may help
        millis wait{0};     // that a 429 or 503 asked for
    };

    [[nodiscard]] bool ask_new();
    [[nodiscard]] task<bool> ask_again();
    [[nodiscard]] bool begin(std::size_t i);
    void pass_over(const candidate& c, const provider::permit_or_refusal& why);
    [[nodiscard]] millis pause_before(const candidate& c);
    [[nodiscard]] task<bool> rest(millis pause);
    void weigh(candidate& c, const upstream_failure& why);

    const ports& with_;
    exchange& x_;
    std::vector<candidate> candidates_;
    std::size_t at_ = 0;
    std::int64_t made_ = 0;
    std::int64_t retries_ = 0;
    millis rested_{0};
    std::chrono::steady_clock::time_point begun_; // the call under way
    provider::call_permit permit_;
    upstream_failure last_;
};

} // namespace servery::gateway
