// The gateway between a real client and a real upstream: bad ends and clients that leave, over
// sockets.
#include "data_plane/gateway/gateway.h"
#include "data_plane/gateway/gateway_fixture.h"
#include "data_plane/policy/keys.h"
#include "data_plane/provider/openai_compatible.h"
#include "data_plane/provider/rehearsal/upstream_server.h"
#include "foundation/http/blocking_client.h"
#include "foundation/http/client_pool.h"
#include "foundation/http/router.h"
#include "foundation/http/server.h"
#include "foundation/net/address_guard.h"
#include "foundation/net/blocking_pool.h"
#include "foundation/net/reactor.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <chrono>
#include <mutex>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace servery::gateway {

namespace {

namespace rehearsal = provider::rehearsal;
using steady = std::chrono::steady_clock;

std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(steady::now().time_since_epoch())
        .count();
}

// Looks until it is true, at most five seconds.
bool eventually(const std::function<bool()>& holds) {
    const auto until = steady::now() + std::chrono::seconds(5);
    while (!holds()) {
        if (steady::now() > until) return false;
        std::this_thread::yield();
    }
    return true;
}

// A whole installation in one process: upstream, gateway, HTTP server.
struct installation {
    std::unique_ptr<rehearsal::upstream_server> upstream;
    system_clock now;
    system_random random;
    policy::snapshot_board board;
    policy::kill_board kills;
    ledger spend;
    std::string key;
    net::reactor_pool reactors{1};
    net::blocking_pool pool;
    net::resolver names{pool};
    std::unique_ptr<http::client_pool> clients;
    std::unique_ptr<class gateway> gate;
    http::router routes;
    std::unique_ptr<http::server> server;
    std::mutex mutex;
    std::vector<events::exchange> rows_;

    explicit installation(const std::string& script, std::int64_t idle_ms = 60'000) {
        auto parsed = rehearsal::parse_script(script, "test");
        EXPECT_TRUE(parsed) << (parsed ? "" : to_line(parsed.error()));
        upstream = rehearsal::upstream_server::start(std::move(*parsed), "127.0.0.1:0").value();
        publish(idle_ms);
        clients = std::make_unique<http::client_pool>(reactors.at(0), names);
        ports given{.clock = now,
                    .random = random,
                    .policy = board,
                    .kills = kills,
                    .spend = spend,
                    .pepper = {},
                    .visitor_key = {},
                    .upstreams = {},
                    .serving = {},
                    .guard = {},
                    .book = nullptr,
                    .record =
                        [this](events::exchange row) {
                            const std::lock_guard lock(mutex);
                            rows_.push_back(std::move(row));
                        },
                    .emit = {},
                    .consented = {},
                    .feedback = {},
                    .ask_for_person = {}};
        given.keep_alive = millis{200};
        given.upstreams.add(
            "openai", provider::openai_connector(
                          [this](net::reactor&) -> http::client_pool& { return *clients; }, {}));
        gate = std::make_unique<class gateway>(std::move(given));
        gate->add_routes(routes);
        http::server_options options;
        options.listen = *net::parse_endpoint("127.0.0.1:0");
        server = std::make_unique<http::server>(
            reactors, options, [this](http::request& in, http::responder& out) {
                const auto found = routes.find(in.verb, in.path);
                return found.to->answer(in, out, found.params);
            });
        reactors.start();
        EXPECT_TRUE(server->listen());
    }
    ~installation() {
        server->drain(millis{2000});
        reactors.stop_and_join();
    }

    void publish(std::int64_t idle_ms) {
        policy::snapshot s;
        policy::provider_view main;
        main.id = "main";
        main.kind = "openai";
        main.base_url = "http://127.0.0.1:" + std::to_string(upstream->port()) + "/v1";
        main.allow_private = true;
        main.idle_gap_ms = idle_ms;
        main.first_token_ms = idle_ms;
        s.providers.push_back(main);
        policy::variant_view v;
        v.hash[0] = 1;
        v.targets = {{"main", "m"}};
        s.variants.push_back(v);
        policy::project_view p;
        p.id = "shop";
        p.phase = "sandbox";
        p.default_variant = v.hash;
        p.variants.push_back(v.hash);
        p.budget_cap_nano = 1'000'000'000;
        s.projects.push_back(p);
        policy::price_row price;
        price.id = "pr";
        price.provider = "main";
        price.model = "m";
        price.currency = "EUR";
        price.in = price.out = 1'000'000;
        s.prices.push_back(price);
        key = policy::make_key_text(policy::key_kind::sandbox, random);
        policy::key_view k;
        k.hash = policy::hash_key({}, key);
        k.id = "key_1";
        k.project = "shop";
        k.kind = policy::key_kind::sandbox;
        k.scopes = {"chat"};
        k.failure = policy::on_failure::error;
        s.keys.push_back(k);
        board.publish(std::make_shared<policy::snapshot>(s));
    }

    [[nodiscard]] http::blocking_answer ask(std::string_view body) const {
        http::blocking_request what;
        what.method = "POST";
        what.url = "http://127.0.0.1:" + std::to_string(server->port()) + "/v1/chat/completions";
        what.headers = {{"authorization", "Bearer " + key}, {"content-type", "application/json"}};
        what.body = body;
        const auto got = http::fetch(what);
        EXPECT_TRUE(got) << (got ? "" : to_line(got.error()));
        return got.value_or(http::blocking_answer{});
    }

    std::vector<events::exchange> rows() {
        const std::lock_guard lock(mutex);
        return rows_;
    }
};

// A client that can leave at any moment.
class rude_client {
  public:
    explicit rude_client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    }
    rude_client(const rude_client&) = delete;
    rude_client& operator=(const rude_client&) = delete;
    ~rude_client() { leave(); }
    void ask(const std::string& key, std::string_view body) const {
        const auto text =
            "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + key +
            "\r\ncontent-type: application/json\r\ncontent-length: " + std::to_string(body.size()) +
            "\r\n\r\n" + std::string(body);
        EXPECT_EQ(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(text.size()));
    }
    void read_until(std::string_view wanted) const {
        std::string got;
        char piece[4096];
        while (got.find(wanted) == std::string::npos) {
            const auto n = ::recv(fd_, piece, sizeof piece, 0);
            ASSERT_GT(n, 0) << got;
            got.append(piece, static_cast<std::size_t>(n));
        }
    }
    void leave() {
        if (fd_ >= 0) (void)::close(fd_);
        fd_ = -1;
    }

  private:
    int fd_;
};

std::string with_fault(const std::string& fault) {
    return "version: 1\ndefault: {text: \"We open at nine.\", chunk_chars: 4}\n"
           "rules: [{fault: {" +
           fault + "}}]";
}

} // namespace

TEST(socket, a_whole_answer_and_a_stream_arrive) {
    installation i("version: 1\ndefault: {text: \"We open at nine.\"}");
    const auto whole_one = i.ask(hello);
    EXPECT_EQ(whole_one.status, 200);
    EXPECT_NE(whole_one.body.find("We open at nine."), std::string::npos);
    const auto streamed = i.ask(hello_stream);
    EXPECT_TRUE(streamed.body.ends_with("data: [DONE]\n\n")) << streamed.body;
    EXPECT_EQ(i.upstream->stats().size(), 2u);
    EXPECT_EQ(i.upstream->stats()[0].authorization, "");
    EXPECT_EQ(i.upstream->stats()[0].body.find("gpt-x"), std::string::npos);
}

TEST(socket, every_bad_end_of_an_upstream_stream_raises_in_the_client) {
    const std::vector<std::string> faults{"kind: reset, after_events: 2",
                                          "kind: truncate, after_events: 2",
                                          "kind: half_close, after_events: 2",
                                          "kind: stall, after_events: 2",
                                          "kind: error_event, after_events: 2",
                                          "kind: json_tail, after_events: 2",
                                          "kind: no_done"};
    for (const auto& fault : faults) {
        installation i(with_fault(fault), 300);
        const auto a = i.ask(hello_stream);
        EXPECT_EQ(a.status, 200) << fault;
        EXPECT_EQ(a.body.find("[DONE]"), std::string::npos) << fault;
        EXPECT_NE(a.body.find("\"error\""), std::string::npos) << fault << "\n" << a.body;
        ASSERT_TRUE(eventually([&] { return !i.rows().empty(); }));
        EXPECT_NE(i.rows()[0].outcome, events::outcome::ok) << fault;
        EXPECT_EQ(i.spend.of("shop", "sandbox").reserved_nano, 0) << fault;
    }
}

TEST(socket, harmless_oddities_of_a_stream_change_nothing_for_the_client) {
    for (const auto* kind : {"crlf", "bom", "comments", "split_utf8", "split_events"}) {
        installation i(with_fault("kind: " + std::string(kind)));
        const auto a = i.ask(hello_stream);
        EXPECT_EQ(a.body.find("\"error\""), std::string::npos) << kind << "\n" << a.body;
        EXPECT_NE(a.body.find("[DONE]"), std::string::npos) << kind;
        ASSERT_TRUE(eventually([&] { return !i.rows().empty(); }));
        EXPECT_EQ(i.rows()[0].answer, "We open at nine.") << kind;
    }
}

TEST(socket, faults_before_an_answer_are_statuses) {
    const std::vector<std::pair<std::string, int>> table{
        {"kind: status, status: 500", 502},
        {"kind: status, status: 429", 429},
        {"kind: auth_dead", 502},
        {"kind: html_error", 502},
        {"kind: garbage", 502},
        {"kind: truncate", 502},
        {"kind: wrong_length", 502},
        {"kind: refuse_connect", 502},
        {"kind: reset", 502},
    };
    for (const auto& [fault, status] : table) {
        installation i(with_fault(fault));
        EXPECT_EQ(i.ask(hello).status, status) << fault;
    }
}

TEST(socket, a_silent_stream_says_that_it_is_alive_and_may_still_fail) {
    installation i("version: 1\ndefault: {text: \"We open at nine.\", first_ms: 900}");
    const auto a = i.ask(hello_stream);
    EXPECT_EQ(a.body.find(": ka\n\n"), 0u) << a.body;
    EXPECT_TRUE(a.body.ends_with("data: [DONE]\n\n"));
    installation broken(with_fault("kind: stall, after_events: 0"), 900);
    const auto b = broken.ask(hello_stream);
    EXPECT_EQ(b.body.find(": ka\n\n"), 0u) << b.body;
    EXPECT_NE(b.body.find("upstream.timeout"), std::string::npos) << b.body;
    EXPECT_EQ(b.body.find("[DONE]"), std::string::npos);
}

TEST(socket, a_client_that_leaves_stops_the_upstream_within_50_ms_in_every_state) {
    struct state {
        std::string name;
        std::string script;
        bool stream;
        std::string read_until; // what the client waits for before it leaves; "" = nothing
    };
    const std::string slow = "gap_ms: 30, chunk_chars: 1, text: \"a long and winding answer\"";
    const std::vector<state> states{
        {"waiting for the head", "head_ms: 20000, " + slow, false, ""},
        {"waiting for the head of a stream", "head_ms: 20000, " + slow, true, ""},
        {"waiting for the first token", "first_ms: 20000, " + slow, true, ""},
        {"in mid-stream", slow, true, "content\":\"a"},
    };
    for (const auto& s : states) {
        installation i("version: 1\ndefault: {" + s.script + "}");
        rude_client client(i.server->port());
        client.ask(i.key, s.stream ? hello_stream : hello);
        ASSERT_TRUE(eventually([&] { return !i.upstream->stats().empty(); })) << s.name;
        if (!s.read_until.empty()) client.read_until(s.read_until);
        const auto left = now_ns();
        client.leave();
        ASSERT_TRUE(eventually([&] { return i.upstream->stats()[0].peer_closed_ns != 0; }))
            << s.name;
        EXPECT_LT(i.upstream->stats()[0].peer_closed_ns - left, 50'000'000) << s.name;
        ASSERT_TRUE(eventually([&] { return !i.rows().empty(); })) << s.name;
        const auto row = i.rows()[0];
        EXPECT_EQ(row.outcome, events::outcome::client_gone) << s.name;
        EXPECT_EQ(row.status_sent, 499) << s.name;
        EXPECT_FALSE(row.gone_in_state.empty()) << s.name;
        EXPECT_NE(row.spend, events::spend_state::void_) << s.name << ": work may have been done";
        EXPECT_EQ(i.spend.of("shop", "sandbox").reserved_nano, 0) << s.name;
    }
}

} // namespace servery::gateway
