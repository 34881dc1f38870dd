// What is known of an upstream's health, one object a target (provider and model), shared by all
// cores: the circuit breaker, the pause that a 429 asked for, the credential that was refused. And
// the retry budget of a provider, so that retries never multiply a failure (gateway contract,
// section 12).
//
//   closed     calls go through; five failures in a row, or half of at least twenty within ten
//              seconds, open it
//   open       no call for 5 s, then twice as long each time, at most 60 s
//   half_open  exactly one call is let through as a probe; its end closes or opens the breaker
//
// Time is the gateway's clock; one that was set back never lengthens a pause beyond its length.
// Thread: any; a short lock a call.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/json/describe.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace servery::provider {

enum class breaker_state { closed, half_open, open };
BOOST_DESCRIBE_ENUM(breaker_state, closed, half_open, open)

// Why a target is not to be asked now.
enum class refusal { none, breaker, throttled, credential };
BOOST_DESCRIBE_ENUM(refusal, none, breaker, throttled, credential)

struct target_standing {
    std::string provider;
    std::string model;
    breaker_state state = breaker_state::closed;
    std::int64_t failures_in_row = 0;
    refusal refused = refusal::none; // what a call would meet now
    instant until;                   // of the refusal
};
BOOST_DESCRIBE_STRUCT(target_standing, (),
                      (provider, model, state, failures_in_row, refused, until))

class target_health;

// Leave to make one call. Ends by good() or failed(); one that ends otherwise, because the client
// left or the request was refused for its own sake, says nothing about the target. Move-only.
class call_permit {
  public:
    call_permit() = default;
    explicit call_permit(std::shared_ptr<target_health> of, bool probe)
        : of_(std::move(of)), probe_(probe) {}
    call_permit(call_permit&& other) noexcept;
    call_permit& operator=(call_permit&& other) noexcept;
    ~call_permit();

    void good(instant now);
    // Also after good(): a stream that began well and broke off.
    void failed(instant now);

  private:
    void drop() noexcept;
    std::shared_ptr<target_health> of_;
    bool probe_ = false; // it holds the breaker's only probe
};

struct permit_or_refusal {
    call_permit permit;
    refusal refused = refusal::none;
    instant until; // of the refusal
};

class target_health : public std::enable_shared_from_this<target_health> {
  public:
    target_health(std::string provider, std::string model);

    // `settings` is the policy version: a refused credential is tried again under a newer one.
    [[nodiscard]] permit_or_refusal ask(instant now, std::uint64_t settings);
    // The upstream said when it will take calls again; at most a minute is believed.
    void throttle(instant now, millis wait);
    // The upstream refused our credential: not asked for a minute, or until the settings change.
    void refuse_credential(instant now, std::uint64_t settings);
    [[nodiscard]] target_standing look(instant now) const;

  private:
    friend class call_permit;
    struct second {
        std::int64_t at = -1;
        std::uint32_t calls = 0;
        std::uint32_t failures = 0;
    };

    void good(instant now, bool probe);
    void failed(instant now, bool probe);
    void give_back_probe();
    void count(instant now, bool failure);
    void open(instant now);
    void close();
    [[nodiscard]] bool too_many(instant now) const;
    [[nodiscard]] refusal refusal_now(instant now, std::uint64_t settings, instant& until) const;
    void show() const;

    const std::string provider_, model_;
    std::atomic<std::int64_t>& gauge_;
    std::atomic<std::int64_t>& opened_;

    mutable std::mutex mutex_;
    breaker_state state_ = breaker_state::closed;
    std::int64_t in_row_ = 0;
    std::array<second, 10> window_;
    instant opened_at_;
    millis pause_{0}; // of the breaker; 0 = never opened since it was last good
    bool probing_ = false;
    instant throttled_at_;
    millis throttle_{0};
    instant credential_at_;
    std::uint64_t credential_settings_ = 0; // 0 = the credential was not refused
};

// Retries of a provider: a tenth of its requests, and three a second however few there are.
class retry_budget {
  public:
    // A request begins; its first call is free.
    void earn() noexcept { thousandths_.fetch_add(100, std::memory_order_relaxed); }
    // One retry; false: there have been too many.
    [[nodiscard]] bool take(instant now);

  private:
    std::atomic<std::int64_t> thousandths_{3000};
    std::mutex mutex_;
    instant refilled_;
};

class health_board {
  public:
    [[nodiscard]] std::shared_ptr<target_health> of(std::string_view provider,
                                                    std::string_view model);
    [[nodiscard]] retry_budget& retries(std::string_view provider);
    // Every target that was ever asked, by provider and model.
    [[nodiscard]] std::vector<target_standing> look(instant now) const;

  private:
    mutable std::shared_mutex mutex_;
    std::map<std::string, std::map<std::string, std::shared_ptr<target_health>, std::less<>>,
             std::less<>>
        targets_;
    std::map<std::string, retry_budget, std::less<>> retries_;
};

} // namespace servery::provider
