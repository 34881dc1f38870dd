// The scripted upstream over real sockets, asked by the pooled client: every fault arrives as the
// fault it is meant to be.
#include "data_plane/provider/openai_compatible.h"
#include "data_plane/provider/rehearsal/rehearsal_provider.h"
#include "data_plane/provider/rehearsal/upstream_server.h"
#include "foundation/http/client_pool.h"
#include "foundation/net/address_guard.h"
#include "foundation/net/blocking_pool.h"
#include "foundation/net/reactor.h"

#include <gtest/gtest.h>

namespace servery::provider {

namespace {

struct heard {
    std::optional<error> fault;
    int status = 0;
    std::string body;
};

task<heard> listen_to(upstream& from, call what, int stop_after_pieces) {
    heard out;
    auto head = co_await from.open(std::move(what));
    if (!head) {
        out.fault = head.error();
        co_return out;
    }
    out.status = head->status;
    int pieces = 0;
    for (;;) {
        if (stop_after_pieces > 0 && pieces++ == stop_after_pieces) from.cancel();
        auto piece = co_await from.next();
        if (!piece) {
            out.fault = piece.error();
            co_return out;
        }
        if (piece->empty()) co_return out;
        out.body += *piece;
    }
}

// The same question to the same script, over a socket or in this process.
struct stage {
    net::blocking_pool pool;
    net::resolver names{pool};
    net::reactor loop;
    std::string yaml;
    std::unique_ptr<rehearsal::upstream_server> server;
    std::unique_ptr<http::client_pool> clients;
    std::unique_ptr<upstream> running;

    explicit stage(std::string script) : yaml(std::move(script)) {
        auto parsed = rehearsal::parse_script(yaml, "test");
        EXPECT_TRUE(parsed) << (parsed ? "" : to_line(parsed.error()));
        server = rehearsal::upstream_server::start(std::move(*parsed), "127.0.0.1:0").value();
        clients = std::make_unique<http::client_pool>(loop, names);
    }
    heard ask(bool over_socket, bool stream, int stop_after_pieces = 0, millis idle = millis{300}) {
        settings to;
        to.id = "main";
        to.allow_private = true;
        to.base_url = "http://127.0.0.1:" + std::to_string(server->port()) + "/v1";
        to.script = yaml;
        const auto connect =
            over_socket
                ? openai_connector(
                      [this](net::reactor&) -> http::client_pool& { return *clients; },
                      [](std::string_view) { return std::optional(credential{"sk-secret", 1}); })
                : rehearsal_connector();
        running = connect(&loop, to).value();
        body_ = R"({"model":"m","stream":)" + std::string(stream ? "true" : "false") +
                R"(,"messages":[{"role":"user","content":"hi"}]})";
        call what;
        what.endpoint = "chat/completions";
        what.pieces = {std::string_view(body_)};
        what.stream = stream;
        what.times.head = idle;
        what.times.idle_gap = idle;
        what.times.first_token = idle;
        std::optional<heard> out;
        loop.post([&] {
            start(listen_to(*running, std::move(what), stop_after_pieces),
                  [&](heard h) { out = std::move(h); });
        });
        EXPECT_TRUE(loop.run_until([&] { return out.has_value(); }));
        running.reset();
        return out.value_or(heard{});
    }

  private:
    std::string body_;
};

std::string fault_of(const std::string& kind) {
    return "version: 1\ndefault: {text: \"We open at nine.\"}\nrules: [{fault: {" + kind + "}}]";
}

} // namespace

TEST(upstream_server, a_good_answer_is_the_same_over_a_socket_and_in_process) {
    stage s("version: 1\ndefault: {text: \"We open at nine.\"}");
    for (const bool stream : {false, true}) {
        const auto far = s.ask(true, stream);
        const auto near = s.ask(false, stream);
        EXPECT_FALSE(far.fault);
        EXPECT_EQ(far.status, 200);
        // The answers are numbered on each side.
        EXPECT_EQ(far.body.size(), near.body.size());
    }
    const auto stats = s.server->stats();
    ASSERT_EQ(stats.size(), 2u);
    EXPECT_EQ(stats[0].authorization, "Bearer sk-secret");
    EXPECT_TRUE(stats[1].complete);
}

TEST(upstream_server, faults_of_the_connection_are_what_they_say_on_both_roads) {
    const std::vector<std::tuple<std::string, bool, std::string>> table{
        {"kind: reset, after_events: 1", true, "http.client.reset"},
        {"kind: half_close, after_events: 1", true, "http.client.closed"},
        {"kind: stall, after_events: 1", true, "http.client.idle_timeout"},
        {"kind: accept_and_hang", false, "http.client.head_timeout"},
        {"kind: truncate", false, "http.client.closed"},
        {"kind: wrong_length", false, "http.client.closed"},
    };
    for (const auto& [fault, stream, id] : table) {
        stage s(fault_of(fault));
        for (const bool over_socket : {true, false}) {
            const auto h = s.ask(over_socket, stream);
            ASSERT_TRUE(h.fault) << fault << " " << over_socket;
            EXPECT_EQ(h.fault->id, id) << fault << " " << over_socket;
        }
    }
}

TEST(upstream_server, a_status_and_a_clean_but_unfinished_stream_are_no_faults_of_the_connection) {
    stage busy(fault_of("kind: status, status: 503, retry_after: 2"));
    EXPECT_EQ(busy.ask(true, true).status, 503);
    stage cut(fault_of("kind: truncate, after_events: 1"));
    const auto h = cut.ask(true, true);
    EXPECT_FALSE(h.fault);
    EXPECT_EQ(h.body.find("[DONE]"), std::string::npos);
}

TEST(upstream_server, a_cancelled_call_is_noticed_by_the_upstream_within_50_ms) {
    stage s("version: 1\ndefault: {text: \"a long story\", chunk_chars: 1, gap_ms: 20}");
    const auto h = s.ask(true, true, 3);
    ASSERT_TRUE(h.fault);
    EXPECT_EQ(h.fault->id, "http.client.cancelled");
    const auto cancelled_at = std::chrono::duration_cast<std::chrono::nanoseconds>(
                                  std::chrono::steady_clock::now().time_since_epoch())
                                  .count();
    EXPECT_TRUE(s.loop.run_until([&] { return s.server->stats().at(0).peer_closed_ns != 0; }));
    EXPECT_LT(s.server->stats()[0].peer_closed_ns - cancelled_at, 50'000'000);
    EXPECT_FALSE(s.server->stats()[0].complete);
}

TEST(upstream_server, a_refused_connection_ends_before_an_answer) {
    stage s(fault_of("kind: refuse_connect"));
    const auto h = s.ask(true, false);
    ASSERT_TRUE(h.fault);
    EXPECT_TRUE(h.fault->id == "http.client.reset" || h.fault->id == "http.client.closed")
        << h.fault->id;
}

} // namespace servery::provider
