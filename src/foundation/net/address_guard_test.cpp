#include "foundation/net/address_guard.h"
#include "foundation/net/blocking_pool.h"
#include "foundation/net/reactor.h"

#include <gtest/gtest.h>

#include <atomic>

namespace servery::net {
namespace {

TEST(address, loopback_is_what_does_not_leave_the_machine) {
    for (const auto* inside : {"127.0.0.1:8080", "127.1.2.3:0", "[::1]:8080"})
        EXPECT_TRUE(is_loopback(*parse_endpoint(inside))) << inside;
    for (const auto* open :
         {"0.0.0.0:8080", "192.168.1.4:80", "[::]:8080", "[2001:db8::1]:80", "128.0.0.1:1"})
        EXPECT_FALSE(is_loopback(*parse_endpoint(open))) << open;
}

TEST(address_guard, refuses_every_address_inside_and_every_disguise_of_one) {
    const char* const inside[] = {
        "127.0.0.1",       "127.255.255.254",  "10.0.0.1",        "172.16.0.1",
        "172.31.255.255",  "192.168.1.1",      "100.64.0.1",      "100.127.255.255",
        "169.254.1.1",     "198.18.0.1",       "192.0.0.8",       "::1",
        "fe80::1",         "fc00::1",          "fd12::1",         "fec0::1",
        "2001:db8::1",     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::",    "64:ff9b:1::1"};
    for (const auto* text : inside) {
        const auto at = parse_address(text);
        ASSERT_TRUE(at) << text;
        const auto verdict = check_address(*at, reach::public_only);
        ASSERT_FALSE(verdict) << text;
        EXPECT_EQ(verdict.error().id, "net.address.refused");
        EXPECT_TRUE(check_address(*at, reach::allow_private)) << text;
    }
}

TEST(address_guard, no_setting_opens_metadata_multicast_or_unspecified_addresses) {
    for (const auto* text :
         {"169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254", "0.0.0.0",
          "::", "224.0.0.1", "255.255.255.255", "240.0.0.1", "ff02::1", "::ffff:169.254.169.254",
          "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "2001:0:1::1", "0.1.2.3"}) {
        const auto at = parse_address(text);
        ASSERT_TRUE(at) << text;
        EXPECT_FALSE(check_address(*at, reach::allow_private)) << text;
        EXPECT_FALSE(check_address(*at, reach::public_only)) << text;
    }
}

TEST(address_guard, lets_public_addresses_through) {
    for (const auto* text :
         {"1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.255.255", "100.128.0.1",
          "2606:4700::1111", "64:ff9b::101:101", "2002:101:101::"})
        EXPECT_TRUE(check_address(*parse_address(text), reach::public_only)) << text;
}

TEST(parse_url, takes_a_plain_address_apart) {
    const auto at = parse_url("https://LLM.example.com/v1?x=1");
    ASSERT_TRUE(at);
    EXPECT_TRUE(at->tls);
    EXPECT_EQ(at->host, "llm.example.com");
    EXPECT_EQ(at->port, 443);
    EXPECT_EQ(at->target, "/v1?x=1");
    EXPECT_EQ(at->authority(), "llm.example.com");
    const auto v6 = parse_url("http://[::1]:8080");
    ASSERT_TRUE(v6);
    EXPECT_EQ(v6->host, "::1");
    EXPECT_EQ(v6->authority(), "[::1]:8080");
    EXPECT_EQ(v6->target, "");
}

TEST(parse_url, refuses_hosts_that_parsers_disagree_about) {
    for (const auto* text : {"",
                             "llm.example.com",
                             "ftp://x.org",
                             "http://",
                             "http:///v1",
                             "http://user@x.org",
                             "http://user:pw@x.org",
                             "http://x.org@127.0.0.1",
                             "http://x.org\\@y.org",
                             "http://x.org\t",
                             "http://x.org/a b",
                             "http://2130706433",
                             "http://0x7f000001",
                             "http://0x7f.0.0.1",
                             "http://0177.0.0.1",
                             "http://127.1",
                             "http://127.0.1",
                             "http://127.0.0.1.",
                             "http://127.0.0.01",
                             "http://1.2.3.4.5",
                             "http://256.1.1.1",
                             "http://x.org:0",
                             "http://x.org:65536",
                             "http://x.org:",
                             "http://x.org:8a",
                             "http://[::1",
                             "http://[::1]x",
                             "http://[127.0.0.1]",
                             "http://::1",
                             "http://[v1.x]",
                             "http://%31%32%37.0.0.1",
                             "http://ex\xC3\xA4mple.org",
                             "http://a..b",
                             "http://.a",
                             "http://a.",
                             "http://x.org#f",
                             "http://x.org/#f",
                             "HTTP://x.org",
                             "http://[fe80::1%25lo]",
                             "http://x,y",
                             "http://x;y",
                             "//x.org",
                             "http:x.org",
                             "http://0",
                             "http://x.0x1f"})
        EXPECT_FALSE(parse_url(text)) << text;
}

class resolver_test : public testing::Test {
  protected:
    result<std::vector<address>> ask(resolver& names, std::string host, reach allowed) {
        std::optional<result<std::vector<address>>> out;
        start(names.resolve(loop, std::move(host), 80, allowed),
              [&](result<std::vector<address>> found) { out = std::move(found); });
        loop.run_until([&] { return out.has_value(); });
        return std::move(*out);
    }
    blocking_pool pool{1};
    reactor loop;
};

TEST_F(resolver_test, a_name_with_one_address_inside_is_refused_as_a_whole) {
    resolver names(pool, [](const std::string&) -> result<std::vector<address>> {
        return std::vector{*parse_address("1.1.1.1"), *parse_address("10.0.0.1")};
    });
    const auto refused = ask(names, "mixed.example", reach::public_only);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().id, "net.address.refused");
    const auto allowed = ask(names, "mixed.example", reach::allow_private);
    ASSERT_TRUE(allowed);
    EXPECT_EQ(allowed->size(), 2u);
    EXPECT_EQ(allowed->front().port, 80);
}

TEST_F(resolver_test, asks_once_within_thirty_seconds_so_a_name_cannot_change_its_mind) {
    std::atomic<int> asked = 0;
    resolver names(pool, [&](const std::string&) -> result<std::vector<address>> {
        return std::vector{*parse_address(asked++ == 0 ? "1.1.1.1" : "127.0.0.1")};
    });
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(ask(names, "rebind.example", reach::public_only));
    EXPECT_EQ(asked, 1);
}

TEST_F(resolver_test, an_unknown_name_is_an_error_of_its_own) {
    resolver names(pool, [](const std::string&) -> result<std::vector<address>> {
        return fail(error_code::upstream_failed, "net.name.unknown", "no such name");
    });
    const auto none = ask(names, "nowhere.example", reach::public_only);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().id, "net.name.unknown");
}

TEST_F(resolver_test, literals_are_checked_without_a_look_up) {
    resolver names(pool, [](const std::string&) -> result<std::vector<address>> {
        ADD_FAILURE();
        return std::vector<address>{};
    });
    EXPECT_FALSE(ask(names, "127.0.0.1", reach::public_only));
    EXPECT_TRUE(ask(names, "127.0.0.1", reach::allow_private));
}

} // namespace
} // namespace servery::net
