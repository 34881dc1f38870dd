#include "api/control_api.h"

#include "api/admission.h"
#include "api/embedded.h"
#include "api/events_stream.h"
#include "api/fault_params.h"
#include "api/idempotency.h"
#include "api/resources.h"
#include "foundation/base/counters.h"
#include "foundation/base/ids.h"
#include "foundation/base/log.h"
#include "foundation/base/text.h"
#include "foundation/http/router.h"
#include "foundation/http/server.h"
#include "foundation/net/reactor.h"

#include <coroutine>
#include <exception>

namespace servery::api {

namespace {

// Carries a piece of work to another thread and comes back to the reactor the request lives on.
class hop {
  public:
    hop(const executor& there, net::reactor* home, std::function<void()> work)
        : there_(there), home_(home), work_(std::move(work)) {}
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        // This object ends when the coroutine goes on, which may be before the call returns.
        const auto there = there_;
        there([work = std::move(work_), home = home_, waiting] {
            work();
            if (home != nullptr)
                home->post([waiting] { waiting.resume(); });
            else
                waiting.resume();
        });
    }
    void await_resume() const noexcept {}

  private:
    const executor& there_;
    net::reactor* home_;
    std::function<void()> work_;
};

error internal_fault() {
    return {.code = error_code::internal,
            .id = "server.internal",
            .message = "something went wrong here",
            .where = {},
            .remedy = "try again; the log names the request",
            .origin = error_origin::internal};
}

// An exception ends one request and nothing else.
template <typename Work>
auto guarded(const call& c, Work work) -> decltype(work()) {
    try {
        return work();
    } catch (const std::exception& e) {
        log::error("api.exception", {{"request", c.request_id},
                                     {"route", c.rule == nullptr ? "" : c.rule->path},
                                     {"what", e.what()}});
        return std::unexpected(internal_fault());
    }
}

std::string text_of(const http::request& in, std::string_view name) {
    return std::string(in.header(name).value_or(""));
}

request_head head_of(const http::request& in) {
    return {.authorization = text_of(in, "authorization"),
            .api_key = text_of(in, "x-api-key"),
            .cookie = text_of(in, "cookie"),
            .as = text_of(in, "x-servery-as"),
            .origin = text_of(in, "origin"),
            .fetch_site = text_of(in, "sec-fetch-site"),
            .content_type = text_of(in, "content-type"),
            .csrf = text_of(in, "x-servery-csrf"),
            .loopback = net::is_loopback(in.peer)};
}

std::string unquoted(std::string_view etag) {
    etag = trim(etag);
    if (etag.starts_with("W/")) etag.remove_prefix(2);
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"')
        etag = etag.substr(1, etag.size() - 2);
    return std::string(etag);
}

bool is_json(std::string_view content_type) {
    const auto type = lower_ascii(trim(content_type.substr(0, content_type.find(';'))));
    return type == "application/json" || type.empty();
}

status parse_body(call& c) {
    if (c.rule->raw_body && !c.content_type.empty() && !is_json(c.content_type)) return {};
    if (c.body.empty()) return {};
    if (!is_json(c.content_type))
        return fail(error_code::unprocessable, "api.body.not_json", "expected a JSON body",
                    "Content-Type", "send application/json");
    auto parsed = json::parse(c.body, {.bytes = c.rule->body_limit, .depth = 32});
    if (!parsed && c.rule->raw_body && c.content_type.empty()) return {};
    if (!parsed) return std::unexpected(parsed.error());
    if (!parsed->is_object())
        return fail(error_code::unprocessable, "api.body.not_object", "expected a JSON object",
                    "body", "send {…}");
    c.in = std::move(parsed->get_object());
    return {};
}

} // namespace

json::object error_body(const error& fault, std::string_view request_id) {
    const auto one = [](const error& e) {
        return json::object{{"id", e.id},
                            {"message", e.message},
                            {"where", e.where},
                            {"remedy", e.remedy},
                            {"params", fault_params(e)}};
    };
    json::object first = one(fault);
    first["request_id"] = request_id;
    json::array all;
    all.push_back(one(fault));
    for (const auto& e : fault.more)
        all.push_back(one(e));
    return {{"error", std::move(first)}, {"errors", std::move(all)}};
}

struct control_api::impl {
    backend with;
    options how;
    route_table table;
    http::router router;
    status checked;
    admission door;
    idempotency repeats;

    impl(backend b, options o)
        : with(std::move(b)), how(std::move(o)), table(all_routes(with, how)), checked({}),
          door(with, how), repeats(with.now, with.answers) {
        if (how.device_key == key32{}) with.random.fill(how.device_key);
        checked = table.check();
        if (!checked) return;
        for (const auto& r : table.rows())
            router.add(r.verb, r.path, {});
        for (const auto& r : table.rows())
            by_name[std::string(http::name(r.verb)) + " " + r.path] = &r;
    }

    std::map<std::string, const route*> by_name;

    // What a call carries between its stages.
    struct progress {
        call c;
        request_head head;
        std::string idempotency_key;
        std::optional<admission::refusal> refused;
        std::optional<reply> done; // an answer kept under the Idempotency-Key
        std::string slot;          // taken, until kept or dropped
        result<reply> answer = std::unexpected(internal_fault());
    };

    std::optional<error> match(const http::request& in, progress& p, std::string& allow) const;
    task<void> run(http::request& in, progress& p);
    task<bool> read(http::request& in, progress& p);
    void begin(progress& p);
    void act(progress& p);
    task<void> send(const http::request& in, http::responder& out, const progress& p,
                    std::string allow);
    task<void> stream(http::request& in, http::responder& out, progress& p);
};

std::optional<error> control_api::impl::match(const http::request& in, progress& p,
                                              std::string& allow) const {
    const auto found = router.find(in.verb, in.path);
    if (found.what == http::router::found::unknown_path) return not_found_here();
    if (found.what == http::router::found::wrong_method) {
        allow = found.allow;
        return error{.code = error_code::invalid_argument,
                     .id = "api.method",
                     .message = "this address does not know that method",
                     .where = {},
                     .remedy = "use " + found.allow};
    }
    auto& c = p.c;
    c.rule = by_name.at(std::string(http::name(found.to->verb)) + " " + found.to->pattern);
    // Names of the pattern, in order.
    for (const auto part : split(found.to->pattern, '/'))
        if (part.starts_with('{')) {
            auto name = part.substr(1, part.size() - 2);
            if (name.ends_with('*')) name.remove_suffix(1);
            auto value = http::percent_decode(found.params.get(name));
            if (!value) return not_found_here();
            c.path.emplace(name, std::move(*value));
        }
    auto words = http::parse_query(in.query);
    if (!words)
        return error{.code = error_code::invalid_argument,
                     .id = "api.query.invalid",
                     .message = "the query string cannot be read",
                     .where = "query",
                     .remedy = "escape it as %XX"};
    c.query = std::move(*words);
    return {};
}

// Takes the slot of the Idempotency-Key, or finds the answer that it already has.
void control_api::impl::begin(progress& p) {
    if (p.idempotency_key.empty() || p.c.rule->verb != http::method::post) return;
    const auto& who = p.c.who;
    const auto name = who.person.empty() ? (who.key.empty() ? p.c.peer : who.key) : who.person;
    auto slot = name + "\n" + p.c.scratch["target"] + "\n" + p.idempotency_key;
    auto stored = repeats.begin(slot, p.c.body);
    if (!stored) {
        p.answer = std::unexpected(stored.error());
        p.refused = admission::refusal{stored.error(), {}};
    } else if (*stored) {
        p.done = std::move(*stored);
    } else {
        p.slot = std::move(slot);
    }
}

void control_api::impl::act(progress& p) {
    if (how.on_request) how.on_request(p.c.request_id);
    if (p.c.rule->act) p.answer = guarded(p.c, [&] { return p.c.rule->act(p.c); });
    if (how.on_request) how.on_request({});
    if (p.slot.empty()) return;
    if (p.answer)
        repeats.keep(p.slot, *p.answer);
    else
        repeats.drop(p.slot);
}

task<bool> control_api::impl::read(http::request& in, progress& p) {
    if (p.c.rule->body_limit == 0) co_return true;
    auto body = co_await in.read_body(p.c.rule->body_limit);
    if (!body) {
        p.answer = std::unexpected(body.error());
        co_return body.error().id != "http.client_gone";
    }
    p.c.body = std::string(*body);
    p.answer = reply{};
    // What is computed on the pool may be large: it is parsed there, not on the reactor.
    if (p.c.rule->compute) co_return true;
    if (auto parsed = parse_body(p.c); !parsed) p.answer = std::unexpected(parsed.error());
    co_return true;
}

// Runs the stages; the outcome is in p.answer, p.refused or p.done.
task<void> control_api::impl::run(http::request& in, progress& p) {
    auto* home = in.home;
    const auto& rule = *p.c.rule;
    co_await hop(how.on_control, home, [this, &p] { p.refused = door.admit(p.c, p.head); });
    if (p.refused) co_return;
    if (!co_await read(in, p)) co_return;
    if (rule.body_limit != 0 && !p.answer) co_return;

    status so_far;
    if (rule.before || !p.idempotency_key.empty()) {
        co_await hop(how.on_control, home, [this, &p, &so_far] {
            begin(p);
            if (p.refused || p.done) return;
            if (p.c.rule->before)
                so_far = guarded(p.c, [&]() -> status { return p.c.rule->before(p.c); });
        });
        if (p.refused || p.done) co_return;
    }
    if (so_far && rule.heavy)
        co_await hop(how.on_pool, home, [&p, &so_far] {
            so_far = guarded(p.c, [&]() -> status { return p.c.rule->heavy(p.c); });
        });
    if (so_far && rule.compute) {
        co_await hop(how.on_pool, home, [&p] {
            p.answer = guarded(p.c, [&]() -> result<reply> {
                if (auto parsed = parse_body(p.c); !parsed) return std::unexpected(parsed.error());
                return p.c.rule->compute(p.c);
            });
        });
        if (p.slot.empty()) co_return;
    }
    co_await hop(how.on_control, home, [this, &p, &so_far] {
        if (so_far) {
            act(p);
        } else {
            p.answer = std::unexpected(so_far.error());
            if (!p.slot.empty()) repeats.drop(p.slot);
        }
    });
}

task<void> control_api::impl::send(const http::request& in, http::responder& out, const progress& p,
                                   std::string allow) {
    const bool refused = p.refused.has_value();
    const auto* good = p.done ? &*p.done : (!refused && p.answer ? &*p.answer : nullptr);
    reply answer;
    std::string retry;
    if (good != nullptr) {
        answer = *good;
    } else {
        const auto& fault = refused ? p.refused->fault : p.answer.error();
        answer.status = fault.id == "api.method" ? 405 : http_status(fault.code);
        answer.body = error_body(fault, p.c.request_id);
        if (refused && p.refused->retry_after)
            retry = std::to_string((p.refused->retry_after->count() + 999) / 1000);
        else if (fault.code == error_code::rate_limited)
            retry = "60"; // a sign-in's bucket gets one try a minute
    }
    const bool is_text = !answer.content_type.empty();
    const std::string body =
        answer.status == 204 ? "" : (is_text ? answer.text : json::write(answer.body));
    const auto headers = answer_headers(answer, how.tls, p.c.request_id, retry, allow);
    std::vector<http::header> views;
    for (const auto& [name, value] : headers)
        views.push_back({name, value});
    static auto& answers = counters::counter("servery_api_requests_total");
    answers.fetch_add(1, std::memory_order_relaxed);
    (void)co_await out.send(answer.status, views, in.verb == http::method::head ? "" : body);
}

// The caller's rights are looked at again every 20 s: who signs out hears no more.
task<void> control_api::impl::stream(http::request& in, http::responder& out, progress& p) {
    const auto again = [this, &in, &p]() -> task<std::optional<access::rights>> {
        std::optional<access::rights> now_held;
        co_await hop(how.on_control, in.home, [this, &p, &now_held] {
            auto c = p.c;
            if (!door.admit(c, p.head)) now_held = c.who.rights;
        });
        co_return now_held;
    };
    co_await stream_changes(*with.changes, in, out,
                            wish_of(p.c.word("topics"), text_of(in, "last-event-id")),
                            p.c.who.rights, again);
}

control_api::control_api(backend with, options how)
    : impl_(std::make_unique<impl>(std::move(with), std::move(how))) {}

control_api::~control_api() = default;

status control_api::check() const {
    return impl_->checked;
}

const route_table& control_api::routes() const {
    return impl_->table;
}

backend& control_api::services() {
    return impl_->with;
}

void control_api::set_origins(std::vector<std::string> origins) {
    impl_->how.origins = std::move(origins);
}

bool control_api::owns(std::string_view path) {
    return path == "/" || path == "/healthz" || path == "/readyz" || path == "/metrics" ||
           path.starts_with("/api/");
}

task<void> control_api::answer(http::request& in, http::responder& out) {
    impl::progress p;
    p.c.request_id = make_id("req", impl_->with.now.now(), impl_->with.random);
    p.c.peer = net::host_text(in.peer);
    p.c.content_type = text_of(in, "content-type");
    p.c.if_match = unquoted(text_of(in, "if-match"));
    p.c.code = text_of(in, "x-servery-code");
    p.c.scratch["target"] = std::string(in.method_text) + " " + std::string(in.target);
    p.idempotency_key = text_of(in, "idempotency-key").substr(0, 200);
    p.head = head_of(in);
    p.c.cookie = cookie_value(p.head.cookie, cookie_name(impl_->how));
    p.c.device = cookie_value(p.head.cookie, device_cookie_name(impl_->how));
    std::string allow;
    if (auto fault = impl_->match(in, p, allow))
        p.answer = std::unexpected(std::move(*fault));
    else
        co_await impl_->run(in, p);
    if (out.gone()) co_return;
    if (p.c.rule != nullptr && p.c.rule->streams && !p.refused && p.answer &&
        impl_->with.changes != nullptr)
        co_await impl_->stream(in, out, p);
    else
        co_await impl_->send(in, out, p, std::move(allow));
}

std::string_view openapi_yaml() {
    return embedded_text("openapi.yaml");
}

} // namespace servery::api
