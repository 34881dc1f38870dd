#include "foundation/http/client_pool.h"
#include "foundation/http/raw_sockets.h"
#include "foundation/net/blocking_pool.h"
#include "foundation/net/reactor.h"

#include <gtest/gtest.h>

namespace servery::http {
namespace {

using raw::peer;

constexpr std::string_view ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";

struct outcome {
    int status = 0;
    std::string body;
    std::string id; // of the fault
    bool retry = false;
    bool reused = false;
};

task<outcome> run_call(client_call& call, upstream_deadlines deadlines) {
    const auto head = request_head("POST", "/x", "up", {}, 2);
    const std::string_view pieces[] = {"q", "", "r"};
    outcome out;
    auto answer = co_await call.open({head, pieces, true, deadlines});
    out.reused = call.reused();
    if (!answer) {
        out.id = answer.error().id;
        out.retry = answer.error().retry;
        co_return out;
    }
    out.status = answer->status;
    while (!call.finished()) {
        auto piece = co_await call.next();
        if (!piece) {
            out.id = piece.error().id;
            out.retry = piece.error().retry;
            co_return out;
        }
        out.body += *piece;
    }
    co_return out;
}

class client_pool_test : public testing::Test {
  protected:
    upstream_address to(std::uint16_t port) {
        return {false, "127.0.0.1", port, net::reach::allow_private, {}, 0};
    }
    outcome ask(const upstream_address& at, upstream_deadlines deadlines = {}) {
        auto call = pool.begin(at);
        std::optional<outcome> out;
        start(run_call(call, deadlines), [&](outcome got) { out = std::move(got); });
        EXPECT_TRUE(loop.run_until([&] { return out.has_value(); }));
        return std::move(*out);
    }
    // Starts a call, cancels it once `ready` says so.
    outcome ask_and_cancel(const upstream_address& at, const std::function<bool()>& ready) {
        auto call = pool.begin(at);
        std::optional<outcome> out;
        start(run_call(call, {}), [&](outcome got) { out = std::move(got); });
        EXPECT_TRUE(loop.run_until(ready));
        call.cancel();
        EXPECT_FALSE(out.has_value()) << "a cancel must not resume the caller inside itself";
        EXPECT_TRUE(loop.run_until([&] { return out.has_value(); }));
        return std::move(*out);
    }
    net::blocking_pool threads{1};
    net::resolver names{threads};
    net::reactor loop;
    client_pool pool{loop, names};
};

// Reads one request, says `answer` in pieces of `step` bytes.
void answer_once(peer& from, std::string_view answer, std::size_t step = 1'000'000) {
    from.until("\r\n\r\nqr");
    for (; !answer.empty(); answer.remove_prefix(std::min(step, answer.size())))
        from.send(answer.substr(0, step));
}

TEST_F(client_pool_test, reads_answers_of_every_framing_however_they_are_cut) {
    for (const std::string answer :
         {"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
          "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
          "HTTP/1.1 200 OK\r\n\r\nhello"}) {
        for (const std::size_t step : {1u, 3u, 1000u}) {
            raw::upstream up([&](peer& from, int) { answer_once(from, answer, step); });
            const auto got = ask(to(up.port()));
            EXPECT_EQ(got.status, 200);
            EXPECT_EQ(got.body, "hello") << answer << got.id;
            pool.drop_idle();
        }
    }
}

TEST_F(client_pool_test, reads_an_answer_larger_than_any_buffer) {
    raw::upstream up([](peer& from, int) {
        answer_once(from, "HTTP/1.1 200 OK\r\nx: " + std::string(9'000, 'h') +
                              "\r\ncontent-length: 300000\r\n\r\n" + std::string(300'000, 'b'));
    });
    EXPECT_EQ(ask(to(up.port())).body, std::string(300'000, 'b'));
}

TEST_F(client_pool_test, a_connection_is_used_again) {
    raw::upstream up([](peer& from, int) {
        answer_once(from, ok);
        answer_once(from, ok);
    });
    EXPECT_FALSE(ask(to(up.port())).reused);
    EXPECT_EQ(pool.idle(), 1u);
    EXPECT_TRUE(ask(to(up.port())).reused);
    EXPECT_EQ(up.connections(), 1);
}

TEST_F(client_pool_test, calls_with_another_credential_never_share_a_connection) {
    raw::upstream up([](peer& from, int) { answer_once(from, ok); });
    ask(to(up.port()));
    auto other = to(up.port());
    other.credential = 1;
    EXPECT_FALSE(ask(other).reused);
}

TEST_F(client_pool_test, a_kept_connection_that_ends_or_speaks_unasked_is_dropped) {
    for (const bool speaks : {false, true}) {
        std::atomic<bool> go = false;
        raw::upstream up([&](peer& from, int n) {
            answer_once(from, ok);
            if (n > 0) return;
            while (!go)
                std::this_thread::yield();
            if (speaks) from.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil");
        });
        ask(to(up.port()));
        ASSERT_EQ(pool.idle(), 1u);
        go = true;
        EXPECT_TRUE(loop.run_until([&] { return pool.idle() == 0; }));
        EXPECT_EQ(ask(to(up.port())).body, "hi");
        pool.drop_idle();
    }
}

TEST_F(client_pool_test, a_kept_connection_that_dies_under_the_request_is_replaced_once) {
    raw::upstream up([](peer& from, int n) {
        if (n == 0) {
            answer_once(from, ok);
            from.until("qr"); // the second request arrives, and dies
            from.reset();
            return;
        }
        answer_once(from, ok);
    });
    EXPECT_EQ(ask(to(up.port())).body, "hi");
    const auto second = ask(to(up.port()));
    EXPECT_EQ(second.body, "hi") << second.id;
    EXPECT_FALSE(second.reused);
    EXPECT_EQ(up.connections(), 2);
}

TEST_F(client_pool_test, a_fresh_connection_that_dies_is_not_tried_again) {
    raw::upstream up([](peer& from, int) { from.until("qr"); });
    const auto got = ask(to(up.port()));
    EXPECT_EQ(got.id, client_fault::closed);
    EXPECT_TRUE(got.retry);
    EXPECT_EQ(up.connections(), 1);
}

TEST_F(client_pool_test, tells_fin_reset_and_bad_framing_apart) {
    const struct {
        std::string answer;
        bool reset;
        std::string_view id;
    } cases[] = {
        {"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhe", false, client_fault::closed},
        {"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhe", false,
         client_fault::closed},
        {"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n", false,
         client_fault::closed},
        {"HTTP/1.1 200 OK\r\ncontent-le", false, client_fault::closed},
        {"HTTP/1.1 200 OK\r\n\r\nhe", true, client_fault::reset},
        {"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", false,
         client_fault::framing},
        {"<html>bad gateway</html>\n", false, client_fault::framing},
        {"HTTP/1.1 200 OK\nx: y\n\n", false, client_fault::framing},
        {"HTTP/1.1 101 Switching\r\n\r\n", false, client_fault::framing},
        {"HTTP/1.1 200 OK\r\nx: " + std::string(17'000, 'x'), false, client_fault::framing},
    };
    for (const auto& each : cases) {
        raw::upstream up([&](peer& from, int) {
            answer_once(from, each.answer);
            if (!each.reset) return;
            // Only after the client has read what came before.
            pollfd none{-1, 0, 0};
            ::poll(&none, 1, 30);
            from.reset();
        });
        EXPECT_EQ(ask(to(up.port())).id, each.id) << each.answer.substr(0, 80);
        EXPECT_EQ(pool.idle(), 0u);
    }
}

TEST_F(client_pool_test, each_phase_has_its_own_deadline) {
    const struct {
        std::string answer;
        std::string_view id;
    } cases[] = {
        {"", client_fault::head_timeout},
        {"HTTP/1.1 200 OK\r\n", client_fault::head_timeout},
        {"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", client_fault::first_byte_timeout},
        {"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhe", client_fault::idle_timeout},
    };
    for (const auto& each : cases) {
        raw::upstream up([&](peer& from, int) {
            answer_once(from, each.answer);
            from.to_end();
        });
        upstream_deadlines quick;
        quick.head = quick.first_byte = quick.idle_gap = millis{100};
        EXPECT_EQ(ask(to(up.port()), quick).id, each.id);
    }
    raw::upstream up([&](peer& from, int) { from.to_end(); });
    upstream_deadlines total;
    total.total = millis{100};
    EXPECT_EQ(ask(to(up.port()), total).id, client_fault::total_timeout);
}

TEST_F(client_pool_test, nobody_there_and_a_forbidden_address_are_told_apart) {
    std::uint16_t free_port = 0;
    {
        raw::upstream gone([](peer&, int) {});
        free_port = gone.port();
    }
    const auto refused = ask(to(free_port));
    EXPECT_EQ(refused.id, client_fault::connect);
    EXPECT_TRUE(refused.retry);
    raw::upstream up([](peer& from, int) { answer_once(from, ok); });
    auto outside = to(up.port());
    outside.reach = net::reach::public_only;
    const auto forbidden = ask(outside);
    EXPECT_EQ(forbidden.id, client_fault::refused_address);
    EXPECT_FALSE(forbidden.retry);
    EXPECT_EQ(up.connections(), 0);
}

TEST_F(client_pool_test, cancel_closes_the_socket_in_every_state) {
    for (const std::string answer : {"", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhe"}) {
        std::atomic<bool> asked = false;
        std::atomic<bool> closed = false;
        raw::upstream up([&](peer& from, int) {
            answer_once(from, answer);
            asked = true;
            from.to_end();
            closed = true;
        });
        const auto got = ask_and_cancel(to(up.port()), [&] { return asked.load(); });
        EXPECT_EQ(got.id, client_fault::cancelled);
        EXPECT_FALSE(got.retry);
        EXPECT_TRUE(loop.run_until([&] { return closed.load(); }));
    }
}

TEST_F(client_pool_test, cancel_ends_a_call_that_waits_for_a_name) {
    std::atomic<bool> asked = false;
    std::atomic<bool> go = false;
    net::resolver slow(threads, [&](const std::string&) -> result<std::vector<net::address>> {
        asked = true;
        while (!go)
            std::this_thread::yield();
        return std::vector{*net::parse_address("127.0.0.1")};
    });
    client_pool other(loop, slow);
    auto call = other.begin({false, "slow.example", 80, net::reach::allow_private, {}, 0});
    std::optional<outcome> out;
    start(run_call(call, {}), [&](outcome got) { out = std::move(got); });
    EXPECT_TRUE(loop.run_until([&] { return asked.load(); }));
    call.cancel();
    EXPECT_TRUE(loop.run_until([&] { return out.has_value(); }));
    EXPECT_EQ(out->id, client_fault::cancelled);
    go = true;
    // The late answer must find nobody.
    bool drained = false;
    EXPECT_TRUE(threads.submit([&] { loop.post([&] { drained = true; }); }));
    EXPECT_TRUE(loop.run_until([&] { return drained; }));
}

TEST_F(client_pool_test, an_answer_with_bytes_behind_it_does_not_leave_its_connection_to_others) {
    raw::upstream up(
        [](peer& from, int) { answer_once(from, std::string(ok) + "HTTP/1.1 200 OK"); });
    EXPECT_EQ(ask(to(up.port())).body, "hi");
    EXPECT_EQ(pool.idle(), 0u);
}

} // namespace
} // namespace servery::http
