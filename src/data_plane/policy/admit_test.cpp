#include "data_plane/policy/admit.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace servery::policy {

namespace {

constexpr instant now{1'767'225'600'000};

hash32 hash_of(std::uint8_t n) {
    hash32 h{};
    h[0] = n;
    return h;
}

hash16 visitor_of(std::uint32_t n) {
    hash16 h{};
    for (std::size_t i = 0; i < 4; ++i)
        h[i] = static_cast<std::uint8_t>(n >> (8 * i));
    return h;
}

grant_view percent_grant(std::int64_t hi) {
    grant_view g;
    g.id = "gr_percent";
    g.stage = "p";
    g.stage_index = 2;
    g.phase = "pilot";
    g.variant = hash_of(1);
    g.audience = {.kind = "percent", .lo = 0, .hi = hi, .groups = {}};
    g.salt = visitor_of(77);
    g.probability_e6 = hi * 100;
    g.not_before = now - millis{1000};
    g.expires_at = now + millis{1000};
    return g;
}

grant_view staff_grant() {
    auto g = percent_grant(0);
    g.id = "gr_staff";
    g.stage = "staff";
    g.stage_index = 1;
    g.audience = {.kind = "group", .lo = 0, .hi = 0, .groups = {"staff"}};
    g.probability_e6 = 1'000'000;
    return g;
}

// A project in pilot with a staff grant and 30 % of visitors.
struct world {
    snapshot policy;
    kill_board kills;
    admission_input in;

    world() {
        variant_view v;
        v.hash = hash_of(1);
        policy.variants.push_back(v);
        v.hash = hash_of(2);
        policy.variants.push_back(v);
        project_view p;
        p.id = "shop";
        p.phase = "pilot";
        p.default_variant = hash_of(2);
        p.grants = {percent_grant(3000), staff_grant()};
        policy.projects.push_back(p);
        in.policy = &policy;
        in.project = &policy.projects[0];
        in.kills = &kills;
        in.now = now;
        in.who.visitor = visitor_of(1);
    }
    project_view& project() { return policy.projects[0]; }
    admission decide() { return admit(in); }
    // The first visitor that falls inside, or outside, the share.
    void visitor(bool inside) {
        for (std::uint32_t n = 0;; ++n) {
            const auto b = servery1_bucket(project().grants[0].salt, purpose::include,
                                           unit_kind::visitor, visitor_of(n));
            if ((b < 3000) != inside) continue;
            in.who.visitor = visitor_of(n);
            return;
        }
    }
};

} // namespace

TEST(admit, row_1_a_killed_project_serves_nobody_not_even_the_sandbox) {
    world w;
    w.kills.set_project("shop", kill_word::killed);
    for (const auto kind : {key_kind::live, key_kind::sandbox, key_kind::public_}) {
        w.in.kind = kind;
        const auto a = w.decide();
        EXPECT_FALSE(a.serve);
        EXPECT_EQ(a.reason, reason::killed);
        EXPECT_EQ(a.cause, "killed");
    }
    w.kills.set_project("shop", kill_word::rolled_back);
    EXPECT_EQ(w.decide().reason, reason::killed);
}

TEST(admit, row_1_a_killed_variant_is_not_served_under_any_of_its_grants) {
    world w;
    w.visitor(true);
    w.kills.set_variant("shop", hash_of(1), kill_word::killed);
    EXPECT_FALSE(w.decide().serve);
    EXPECT_EQ(w.decide().reason, reason::killed);
}

TEST(admit, row_1_an_evaluation_may_ask_a_variant_of_a_stopped_project) {
    world w;
    w.kills.set_project("shop", kill_word::killed);
    w.in.purpose = events::purpose::evaluation;
    w.in.named = named_target{.variant = w.policy.variant(hash_of(1)), .bare = {}};
    EXPECT_TRUE(w.decide().serve);
    EXPECT_EQ(w.decide().reason, reason::forced);
}

TEST(admit, row_2_a_sandbox_key_needs_no_grant_and_never_counts) {
    world w;
    w.project().grants.clear();
    w.project().phase = "sandbox";
    w.in.kind = key_kind::sandbox;
    const auto a = w.decide();
    ASSERT_TRUE(a.serve);
    EXPECT_EQ(a.reason, reason::sandbox);
    EXPECT_EQ(a.variant->hash, hash_of(2));
    EXPECT_FALSE(a.eligible);
    w.in.named = named_target{.variant = w.policy.variant(hash_of(1)), .bare = {}};
    EXPECT_EQ(w.decide().variant->hash, hash_of(1));
}

TEST(admit, row_2_a_sandbox_without_a_default_variant_refuses) {
    world w;
    w.in.kind = key_kind::sandbox;
    w.project().default_variant = {};
    EXPECT_FALSE(w.decide().serve);
}

TEST(admit, row_3_a_conversation_of_a_person_or_of_nobody_is_not_the_variants) {
    world w;
    w.visitor(true);
    w.in.owner = events::owner_kind::person;
    EXPECT_EQ(w.decide().reason, reason::owner_person);
    w.in.owner = events::owner_kind::nobody;
    EXPECT_EQ(w.decide().cause, "owner_nobody");
    EXPECT_FALSE(w.decide().serve);
}

TEST(admit, row_4_required_consent_comes_before_grants_and_hash) {
    world w;
    w.visitor(true);
    w.project().consent_required = true;
    EXPECT_EQ(w.decide().reason, reason::consent);
    EXPECT_FALSE(w.decide().eligible);
    w.in.consent_given = true;
    EXPECT_TRUE(w.decide().serve);
    w.in.excluded = true;
    EXPECT_EQ(w.decide().reason, reason::excluded);
    EXPECT_EQ(w.decide().cause, "not_admitted");
}

TEST(admit, row_5_a_live_key_meets_nothing_in_the_sandbox_phase) {
    world w;
    w.visitor(true);
    w.project().phase = "sandbox";
    EXPECT_EQ(w.decide().reason, reason::phase);
}

TEST(admit, row_5_expired_future_and_shadow_grants_are_not_live) {
    world w;
    w.visitor(true);
    auto& g = w.project().grants[0];
    w.project().grants.resize(1);
    g.expires_at = now;
    EXPECT_EQ(w.decide().reason, reason::no_grant);
    g.expires_at = now + millis{1};
    EXPECT_TRUE(w.decide().serve);
    g.not_before = now + millis{1};
    EXPECT_EQ(w.decide().reason, reason::no_grant);
    g.not_before = now;
    g.mode = "shadow";
    EXPECT_EQ(w.decide().reason, reason::no_grant);
    g.mode = "answer";
    g.phase = "rollout";
    EXPECT_EQ(w.decide().reason, reason::no_grant);
}

TEST(admit, row_6_a_closed_door_is_closed_for_all) {
    world w;
    w.visitor(true);
    for (auto& g : w.project().grants)
        g.open_now = false;
    EXPECT_EQ(w.decide().reason, reason::closed);
    EXPECT_EQ(w.decide().cause, "closed");
}

TEST(admit, row_8_a_pin_holds_although_the_share_shrank) {
    world w;
    w.visitor(true);
    w.in.pinned = hash_of(1);
    w.project().grants[0].audience.hi = 0;
    const auto a = w.decide();
    ASSERT_TRUE(a.serve);
    EXPECT_EQ(a.reason, reason::pinned);
    EXPECT_EQ(a.assigned, events::assigned_by::pin);
    EXPECT_FALSE(a.eligible);
}

TEST(admit, row_8_a_pin_ends_with_the_grant_of_its_variant) {
    world w;
    w.visitor(false);
    w.in.pinned = hash_of(2);
    EXPECT_FALSE(w.decide().serve);
    w.in.pinned = hash_of(1);
    for (auto& g : w.project().grants)
        g.expires_at = now;
    EXPECT_FALSE(w.decide().serve);
}

TEST(admit, row_9_staff_are_served_whatever_their_bucket_and_never_compared) {
    world w;
    w.visitor(false);
    w.in.groups = {"staff"};
    const auto a = w.decide();
    ASSERT_TRUE(a.serve);
    EXPECT_EQ(a.reason, reason::audience);
    EXPECT_EQ(a.grant->id, "gr_staff");
    EXPECT_FALSE(a.eligible);
}

TEST(admit, row_9_with_groups_only_a_visitor_gets_the_fallback_of_the_audience) {
    world w;
    w.visitor(true);
    w.project().grants.erase(w.project().grants.begin());
    EXPECT_EQ(w.decide().reason, reason::audience);
    EXPECT_FALSE(w.decide().serve);
}

TEST(admit, row_10_the_bucket_decides_and_both_arms_are_exposed_with_their_probability) {
    world w;
    w.visitor(true);
    const auto canary = w.decide();
    ASSERT_TRUE(canary.serve);
    EXPECT_EQ(canary.reason, reason::bucket);
    EXPECT_TRUE(canary.eligible);
    EXPECT_EQ(canary.probability_e6, 300'000);
    EXPECT_EQ(canary.arm, hash_of(1));
    w.visitor(false);
    const auto control = w.decide();
    EXPECT_FALSE(control.serve);
    EXPECT_TRUE(control.eligible);
    EXPECT_EQ(control.probability_e6, 700'000);
    EXPECT_FALSE(control.arm);
    EXPECT_GE(control.at, 3000u);
}

TEST(admit, row_10_nobody_in_particular_is_served_only_at_one_hundred_percent) {
    world w;
    w.in.who = {};
    EXPECT_FALSE(w.decide().serve);
    EXPECT_EQ(w.decide().at, bucket_of_nobody);
    EXPECT_FALSE(w.decide().eligible);
    w.project().grants[0].audience = {.kind = "percent", .lo = 0, .hi = 10'000, .groups = {}};
    EXPECT_TRUE(w.decide().serve);
}

RC_GTEST_PROP(admit, growing_the_share_never_moves_anyone_out, ()) {
    world w;
    w.in.who.visitor = visitor_of(*rc::gen::arbitrary<std::uint32_t>());
    const auto small = *rc::gen::inRange<std::int64_t>(0, 3001);
    const auto large = *rc::gen::inRange<std::int64_t>(small, 3001);
    w.project().grants[0].audience.hi = small;
    const bool before = w.decide().serve;
    w.project().grants[0].audience.hi = large;
    if (before) RC_ASSERT(w.decide().serve);
}

TEST(admit, the_trace_ends_with_the_line_that_decides) {
    world w;
    w.visitor(true);
    std::vector<admission_check> trace;
    const auto a = admit(w.in, &trace);
    ASSERT_TRUE(a.serve);
    EXPECT_EQ(trace.back().verdict, "decides");
    EXPECT_EQ(trace.back().row, 10);
    EXPECT_EQ(trace.front().check, "kill");
}

} // namespace servery::policy
