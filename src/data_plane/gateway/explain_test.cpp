#include "data_plane/gateway/explain.h"
#include "data_plane/gateway/gateway_fixture.h"
#include "data_plane/gateway/identity.h"

#include <gtest/gtest.h>

namespace servery::gateway {

TEST(explain, lists_every_check_up_to_the_one_that_decides) {
    gateway_world w;
    policy::admission_input in;
    in.policy = &w.policy;
    in.project = &w.policy.projects[0];
    in.kills = &w.kills;
    in.now = w.now.now();
    const auto nobody = explain(in);
    EXPECT_EQ(nobody.served, "fallback");
    EXPECT_EQ(nobody.reason, "bucket");
    EXPECT_EQ(nobody.cause, "not_admitted");
    EXPECT_EQ(nobody.bucket, 9999);
    EXPECT_EQ(nobody.checks.front().check, "kill");
    EXPECT_EQ(nobody.checks.back().verdict, "decides");
    in.groups = {"staff"};
    const auto staff = explain(in);
    EXPECT_EQ(staff.served, "variant");
    EXPECT_EQ(staff.grant, "staff");
    EXPECT_TRUE(staff.variant.starts_with("abcd"));
    w.kills.set_project("shop", policy::kill_word::killed);
    EXPECT_EQ(explain(in).reason, "killed");
    EXPECT_EQ(explain(in).checks.size(), 1u);
}

namespace {

explanation of(gateway_world& w, explain_question asked) {
    asked.project = "shop";
    auto made = explain(*w.gate, asked);
    EXPECT_TRUE(made) << (made ? "" : to_line(made.error()));
    return made.value_or(explanation{});
}

} // namespace

TEST(explain, agrees_with_what_the_next_request_meets) {
    gateway_world w;
    for (const bool inside : {true, false}) {
        const auto who = w.visitor(inside);
        const auto told = of(w, {.visitor = who});
        (void)w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", who}});
        EXPECT_EQ(told.served, json::enum_word(w.row().served));
        EXPECT_EQ(told.reason, w.row().reason);
        EXPECT_EQ(told.bucket, w.row().bucket);
        EXPECT_EQ(told.stage, "p30");
        const auto again = of(w, {.row = w.row()});
        EXPECT_EQ(again.served, told.served) << "the row names the same visitor";
        EXPECT_EQ(again.bucket, told.bucket);
    }
    EXPECT_EQ(w.upstream.calls.size(), 1u) << "explaining asks nobody";
    w.kills.set_project("shop", policy::kill_word::killed);
    const auto row = w.row();
    EXPECT_EQ(of(w, {.row = row}).bucket, row.bucket) << "also where the share does not decide";
}

TEST(explain, says_the_deciding_line_in_words_for_every_reason) {
    struct asked {
        const char* reason;
        std::function<void(gateway_world&)> make;
        std::string word; // that the sentence must hold
        bool sandbox = false;
        std::vector<std::string> groups = {};
    };
    const auto talk = [](const gateway_world& w, const std::string& visitor) {
        const auto& key = w.policy.projects[0].identity_key;
        return conversation_hash(key, "shop", visitor_hash(key, "asserted", as_bytes(visitor)),
                                 "talk-1");
    };
    const auto owned_by = [&](events::owner_kind owner) {
        return [owner, &talk](gateway_world& w) {
            auto& state = w.book.states[talk(w, w.visitor(true))];
            state.known = true;
            state.owner = owner;
        };
    };
    const std::vector<asked> table{
        {"killed", [](auto& w) { w.kills.set_project("shop", policy::kill_word::killed); },
         "stopped"},
        {"sandbox", [](auto&) {}, "sandbox key", true},
        {"owner_person", owned_by(events::owner_kind::person), "taken over"},
        {"owner_nobody", owned_by(events::owner_kind::nobody), "waits for a person"},
        {"consent", [](auto& w) { w.policy.projects[0].consent_required = true; }, "consented"},
        {"phase", [](auto& w) { w.policy.projects[0].phase = "sandbox"; }, "Phase sandbox"},
        {"no_grant", [](auto& w) { w.policy.projects[0].grants.clear(); }, "No grant"},
        {"closed",
         [](auto& w) {
             for (auto& g : w.policy.projects[0].grants)
                 g.open_now = false;
         },
         "open at this time"},
        {"pinned",
         [&](auto& w) {
             w.gate->pins().pin(talk(w, w.visitor(true)), w.policy.variants[0].hash, w.now.now());
         },
         "began with this variant"},
        {"audience", [](auto&) {}, "group of stage staff", false, {"staff"}},
        {"bucket", [](auto&) {}, "buckets 0 to 2999"},
        {"label",
         [](auto& w) {
             std::erase_if(w.policy.projects[0].texts,
                           [](const auto& t) { return t.key == "label"; });
         },
         "says an AI answers"},
        {"budget",
         [](auto& w) {
             events::exchange spent;
             spent.project = "shop";
             spent.phase = "pilot";
             spent.cost_nano = 2'000'000'000;
             w.spend.book(spent);
         },
         "is spent"},
        {"provider_down",
         [](auto& w) {
             for (int i = 0; i < 5; ++i) {
                 for (const auto& t : w.policy.variants[0].targets)
                     w.gate->given()
                         .health->of(t.provider, t.model)
                         ->ask(w.now.now(), 1)
                         .permit.failed(w.now.now());
             }
         },
         "may be asked now"},
    };
    for (const auto& row : table) {
        gateway_world w;
        const auto who = w.visitor(true);
        row.make(w);
        w.publish();
        const auto told = of(w, {.visitor = who,
                                 .conversation = "talk-1",
                                 .groups = row.groups,
                                 .sandbox = row.sandbox});
        EXPECT_EQ(told.reason, row.reason);
        EXPECT_NE(told.words.find(row.word), std::string::npos) << told.words;
        EXPECT_EQ(told.checks.back().verdict == "decides" || told.served != "fallback", true)
            << row.reason;
        EXPECT_EQ(told.served == "fallback", !told.fallback.empty()) << row.reason;
    }
}

TEST(explain, refuses_what_names_nobody) {
    gateway_world w;
    EXPECT_EQ(explain(*w.gate, {.project = "nowhere"}).error().id, "gateway.explain.no_project");
    EXPECT_EQ(explain(*w.gate, {.project = "shop", .conversation = "not an id"}).error().id,
              "request.invalid_header");
}

} // namespace servery::gateway
