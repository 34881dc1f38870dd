// The widget's routes against a fake book: from config to an answer that is read back.
#include "data_plane/gateway/identity.h"
#include "data_plane/gateway/visitor_chat/widget_world_test.h"
#include "foundation/net/reactor.h"

#include <gtest/gtest.h>

namespace servery::gateway {

TEST(visitor_chat, the_config_needs_no_key_and_is_cacheable) {
    widget_world w;
    const auto a = w.call(http::method::get, "/widget/v1/wgt_1/config", {}, "");
    ASSERT_EQ(a.status, 200);
    const auto& config = a.json();
    EXPECT_TRUE(json::bool_or(config, "enabled", false));
    EXPECT_EQ(json::text_or(config, "public_key"), w.public_key);
    EXPECT_EQ(json::text_or(config, "name"), "The Shop");
    EXPECT_EQ(json::text_or(config.at("label").get_object(), "version"), "1abe11abe11a");
    const auto again = w.call(http::method::get, "/widget/v1/wgt_1/config",
                              {{"if-none-match", a.header("etag")}}, "");
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(w.call(http::method::get, "/widget/v1/wgt_2/config", {}, "").status, 404);
}

TEST(visitor_chat, a_message_is_committed_answered_and_read_back_with_its_label) {
    widget_world w;
    w.open_session();
    const auto a = w.say("When do you open?");
    ASSERT_EQ(a.status, 202) << a.body;
    EXPECT_EQ(json::int_or(a.json(), "seq", 0), 1);
    ASSERT_EQ(w.book.closed.size(), 1u);
    EXPECT_EQ(w.book.closed[0].outcome, "answer");
    EXPECT_EQ(w.book.closed[0].text, "We open at nine.");
    EXPECT_EQ(w.book.closed[0].label_version, "1abe11abe11a");
    EXPECT_EQ(w.row().dialect, "widget");
    EXPECT_EQ(w.count("label.shown"), 1u);
    const auto events =
        w.send(http::method::get, "/events?after=1", "", {{"accept", "application/json"}});
    const auto& list = events.json().at("events").get_array();
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(json::text_or(list[0].get_object().at("data").get_object(), "text"),
              "We open at nine.");
    const auto history = w.send(http::method::get, "/history");
    EXPECT_EQ(history.json().at("items").get_array().size(), 2u);
}

TEST(visitor_chat, the_same_client_id_gets_the_same_answer_and_asks_nobody_twice) {
    widget_world w;
    w.open_session();
    const auto a = w.say("hello shop", "c1");
    const auto b = w.say("hello shop", "c1");
    EXPECT_EQ(json::int_or(a.json(), "seq", 0), json::int_or(b.json(), "seq", 9));
    EXPECT_EQ(w.upstream.calls.size(), 1u);
}

TEST(visitor_chat, history_goes_along_with_the_next_question) {
    widget_world w;
    w.open_session();
    (void)w.say("When do you open?", "c1");
    (void)w.say("And on Sunday?", "c2");
    const auto sent = json::parse(w.upstream.calls.at(1).body).value();
    const auto& messages = sent.get_object().at("messages").get_array();
    ASSERT_EQ(messages.size(), 3u) << w.upstream.calls[1].body;
    EXPECT_EQ(json::text_or(messages[1].get_object(), "role"), "assistant");
}

TEST(visitor_chat, personal_data_is_hidden_before_it_is_committed) {
    widget_world w;
    w.open_session();
    (void)w.say("I am anna.miller@example.com");
    ASSERT_EQ(w.book.opened.size(), 1u);
    EXPECT_EQ(w.book.opened[0].text.find("anna.miller"), std::string::npos);
}

TEST(visitor_chat, a_visitor_who_writes_too_fast_is_told_when_to_go_on) {
    widget_world w;
    w.policy.projects[0].limits.visitor_a_minute = 4; // two at once
    w.publish();
    w.open_session();
    EXPECT_EQ(w.say("one", "c1").status, 202);
    EXPECT_EQ(w.say("two", "c2").status, 202);
    const auto third = w.say("three", "c3");
    EXPECT_EQ(third.status, 429);
    EXPECT_EQ(fault_id(third), "limit.rate");
    const auto wait = std::stoi(std::string(third.header("retry-after")));
    EXPECT_GT(wait, 0);
    EXPECT_EQ(w.book.opened.size(), 2u); // nothing of the third was kept
    w.now.advance(millis{wait * 1000});
    EXPECT_EQ(w.say("three", "c3").status, 202);
}

TEST(visitor_chat, a_conversation_of_a_person_asks_no_variant) {
    widget_world w;
    w.open_session();
    (void)w.say("hello shop", "c1");
    for (auto& [hash, state] : w.book.states)
        state.owner = events::owner_kind::person;
    const auto a = w.say("still there?", "c2");
    EXPECT_EQ(a.status, 202);
    EXPECT_EQ(json::text_or(a.json(), "owner"), "person");
    EXPECT_EQ(w.upstream.calls.size(), 1u);
    EXPECT_EQ(w.book.closed.size(), 1u);
}

TEST(visitor_chat, a_dead_provider_hands_over_to_a_person) {
    widget_world w;
    w.open_session();
    w.upstream.next = {dead()};
    EXPECT_EQ(w.say("hello shop").status, 202);
    ASSERT_EQ(w.book.closed.size(), 1u);
    EXPECT_EQ(w.book.closed[0].outcome, "hand_over");
    EXPECT_EQ(w.book.closed[0].reason, "provider_down");
    EXPECT_EQ(w.book.closed[0].notice, "A colleague will answer.");
    EXPECT_EQ(w.count("person.requested"), 0u) << "the book has the conversation already";
}

TEST(visitor_chat, who_asks_for_a_person_first_begins_the_conversation_with_that) {
    widget_world w;
    w.open_session();
    EXPECT_EQ(w.send(http::method::post, "/human", "{}").status, 202);
    ASSERT_EQ(w.book.opened.size(), 1u);
    EXPECT_EQ(w.book.opened[0].text, "I would like to talk to a person.");
    EXPECT_EQ(w.send(http::method::post, "/human", "{}").status, 202);
    EXPECT_EQ(w.book.opened.size(), 1u);
    EXPECT_TRUE(w.upstream.calls.empty());
}

TEST(visitor_chat, consent_comes_before_the_visitor_id_and_before_messages) {
    widget_world w;
    w.policy.projects[0].consent_required = true;
    w.publish();
    EXPECT_EQ(fault_id(w.send(http::method::post, "/sessions", "{}")), "desk.consent_needed");
    const auto a =
        w.send(http::method::post, "/consent", R"({"purpose":"chat","version":"c1","given":true})");
    ASSERT_EQ(a.status, 200);
    ASSERT_EQ(w.book.consents.size(), 1u);
    EXPECT_EQ(w.book.consents[0].state, "given");
    w.visitor_id = json::text_or(a.json(), "visitor");
    EXPECT_TRUE(w.book.consents[0].visitor.has_value());
    EXPECT_EQ(fault_id(w.say("hello")), "desk.consent_needed")
        << "the book does not know of it yet";
    const auto hash = conversation_hash(w.policy.projects[0].identity_key, "shop",
                                        w.book.consents[0].visitor, "chat");
    w.book.states[hash].consent_given = true;
    EXPECT_EQ(w.say("hello shop").status, 202);
    EXPECT_EQ(w.upstream.calls.size(), 1u);
}

TEST(visitor_chat, who_declines_gets_no_id) {
    widget_world w;
    const auto a = w.send(http::method::post, "/consent",
                          R"({"purpose":"chat","version":"c1","given":false})");
    EXPECT_TRUE(a.json().at("visitor").is_null());
    EXPECT_EQ(w.book.consents[0].state, "refused");
}

TEST(visitor_chat, another_visitor_reads_nothing_of_it) {
    widget_world w;
    w.open_session();
    (void)w.say("hello shop");
    w.visitor_id.clear();
    w.open_session();
    const auto history = w.send(http::method::get, "/history");
    EXPECT_TRUE(history.json().at("items").get_array().empty());
    w.visitor_id.clear();
    EXPECT_EQ(fault_id(w.send(http::method::get, "/history")), "desk.visitor.missing");
}

namespace {

// A request that stays open, on a loop of its own.
struct open_request {
    net::reactor loop;
    http::memory_request in;
    http::memory_responder out;
    bool ended = false;

    open_request(widget_world& w, const std::string& path, const std::string& accept)
        : in(http::method::get, "/widget/v1/wgt_1" + path,
             {{"authorization", "Bearer " + w.public_key},
              {"origin", "https://shop.example"},
              {"accept", accept},
              {"x-servery-visitor", w.visitor_id}}) {
        in.home = &loop;
        loop.post([this, &w] {
            auto found = std::make_shared<http::router::match>(w.routes.find(in.verb, in.path));
            start(found->to->answer(in, out, found->params), [this, found] { ended = true; });
        });
    }
};

hash16 talk_of(const widget_world& w) {
    return w.book.opened.at(0).conversation;
}

} // namespace

TEST(visitor_chat, a_long_poll_waits_for_the_next_message) {
    widget_world w;
    w.open_session();
    (void)w.say("hello shop");
    open_request poll(w, "/events?after=2", "application/json");
    EXPECT_TRUE(poll.loop.run_until([&] { return !w.book.wakes.empty(); }));
    EXPECT_FALSE(poll.ended);
    w.write(talk_of(w), "Anna here.");
    ASSERT_TRUE(poll.loop.run_until([&] { return poll.ended; }));
    EXPECT_NE(poll.out.body.find("Anna here."), std::string::npos) << poll.out.body;
}

TEST(visitor_chat, an_event_stream_brings_messages_with_their_numbers_until_the_client_leaves) {
    widget_world w;
    w.open_session();
    (void)w.say("hello shop");
    open_request stream(w, "/events?after=0", "text/event-stream");
    EXPECT_TRUE(stream.loop.run_until(
        [&] { return stream.out.body.find("id: 2\n") != std::string::npos; }));
    EXPECT_NE(stream.out.body.find("event: message\n"), std::string::npos) << stream.out.body;
    w.write(talk_of(w), "Anna here.");
    EXPECT_TRUE(stream.loop.run_until(
        [&] { return stream.out.body.find("Anna here.") != std::string::npos; }));
    EXPECT_NE(stream.out.body.find("id: 3\n"), std::string::npos);
    stream.loop.post([&] { stream.out.leave(); });
    EXPECT_TRUE(stream.loop.run_until([&] { return stream.ended; }));
}

TEST(visitor_chat, bad_messages_and_foreign_keys_are_refused) {
    widget_world w;
    w.open_session();
    EXPECT_EQ(fault_id(w.say("")), "request.invalid_field");
    EXPECT_EQ(fault_id(w.say(std::string(2001, 'x'))), "request.invalid_field");
    EXPECT_EQ(fault_id(w.send(http::method::post, "/messages", "[]")), "request.invalid_json");
    const auto a = w.call(
        http::method::post, "/widget/v1/wgt_1/messages",
        {{"authorization", "Bearer " + w.live_key}, {"x-servery-visitor", w.visitor_id}}, "{}");
    EXPECT_EQ(fault_id(a), "key.forbidden");
    EXPECT_TRUE(w.book.opened.empty());
}

TEST(visitor_chat, the_label_is_recorded_once) {
    widget_world w;
    w.open_session();
    for (int n = 0; n < 2; ++n)
        EXPECT_EQ(
            w.send(http::method::post, "/label-shown", R"({"version":"1abe11abe11a"})").status,
            204);
    (void)w.say("hello shop");
    EXPECT_EQ(w.count("label.shown"), 1u);
}

TEST(visitor_chat, a_preflight_names_the_origin_of_a_public_key_and_no_other) {
    widget_world w;
    const auto ask = [&](const std::string& origin) {
        return w.call(http::method::options, "/widget/v1/wgt_1/messages",
                      {{"origin", origin},
                       {"access-control-request-headers", "authorization, x-stainless-lang"}},
                      "");
    };
    EXPECT_EQ(ask("https://shop.example").status, 204);
    EXPECT_EQ(ask("https://shop.example").header("access-control-allow-origin"),
              "https://shop.example");
    EXPECT_NE(
        ask("https://shop.example").header("access-control-allow-headers").find("x-stainless-lang"),
        std::string::npos);
    EXPECT_EQ(ask("https://evil.example").status, 403);
    EXPECT_EQ(ask("https://evil.example").header("access-control-allow-origin"), "");
}

} // namespace servery::gateway
