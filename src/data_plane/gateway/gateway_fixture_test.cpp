#include "data_plane/gateway/gateway_fixture.h"
#include "data_plane/gateway/identity.h"
#include "data_plane/policy/bucketing.h"

#include <gtest/gtest.h>

namespace servery::gateway {

namespace {

class fake_upstream final : public provider::upstream {
  public:
    fake_upstream(fake_upstreams& of, scripted_answer says, seen_call& seen)
        : of_(of), says_(std::move(says)), seen_(seen) {}

    task<result<provider::answer_head>> open(provider::call what) override {
        for (const auto piece : what.pieces)
            seen_.body += piece;
        seen_.headers = what.headers;
        seen_.stream = what.stream;
        seen_.question = what.question;
        if (of_.by_body) says_ = of_.by_body(seen_.body);
        if (of_.before_open) of_.before_open();
        if (says_.open_fault) co_return std::unexpected(*says_.open_fault);
        sent_ = true;
        provider::answer_head head;
        head.status = says_.status;
        head.content_type = says_.content_type;
        head.headers = says_.headers;
        head.decided = says_.decided;
        co_return head;
    }
    task<result<std::string_view>> next() override {
        if (seen_.cancelled)
            co_return fail(error_code::cancelled, "http.client.cancelled", "cancelled");
        if (at_ < says_.pieces.size()) co_return std::string_view(says_.pieces[at_++]);
        if (says_.end_fault) co_return std::unexpected(*says_.end_fault);
        co_return std::string_view{};
    }
    void cancel() noexcept override { seen_.cancelled = true; }
    bool request_sent() const noexcept override { return sent_; }

  private:
    fake_upstreams& of_;
    scripted_answer says_;
    seen_call& seen_;
    std::size_t at_ = 0;
    bool sent_ = false;
};

hash32 variant_hash() {
    hash32 h{};
    h[0] = 0xab;
    h[1] = 0xcd;
    return h;
}

policy::grant_view grant(std::string id, instant now) {
    policy::grant_view g;
    g.id = std::move(id);
    g.phase = "pilot";
    g.stage = g.id;
    g.variant = variant_hash();
    g.not_before = now - millis{1000};
    g.expires_at = now + millis{1'000'000'000};
    g.salt[3] = 9;
    return g;
}

policy::project_view shop(instant now) {
    policy::project_view p;
    p.id = "shop";
    p.phase = "pilot";
    p.default_variant = variant_hash();
    p.identity_key[0] = 1;
    p.budget_cap_nano = 1'000'000'000;
    p.texts = {{"label", "en", "You are chatting with an AI.", "1abe11abe11a"},
               {"handoff", "en", "A colleague will answer.", "4a2d0ff4a2d0"},
               {"fixed", "en", "Please call us.", "f1xedf1xedf1"}};
    auto percent = grant("p30", now);
    percent.audience = {.kind = "percent", .lo = 0, .hi = 3000, .groups = {}};
    percent.probability_e6 = 300'000;
    auto staff = grant("staff", now);
    staff.audience = {.kind = "group", .lo = 0, .hi = 0, .groups = {"staff"}};
    p.grants = {percent, staff};
    return p;
}

} // namespace

provider::connector fake_upstreams::connect() {
    return [this](net::reactor*,
                  const provider::settings& to) -> result<std::unique_ptr<provider::upstream>> {
        auto says = next.empty() ? whole("ok") : next.front();
        if (next.size() > 1) next.pop_front();
        calls.emplace_back();
        calls.back().provider = to.id;
        return std::make_unique<fake_upstream>(*this, std::move(says), calls.back());
    };
}

policy::conversation_state fake_book::look(const hash16& conversation) const {
    const auto it = states.find(conversation);
    return it == states.end() ? policy::conversation_state{} : it->second;
}

void fake_book::open_turn(policy::visitor_message message,
                          std::function<void(result<policy::opened_turn>)> done) {
    auto& state = states[message.conversation];
    state.known = true;
    state.id = "cv_book";
    open_conversation_ = message.conversation;
    auto& list = messages[message.conversation];
    policy::opened_turn out;
    for (const auto& m : list) {
        if (m.client_id != message.client_id || m.client_id.empty()) continue;
        out.repeated = true;
        out.msg_seq = m.msg_seq;
    }
    if (!out.repeated) {
        events::message_added m;
        m.text = message.text;
        m.client_id = message.client_id;
        m.msg_seq = static_cast<std::int64_t>(list.size()) + 1;
        out.msg_seq = m.msg_seq;
        list.push_back(m);
    }
    out.conversation = state.id;
    out.epoch = state.epoch;
    out.owner = state.owner;
    if (state.owner == events::owner_kind::ai && !out.repeated) out.turn = "trn_1";
    opened.push_back(std::move(message));
    done(out);
}

void fake_book::close_turn(std::string, std::string, std::int64_t, policy::turn_answer answer,
                           std::function<void(result<policy::turn_result>)> done) {
    auto& list = messages[open_conversation_];
    events::message_added m;
    m.author = events::author_kind::ai;
    m.text = answer.text.empty() || answer.outcome == "draft" ? answer.notice : answer.text;
    m.msg_seq = static_cast<std::int64_t>(list.size()) + 1;
    list.push_back(m);
    closed.push_back(std::move(answer));
    done(supersede ? policy::turn_result::superseded : policy::turn_result::committed);
}

void fake_book::consent(std::string, events::consent_changed record,
                        std::function<void(status)> done) {
    consents.push_back(std::move(record));
    done({});
}

std::shared_ptr<void> fake_book::watch(const hash16& conversation, std::int64_t after_seq,
                                       std::function<void()> wake) {
    if (!history(conversation, after_seq, 1).empty()) wake();
    wakes.push_back(std::move(wake));
    return std::make_shared<int>(0);
}

std::vector<events::message_added>
fake_book::history(const hash16& conversation, std::int64_t after_seq, std::size_t limit) const {
    std::vector<events::message_added> out;
    const auto it = messages.find(conversation);
    if (it == messages.end()) return out;
    for (const auto& m : it->second) {
        if (m.msg_seq > after_seq && out.size() < limit) out.push_back(m);
    }
    return out;
}

gateway_world::gateway_world() {
    policy.version = 1;
    policy.projects.push_back(shop(now.now()));
    policy::variant_view v;
    v.hash = variant_hash();
    v.targets = {{"main", "large-1"}};
    policy.variants.push_back(v);
    policy.projects.front().variants.push_back(v.hash);
    policy::provider_view main;
    main.id = "main";
    main.kind = "openai";
    policy.providers.push_back(main);
    policy::price_row price;
    price.id = "pr_1";
    price.provider = "main";
    price.model = "large-1";
    price.currency = "EUR";
    price.in = 1'000'000;
    price.out = 2'000'000;
    policy.prices.push_back(price);

    const key32 pepper{};
    const auto add_key = [&](policy::key_kind kind, std::vector<std::string> scopes) {
        const auto text = policy::make_key_text(kind, random);
        policy::key_view k;
        k.hash = policy::hash_key(pepper, text);
        k.id = "key_" + std::string(json::enum_word(kind));
        k.project = "shop";
        k.kind = kind;
        k.scopes = std::move(scopes);
        if (kind == policy::key_kind::public_) k.origins = {"https://shop.example"};
        if (kind == policy::key_kind::sandbox) k.failure = policy::on_failure::error;
        policy.keys.push_back(k);
        return text;
    };
    live_key = add_key(policy::key_kind::live,
                       {"chat", "embeddings", "models", "visitor:assert", "purpose:assert"});
    sandbox_key = add_key(policy::key_kind::sandbox, {"chat", "embeddings", "models"});
    public_key = add_key(policy::key_kind::public_, {"chat"});
    publish();

    ports given{.clock = now,
                .random = random,
                .policy = board,
                .kills = kills,
                .spend = spend,
                .pepper = pepper,
                .visitor_key = {},
                .upstreams = {},
                .serving = [this](std::string_view, std::string_view) { return knowledge; },
                .guard = {},
                .book = &book,
                .record = [this](events::exchange row) { rows.push_back(std::move(row)); },
                .emit = [this](events::event e) { events.push_back(std::move(e)); },
                .consented = {},
                .feedback = {},
                .ask_for_person = {}};
    given.upstreams.add("openai", upstream.connect());
    given.upstreams.add("assistant", provider::assistant_connector(given.serving));
    gate = std::make_unique<class gateway>(std::move(given));
    gate->add_routes(routes);
}

void gateway_world::keep_in_flight(in_flight_file& file) {
    auto given = gate->given();
    given.in_flight = &file;
    gate = std::make_unique<class gateway>(std::move(given));
    routes = http::router{};
    gate->add_routes(routes);
}

void gateway_world::publish() {
    board.publish(std::make_shared<policy::snapshot>(policy));
}

std::string gateway_world::visitor(bool inside) const {
    const auto& p = policy.projects[0];
    for (int n = 0;; ++n) {
        const auto id = "v" + std::to_string(n);
        const auto hash = visitor_hash(p.identity_key, "asserted", as_bytes(id));
        const auto at = policy::servery1_bucket(p.grants[0].salt, policy::purpose::include,
                                                policy::unit_kind::visitor, hash);
        if ((at < 3000) == inside) return id;
    }
}

void gateway_world::write(const hash16& conversation, std::string text) {
    auto& list = book.messages[conversation];
    events::message_added m;
    m.author = events::author_kind::person;
    m.text = std::move(text);
    m.msg_seq = static_cast<std::int64_t>(list.size()) + 1;
    list.push_back(std::move(m));
    for (const auto& wake : book.wakes)
        wake();
}

gateway_world::answer gateway_world::call(http::method verb, const std::string& path, headers with,
                                          std::string body) {
    http::memory_request in(verb, path, std::move(with), std::move(body));
    in.peer = caller;
    http::memory_responder out;
    const auto found = routes.find(verb, in.path);
    if (found.to == nullptr) return {.status = 404};
    bool ended = false;
    start(found.to->answer(in, out, found.params), [&] { ended = true; });
    EXPECT_TRUE(ended) << "nothing here waits for a network";
    return {out.status, out.body, out.headers, out.writes, out.finished};
}

gateway_world::answer gateway_world::chat(const std::string& key, std::string body, headers more) {
    more.emplace_back("authorization", "Bearer " + key);
    more.emplace_back("content-type", "application/json");
    return call(http::method::post, "/v1/chat/completions", std::move(more), std::move(body));
}

std::size_t gateway_world::count(std::string_view kind) const {
    std::size_t n = 0;
    for (const auto& e : events)
        n += e.kind == kind ? 1 : 0;
    return n;
}

std::string gateway_world::answer::header(std::string_view name) const {
    for (const auto& [n, v] : headers) {
        if (n == name) return v;
    }
    return {};
}

const json::object& gateway_world::answer::json() const {
    if (!parsed) {
        auto tree = json::parse(body);
        EXPECT_TRUE(tree && tree->is_object()) << body;
        parsed = std::make_shared<json::object>();
        if (tree && tree->is_object()) *parsed = tree->get_object();
    }
    return *parsed;
}

std::string gateway_world::answer::content() const {
    const auto& tree = json();
    const auto* choices = tree.if_contains("choices");
    if (choices == nullptr) return "(no choices) " + body;
    const auto& message = choices->get_array()[0].get_object().at("message").get_object();
    return json::text_or(message, "content");
}

std::string gateway_world::answer::error_id() const {
    const auto& tree = json();
    const auto* fault = tree.if_contains("error");
    if (fault == nullptr) return {};
    return json::text_or(fault->get_object().at("servery").get_object(), "id");
}

scripted_answer whole(std::string text) {
    scripted_answer out;
    out.pieces = {
        R"({"id":"c1","object":"chat.completion","model":"large-1","choices":[{"index":0,)"
        R"("message":{"role":"assistant","content":)" +
        json::quote(text) +
        R"(},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}})"};
    return out;
}

scripted_answer refused(int status) {
    scripted_answer out;
    out.status = status;
    out.pieces = {R"({"error":{"message":"no","type":"x"}})"};
    return out;
}

scripted_answer dead(std::string id) {
    scripted_answer out;
    out.open_fault = error{.code = error_code::upstream_failed,
                           .id = std::move(id),
                           .message = "nobody there",
                           .origin = error_origin::upstream};
    return out;
}

std::string chunk(std::string delta, std::string finish) {
    return R"(data: {"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":)" +
           delta + R"(,"finish_reason":)" + finish + R"(}],"usage":null})" + "\n\n";
}

scripted_answer stream_of(std::vector<std::string> texts) {
    scripted_answer out;
    out.content_type = "text/event-stream";
    out.pieces.push_back(chunk(R"({"role":"assistant","content":""})"));
    for (const auto& t : texts)
        out.pieces.push_back(chunk(R"({"content":)" + json::quote(t) + "}"));
    out.pieces.push_back(chunk("{}", "\"stop\""));
    out.pieces.emplace_back("data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":10,"
                            "\"completion_tokens\":5}}\n\n");
    out.pieces.emplace_back("data: [DONE]\n\n");
    return out;
}

} // namespace servery::gateway
