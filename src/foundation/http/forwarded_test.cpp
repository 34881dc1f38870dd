#include "foundation/http/forwarded.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace servery::http {
namespace {

std::string caller(std::string_view peer, std::vector<std::string_view> lists,
                   std::vector<std::string_view> trusted = {"127.0.0.1", "10.0.0.5"}) {
    std::vector<header> headers{{"host", "x"}};
    for (const auto list : lists)
        headers.push_back({"x-forwarded-for", list});
    std::vector<net::address> proxies;
    for (const auto each : trusted)
        proxies.push_back(*net::parse_address(each));
    return net::host_text(caller_of(*net::parse_address(peer, 4711), headers, proxies));
}

TEST(caller_of, the_word_of_a_stranger_counts_for_nothing) {
    EXPECT_EQ(caller("203.0.113.9", {"198.51.100.7"}), "203.0.113.9");
    EXPECT_EQ(caller("127.0.0.1", {"198.51.100.7"}, {}), "127.0.0.1");
}

TEST(caller_of, a_trusted_proxy_names_its_caller) {
    EXPECT_EQ(caller("127.0.0.1", {"198.51.100.7"}), "198.51.100.7");
    EXPECT_EQ(caller("127.0.0.1", {"2001:db8::7"}), "2001:db8::7");
    EXPECT_EQ(caller("127.0.0.1", {}), "127.0.0.1");
}

TEST(caller_of, what_the_caller_wrote_itself_is_never_reached) {
    EXPECT_EQ(caller("127.0.0.1", {"127.0.0.1, 198.51.100.7"}), "198.51.100.7");
    EXPECT_EQ(caller("127.0.0.1", {"9.9.9.9", "198.51.100.7"}), "198.51.100.7");
}

TEST(caller_of, a_chain_of_trusted_proxies_is_followed) {
    EXPECT_EQ(caller("127.0.0.1", {"9.9.9.9, 198.51.100.7, 10.0.0.5"}), "198.51.100.7");
    EXPECT_EQ(caller("127.0.0.1", {"198.51.100.7", "10.0.0.5"}), "198.51.100.7");
}

TEST(caller_of, what_cannot_be_read_ends_the_search) {
    EXPECT_EQ(caller("127.0.0.1", {"198.51.100.7, unknown"}), "127.0.0.1");
    EXPECT_EQ(caller("127.0.0.1", {"198.51.100.7, nonsense, 10.0.0.5"}), "10.0.0.5");
    EXPECT_EQ(caller("127.0.0.1", {""}), "127.0.0.1");
}

} // namespace
} // namespace servery::http
