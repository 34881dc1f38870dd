// The chat route, whole answers: who is served, what leaves, what comes back, what is recorded.
#include "data_plane/gateway/gateway_fixture.h"
#include "data_plane/gateway/identity.h"

#include <gtest/gtest.h>

namespace servery::gateway {

TEST(chat, a_visitor_inside_the_share_gets_the_variants_bytes_untouched) {
    gateway_world w;
    w.upstream.next = {whole("We open at nine.")};
    const auto a = w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", w.visitor(true)}});
    EXPECT_EQ(a.status, 200);
    EXPECT_EQ(a.body, whole("We open at nine.").pieces[0]);
    EXPECT_EQ(a.header("x-servery-served"), "variant");
    EXPECT_EQ(a.header("x-servery-reason"), "bucket");
    EXPECT_EQ(a.header("x-servery-answered-by"), "ai");
    EXPECT_EQ(a.header("x-servery-label"), "1abe11abe11a");
    EXPECT_EQ(a.header("x-servery-cost"), "EUR 0.000020000");
    EXPECT_EQ(a.header("x-request-id"), a.header("x-servery-request-id"));
    EXPECT_TRUE(w.row().eligible);
    EXPECT_EQ(w.row().spend, events::spend_state::settled);
    EXPECT_EQ(w.row().cost_nano, 20'000);
    EXPECT_EQ(w.row().answer, "We open at nine.");
    EXPECT_EQ(w.count("label.shown"), 1u);
}

TEST(chat, a_visitor_outside_the_share_gets_an_ordinary_fallback) {
    gateway_world w;
    const auto a =
        w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", w.visitor(false)}});
    EXPECT_EQ(a.status, 200);
    EXPECT_EQ(a.content(), "A colleague will answer.");
    EXPECT_EQ(json::text_or(a.json(), "model"), "servery/fallback");
    EXPECT_EQ(a.header("x-servery-served"), "fallback");
    EXPECT_EQ(a.header("x-servery-answered-by"), "person");
    EXPECT_EQ(a.header("x-servery-label"), "");
    EXPECT_TRUE(w.upstream.calls.empty());
    EXPECT_TRUE(w.row().eligible) << "the control arm is exposed too";
    EXPECT_FALSE(w.row().arm);
    EXPECT_EQ(w.row().spend, events::spend_state::void_);
    EXPECT_EQ(w.row().cost_nano, 0);
    EXPECT_EQ(w.count("person.requested"), 1u);
}

TEST(chat, the_variant_decides_the_model_and_adds_its_prompt) {
    gateway_world w;
    w.policy.variants[0].prompt = "Be \"brief\".";
    w.policy.variants[0].max_output_tokens = 100;
    w.policy.variants[0].parameters["temperature"] = 0;
    w.publish();
    (void)w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", w.visitor(true)}});
    const auto sent = json::parse(w.upstream.calls.at(0).body);
    ASSERT_TRUE(sent) << w.upstream.calls[0].body;
    const auto& o = sent->get_object();
    EXPECT_EQ(json::text_or(o, "model"), "large-1");
    EXPECT_EQ(json::int_or(o, "max_tokens", 0), 100);
    EXPECT_EQ(json::int_or(o, "temperature", 9), 0);
    const auto& messages = o.at("messages").get_array();
    ASSERT_EQ(messages.size(), 2u);
    EXPECT_EQ(json::text_or(messages[0].get_object(), "content"), "Be \"brief\".");
}

TEST(chat, personal_data_never_leaves_nor_is_kept_in_clear) {
    gateway_world w;
    w.upstream.next = {whole("Write to bob.smith@example.org, please.")};
    const auto a =
        w.chat(w.live_key,
               R"({"messages":[{"role":"user","content":"I am anna.miller@example.com"},)"
               R"({"role":"assistant","content":"Hello anna.miller@example.com"},)"
               R"({"role":"user","content":"mail anna.miller@example.com again"}]})",
               {{"x-servery-visitor", w.visitor(true)}});
    const auto& sent = w.upstream.calls.at(0).body;
    EXPECT_EQ(sent.find("anna.miller"), std::string::npos) << sent;
    EXPECT_EQ(w.upstream.calls[0].question.find("anna.miller"), std::string::npos);
    EXPECT_EQ(w.row().question.find("anna.miller"), std::string::npos);
    EXPECT_EQ(a.body.find("bob.smith"), std::string::npos) << a.body;
    EXPECT_EQ(w.row().answer.find("bob.smith"), std::string::npos);
    EXPECT_EQ(w.row().guard_in, events::guard_result::edited);
    EXPECT_EQ(w.row().guard_out, events::guard_result::edited);
}

TEST(chat, personal_data_in_a_fallback_exchange_is_not_kept_in_clear_either) {
    gateway_world w;
    (void)w.chat(w.live_key,
                 R"({"messages":[{"role":"user","content":"I am anna.miller@example.com"}]})",
                 {{"x-servery-visitor", w.visitor(false)}});
    EXPECT_EQ(w.row().question.find("anna.miller"), std::string::npos);
    for (const auto& e : w.events)
        EXPECT_EQ(json::write(e.body).find("anna.miller"), std::string::npos) << e.kind;
}

TEST(chat, the_callers_user_field_leaves_as_a_hash) {
    gateway_world w;
    const auto who = w.visitor(true);
    (void)w.chat(w.live_key,
                 R"({"user":")" + who + R"(","messages":[{"role":"user","content":"hi there"}]})");
    const auto& sent = w.upstream.calls.at(0).body;
    EXPECT_EQ(sent.find('"' + who + '"'), std::string::npos) << sent;
    EXPECT_NE(sent.find(to_hex(*w.row().visitor)), std::string::npos) << sent;
    EXPECT_EQ(w.row().source, events::visitor_source::body);
}

TEST(chat, a_stopped_project_answers_with_a_person_and_asks_nobody) {
    gateway_world w;
    w.kills.set_project("shop", policy::kill_word::killed);
    const auto a = w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", w.visitor(true)}});
    EXPECT_EQ(a.status, 200);
    EXPECT_EQ(w.row().reason, "killed");
    EXPECT_TRUE(w.upstream.calls.empty());
}

TEST(chat, a_kill_between_admission_and_dispatch_still_stops_the_call) {
    gateway_world w;
    w.upstream.next = {dead(), whole("never")};
    w.policy.variants[0].targets.push_back({"main", "large-1"});
    w.publish();
    // The first target fails; while it does, somebody presses stop.
    w.upstream.before_open = [&] { w.kills.set_project("shop", policy::kill_word::killed); };
    const auto a = w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", w.visitor(true)}});
    EXPECT_EQ(a.status, 200);
    EXPECT_EQ(w.row().fallback_cause, "killed");
    std::size_t written = 0;
    for (const auto& c : w.upstream.calls)
        written += c.body.empty() ? 0 : 1;
    EXPECT_EQ(written, 1u);
}

TEST(chat, a_kill_while_the_answer_is_on_its_way_cuts_it_and_a_rollback_lets_it_finish) {
    for (const auto word : {policy::kill_word::killed, policy::kill_word::rolled_back}) {
        gateway_world w;
        w.upstream.next = {whole("We open at nine.")};
        w.upstream.before_open = [&] { w.kills.set_project("shop", word); };
        const auto a =
            w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", w.visitor(true)}});
        const bool cut = word == policy::kill_word::killed;
        EXPECT_EQ(a.content(), cut ? "A colleague will answer." : "We open at nine.");
        EXPECT_EQ(w.row().outcome, cut ? events::outcome::killed : events::outcome::ok);
        EXPECT_EQ(w.row().spend, events::spend_state::settled) << "the work was paid for";
    }
}

TEST(chat, the_next_target_takes_over_when_the_first_is_dead) {
    gateway_world w;
    w.policy.variants[0].targets.push_back({"main", "large-1"});
    w.publish();
    w.upstream.next = {dead(), whole("second")};
    const auto a = w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", w.visitor(true)}});
    EXPECT_EQ(a.content(), "second");
    EXPECT_EQ(a.header("x-servery-attempts"), "2");
}

TEST(chat, a_dead_provider_is_a_fallback_for_visitors_and_an_error_for_the_sandbox) {
    gateway_world w;
    w.upstream.next = {dead()};
    const auto a = w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", w.visitor(true)}});
    EXPECT_EQ(a.status, 200);
    EXPECT_EQ(a.content(), "A colleague will answer.");
    EXPECT_EQ(w.row().fallback_cause, "provider_down");
    EXPECT_EQ(w.row().error_id, "upstream.unreachable");
    EXPECT_TRUE(w.row().arm) << "a failed variant stays in its arm";
    EXPECT_EQ(w.row().spend, events::spend_state::void_);

    const auto b = w.chat(w.sandbox_key, std::string(hello));
    EXPECT_EQ(b.status, 502);
    EXPECT_EQ(b.error_id(), "upstream.unreachable");
    EXPECT_EQ(b.header("x-should-retry"), "true");
}

TEST(chat, what_each_upstream_status_means_to_a_caller_that_wants_errors) {
    const std::vector<std::tuple<int, int, std::string>> table{
        {500, 502, "upstream.unreachable"},  {503, 502, "upstream.unreachable"},
        {429, 429, "upstream.rate_limited"}, {401, 502, "upstream.credential"},
        {403, 502, "upstream.credential"},
    };
    for (const auto& [theirs, ours, id] : table) {
        gateway_world w;
        w.upstream.next = {refused(theirs)};
        const auto a = w.chat(w.sandbox_key, std::string(hello));
        EXPECT_EQ(a.status, ours) << theirs;
        EXPECT_EQ(a.error_id(), id) << theirs;
        EXPECT_EQ(w.row().spend, events::spend_state::void_) << theirs;
    }
}

TEST(chat, a_request_that_the_upstream_refuses_comes_back_as_it_said) {
    gateway_world w;
    w.upstream.next = {refused(400)};
    const auto a = w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", w.visitor(true)}});
    EXPECT_EQ(a.status, 400);
    EXPECT_EQ(a.body, refused(400).pieces[0]);
    EXPECT_EQ(w.row().error_id, "upstream.rejected");
    EXPECT_EQ(w.row().spend, events::spend_state::void_);
}

TEST(chat, html_with_status_200_is_not_an_answer) {
    gateway_world w;
    scripted_answer html;
    html.content_type = "text/html";
    html.pieces = {"<html>busy</html>"};
    w.upstream.next = {html};
    const auto a = w.chat(w.sandbox_key, std::string(hello));
    EXPECT_EQ(a.status, 502);
    EXPECT_EQ(a.error_id(), "upstream.invalid_answer");
    EXPECT_EQ(w.row().spend, events::spend_state::estimated) << "work may have been done";
}

TEST(chat, a_caller_of_structure_gets_a_refusal_not_prose) {
    gateway_world w;
    const auto a = w.chat(
        w.live_key,
        R"({"response_format":{"type":"json_object"},"messages":[{"role":"user","content":"hi"}]})",
        {{"x-servery-visitor", w.visitor(false)}});
    const auto& message =
        a.json().at("choices").get_array()[0].get_object().at("message").get_object();
    EXPECT_TRUE(message.at("content").is_null());
    EXPECT_EQ(json::text_or(message, "refusal"), "A colleague will answer.");
}

TEST(chat, a_pin_outlives_a_smaller_share) {
    gateway_world w;
    const gateway_world::headers who{{"x-servery-visitor", w.visitor(true)},
                                     {"x-servery-conversation", "talk-1"}};
    (void)w.chat(w.live_key, std::string(hello), who);
    w.policy.projects[0].grants[0].audience.hi = 0;
    w.publish();
    const auto a = w.chat(w.live_key, std::string(hello), who);
    EXPECT_EQ(a.header("x-servery-reason"), "pinned");
    const auto b =
        w.chat(w.live_key, std::string(hello),
               {{"x-servery-visitor", w.visitor(true)}, {"x-servery-conversation", "talk-2"}});
    EXPECT_EQ(b.header("x-servery-served"), "fallback");
    EXPECT_EQ(w.count("label.shown"), 1u) << "once a conversation";
}

TEST(chat, a_conversation_of_a_person_is_not_the_variants) {
    gateway_world w;
    const auto who = w.visitor(true);
    const auto& key = w.policy.projects[0].identity_key;
    const auto hash = visitor_hash(key, "asserted", as_bytes(who));
    auto& state = w.book.states[conversation_hash(key, "shop", hash, "talk-1")];
    state.known = true;
    state.owner = events::owner_kind::person;
    const auto a = w.chat(w.live_key, std::string(hello),
                          {{"x-servery-visitor", who}, {"x-servery-conversation", "talk-1"}});
    EXPECT_EQ(w.row().reason, "owner_person");
    EXPECT_TRUE(w.upstream.calls.empty());
    EXPECT_EQ(a.status, 200);
}

TEST(chat, consent_is_written_before_anything_is_sent) {
    gateway_world w;
    w.policy.projects[0].consent_required = true;
    w.publish();
    const auto who = w.visitor(true);
    const auto a = w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", who}});
    EXPECT_EQ(w.row().reason, "consent");
    EXPECT_EQ(w.row().fallback_step, "fixed");
    EXPECT_TRUE(w.upstream.calls.empty());
    (void)w.chat(w.live_key, std::string(hello),
                 {{"x-servery-visitor", who}, {"x-servery-consent", "c0ffee"}});
    ASSERT_EQ(w.book.consents.size(), 1u);
    EXPECT_EQ(w.book.consents[0].channel, "api");
    EXPECT_EQ(w.upstream.calls.size(), 1u);
    EXPECT_EQ(a.status, 200);
}

TEST(chat, an_exhausted_budget_is_a_fallback_and_402_for_those_who_want_errors) {
    gateway_world w;
    w.policy.projects[0].budget_cap_nano = 1000;
    w.publish();
    (void)w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", w.visitor(true)}});
    EXPECT_EQ(w.row().fallback_cause, "budget");
    EXPECT_EQ(w.row().spend, events::spend_state::void_);
    const auto a = w.chat(w.sandbox_key, std::string(hello));
    EXPECT_EQ(a.status, 402);
    EXPECT_EQ(a.header("x-should-retry"), "false");
    EXPECT_TRUE(w.upstream.calls.empty());
}

TEST(chat, a_model_without_a_price_is_refused_under_a_hard_stop_and_unpriced_without_one) {
    gateway_world w;
    w.policy.prices.clear();
    w.publish();
    EXPECT_EQ(w.chat(w.sandbox_key, std::string(hello)).status, 402);
    w.policy.projects[0].hard_stop = false;
    w.publish();
    const auto a = w.chat(w.sandbox_key, std::string(hello));
    EXPECT_EQ(a.status, 200);
    EXPECT_EQ(a.header("x-servery-cost"), "unpriced");
    EXPECT_EQ(w.row().spend, events::spend_state::unpriced);
    EXPECT_FALSE(w.row().cost_nano);
    EXPECT_EQ(w.spend.of("shop", "pilot").counted_nano, unpriced_reserve_nano);
}

TEST(chat, missing_usage_is_estimated_never_silently_free) {
    gateway_world w;
    auto a = whole("We open at nine.");
    a.pieces[0].replace(a.pieces[0].find(",\"usage\""), std::string::npos, "}");
    w.upstream.next = {a};
    (void)w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", w.visitor(true)}});
    EXPECT_EQ(w.row().spend, events::spend_state::estimated);
    EXPECT_GT(w.row().cost_nano.value_or(0), 0);
    EXPECT_EQ(w.row().tokens_source, events::tokens_source::counted);
    EXPECT_EQ(w.spend.of("shop", "pilot").reserved_nano, 0);
}

TEST(chat, a_public_key_is_told_nothing_about_phases_and_gets_a_visitor_id) {
    gateway_world w;
    const auto a = w.chat(w.public_key, std::string(hello), {{"origin", "https://shop.example"}});
    EXPECT_EQ(a.status, 200);
    EXPECT_EQ(a.header("x-servery-served"), "");
    EXPECT_EQ(a.header("x-servery-reason"), "");
    EXPECT_EQ(a.header("x-servery-phase"), "");
    EXPECT_EQ(a.body.find("\"reason\""), std::string::npos);
    EXPECT_TRUE(a.header("x-servery-visitor").starts_with("svy_vis_"));
    EXPECT_TRUE(a.header("x-servery-conversation").starts_with("cv_"));
    EXPECT_EQ(a.header("access-control-allow-origin"), "https://shop.example");
}

TEST(chat, the_same_signed_visitor_is_treated_the_same_on_every_call) {
    gateway_world w;
    const auto first =
        w.chat(w.public_key, std::string(hello), {{"origin", "https://shop.example"}});
    const gateway_world::headers again{{"origin", "https://shop.example"},
                                       {"x-servery-visitor", first.header("x-servery-visitor")}};
    (void)w.chat(w.public_key, std::string(hello), again);
    const auto visitor = w.row().visitor;
    const auto bucket = w.row().bucket;
    (void)w.chat(w.public_key, std::string(hello), again);
    EXPECT_EQ(w.row().visitor, visitor);
    EXPECT_EQ(w.row().bucket, bucket);
    EXPECT_EQ(w.row().source, events::visitor_source::signed_id);
}

TEST(chat, staff_are_served_and_their_rows_do_not_count) {
    gateway_world w;
    (void)w.chat(w.live_key, std::string(hello),
                 {{"x-servery-visitor", w.visitor(false)},
                  {"x-servery-attributes", "group=staff, language=en"}});
    EXPECT_EQ(w.row().served, events::served_by::variant);
    EXPECT_EQ(w.row().reason, "audience");
    EXPECT_EQ(w.row().purpose, events::purpose::staff);
    EXPECT_FALSE(w.row().eligible);
}

TEST(chat, a_drill_takes_the_provider_down_for_its_own_requests_only) {
    gateway_world w;
    policy::drill_view d;
    d.cause = "provider_down";
    d.until = w.now.now() + millis{60'000};
    w.policy.projects[0].drills.push_back(d);
    w.publish();
    (void)w.chat(w.live_key, std::string(hello), {{"x-servery-purpose", "drill"}});
    EXPECT_EQ(w.row().purpose, events::purpose::drill);
    EXPECT_EQ(w.row().fallback_cause, "provider_down");
    EXPECT_EQ(w.row().served, events::served_by::fallback);
    EXPECT_TRUE(w.upstream.calls.empty());
    (void)w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", w.visitor(true)}});
    EXPECT_EQ(w.row().served, events::served_by::variant);
}

TEST(chat, a_draft_grant_tells_the_visitor_at_once_and_keeps_the_text_for_a_person) {
    gateway_world w;
    for (auto& g : w.policy.projects[0].grants)
        g.mode = "draft";
    w.policy.projects[0].autonomy = "approve";
    w.publish();
    w.upstream.next = {whole("We open at nine.")};
    const auto a = w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", w.visitor(true)}});
    EXPECT_EQ(a.status, 200);
    EXPECT_EQ(a.header("x-servery-served"), "draft");
    EXPECT_EQ(a.body.find("nine"), std::string::npos) << "nobody approved it yet";
    ASSERT_EQ(w.book.closed.size(), 1u);
    EXPECT_EQ(w.book.closed[0].outcome, "draft");
    EXPECT_EQ(w.book.closed[0].text, "We open at nine.");
    EXPECT_EQ(w.row().served, events::served_by::draft);
    EXPECT_EQ(w.row().spend, events::spend_state::settled);
}

TEST(chat, only_what_is_listed_is_forwarded_upstream) {
    gateway_world w;
    (void)w.chat(w.live_key, std::string(hello),
                 {{"x-servery-visitor", w.visitor(true)},
                  {"cookie", "session=1"},
                  {"x-internal-admin", "yes"},
                  {"x-forwarded-for", "10.0.0.1"}});
    EXPECT_TRUE(w.upstream.calls.at(0).headers.empty());
}

TEST(models, a_sandbox_key_sees_variants_and_a_live_key_the_aliases) {
    gateway_world w;
    w.policy.projects[0].aliases = {"assistant"};
    w.policy.providers[0].sandbox_models = {"large-1"};
    w.publish();
    const auto list = [&](const std::string& key) {
        return w.call(http::method::get, "/v1/models", {{"authorization", "Bearer " + key}}, "");
    };
    EXPECT_NE(list(w.live_key).body.find("\"assistant\""), std::string::npos);
    EXPECT_EQ(list(w.live_key).body.find("variant:"), std::string::npos);
    const auto sandbox = list(w.sandbox_key).body;
    EXPECT_NE(sandbox.find("variant:abcd00000000"), std::string::npos) << sandbox;
    EXPECT_NE(sandbox.find("main/large-1"), std::string::npos);
    const auto one = w.call(http::method::get, "/v1/models/main/large-1",
                            {{"authorization", "Bearer " + w.sandbox_key}}, "");
    EXPECT_EQ(one.status, 200);
    const auto none = w.call(http::method::get, "/v1/models/nope",
                             {{"authorization", "Bearer " + w.sandbox_key}}, "");
    EXPECT_EQ(none.status, 404);
    EXPECT_EQ(none.error_id(), "request.unknown_model");
}

TEST(models, a_sandbox_key_names_a_variant_or_an_allowed_model_and_nothing_else) {
    gateway_world w;
    w.policy.providers[0].sandbox_models = {"large-1"};
    w.publish();
    const auto ask = [&](const std::string& model) {
        return w.chat(w.sandbox_key, R"({"model":")" + model +
                                         R"(","messages":[{"role":"user","content":"hi"}]})");
    };
    EXPECT_EQ(ask("variant:abcd00000000").status, 200);
    EXPECT_EQ(ask("main/large-1").status, 200);
    EXPECT_EQ(ask("gpt-anything").status, 200) << "an existing application works unchanged";
    EXPECT_EQ(ask("main/other").error_id(), "request.unknown_model");
    EXPECT_EQ(ask("variant:ffffffffffff").status, 404);
}

TEST(embeddings, pass_through_and_fail_with_errors) {
    gateway_world w;
    const auto ask = [&] {
        return w.call(http::method::post, "/v1/embeddings",
                      {{"authorization", "Bearer " + w.live_key}},
                      R"({"model":"x","input":["one","mail a.b@example.com"]})");
    };
    EXPECT_EQ(ask().error_id(), "request.unknown_model");
    w.policy.projects[0].embeddings = policy::variant_target{"main", "large-1"};
    w.publish();
    scripted_answer vectors;
    vectors.pieces = {
        R"({"object":"list","data":[],"usage":{"prompt_tokens":3,"total_tokens":3}})"};
    w.upstream.next = {vectors};
    const auto a = ask();
    EXPECT_EQ(a.status, 200);
    EXPECT_EQ(a.body, vectors.pieces[0]);
    EXPECT_EQ(w.upstream.calls.back().body.find("a.b@example.com"), std::string::npos);
    EXPECT_EQ(w.row().cost_nano, 3000);
    w.upstream.next = {dead()};
    EXPECT_EQ(ask().status, 502);
    w.kills.set_project("shop", policy::kill_word::killed);
    EXPECT_EQ(ask().error_id(), "admission.killed");
}

TEST(turn, an_evaluation_asks_the_named_variant_without_a_grant_and_learns_of_failures) {
    gateway_world w;
    w.policy.projects[0].grants.clear();
    w.publish();
    const auto ask = [&] {
        turn_question q;
        q.project = "shop";
        q.turns = {{"user", "When do you open?"}};
        q.purpose = events::purpose::evaluation;
        q.variant = w.policy.variants[0].hash;
        turn_reply said;
        start(w.gate->answer_turn(nullptr, std::move(q)),
              [&](turn_reply r) { said = std::move(r); });
        return said;
    };
    w.upstream.next = {whole("At nine.")};
    const auto good = ask();
    EXPECT_EQ(good.answer.outcome, "answer");
    EXPECT_EQ(good.answer.text, "At nine.");
    EXPECT_EQ(good.row.cost_nano, 20'000);
    EXPECT_EQ(w.row().purpose, events::purpose::evaluation);
    EXPECT_EQ(w.count("label.shown"), 0u);
    w.upstream.next = {dead()};
    EXPECT_EQ(ask().fault.value().id, "upstream.unreachable");
}

} // namespace servery::gateway
