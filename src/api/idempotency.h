// Answers kept under the caller's Idempotency-Key for 24 hours, so that a repeated POST does its
// work once. In memory: a restart forgets them. Thread: the control thread.
#pragma once

#include "api/route.h"
#include "foundation/base/clock.h"
#include "foundation/base/hash.h"

#include <deque>
#include <map>
#include <optional>
#include <string>

namespace servery::api {

class idempotency {
  public:
    explicit idempotency(const clock& now) : now_(now) {}

    // slot: caller, method, path and key. The stored reply; nothing for a new slot, which is then
    // taken until keep() or drop().
    // Errors: api.idempotency.reused (another body), api.idempotency.running.
    [[nodiscard]] result<std::optional<reply>> begin(const std::string& slot,
                                                     std::string_view body);
    void keep(const std::string& slot, const reply& answer);
    // The work failed: the next try does it.
    void drop(const std::string& slot);

  private:
    struct entry {
        hash32 body{};
        instant at;
        std::optional<reply> answer;
    };
    void forget_old();
    const clock& now_;
    std::map<std::string, entry> entries_;
    std::deque<std::pair<instant, std::string>> order_;
};

} // namespace servery::api
