// People, rights, passwords and rate limits, without HTTP.
#include "api/access/password.h"
#include "api/access/people.h"
#include "api/access/rate_limits.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <gmock/gmock.h>

namespace servery::api::access {
namespace {

using testing::HasSubstr;
using testing::Not;

struct access_people : testing::Test {
    manual_clock now{instant{1'764'000'000'000}};
    seeded_random random{3};
    events::memory_log log;
    people all{now, random, log};

    access_people() {
        log.add_fold([this](const events::event& e) { all.apply(e); });
    }
    void person(const std::string& id, std::set<org_role> organisation = {}) {
        ASSERT_TRUE(all.create({}, {.id = id,
                                    .name = id,
                                    .email = id + "@example.com",
                                    .password_hash = {},
                                    .organisation = std::move(organisation)}));
    }
    std::string logged() const {
        std::string text;
        for (const auto& e : log.all())
            text += json::write(json::to_json(e));
        return text;
    }
};

TEST(access_rights, add_up_over_roles_and_stay_in_their_project) {
    rights r;
    r.projects["a"] = {role::viewer, role::agent};
    EXPECT_TRUE(r.may("desk.work", "a"));
    EXPECT_FALSE(r.may("plan.edit", "a"));
    EXPECT_FALSE(r.may("desk.work", "b"));
    EXPECT_FALSE(r.may("desk.work", ""));
    EXPECT_FALSE(r.may("no.such.right", "a"));
    EXPECT_FALSE(r.sees("b"));
}

TEST(access_rights, an_admin_has_no_project_rights_and_an_auditor_only_reads) {
    rights admin;
    admin.organisation = {org_role::admin};
    EXPECT_TRUE(admin.may("people.write", ""));
    EXPECT_TRUE(admin.sees("a"));
    EXPECT_FALSE(admin.may("project.read", "a"));
    EXPECT_FALSE(admin.may("gate.sign", "a"));
    rights auditor;
    auditor.organisation = {org_role::auditor};
    EXPECT_TRUE(auditor.may("project.read", "a"));
    EXPECT_TRUE(auditor.may("audit.verify", ""));
    EXPECT_FALSE(auditor.may("stop", "a"));
    EXPECT_FALSE(auditor.may("people.write", ""));
}

TEST(access_rights, who_may_start_may_stop) {
    // Anyone who may see a running AI and works with it may stop it; only an owner starts it again.
    for (const auto r : {role::agent, role::editor, role::owner}) {
        rights of;
        of.projects["a"] = {r};
        EXPECT_TRUE(of.may("stop", "a"));
        EXPECT_EQ(of.may("stage.resume", "a"), r == role::owner);
    }
}

TEST_F(access_people, the_first_person_is_admin_and_the_last_admin_stays) {
    person("rosa");
    EXPECT_TRUE(all.holds("rosa", "people.write", ""));
    EXPECT_EQ(all.set_organisation({}, nullptr, "rosa", {}).error().id, "access.last_owner");
    person("ben", {org_role::admin});
    EXPECT_TRUE(all.set_organisation({}, nullptr, "rosa", {}));
    EXPECT_FALSE(all.holds("rosa", "people.write", ""));
}

TEST_F(access_people, the_last_owner_of_a_project_stays) {
    person("rosa");
    person("ben");
    ASSERT_TRUE(all.set_roles({}, nullptr, "a", "rosa", {role::owner}));
    EXPECT_EQ(all.set_roles({}, nullptr, "a", "rosa", {role::editor}).error().id,
              "access.last_owner");
    ASSERT_TRUE(all.set_roles({}, nullptr, "a", "ben", {role::owner}));
    EXPECT_TRUE(all.set_roles({}, nullptr, "a", "rosa", {}));
}

TEST_F(access_people, nobody_gives_a_right_they_do_not_hold) {
    person("rosa");
    person("ben");
    rights editor;
    editor.projects["a"] = {role::editor};
    EXPECT_EQ(all.set_roles({}, &editor, "a", "ben", {role::owner}).error().id, "access.role");
    rights owner_elsewhere;
    owner_elsewhere.projects["b"] = {role::owner};
    EXPECT_EQ(all.set_roles({}, &owner_elsewhere, "a", "ben", {role::viewer}).error().id,
              "access.role");
    EXPECT_EQ(all.set_organisation({}, &owner_elsewhere, "ben", {org_role::admin}).error().id,
              "access.role");
}

TEST_F(access_people, a_session_ends_when_idle_for_eight_hours_or_after_a_day) {
    person("rosa");
    const auto started = all.start_session("rosa", "password", "req_1");
    ASSERT_TRUE(started);
    EXPECT_THAT(logged(), Not(HasSubstr(started->cookie)));
    for (int hour = 0; hour < 21; hour += 7) {
        now.advance(millis{7LL * 3'600'000});
        EXPECT_NE(all.find_session(started->cookie), nullptr) << hour;
    }
    now.advance(millis{3LL * 3'600'000});
    EXPECT_EQ(all.find_session(started->cookie), nullptr);
    const auto second = all.start_session("rosa", "password", "req_2");
    now.advance(session_idle);
    EXPECT_EQ(all.find_session(second->cookie), nullptr);
}

TEST_F(access_people, a_clock_set_back_revives_no_session) {
    person("rosa");
    const auto started = all.start_session("rosa", "password", "");
    ASSERT_TRUE(all.end_session("rosa", started->session.id, "signed_out"));
    now.advance(millis{-3'600'000});
    EXPECT_EQ(all.find_session(started->cookie), nullptr);
}

TEST_F(access_people, a_new_password_ends_every_other_session) {
    person("rosa");
    const auto here = all.start_session("rosa", "password", "");
    const auto elsewhere = all.start_session("rosa", "password", "");
    ASSERT_TRUE(all.set_password({}, "rosa", "hash", here->session.id));
    EXPECT_NE(all.find_session(here->cookie), nullptr);
    EXPECT_EQ(all.find_session(elsewhere->cookie), nullptr);
}

TEST_F(access_people, a_session_of_somebody_else_looks_like_a_missing_one) {
    person("rosa");
    person("ben");
    const auto hers = all.start_session("rosa", "password", "");
    const auto foreign = all.end_session("ben", hers->session.id, "ended");
    const auto missing = all.end_session("ben", "ses_none", "ended");
    EXPECT_EQ(to_line(foreign.error()), to_line(missing.error()));
    EXPECT_NE(all.find_session(hers->cookie), nullptr);
}

TEST_F(access_people, tokens_that_share_a_prefix_or_suffix_never_match) {
    person("rosa");
    const auto token = all.create_token("rosa", "laptop");
    ASSERT_TRUE(token);
    EXPECT_NE(all.find_token(token->text), nullptr);
    EXPECT_THAT(logged(), Not(HasSubstr(token->text)));
    for (std::size_t n = 0; n < token->text.size(); ++n) {
        EXPECT_EQ(all.find_token(token->text.substr(0, n)), nullptr);
        EXPECT_EQ(all.find_token(token->text.substr(0, n) + "!"), nullptr);
        EXPECT_EQ(all.find_token(token->text + token->text.substr(n)), nullptr);
    }
    now.advance(token_lifetime);
    EXPECT_EQ(all.find_token(token->text), nullptr);
}

TEST_F(access_people, the_link_of_the_first_start_works_once_for_an_hour) {
    const auto link = all.make_link({}, "", link_purpose::setup);
    ASSERT_TRUE(link);
    EXPECT_TRUE(all.check_link(*link));
    EXPECT_FALSE(all.check_link(*link + "x"));
    now.advance(setup_link_lifetime);
    EXPECT_FALSE(all.check_link(*link));
    const auto second = all.make_link({}, "", link_purpose::setup);
    const new_person wanted{.id = "rosa",
                            .name = "Rosa",
                            .email = "rosa@example.com",
                            .password_hash = "hash",
                            .organisation = {}};
    ASSERT_TRUE(all.use_link(*second, wanted));
    EXPECT_TRUE(all.holds("rosa", "people.write", ""));
    EXPECT_EQ(all.use_link(*second, wanted).error().id, "access.link_used");
    EXPECT_EQ(all.make_link({}, "", link_purpose::setup).error().id, "access.setup_done");
    EXPECT_THAT(logged(), Not(HasSubstr(*second)));
}

TEST_F(access_people, only_the_newest_link_of_a_person_opens) {
    person("rosa");
    const auto first = all.make_link({}, "rosa", link_purpose::invite);
    const auto second = all.make_link({}, "rosa", link_purpose::invite);
    EXPECT_FALSE(all.check_link(*first));
    ASSERT_TRUE(all.check_link(*second));
    EXPECT_EQ(all.check_link(*second)->person, "rosa");
    now.advance(invite_link_lifetime);
    EXPECT_FALSE(all.check_link(*second));
    EXPECT_EQ(all.make_link({}, "nobody", link_purpose::invite).error().id, "person.unknown");
}

TEST_F(access_people, signing_out_everywhere_may_spare_the_session_that_asks) {
    person("rosa");
    person("ben");
    const auto here = all.start_session("rosa", "password", "");
    const auto there = all.start_session("rosa", "password", "");
    const auto his = all.start_session("ben", "password", "");
    ASSERT_TRUE(all.end_sessions("rosa", here->session.id, "everywhere"));
    EXPECT_NE(all.find_session(here->cookie), nullptr);
    EXPECT_EQ(all.find_session(there->cookie), nullptr);
    ASSERT_TRUE(all.end_sessions("rosa", "", "everywhere"));
    EXPECT_EQ(all.find_session(here->cookie), nullptr);
    EXPECT_NE(all.find_session(his->cookie), nullptr);
}

TEST_F(access_people, a_second_proof_moves_the_session_under_a_new_cookie_for_ten_minutes) {
    person("rosa");
    const auto before = all.start_session("rosa", "password", "");
    const auto after = all.renew_session(before->session.id, "");
    ASSERT_TRUE(after);
    EXPECT_EQ(all.find_session(before->cookie), nullptr);
    const auto* s = all.find_session(after->cookie);
    ASSERT_NE(s, nullptr);
    EXPECT_EQ(s->id, before->session.id);
    EXPECT_EQ(s->step_up_until, now.now() + step_up_lifetime);
    EXPECT_EQ(s->expires, before->session.expires); // a proof makes no session longer
}

TEST_F(access_people, half_a_sign_in_opens_nothing_and_ends_after_five_minutes) {
    person("rosa");
    const auto cookie = all.begin_half_sign_in("rosa");
    EXPECT_EQ(all.find_session(cookie), nullptr);
    EXPECT_EQ(all.half_sign_in(cookie), "rosa");
    EXPECT_EQ(all.half_sign_in(cookie + "x"), "");
    now.advance(half_sign_in_lifetime);
    EXPECT_EQ(all.half_sign_in(cookie), "");
}

TEST_F(access_people, a_replay_gives_the_same_people_sessions_and_tokens) {
    person("rosa");
    ASSERT_TRUE(all.set_roles({}, nullptr, "a", "rosa", {role::owner}));
    const auto session = all.start_session("rosa", "password", "");
    const auto token = all.create_token("rosa", "laptop");
    people again(now, random, log);
    for (const auto& e : log.all())
        again.apply(e);
    EXPECT_NE(again.find_session(session->cookie), nullptr);
    EXPECT_NE(again.find_token(token->text), nullptr);
    EXPECT_TRUE(again.holds("rosa", "gate.sign", "a"));
    EXPECT_EQ(again.first_owner()->id, "rosa");
}

TEST_F(access_people, nothing_changes_when_the_record_cannot_be_written) {
    person("rosa");
    log.set_down(true);
    EXPECT_EQ(all.start_session("rosa", "password", "").error().id, "audit.store.down");
    EXPECT_EQ(all.set_roles({}, nullptr, "a", "rosa", {role::owner}).error().id,
              "audit.store.down");
    EXPECT_FALSE(all.holds("rosa", "gate.sign", "a"));
}

TEST(access_password, refuses_short_common_and_own_names) {
    for (const auto* weak :
         {"short", "passwordpassword", "Password12345", "aaaaaaaaaaaa", "abcabcabcabc",
          "123456789012", "abcdefghijkl", "PasswortPasswort1", "P4ssw0rd!2024", "letmein123456",
          "dragonDragon99", "Sommer2025!!", "qwerty1234567"})
        EXPECT_FALSE(check_password(weak, {})) << weak;
    EXPECT_FALSE(check_password(std::string(129, 'x') + "yz", {}));
    EXPECT_EQ(check_password("the rosa garden", {"rosa@example.com"}).error().id,
              "access.password.contains_name");
    EXPECT_TRUE(check_password("the blue garden", {"rosa@example.com", "ben"}));
    EXPECT_TRUE(check_password("vier w\xC3\xB6rter reichen", {}));
}

TEST(access_password, a_hash_opens_with_its_password_only) {
    const auto hash = hash_password("four words nobody joins");
    ASSERT_TRUE(hash);
    EXPECT_THAT(*hash, testing::StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
    EXPECT_TRUE(verify_password(*hash, "four words nobody joins"));
    EXPECT_FALSE(verify_password(*hash, "four words nobody join"));
    EXPECT_FALSE(verify_password("", ""));
    EXPECT_FALSE(verify_password("$argon2id$broken", "x"));
    EXPECT_FALSE(verify_password(nobodys_hash(), ""));
}

TEST(access_limits, ten_thousand_guesses_evaluate_fewer_than_a_hundred_in_an_hour) {
    manual_clock now{instant{0}};
    rate_limits limits(now);
    int evaluated = 0;
    for (int i = 0; i < 10'000; ++i) {
        if (!limits.take(rate_class::sign_in_account, "rosa")) ++evaluated;
        now.advance(millis{360});
    }
    EXPECT_LE(evaluated, 100);
    EXPECT_GE(evaluated, 60);
}

TEST(access_limits, a_clock_set_back_refills_nothing) {
    manual_clock now{instant{10'000'000}};
    rate_limits limits(now);
    while (!limits.take(rate_class::sign_in_account, "rosa")) {
    }
    now.advance(millis{-5'000'000});
    EXPECT_TRUE(limits.take(rate_class::sign_in_account, "rosa"));
    now.advance(millis{4'000'000});
    EXPECT_TRUE(limits.take(rate_class::sign_in_account, "rosa"));
}

TEST(access_limits, never_hand_out_more_than_burst_plus_rate) {
    EXPECT_TRUE(rc::check([](std::vector<std::uint16_t> waits) {
        manual_clock now{instant{0}};
        rate_limits limits(now);
        int given = 0;
        for (const auto w : waits) {
            now.advance(millis{w});
            if (!limits.take(rate_class::console, "x")) ++given;
        }
        RC_ASSERT(given <= 40 + 1 + static_cast<double>(now.now().ms) * 20 / 1000);
    }));
}

} // namespace
} // namespace servery::api::access
