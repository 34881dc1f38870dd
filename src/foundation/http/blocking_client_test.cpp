#include "foundation/http/blocking_client.h"
#include "foundation/http/raw_sockets.h"

#include <gtest/gtest.h>

namespace servery::http {
namespace {

using raw::peer;

void answer_once(peer& from) {
    from.until("\r\n\r\nq");
    from.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi");
}

blocking_request to(const raw::upstream& up) {
    blocking_request out;
    out.method = "POST";
    out.url = "http://127.0.0.1:" + std::to_string(up.port()) + "/x";
    out.body = "q";
    out.timeout = millis{5'000};
    return out;
}

TEST(blocking_client, keeps_its_connection_between_calls) {
    raw::upstream up([](peer& from, int) {
        answer_once(from);
        answer_once(from);
    });
    blocking_client client;
    for (int i = 0; i < 2; ++i) {
        const auto got = client.fetch(to(up));
        ASSERT_TRUE(got) << to_line(got.error());
        EXPECT_EQ(got->body, "hi");
    }
    EXPECT_EQ(up.connections(), 1);
}

TEST(blocking_client, goes_on_when_the_server_has_closed_the_kept_connection) {
    raw::upstream up([](peer& from, int) { answer_once(from); });
    blocking_client client;
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(client.fetch(to(up)).value().body, "hi") << i;
    EXPECT_EQ(up.connections(), 3);
}

TEST(blocking_client, a_call_alone_leaves_no_connection_behind) {
    raw::upstream up([](peer& from, int) { answer_once(from); });
    EXPECT_EQ(fetch(to(up)).value().body, "hi");
    EXPECT_EQ(fetch(to(up)).value().body, "hi");
    EXPECT_EQ(up.connections(), 2);
}

TEST(blocking_client, after_a_call_that_took_too_long_the_next_one_works) {
    raw::upstream up([](peer& from, int n) {
        if (n == 0)
            from.to_end(); // until the client gives up
        else
            answer_once(from);
    });
    blocking_client client;
    auto slow = to(up);
    slow.timeout = millis{200};
    const auto late = client.fetch(slow);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, error_code::deadline_exceeded);
    EXPECT_EQ(client.fetch(to(up)).value().body, "hi");
}

} // namespace
} // namespace servery::http
