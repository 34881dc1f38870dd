// Answers kept under the caller's Idempotency-Key for 24 hours, so that a repeated POST does its
// work once. With a keeper also over a restart, but for answers that set a cookie. Between the work
// and the keeping lies a moment: whoever is not answered because the process died in it may find
// the work done twice. Thread: the control thread.
#pragma once

#include "api/route.h"
#include "foundation/base/clock.h"
#include "foundation/base/hash.h"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace servery::api {

// How answers outlive the process. The texts are for the keeper to seal.
struct answer_keeper {
    key32 key{}; // of the slots' hashes
    // Durable when it returns; what cannot be kept is live until the process ends.
    std::function<void(const hash32& slot, instant at, const std::string& text)> keep;
    struct kept {
        hash32 slot{};
        instant at;
        std::string text;
    };
    std::function<std::vector<kept>()> read; // once, at the start; the oldest first
};

class idempotency {
  public:
    explicit idempotency(const clock& now, answer_keeper keeper = {});

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
    [[nodiscard]] hash32 hash_of(std::string_view text) const;
    void add(const hash32& slot, entry made);
    void forget_old();

    const clock& now_;
    answer_keeper keeper_;
    std::map<hash32, entry> entries_;
    std::deque<std::pair<instant, hash32>> order_;
};

} // namespace servery::api
