// Everything of one visitor in the log, and everything whose time is over: found in one pass over
// the log, in the order of seq. Thread: a collector belongs to one thread.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/events/event.h"
#include "foundation/events/exchange.h"
#include "foundation/json/json.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace servery::privacy {

struct subject_conversation {
    std::string id;
    hash16 key{};
    bool open = true;
    std::int64_t last_msg = 0;
};

class subject_collector {
  public:
    subject_collector(std::string project, const hash16& visitor);

    void add(events::event&& e);
    void add(events::exchange&& x);

    [[nodiscard]] const std::map<std::string, subject_conversation, std::less<>>&
    conversations() const {
        return conversations_;
    }
    // Rows of the visitor, in the order of the log.
    [[nodiscard]] const std::vector<events::event>& events() const { return events_; }
    [[nodiscard]] const std::vector<events::exchange>& exchanges() const { return exchanges_; }
    // Hashes of conversations, of the chat and of API calls.
    [[nodiscard]] const std::set<hash16>& keys() const { return keys_; }
    [[nodiscard]] bool empty() const { return events_.empty() && exchanges_.empty(); }

  private:
    [[nodiscard]] bool belongs(const events::event& e) const;

    std::string project_;
    hash16 visitor_;
    std::string visitor_hex_;
    std::map<std::string, subject_conversation, std::less<>> conversations_;
    std::set<hash16> keys_;
    std::set<std::string, std::less<>> key_hex_;
    std::vector<events::event> events_;
    std::vector<events::exchange> exchanges_;
};

// A short name that tells subjects apart in lists and leads to none.
[[nodiscard]] std::string subject_ref(const hash16& visitor);

} // namespace servery::privacy
