#include "foundation/http/raw_sockets.h"
#include "foundation/http/server.h"
#include "foundation/net/reactor.h"

#include <gtest/gtest.h>

#include <future>
#include <latch>

namespace servery::http {
namespace {

using raw::peer;

net::address loopback() {
    return *net::parse_address("127.0.0.1");
}

task<void> echo(request& in, responder& out) {
    auto body = co_await in.read_body(1024 * 1024);
    if (!body) {
        const auto text = fault_json(body.error());
        co_await out.send(body.error().id == "http.slow_request" ? 408
                                                                 : http_status(body.error().code),
                          {}, text);
        co_return;
    }
    // The promise of 64 readable bytes behind the body; the sanitizer watches.
    volatile char sum = 0;
    for (int i = 0; i < 64; ++i)
        sum = static_cast<char>(sum + body->data()[body->size() + i]);
    const auto text = std::string(in.method_text) + " " + std::string(in.path) + "?" +
                      std::string(in.query) + " " + std::string(*body);
    static constexpr http::header plain{"content-type", "text/plain"};
    co_await out.send(200, {&plain, 1}, text);
}

// Counts down when it learns that the client left, and ends then.
struct leave_probe {
    std::latch started{1};
    std::promise<void> told;
};

task<void> wait_for_leaving(request&, responder& out, leave_probe& probe) {
    probe.started.count_down();
    co_await await_callback<bool>([&](auto done) {
        out.on_gone([&probe, done] {
            probe.told.set_value();
            done(true);
        });
    });
}

class server_test : public testing::Test {
  protected:
    server_test() { pool.start(); }
    void serve(handler answer, server_limits limits = {}) {
        one.emplace(pool, server_options{loopback(), limits, {}}, std::move(answer));
        ASSERT_TRUE(one->listen());
    }
    peer connect() { return peer::connect(one->port()); }
    std::string ask(std::string_view text) {
        auto client = connect();
        client.send(text);
        return client.to_end();
    }
    net::reactor_pool pool{1};
    std::optional<server> one;
};

std::string get(std::string_view path, std::string_view fields = {}) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nhost: a\r\n" + std::string(fields) + "\r\n";
}

TEST_F(server_test, answers_one_request_after_the_other_on_one_connection) {
    serve(echo);
    auto client = connect();
    for (int i = 0; i < 3; ++i) {
        client.send("POST /a?b HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi");
        const auto answer = client.until("POST /a?b hi");
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ndate: "));
        EXPECT_NE(answer.find("content-length: 12\r\n"), std::string::npos);
        EXPECT_EQ(answer.find("connection:"), std::string::npos);
    }
}

TEST_F(server_test, answers_requests_that_came_together_in_their_order) {
    serve(echo);
    const auto answers =
        ask("POST /1 HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\nx" + get("/2") +
            "POST /3 HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\ny\r\n0\r\n\r\n" +
            get("/4", "connection: close\r\n"));
    const auto one_at = answers.find("POST /1? x");
    const auto two_at = answers.find("GET /2? ");
    const auto three_at = answers.find("POST /3? y");
    const auto four_at = answers.find("GET /4? ");
    EXPECT_TRUE(one_at < two_at && two_at < three_at && three_at < four_at &&
                four_at != std::string::npos)
        << answers;
}

TEST_F(server_test, a_body_that_no_handler_read_is_not_the_next_request) {
    serve([](request& in, responder& out) -> task<void> {
        co_await out.send(in.verb == method::post ? 403 : 200, {}, in.path);
    });
    const std::string hidden = get("/hidden");
    const auto answers = ask(
        "POST /refused HTTP/1.1\r\nhost: a\r\ncontent-length: " + std::to_string(hidden.size()) +
        "\r\n\r\n" + hidden + get("/next", "connection: close\r\n"));
    EXPECT_NE(answers.find("HTTP/1.1 403"), std::string::npos);
    EXPECT_EQ(answers.find("/hidden"), std::string::npos);
    EXPECT_NE(answers.find("HTTP/1.1 200"), std::string::npos);
    EXPECT_TRUE(answers.ends_with("/next"));
}

TEST_F(server_test, takes_a_request_that_arrives_byte_by_byte) {
    serve(echo);
    auto client = connect();
    for (const char c : std::string("POST /a HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n"
                                    "\r\n2\r\nab\r\n3;x\r\ncde\r\n0\r\nt: v\r\n\r\n"))
        client.send({&c, 1});
    EXPECT_NE(client.until("abcde").find("POST /a? abcde"), std::string::npos);
}

TEST_F(server_test, refuses_ambiguous_framing_with_400_and_closes) {
    serve(echo);
    for (const std::string bad :
         {"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n",
          "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\n",
          "GET / HTTP/1.1\nhost: a\n\n", "GET / HTTP/1.1\r\nhost : a\r\n\r\n",
          "GET / HTTP/1.1\r\nhost: a\r\nx: a\r\n b\r\n\r\n", "\x16\x03\x01\n"}) {
        const auto answer = ask(bad + get("/smuggled"));
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << bad << answer;
        EXPECT_NE(answer.find("\"id\":\"http.framing\""), std::string::npos);
        EXPECT_NE(answer.find("connection: close"), std::string::npos);
        EXPECT_EQ(answer.find("smuggled"), std::string::npos);
    }
}

TEST_F(server_test, a_broken_chunk_is_400_and_the_bytes_behind_it_are_no_request) {
    serve(echo);
    const auto answer = ask("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
                            "2\nab\r\n0\r\n\r\n" +
                            get("/smuggled"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
    EXPECT_EQ(answer.find("smuggled"), std::string::npos);
}

TEST_F(server_test, each_limit_has_its_status_and_id) {
    serve(echo);
    const std::pair<std::string, std::string> cases[] = {
        {get("/", "x: " + std::string(17'000, 'a') + "\r\n"), "431 http.head_too_large"},
        {get("/" + std::string(9'000, 'a')), "431 http.head_too_large"},
        {"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2000000\r\n\r\n",
         "413 http.body_too_large"},
        {"POST / HTTP/1.1\r\nhost: a\r\ncontent-encoding: gzip\r\n\r\n", "415 http.media_type"},
        {"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n", "501 http.framing"},
        {"GET / HTTP/3.0\r\nhost: a\r\n\r\n", "505 http.framing"}};
    for (const auto& [text, expected] : cases) {
        const auto answer = ask(text);
        EXPECT_EQ(answer.substr(9, 3), expected.substr(0, 3));
        EXPECT_NE(answer.find(expected.substr(4)), std::string::npos) << answer;
    }
}

TEST_F(server_test, a_chunked_body_over_the_limit_is_413) {
    serve(echo);
    std::string text = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
    for (int i = 0; i < 20; ++i)
        text += "10000\r\n" + std::string(65536, 'x') + "\r\n";
    EXPECT_TRUE(ask(text).starts_with("HTTP/1.1 413 "));
}

TEST_F(server_test, reads_a_body_larger_than_its_buffer) {
    serve(echo);
    auto client = connect();
    const std::string body(700'000, 'z');
    for (int i = 0; i < 2; ++i) {
        client.send("POST /big HTTP/1.1\r\nhost: a\r\ncontent-length: 700000\r\n\r\n" + body);
        std::string answer;
        while (answer.size() < 700'000)
            answer += client.some();
        EXPECT_TRUE(answer.ends_with("zzz"));
    }
}

TEST_F(server_test, says_continue_when_asked_and_not_otherwise) {
    serve(echo);
    auto client = connect();
    client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.some(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hi");
    EXPECT_TRUE(client.until("POST /? hi").starts_with("HTTP/1.1 200 OK"));
}

TEST_F(server_test, a_head_that_does_not_come_in_time_is_408) {
    server_limits limits;
    limits.head_time = millis{100};
    serve(echo, limits);
    const auto answer = ask("GET / HTTP/1.1\r\nhost:");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 408 ")) << answer;
    EXPECT_NE(answer.find("http.slow_request"), std::string::npos);
}

TEST_F(server_test, a_body_that_comes_too_slowly_is_408_and_one_that_is_merely_large_is_not) {
    server_limits limits;
    limits.body_window = 1000;
    limits.body_window_time = millis{200};
    serve(echo, limits);
    // Nine hundred bytes are too few for a window, whether they come at once or one by one.
    const auto slow =
        ask("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5000\r\n\r\n" + std::string(900, 'x'));
    EXPECT_TRUE(slow.starts_with("HTTP/1.1 408 ")) << slow;
    EXPECT_NE(slow.find("http.slow_request"), std::string::npos);
    const auto chunked = ask("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
                             "5\r\nabc");
    EXPECT_TRUE(chunked.starts_with("HTTP/1.1 408 ")) << chunked;
    auto steady = connect();
    steady.send("POST /? HTTP/1.1\r\nhost: a\r\ncontent-length: 300000\r\n\r\n");
    // Each piece is a window's worth and more; the server asks for the next by reading.
    for (int i = 0; i < 100; ++i)
        steady.send(std::string(3000, 'y'));
    EXPECT_TRUE(steady.until("HTTP/1.1 200 OK").starts_with("HTTP/1.1 200 OK"));
}

TEST_F(server_test, a_connection_that_never_says_anything_is_closed) {
    server_limits limits;
    limits.head_time = millis{100};
    serve(echo, limits);
    EXPECT_EQ(ask(""), "");
}

TEST_F(server_test, an_idle_connection_is_closed_and_one_that_wakes_up_late_is_served) {
    server_limits limits;
    limits.keep_alive = millis{1'500};
    serve(echo, limits);
    auto client = connect();
    client.send(get("/1"));
    client.until("GET /1");
    // Over a second of silence: the buffer is given back, the connection lives.
    pollfd none{-1, 0, 0};
    ::poll(&none, 1, 1'300);
    client.send(get("/2"));
    EXPECT_NE(client.until("GET /2").find("200 OK"), std::string::npos);
    EXPECT_EQ(client.to_end(), "");
}

TEST_F(server_test, http_1_0_is_answered_and_closed) {
    serve(echo);
    const auto answer = ask("GET /old HTTP/1.0\r\n\r\n");
    EXPECT_NE(answer.find("GET /old"), std::string::npos);
    EXPECT_NE(answer.find("connection: close"), std::string::npos);
}

TEST_F(server_test, a_handler_that_answers_nothing_is_500) {
    serve([](request&, responder&) -> task<void> { co_return; });
    EXPECT_TRUE(ask(get("/", "connection: close\r\n")).starts_with("HTTP/1.1 500 "));
}

TEST_F(server_test, a_stream_leaves_chunk_by_chunk_and_its_head_with_the_first) {
    serve([](request&, responder& out) -> task<void> {
        co_await out.start_stream(200, {});
        const std::string_view pieces[] = {"ab", "", "cd"};
        co_await out.write(pieces);
        co_await out.write("e");
        const std::string_view last[] = {"f"};
        co_await out.finish(last);
    });
    auto client = connect();
    for (int i = 0; i < 2; ++i) {
        client.send(get("/"));
        const auto answer = client.until("0\r\n\r\n");
        EXPECT_TRUE(answer.ends_with("\r\n\r\n4\r\nabcd\r\n1\r\ne\r\n1\r\nf\r\n0\r\n\r\n"))
            << answer;
    }
}

TEST_F(server_test, a_stream_that_is_not_finished_ends_in_a_reset) {
    serve([](request&, responder& out) -> task<void> {
        co_await out.start_stream(200, {});
        co_await out.write("half");
    });
    auto client = connect();
    client.send(get("/"));
    EXPECT_EQ(client.to_end().find("0\r\n\r\n"), std::string::npos);
    EXPECT_TRUE(client.was_reset());
}

TEST_F(server_test, head_gets_the_length_and_no_body) {
    serve(echo);
    const auto answer = ask("HEAD /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    EXPECT_NE(answer.find("content-length: 9\r\n"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(server_test, a_client_that_leaves_in_any_way_is_noticed_while_nobody_reads) {
    leave_probe probes[3];
    std::atomic<int> next = 0;
    serve([&](request& in, responder& out) { return wait_for_leaving(in, out, probes[next++]); });
    const auto told = [](leave_probe& probe) {
        return probe.told.get_future().wait_for(std::chrono::seconds(5)) ==
               std::future_status::ready;
    };
    auto first = connect();
    first.send(get("/"));
    probes[0].started.wait();
    first.shutdown();
    EXPECT_TRUE(told(probes[0])) << "FIN";
    auto second = connect();
    second.send(get("/"));
    probes[1].started.wait();
    second.reset();
    EXPECT_TRUE(told(probes[1])) << "RST";
    auto third = connect();
    third.send_with_fin(get("/"));
    EXPECT_TRUE(told(probes[2])) << "FIN in the same packet as the request";
}

TEST_F(server_test, a_client_that_closes_after_its_answer_is_not_gone) {
    std::atomic<int> gone = 0;
    serve([&](request&, responder& out) -> task<void> {
        out.on_gone([&] { ++gone; });
        co_await out.send(200, {}, "done");
    });
    {
        auto client = connect();
        client.send(get("/"));
        client.until("done");
    }
    one->drain(millis{5'000});
    EXPECT_EQ(gone, 0);
}

TEST_F(server_test, a_client_that_does_not_read_is_given_up_after_the_stall) {
    server_limits limits;
    limits.write_stall = millis{100};
    std::promise<bool> ended;
    serve(
        [&](request&, responder& out) -> task<void> {
            co_await out.start_stream(200, {});
            const std::string piece(1 << 20, 'x');
            while (co_await out.write(piece)) {
            }
            ended.set_value(out.gone());
        },
        limits);
    auto client = connect();
    client.send(get("/"));
    auto done = ended.get_future();
    ASSERT_EQ(done.wait_for(std::chrono::seconds(10)), std::future_status::ready);
    EXPECT_TRUE(done.get());
}

TEST_F(server_test, drain_lets_what_is_in_flight_end_and_closes_the_idle) {
    std::latch started(1);
    std::promise<std::function<void()>> resume;
    serve([&](request& in, responder& out) -> task<void> {
        if (in.path == "/slow")
            co_await await_callback<bool>([&](auto done) {
                resume.set_value([home = in.home, done] { home->post([done] { done(true); }); });
                started.count_down();
            });
        co_await out.send(200, {}, "done");
    });
    auto idle = connect();
    idle.send(get("/"));
    idle.until("done");
    auto busy = connect();
    busy.send(get("/slow"));
    started.wait();
    EXPECT_EQ(one->in_flight(), 1u);
    auto draining = std::async(std::launch::async, [&] { one->drain(millis{10'000}); });
    EXPECT_EQ(idle.to_end(), "");
    resume.get_future().get()();
    const auto answer = busy.to_end();
    EXPECT_NE(answer.find("connection: close"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("done"));
    draining.get();
    EXPECT_EQ(one->connections(), 0u);
}

TEST_F(server_test, drain_cuts_what_does_not_end_in_time) {
    leave_probe probe;
    serve([&](request& in, responder& out) { return wait_for_leaving(in, out, probe); });
    auto client = connect();
    client.send(get("/"));
    probe.started.wait();
    one->drain(millis{50});
    EXPECT_EQ(one->connections(), 0u);
    client.to_end();
    EXPECT_TRUE(client.was_reset());
}

TEST_F(server_test, a_port_in_use_is_an_error_that_names_it) {
    net::reactor_pool other(1);
    other.start();
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&at), size), 0);
    ASSERT_EQ(::listen(fd, 1), 0);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
    auto where = loopback();
    where.port = ntohs(at.sin_port);
    server second(other, {where, {}, {}}, echo);
    const auto listening = second.listen();
    ASSERT_FALSE(listening);
    EXPECT_EQ(listening.error().id, "http.listen.failed");
    ::close(fd);
}

} // namespace
} // namespace servery::http
