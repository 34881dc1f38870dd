// Retries, failover and the circuit breaker: who is asked how often, and what the visitor gets.
#include "data_plane/gateway/gateway_fixture.h"

#include <gtest/gtest.h>

namespace servery::gateway {

namespace {

gateway_world::answer visit(gateway_world& w, std::string body = std::string(hello)) {
    return w.chat(w.live_key, std::move(body), {{"x-servery-visitor", w.visitor(true)}});
}

void add_second_target(gateway_world& w) {
    w.policy.variants[0].targets.push_back({"main", "large-2"});
    auto price = w.policy.prices[0];
    price.model = "large-2";
    w.policy.prices.push_back(price);
    w.publish();
}

// Fails until the breaker opens, which takes five calls: three of one exchange, two of the next.
void open_breaker(gateway_world& w) {
    w.upstream.next = {dead()};
    (void)visit(w);
    (void)visit(w);
    ASSERT_EQ(w.upstream.calls.size(), 5u);
}

} // namespace

TEST(attempts, a_refused_connection_is_tried_again_at_the_same_target) {
    gateway_world w;
    w.upstream.next = {dead(), whole("at last")};
    const auto a = visit(w);
    EXPECT_EQ(a.content(), "at last");
    EXPECT_EQ(a.header("x-servery-attempts"), "2");
    EXPECT_EQ(w.row().outcome, events::outcome::ok);
}

TEST(attempts, another_target_is_asked_before_the_same_one_again) {
    gateway_world w;
    add_second_target(w);
    w.upstream.next = {dead(), dead(), whole("third")};
    const auto a = visit(w);
    EXPECT_EQ(a.content(), "third");
    ASSERT_EQ(w.upstream.calls.size(), 3u);
    EXPECT_NE(w.upstream.calls[1].body.find("large-2"), std::string::npos);
    EXPECT_NE(w.upstream.calls[2].body.find("large-1"), std::string::npos);
}

TEST(attempts, three_calls_are_the_most_and_the_sdks_own_retries_leave_fewer) {
    for (const auto& [told, calls] :
         std::vector<std::pair<std::string, std::size_t>>{{"0", 3}, {"1", 2}, {"2", 1}, {"9", 1}}) {
        gateway_world w;
        w.upstream.next = {dead()};
        (void)w.chat(w.sandbox_key, std::string(hello), {{"x-stainless-retry-count", told}});
        EXPECT_EQ(w.upstream.calls.size(), calls) << told;
    }
}

TEST(attempts, what_will_not_pass_by_itself_is_not_asked_again_but_elsewhere) {
    scripted_answer html;
    html.content_type = "text/html";
    html.pieces = {"<html>busy</html>"};
    for (const auto& fault : {dead("http.client.head_timeout"), html, refused(401), refused(429)}) {
        gateway_world one;
        one.upstream.next = {fault};
        (void)visit(one);
        EXPECT_EQ(one.upstream.calls.size(), 1u);
        gateway_world two;
        add_second_target(two);
        two.upstream.next = {fault, whole("elsewhere")};
        EXPECT_EQ(visit(two).content(), "elsewhere");
        EXPECT_EQ(two.upstream.calls.size(), 2u);
    }
}

TEST(attempts, a_request_that_is_refused_for_its_own_sake_is_asked_once_and_counts_for_nothing) {
    gateway_world w;
    add_second_target(w);
    w.upstream.next = {refused(400)};
    for (int i = 1; i <= 10; ++i) {
        EXPECT_EQ(visit(w).status, 400);
        EXPECT_EQ(w.upstream.calls.size(), static_cast<std::size_t>(i));
    }
}

TEST(attempts, a_throttled_target_is_left_alone_and_the_caller_told_how_long) {
    gateway_world w;
    auto busy = refused(429);
    busy.headers = {{"retry-after", "30"}};
    w.upstream.next = {busy};
    const auto a = w.chat(w.sandbox_key, std::string(hello));
    EXPECT_EQ(a.status, 429);
    EXPECT_EQ(a.header("retry-after"), "30");
    EXPECT_EQ(a.header("x-should-retry"), "false") << "too long for an SDK to wait";
    w.now.advance(millis{15'000});
    const auto b = w.chat(w.sandbox_key, std::string(hello));
    EXPECT_EQ(b.error_id(), "upstream.rate_limited");
    EXPECT_EQ(b.header("retry-after"), "15");
    EXPECT_EQ(b.header("x-should-retry"), "true");
    EXPECT_EQ(w.upstream.calls.size(), 1u);
    w.now.advance(millis{15'000});
    w.upstream.next = {whole("rested")};
    EXPECT_EQ(w.chat(w.sandbox_key, std::string(hello)).content(), "rested");
}

TEST(attempts, a_refused_credential_is_not_sent_again_before_the_settings_change) {
    gateway_world w;
    w.policy.version = 1;
    w.publish();
    w.upstream.next = {refused(401), whole("in")};
    EXPECT_EQ(w.chat(w.sandbox_key, std::string(hello)).error_id(), "upstream.credential");
    EXPECT_EQ(w.chat(w.sandbox_key, std::string(hello)).error_id(), "upstream.credential");
    EXPECT_EQ(w.upstream.calls.size(), 1u);
    ++w.policy.version;
    w.publish();
    EXPECT_EQ(w.chat(w.sandbox_key, std::string(hello)).content(), "in");
}

TEST(attempts, an_open_breaker_gives_the_fallback_without_a_call_whole_and_streamed) {
    gateway_world w;
    open_breaker(w);
    const auto a = visit(w);
    EXPECT_EQ(a.status, 200);
    EXPECT_EQ(a.content(), "A colleague will answer.");
    EXPECT_EQ(a.header("x-servery-served"), "fallback");
    EXPECT_EQ(a.header("x-servery-reason"), "provider_down");
    EXPECT_EQ(w.row().error_id, "upstream.circuit_open");
    EXPECT_EQ(w.row().attempts, 0);
    EXPECT_EQ(w.row().spend, events::spend_state::void_);
    EXPECT_EQ(w.row().provider_id, "main") << "the row names whom the breaker guards";
    const auto s = visit(w, std::string(hello_stream));
    EXPECT_EQ(s.status, 200);
    EXPECT_NE(s.body.find("A colleague will answer."), std::string::npos);
    EXPECT_TRUE(s.body.ends_with("data: [DONE]\n\n"));
    EXPECT_EQ(s.header("x-servery-served"), "fallback");
    EXPECT_EQ(w.upstream.calls.size(), 5u);
    const auto e = w.chat(w.sandbox_key, std::string(hello));
    EXPECT_EQ(e.status, 503);
    EXPECT_EQ(e.error_id(), "upstream.circuit_open");
}

TEST(attempts, after_the_pause_a_good_probe_serves_everybody_again) {
    gateway_world w;
    open_breaker(w);
    w.now.advance(millis{5'000});
    w.upstream.next = {whole("back")};
    EXPECT_EQ(visit(w).content(), "back");
    EXPECT_EQ(visit(w).content(), "back");
}

TEST(attempts, with_one_of_two_targets_dead_everybody_is_served_and_few_calls_are_wasted) {
    gateway_world w;
    add_second_target(w);
    // What a call gets depends on the model it names.
    w.upstream.by_body = [](std::string_view body) {
        return body.find("large-2") != std::string_view::npos ? whole("second") : dead();
    };
    constexpr std::size_t visits = 400;
    std::size_t served = 0;
    for (std::size_t i = 0; i < visits; ++i) {
        served += visit(w).content() == "second" ? 1U : 0U;
        w.now.advance(millis{10});
    }
    EXPECT_EQ(served, visits);
    EXPECT_LE(w.upstream.calls.size(), visits * 12 / 10);
}

TEST(attempts, a_stream_that_breaks_off_after_the_commit_counts_against_its_target) {
    gateway_world w;
    auto cut = stream_of({"We open"});
    cut.pieces.resize(2);
    w.upstream.next = {cut};
    for (int i = 0; i < 5; ++i)
        (void)visit(w, std::string(hello_stream));
    EXPECT_EQ(w.upstream.calls.size(), 5u) << "nothing is replayed after the commit";
    (void)visit(w, std::string(hello_stream));
    EXPECT_EQ(w.upstream.calls.size(), 5u);
    EXPECT_EQ(w.row().error_id, "upstream.circuit_open");
}

TEST(attempts, a_drill_harms_nobodys_breaker_and_is_not_repeated) {
    gateway_world w;
    w.policy.projects[0].drills = {{"dr_1", "provider_down", "", w.now.now() + millis{60'000}}};
    w.publish();
    for (int i = 0; i < 6; ++i) {
        const auto a =
            w.chat(w.live_key, std::string(hello),
                   {{"x-servery-visitor", w.visitor(true)}, {"x-servery-purpose", "drill"}});
        EXPECT_EQ(a.header("x-servery-reason"), "drill");
        EXPECT_EQ(w.row().attempts, 1);
    }
    EXPECT_EQ(visit(w).content(), "ok");
}

} // namespace servery::gateway
