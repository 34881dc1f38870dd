#include "api/access/people.h"
#include "api/access/second_factor_records.h"
#include "app/own_facts.h"
#include "control_plane/registry/registry_service.h"
#include "foundation/store/audit_chain.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace servery::app {
namespace {

constexpr millis a_day{86'400'000};

struct own_facts : testing::Test {
    manual_clock now{instant{1'764'000'000'000}};
    seeded_random random{7};
    events::memory_log log;
    int made = 0;
    registry::registry_service registry{
        now, random, log,
        registry::crafts{
            .make_key = [this](policy::key_kind) { return "key" + std::to_string(made++); },
            .hash_key = [](std::string_view text) { return blake2b_256(as_bytes(text)); },
            .seal = {},
            .try_guard_policy = {},
            .release_exists = {}}};
    api::access::people people{now, random, log};
    registry::act who{.by = {}, .request_id = ""};

    own_facts() {
        log.add_fold([this](const events::event& e) { registry.apply(e); });
        log.add_fold([this](const events::event& e) { people.apply(e); });
        EXPECT_TRUE(registry.create_project(who, "inn", "Inn"));
    }
    void person(const std::string& id, api::access::role role) {
        ASSERT_TRUE(people.create({}, {.id = id,
                                       .name = id,
                                       .email = id + "@example.com",
                                       .password_hash = {},
                                       .organisation = {}}));
        ASSERT_TRUE(people.set_roles({}, nullptr, "inn", id, {role}));
    }
    void enrol(const std::string& id) {
        ASSERT_TRUE(log.commit(
            {events::make_event(api::access::totp_enrolled{.person = id}, {.at = now.now()})}));
    }
    events::fact fact(std::string_view key, bool behind_tls = true) {
        const auto all = access_facts(people, registry, "inn", behind_tls, now.now());
        return *std::ranges::find(all, key, &events::fact::key);
    }
};

// REQ: R-SEC-1
TEST_F(own_facts, whoever_signs_gates_needs_a_second_factor_and_readers_do_not) {
    using enum api::access::role;
    EXPECT_EQ(fact("access.mfa_ok").value, 0); // nobody who could sign is not in order
    person("rosa", owner);
    person("vera", viewer);
    EXPECT_EQ(fact("access.mfa_ok").value, 0);
    EXPECT_EQ(fact("access.mfa_ok").note, "without a second factor: rosa");
    enrol("rosa");
    EXPECT_EQ(fact("access.mfa_ok").value, 1);
    person("otto", owner);
    EXPECT_EQ(fact("access.mfa_ok").value, 0);
    EXPECT_EQ(fact("access.mfa_ok").n, 2);
}

TEST_F(own_facts, the_oldest_key_that_still_opens_something_counts) {
    EXPECT_EQ(fact("access.key_age_max_days").value, 0);
    const auto first =
        registry.create_key(who, "inn", {.kind = policy::key_kind::live, .name = "a"});
    ASSERT_TRUE(first) << to_line(first.error());
    now.advance(a_day * 30);
    ASSERT_TRUE(registry.create_key(who, "inn", {.kind = policy::key_kind::live, .name = "b"}));
    now.advance(a_day * 12);
    EXPECT_EQ(fact("access.key_age_max_days").value, 42);
    EXPECT_EQ(fact("access.key_age_max_days").n, 2);
    ASSERT_TRUE(registry.revoke_key(who, "inn", first->key.id, ""));
    EXPECT_EQ(fact("access.key_age_max_days").value, 12);
}

TEST_F(own_facts, plain_http_beyond_the_machine_fails) {
    EXPECT_EQ(fact("access.tls_ok", true).value, 1);
    EXPECT_EQ(fact("access.tls_ok", false).value, 0);
}

TEST_F(own_facts, a_broken_chain_says_why) {
    EXPECT_EQ(audit_fact({.ok = true, .rows = 12}, now.now()).value, 1);
    store::audit_report broken;
    broken.ok = false;
    broken.why = "row 7 was changed";
    EXPECT_EQ(audit_fact(broken, now.now()).value, 0);
    EXPECT_EQ(audit_fact(broken, now.now()).note, "row 7 was changed");
}

TEST(secrets_fact, names_the_places_and_never_what_stands_there) {
    const std::string token = "gh"
                              "p_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
    std::vector<kept_text> texts{{"the plan", "a plan"}, {"entry gh-1", "Breakfast is at 7."}};
    EXPECT_EQ(secrets_fact(texts, instant{5}).value, 1);
    EXPECT_EQ(secrets_fact(texts, instant{5}).n, 2);
    texts.push_back({"variant a", "{\"prompt\":\"use " + token + "\"}"});
    auto found = secrets_fact(texts, instant{5});
    EXPECT_EQ(found.value, 0);
    EXPECT_EQ(found.note, "credentials stand in variant a (github_token)");
    for (int i = 0; i < 9; ++i)
        texts.push_back({"entry x-" + std::to_string(i), token});
    found = secrets_fact(texts, instant{5});
    EXPECT_TRUE(found.note.ends_with("entry x-3 (github_token) and 5 more")) << found.note;
    EXPECT_EQ(found.note.find(token), std::string::npos);
}

} // namespace
} // namespace servery::app
