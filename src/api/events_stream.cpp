#include "api/events_stream.h"

#include "foundation/base/number_text.h"
#include "foundation/base/text.h"
#include "foundation/http/page_headers.h"
#include "foundation/http/server.h"
#include "foundation/http/sse.h"
#include "foundation/json/json.h"
#include "foundation/net/reactor.h"
#include "foundation/net/timer.h"

#include <algorithm>
#include <chrono>

namespace servery::api {

namespace {

constexpr millis look_every{20'000};

struct topic_row {
    std::string_view prefix;
    std::string_view topic;
};
// The first that fits.
constexpr topic_row topics[] = {
    {"message.", "desk"},     {"conversation.", "desk"},   {"draft.", "desk"},
    {"decision.rec", "desk"}, {"label.recorded", "desk"},  {"feedback.", "desk"},
    {"person.req", "desk"},   {"reply.", "desk"},          {"issue.", "desk"},
    {"item.", "desk"},        {"presence.", "presence"},   {"gate.", "gate"},
    {"signature.", "gate"},   {"waiver.", "gate"},         {"evidence.", "gate"},
    {"plan.", "gate"},        {"phase.", "gate"},          {"decision.", "gate"},
    {"fact", "gate"},         {"drill.", "gate"},          {"rollout.", "rollout"},
    {"grant.", "rollout"},    {"knowledge.", "knowledge"}, {"calibration.", "knowledge"},
    {"eval.", "evaluation"},  {"report.", "monitor"},      {"alert.", "alerts"},
    {"project.", "setup"},    {"roles.", "setup"},         {"key.", "setup"},
    {"widget.", "setup"},     {"provider.", "setup"},      {"variant.", "setup"},
};

// Everything about a conversation goes under its id, so that the open one is found.
std::string object_of(const events::event& e) {
    if (const auto* c = e.body.if_contains("conversation"); c != nullptr && c->is_string())
        return std::string(c->get_string());
    return e.object_id;
}

// A waiter on its reactor that can be woken from elsewhere, also after it is gone.
class sleeper : public std::enable_shared_from_this<sleeper> {
  public:
    explicit sleeper(net::reactor& home) : home_(home), timer_(home) {}
    [[nodiscard]] std::function<void()> alarm() {
        return [home = &home_, self = weak_from_this()] {
            home->post([self] {
                const auto still = self.lock();
                if (!still) return;
                still->awake_ = true;
                still->timer_.cancel();
            });
        };
    }
    task<void> sleep(millis at_most) {
        if (!awake_) (void)co_await timer_.wait(at_most);
        awake_ = false;
    }

  private:
    net::reactor& home_;
    net::timer timer_;
    bool awake_ = false;
};

std::string as_events(const event_hub::found& found, const stream_wish& wish,
                      const access::rights& rights) {
    std::string out;
    if (found.forgotten) http::append_sse(out, "{}", "resync");
    for (const auto& n : found.notices) {
        const bool wanted = wish.topics.empty() || wish.topics.contains(n.topic);
        if (!wanted || (!n.project.empty() && !rights.sees(n.project))) continue;
        out += "id: " + std::to_string(n.seq) + "\n";
        http::append_sse(out,
                         json::write(json::object{{"topic", n.topic},
                                                  {"kind", n.kind},
                                                  {"project", n.project},
                                                  {"object_type", n.object_type},
                                                  {"object_id", n.object_id}}),
                         "change");
    }
    return out;
}

} // namespace

std::string_view topic_of(std::string_view kind) {
    const auto* row = std::ranges::find_if(
        topics, [&](const topic_row& t) { return kind.starts_with(t.prefix); });
    return row == std::end(topics) ? std::string_view{} : row->topic;
}

void event_hub::begin_at(std::int64_t seq) {
    const std::scoped_lock lock(mutex_);
    first_ = last_ = std::max(last_, seq);
}

void event_hub::add(const events::event& e) {
    const auto topic = topic_of(e.kind);
    if (topic.empty() || e.refused) return;
    std::vector<std::shared_ptr<std::function<void()>>> wake;
    {
        const std::scoped_lock lock(mutex_);
        notices_.push_back({.seq = e.seq,
                            .topic = std::string(topic),
                            .kind = e.kind,
                            .project = e.project,
                            .object_type = e.object_type,
                            .object_id = object_of(e)});
        last_ = std::max(last_, e.seq);
        if (notices_.size() > kept) {
            first_ = notices_.front().seq;
            notices_.pop_front();
        }
        for (const auto& [id, call] : watchers_)
            wake.push_back(call);
    }
    for (const auto& call : wake)
        (*call)();
}

event_hub::found event_hub::since(std::int64_t after) const {
    const std::scoped_lock lock(mutex_);
    found out{.notices = {}, .last = last_, .forgotten = after >= 0 && after < first_};
    if (after < 0) return out;
    for (const auto& n : notices_)
        if (n.seq > after) out.notices.push_back(n);
    return out;
}

std::shared_ptr<void> event_hub::watch(std::function<void()> wake) {
    const std::scoped_lock lock(mutex_);
    const auto id = next_watcher_++;
    watchers_[id] = std::make_shared<std::function<void()>>(std::move(wake));
    return {nullptr, [this, id](void*) {
                const std::scoped_lock unlock(mutex_);
                watchers_.erase(id);
            }};
}

stream_wish wish_of(std::string_view topics_word, std::string_view last_event_id) {
    stream_wish out;
    for (const auto word : split(topics_word, ','))
        if (!trim(word).empty()) out.topics.emplace(trim(word));
    if (const auto n = number_in<std::int64_t>(last_event_id); n && *n >= 0) out.after = *n;
    return out;
}

task<void> stream_changes(event_hub& hub, http::request& in, http::responder& out, stream_wish wish,
                          access::rights rights,
                          std::function<task<std::optional<access::rights>>()> still_allowed) {
    auto head = http::page_headers(http::page_kind::data, {}, false);
    head.emplace_back("content-type", http::sse_content_type);
    head.emplace_back("cache-control", "no-store, no-transform");
    head.emplace_back("x-accel-buffering", "no");
    std::vector<http::header> views;
    for (const auto& [name, value] : head)
        views.push_back({name, value});
    if (!co_await out.start_stream(200, views, http::responder::flush::now)) co_return;
    if (in.home == nullptr) { // nothing can wait here: say hello and end
        (void)co_await out.finish();
        co_return;
    }
    const auto waiting = std::make_shared<sleeper>(*in.home);
    out.on_gone(waiting->alarm());
    const auto watching = hub.watch(waiting->alarm());
    auto found = hub.since(wish.after);
    std::string bytes;
    http::append_sse_comment(bytes, "here");
    bytes += as_events(found, wish, rights);
    auto checked = std::chrono::steady_clock::now();
    while (!out.gone()) {
        if (!bytes.empty() && !co_await out.write(std::string_view(bytes))) break;
        co_await waiting->sleep(look_every);
        if (out.gone()) break;
        bytes.clear();
        if (std::chrono::steady_clock::now() - checked >= look_every) {
            auto now_rights = co_await still_allowed();
            if (!now_rights) break; // signed out: the console asks again and sees why
            rights = std::move(*now_rights);
            checked = std::chrono::steady_clock::now();
            http::append_sse_comment(bytes, "still here");
        }
        found = hub.since(found.last);
        bytes += as_events(found, wish, rights);
    }
    out.on_gone({});
    if (!out.gone()) (void)co_await out.finish();
}

} // namespace servery::api
