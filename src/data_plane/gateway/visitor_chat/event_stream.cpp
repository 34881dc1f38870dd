// What happens in a conversation, as it happens: a stream of events, or one long poll.
#include "data_plane/gateway/http_parts.h"
#include "data_plane/gateway/visitor_chat/event_cursor.h"
#include "data_plane/gateway/visitor_chat/message_routes.h"
#include "data_plane/gateway/visitor_chat/parts.h"
#include "foundation/http/query.h"
#include "foundation/http/sse.h"
#include "foundation/net/reactor.h"
#include "foundation/net/timer.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>

namespace servery::gateway {

namespace {

constexpr millis longest_poll{25'000};
constexpr millis comment_every{20'000};

// One waiter on its reactor, and how it is woken from elsewhere.
class waker : public std::enable_shared_from_this<waker> {
  public:
    explicit waker(net::reactor& home) : home_(home), timer_(home) {}

    // To be called from any thread, also after the waiter is gone. It holds the waiter weakly and
    // looks for it on the reactor only, so that the timer dies where it lives.
    [[nodiscard]] std::function<void()> from_elsewhere() {
        return [home = &home_, self = weak_from_this()] {
            home->post([self] {
                const auto still = self.lock();
                if (!still) return;
                still->awake_ = true;
                still->timer_.cancel();
            });
        };
    }
    // The reactor's thread: until somebody wakes, or the time is over.
    task<void> wait(millis at_most) {
        if (!awake_) (void)co_await timer_.wait(at_most);
        awake_ = false;
    }

  private:
    net::reactor& home_;
    net::timer timer_;
    bool awake_ = false;
};

task<void> long_poll(gateway* with, http::responder* out, chat_caller c, std::int64_t after) {
    auto found = look_for_news(*with, c, after);
    if (found.messages.empty() && c.home != nullptr) {
        const auto waiting = std::make_shared<waker>(*c.home);
        const auto watching =
            with->given().book->watch(c.conversation, after, waiting->from_elsewhere());
        const auto drained = with->parts().watch(c.conversation, waiting->from_elsewhere());
        out->on_gone(waiting->from_elsewhere());
        const auto until = std::chrono::steady_clock::now() + longest_poll;
        while (found.messages.empty() && !out->gone() && !with->parts().closed()) {
            const auto left =
                std::chrono::duration_cast<millis>(until - std::chrono::steady_clock::now());
            if (left.count() <= 0) break;
            co_await waiting->wait(left);
            found = look_for_news(*with, c, after);
        }
        out->on_gone({});
    }
    json::array events;
    for (const auto& m : found.messages)
        events.push_back(json::object{{"event", "message"}, {"data", message_json(*with, c, m)}});
    json::object body{{"events", std::move(events)},
                      {"owner", json::enum_word(found.state.owner)},
                      {"next", found.last}};
    if (auto name = owner_name(*with, found.state); !name.empty()) body["name"] = std::move(name);
    co_await send_json(*out, c.policy.get(), c.origin, 200, std::move(body));
}

task<bool> start_stream(http::responder* out, const chat_caller* c) {
    provider::header_list headers{{"content-type", std::string(http::sse_content_type)},
                                  {"cache-control", "no-cache, no-transform"},
                                  {"x-accel-buffering", "no"}};
    (void)cors_headers(*c->policy, c->origin, headers);
    std::vector<http::header> list;
    for (const auto& [name, value] : headers)
        list.push_back({name, value});
    co_return co_await out->start_stream(200, list);
}

task<void> stream(gateway* with, http::responder* out, chat_caller c, std::int64_t after) {
    const auto waiting = std::make_shared<waker>(*c.home);
    out->on_gone(waiting->from_elsewhere());
    if (!co_await start_stream(out, &c)) co_return;
    event_cursor cursor(*with, c, after);
    const auto written = with->parts().watch(c.conversation, waiting->from_elsewhere());
    // The first bytes leave at once: a client that gets none knows that a proxy keeps them back.
    auto bytes = cursor.greeting();
    while (!out->gone()) {
        // Watched before it is looked at, so that nothing falls in between.
        const auto watching =
            with->given().book->watch(c.conversation, cursor.after(), waiting->from_elsewhere());
        bytes += cursor.next();
        if (bytes.empty()) {
            co_await waiting->wait(comment_every);
            if (out->gone() || with->parts().closed()) break;
            bytes = cursor.next();
            if (bytes.empty()) http::append_sse_comment(bytes, "still here");
        }
        if (!co_await out->write(std::string_view(bytes))) break;
        bytes.clear();
    }
    out->on_gone({});
    if (!out->gone()) (void)co_await out->finish();
}

std::int64_t after_of(const http::request& in) {
    const auto words = http::parse_query(in.query);
    auto value = words ? http::word(*words, "after") : std::nullopt;
    if (!value) value = in.header("last-event-id");
    if (!value || value->empty() || value->size() > 15 ||
        !std::ranges::all_of(*value, [](char ch) { return ch >= '0' && ch <= '9'; }))
        return 0;
    return std::stoll(std::string(*value));
}

} // namespace

task<void> get_events(gateway* with, http::request* in, http::responder* out, std::string widget) {
    auto c = read_caller(*with, *in, widget, visitor_need::required);
    if (!c) {
        co_await send_fault(*out, *with, *in, c.error());
        co_return;
    }
    const auto accept = in->header("accept").value_or("");
    const auto after = after_of(*in);
    if (accept.find("application/json") != std::string_view::npos || c->home == nullptr)
        co_await long_poll(with, out, std::move(*c), after);
    else
        co_await stream(with, out, std::move(*c), after);
}

} // namespace servery::gateway
