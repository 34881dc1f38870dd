#include "foundation/http/memory_exchange.h"
#include "foundation/http/query.h"
#include "foundation/http/router.h"

#include <gtest/gtest.h>

namespace servery::http {
namespace {

route_handler nothing() {
    return [](request&, responder&, const path_params&) -> task<void> { co_return; };
}

TEST(router, a_literal_wins_over_a_parameter_and_that_over_the_rest) {
    router routes;
    routes.add(method::get, "/a/b", nothing());
    routes.add(method::get, "/a/{x}", nothing());
    routes.add(method::get, "/a/{all*}", nothing());
    EXPECT_EQ(routes.find(method::get, "/a/b").to->pattern, "/a/b");
    const auto one = routes.find(method::get, "/a/c");
    EXPECT_EQ(one.to->pattern, "/a/{x}");
    EXPECT_EQ(one.params.get("x"), "c");
    const auto rest = routes.find(method::get, "/a/c/d");
    EXPECT_EQ(rest.to->pattern, "/a/{all*}");
    EXPECT_EQ(rest.params.get("all"), "c/d");
    EXPECT_EQ(routes.find(method::get, "/a/").params.get("all"), "");
}

TEST(router, compares_byte_for_byte) {
    router routes;
    routes.add(method::get, "/v1/models", nothing());
    routes.add(method::get, "/v1/models/{id}", nothing());
    for (const auto* path :
         {"/v1/models/", "//v1/models", "/v1//models", "/V1/models", "/v1/%6dodels",
          "/v1/models/a/b", "/v1", "/", "", "*", "/v1/./models", "/v1/models/x/.."})
        EXPECT_EQ(routes.find(method::get, path).what, router::found::unknown_path) << path;
    EXPECT_EQ(routes.find(method::get, "/v1/models/..").params.get("id"), "..");
}

TEST(router, a_wrong_method_says_which_are_allowed) {
    router routes;
    routes.add(method::get, "/x", nothing());
    routes.add(method::post, "/x", nothing());
    const auto wrong = routes.find(method::del, "/x");
    EXPECT_EQ(wrong.what, router::found::wrong_method);
    EXPECT_EQ(wrong.allow, "GET, POST");
    EXPECT_EQ(routes.find(method::head, "/x").what, router::found::route);
}

TEST(router, two_routes_may_call_the_same_place_differently) {
    router routes;
    routes.add(method::get, "/p/{project}/x", nothing());
    routes.add(method::get, "/p/{id}/y", nothing());
    EXPECT_EQ(routes.find(method::get, "/p/7/y").params.get("id"), "7");
    EXPECT_EQ(routes.find(method::get, "/p/7/x").params.get("project"), "7");
}

TEST(router, a_mistake_in_a_pattern_is_found_at_start) {
    router routes;
    routes.add(method::get, "/x", nothing());
    EXPECT_THROW(routes.add(method::get, "/x", nothing()), std::logic_error);
    EXPECT_THROW(routes.add(method::get, "x", nothing()), std::logic_error);
    EXPECT_THROW(routes.add(method::get, "/a{b}", nothing()), std::logic_error);
    EXPECT_THROW(routes.add(method::get, "/{a*}/b", nothing()), std::logic_error);
}

TEST(query, decodes_words_and_refuses_broken_escapes) {
    const auto words = parse_query("a=1&b=x%20y+z&a=2&&c");
    ASSERT_TRUE(words);
    EXPECT_EQ(word(*words, "a"), "1");
    EXPECT_EQ(word(*words, "b"), "x y z");
    EXPECT_EQ(word(*words, "c"), "");
    EXPECT_FALSE(word(*words, "d"));
    for (const auto* bad : {"a=%", "a=%2", "a=%zz", "a=%00"})
        EXPECT_FALSE(parse_query(bad));
    EXPECT_EQ(percent_decode(percent_encode("ä b/c?%")), "ä b/c?%");
}

} // namespace
} // namespace servery::http
