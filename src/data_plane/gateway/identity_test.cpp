#include "data_plane/gateway/authenticate.h"
#include "data_plane/gateway/errors.h"
#include "data_plane/gateway/identity.h"
#include "data_plane/policy/keys.h"
#include "foundation/json/json.h"

#include <gtest/gtest.h>

namespace servery::gateway {

namespace {

constexpr instant now{1'767'225'600'000};
constexpr millis day{24 * 3600 * 1000};

key32 key_of(std::uint8_t n) {
    key32 k{};
    k[0] = n;
    return k;
}

signed_visitor someone() {
    signed_visitor who;
    who.visitor[5] = 9;
    who.issued = now;
    return who;
}

identity_input server() {
    identity_input in;
    in.project = "shop";
    in.may_assert = true;
    in.now = now;
    return in;
}

} // namespace

TEST(visitor_id, comes_back_as_it_was_made) {
    auto who = someone();
    who.staff = true;
    const auto text = make_visitor_id(key_of(1), "shop", "https://a.example", who);
    EXPECT_TRUE(text.starts_with("svy_vis_"));
    EXPECT_EQ(text.size(), 8u + 68u);
    const auto back = read_visitor_id(key_of(1), "shop", "https://a.example", text, now);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->visitor, who.visitor);
    EXPECT_TRUE(back->staff);
    EXPECT_FALSE(back->bot);
    EXPECT_EQ(back->issued, now);
}

TEST(visitor_id, of_another_key_project_origin_or_time_is_nobody) {
    const auto text = make_visitor_id(key_of(1), "shop", "https://a.example", someone());
    EXPECT_FALSE(read_visitor_id(key_of(2), "shop", "https://a.example", text, now));
    EXPECT_FALSE(read_visitor_id(key_of(1), "other", "https://a.example", text, now));
    EXPECT_FALSE(read_visitor_id(key_of(1), "shop", "https://b.example", text, now));
    EXPECT_FALSE(read_visitor_id(key_of(1), "shop", "https://a.example", text, now + 396 * day));
    EXPECT_TRUE(read_visitor_id(key_of(1), "shop", "https://a.example", text, now + 394 * day));
}

TEST(visitor_id, one_changed_character_is_nobody) {
    const auto text = make_visitor_id(key_of(1), "shop", "", someone());
    for (std::size_t i = 8; i < text.size(); ++i) {
        auto broken = text;
        broken[i] = broken[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(read_visitor_id(key_of(1), "shop", "", broken, now)) << i;
    }
}

TEST(identity, a_server_names_visitors_and_an_address_is_one_in_any_case) {
    seeded_random random(1);
    auto in = server();
    in.header = "Anna@Example.com ";
    const auto a = identify(in, random).value();
    in.header = "anna@example.com";
    const auto b = identify(in, random).value();
    EXPECT_EQ(a.visitor, b.visitor);
    EXPECT_EQ(a.source, events::visitor_source::asserted);
    in.header = std::nullopt;
    in.body_user = "anna@example.com";
    EXPECT_EQ(identify(in, random)->visitor, a.visitor) << "one person, however it is named";
    EXPECT_EQ(identify(in, random)->source, events::visitor_source::body);
}

TEST(identity, a_key_without_the_right_names_nobody) {
    seeded_random random(1);
    auto in = server();
    in.may_assert = false;
    in.body_user = "anna";
    EXPECT_FALSE(identify(in, random)->visitor);
    in.header = "anna";
    EXPECT_EQ(identify(in, random).error().id, "key.header_forbidden");
    in.may_assert = true;
    const std::string longer(200, 'a');
    in.header = longer;
    EXPECT_EQ(identify(in, random).error().id, "request.invalid_header");
}

TEST(identity, a_bad_signed_id_is_marked_and_a_browser_gets_a_fresh_one) {
    seeded_random random(1);
    auto in = server();
    in.may_assert = false;
    in.is_public = true;
    in.header = "svy_vis_AAAA";
    const auto a = identify(in, random).value();
    EXPECT_EQ(a.source, events::visitor_source::invalid);
    EXPECT_FALSE(a.visitor);
    EXPECT_TRUE(a.reissue.starts_with("svy_vis_"));
}

TEST(identity, an_old_id_is_issued_anew_for_the_same_visitor) {
    seeded_random random(1);
    auto in = server();
    const auto text = make_visitor_id(in.signing_key, "shop", "", someone());
    in.header = text;
    in.now = now + 31 * day;
    const auto a = identify(in, random).value();
    ASSERT_FALSE(a.reissue.empty());
    in.header = a.reissue;
    EXPECT_EQ(identify(in, random)->visitor, a.visitor);
}

TEST(identity, a_conversation_taken_from_another_visitor_is_a_different_one) {
    hash16 other{};
    other[0] = 1;
    EXPECT_NE(conversation_hash(key_of(1), "shop", hash16{}, "c"),
              conversation_hash(key_of(1), "shop", other, "c"));
    EXPECT_NE(conversation_hash(key_of(1), "shop", std::nullopt, "c"),
              conversation_hash(key_of(1), "shop", hash16{}, "c"));
    EXPECT_TRUE(is_conversation_id("cv_a.B:1-2"));
    EXPECT_FALSE(is_conversation_id("a b"));
    EXPECT_FALSE(is_conversation_id(""));
    EXPECT_FALSE(is_conversation_id(std::string(129, 'a')));
}

TEST(attributes, are_a_short_dictionary) {
    const auto a = parse_attributes("group=staff, region=\"de\",topic=orders").value();
    ASSERT_EQ(a.size(), 3u);
    EXPECT_EQ(a[1], (std::pair<std::string, std::string>("region", "de")));
    for (const auto* bad : {"group", "=x", "Group=x", "a=\"b", "a=b,,c=d", ""})
        EXPECT_FALSE(parse_attributes(bad)) << bad;
    EXPECT_FALSE(parse_attributes("a=" + std::string(600, 'x')));
}

namespace {

struct door {
    policy::snapshot policy;
    key32 pepper = key_of(3);
    std::string live, browser;

    door() {
        seeded_random random(5);
        live = add(policy::key_kind::live, random);
        browser = add(policy::key_kind::public_, random);
        policy.keys[1].origins = {"https://a.example"};
    }
    std::string add(policy::key_kind kind, random_source& random) {
        const auto text = policy::make_key_text(kind, random);
        policy::key_view k;
        k.hash = policy::hash_key(pepper, text);
        k.id = "key_1";
        k.kind = kind;
        k.scopes = {"chat"};
        policy.keys.push_back(k);
        return text;
    }
    std::string verdict(const presented& what, std::string_view scope = "chat") {
        const auto r = authenticate(policy, pepper, what, scope, now);
        return r ? "ok" : r.error().id;
    }
};

} // namespace

TEST(authenticate, both_headers_give_the_same_verdict) {
    door d;
    const auto bearer = "Bearer " + d.live;
    EXPECT_EQ(d.verdict({.authorization = bearer}), "ok");
    EXPECT_EQ(d.verdict({.x_api_key = d.live}), "ok");
    EXPECT_EQ(d.verdict({.authorization = bearer, .x_api_key = d.live}), "ok");
    EXPECT_EQ(d.verdict({.authorization = bearer, .x_api_key = d.browser}), "key.unknown");
    EXPECT_EQ(d.verdict({}), "key.missing");
    EXPECT_EQ(d.verdict({.authorization = "Basic x"}), "key.missing");
    EXPECT_EQ(d.verdict({.authorization = "Bearer sk-1"}), "key.unknown");
    EXPECT_EQ(d.verdict({.authorization = bearer, .query = "key=svy_live_x"}), "key.missing");
}

TEST(authenticate, revoked_expired_and_unscoped_keys_are_told_apart) {
    door d;
    const auto bearer = "Bearer " + d.live;
    EXPECT_EQ(d.verdict({.authorization = bearer}, "embeddings"), "key.forbidden");
    d.policy.keys[0].expires_at = now;
    EXPECT_EQ(d.verdict({.authorization = bearer}), "key.expired");
    d.policy.keys.clear();
    EXPECT_EQ(d.verdict({.authorization = bearer}), "key.unknown");
}

TEST(authenticate, a_public_key_works_from_its_origins_only) {
    door d;
    const auto bearer = "Bearer " + d.browser;
    EXPECT_EQ(d.verdict({.authorization = bearer, .origin = "https://a.example"}), "ok");
    EXPECT_EQ(d.verdict({.authorization = bearer, .origin = "https://a.example.evil"}),
              "key.forbidden");
    EXPECT_EQ(d.verdict({.authorization = bearer}), "key.forbidden");
}

TEST(errors, are_bodies_an_sdk_understands) {
    const error fault{.code = error_code::unauthenticated,
                      .id = "key.expired",
                      .message = "the key expired on 2026-11-03",
                      .remedy = "create a new one: servery key create"};
    const auto tree = json::parse(openai_error(fault, "exc_1")).value();
    const auto& e = tree.get_object().at("error").get_object();
    EXPECT_EQ(json::text_or(e, "message"), "the key expired on 2026-11-03. Create a new one: "
                                           "servery key create. [key.expired]");
    EXPECT_EQ(json::text_or(e, "type"), "invalid_request_error");
    EXPECT_EQ(json::text_or(e, "code"), "invalid_api_key");
    EXPECT_TRUE(e.at("param").is_null());
    EXPECT_EQ(json::text_or(e.at("servery").get_object(), "request_id"), "exc_1");
    EXPECT_EQ(shape_of(fault).status, 401);
}

TEST(errors, a_budget_is_never_tried_again_and_an_upstream_is) {
    const auto retry = [](std::string id) {
        return std::string(shape_of(error{.id = std::move(id)}).should_retry);
    };
    EXPECT_EQ(retry("budget.exhausted"), "false");
    EXPECT_EQ(retry("upstream.unreachable"), "true");
    EXPECT_EQ(retry("key.header_forbidden"), "false");
    EXPECT_EQ(retry("server.not_built"), "false");
}

} // namespace servery::gateway
