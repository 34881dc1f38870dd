// What changed, told to open consoles: GET /api/v1/events?topics=desk,gate… is a stream of server-
// sent events whose ids are the log's sequence numbers, so a break resumes with last-event-id. An
// event says what changed and where, never any text; the console asks again for what it shows.
//   event: change  id: 812  data: {"topic","kind","project","object_type","object_id"}
//   event: resync  data: {}      the hub no longer knows what came after that id
// Thread: add() on the control thread; the rest from any.
#pragma once

#include "api/access/capabilities.h"
#include "foundation/base/task.h"
#include "foundation/events/event.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace servery::http {
class request;
class responder;
} // namespace servery::http

namespace servery::api {

struct change_notice {
    std::int64_t seq = 0;
    std::string topic; // desk, gate, rollout, knowledge, evaluation, monitor, alerts, setup
    std::string kind;
    std::string project;
    std::string object_type;
    std::string object_id;
};

// "" = nobody watches that kind.
[[nodiscard]] std::string_view topic_of(std::string_view kind);

class event_hub {
  public:
    // The log stands at this number: what came before is not known here.
    void begin_at(std::int64_t seq);
    void add(const events::event& e);

    struct found {
        std::vector<change_notice> notices;
        std::int64_t last = 0;
        bool forgotten = false; // `after` is older than what is kept
    };
    // after -1 = from now on.
    [[nodiscard]] found since(std::int64_t after) const;
    // Calls `wake` after each add() until the answer is dropped; any thread.
    [[nodiscard]] std::shared_ptr<void> watch(std::function<void()> wake);

  private:
    static constexpr std::size_t kept = 2000;
    mutable std::mutex mutex_;
    std::deque<change_notice> notices_;
    std::int64_t first_ = 0; // everything after this number is here
    std::int64_t last_ = 0;
    std::map<std::uint64_t, std::shared_ptr<std::function<void()>>> watchers_;
    std::uint64_t next_watcher_ = 0;
};

// What one console asked for.
struct stream_wish {
    std::set<std::string, std::less<>> topics; // empty = all
    std::int64_t after = -1;
};
[[nodiscard]] stream_wish wish_of(std::string_view topics, std::string_view last_event_id);

// Writes until the client is gone or `still_allowed`, asked every 20 s, gives nothing more.
// `still_allowed` comes back on the request's reactor.
[[nodiscard]] task<void>
stream_changes(event_hub& hub, http::request& in, http::responder& out, stream_wish wish,
               access::rights rights,
               std::function<task<std::optional<access::rights>>()> still_allowed);

} // namespace servery::api
