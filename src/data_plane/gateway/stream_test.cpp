// The chat route, streamed: what is passed on, how it ends, what takes over before the commit.
#include "data_plane/gateway/answer_event.h"
#include "data_plane/gateway/gateway_fixture.h"
#include "data_plane/gateway/null_usage.h"

#include <gtest/gtest.h>

namespace servery::gateway {

namespace {

gateway_world::answer ask(gateway_world& w, std::string body = std::string(hello_stream)) {
    return w.chat(w.live_key, std::move(body), {{"x-servery-visitor", w.visitor(true)}});
}

std::string joined(const scripted_answer& a) {
    std::string out;
    for (const auto& p : a.pieces)
        out += p;
    return out;
}

error broken(std::string id) {
    return error{.code = error_code::upstream_failed,
                 .id = std::move(id),
                 .message = "x",
                 .origin = error_origin::upstream};
}

} // namespace

// The last word of a delta waits for the next one, since it may be the start of an address; whoever
// joins the texts has what the upstream said, and everything around them is as it came.
TEST(stream, a_caller_who_asked_for_usage_gets_the_upstreams_bytes_but_for_where_texts_are_cut) {
    gateway_world w;
    const auto says = stream_of({"We open", " at nine."});
    w.upstream.next = {says};
    const auto a = ask(w, R"({"stream":true,"stream_options":{"include_usage":true},)"
                          R"("messages":[{"role":"user","content":"When do you open?"}]})");
    EXPECT_EQ(a.status, 200);
    EXPECT_EQ(a.body, joined(stream_of({"We", " open at", " nine."})));
    EXPECT_TRUE(a.finished);
    EXPECT_TRUE(a.header("content-type").starts_with("text/event-stream"));
    EXPECT_EQ(w.row().outcome, events::outcome::ok);
    EXPECT_EQ(w.row().answer, "We open at nine.");
    EXPECT_EQ(w.row().spend, events::spend_state::settled);
    EXPECT_EQ(w.row().cost_nano, 20'000);
    EXPECT_EQ(w.count("label.shown"), 1u);
}

TEST(stream, the_usage_we_asked_for_is_not_passed_on) {
    gateway_world w;
    w.upstream.next = {stream_of({"We open at nine."})};
    const auto a = ask(w);
    EXPECT_NE(w.upstream.calls.at(0).body.find("include_usage"), std::string::npos);
    EXPECT_EQ(a.body.find("usage"), std::string::npos) << a.body;
    EXPECT_TRUE(a.body.ends_with("data: [DONE]\n\n"));
    EXPECT_EQ(w.row().tokens_out, 5u);
}

TEST(stream, nothing_is_sent_before_the_first_content_so_that_the_next_target_can_take_over) {
    gateway_world w;
    w.policy.variants[0].targets.push_back({"main", "large-1"});
    w.publish();
    scripted_answer first;
    first.content_type = "text/event-stream";
    first.pieces = {chunk(R"({"role":"assistant","content":""})")};
    first.end_fault = broken("http.client.reset");
    w.upstream.next = {first, stream_of({"second"})};
    const auto a = ask(w);
    EXPECT_NE(a.body.find("second"), std::string::npos);
    EXPECT_EQ(w.row().attempts, 2);
    EXPECT_EQ(w.row().outcome, events::outcome::ok);
}

TEST(stream, a_failure_before_the_commit_becomes_a_complete_fallback_stream) {
    for (auto first : {dead(), refused(500)}) {
        gateway_world w;
        w.upstream.next = {first};
        const auto a = ask(w);
        EXPECT_EQ(a.status, 200);
        EXPECT_NE(a.body.find("A colleague will answer."), std::string::npos);
        EXPECT_TRUE(a.body.ends_with("data: [DONE]\n\n"));
        EXPECT_EQ(a.header("x-servery-served"), "fallback");
        EXPECT_EQ(a.header("x-servery-label"), "");
        EXPECT_EQ(w.row().fallback_cause, "provider_down");
        EXPECT_TRUE(a.finished);
    }
}

TEST(stream, every_bad_end_after_the_commit_is_a_terminal_error_and_never_a_done) {
    struct bad_end {
        std::string what;
        scripted_answer says;
        std::string id;
        events::outcome outcome;
    };
    auto cut = stream_of({"We open"});
    cut.pieces.resize(2);
    std::vector<bad_end> table;
    table.push_back({"clean end", cut, "stream.truncated", events::outcome::upstream_truncated});
    cut.end_fault = broken("http.client.reset");
    table.push_back({"reset", cut, "stream.truncated", events::outcome::upstream_truncated});
    cut.end_fault = broken("http.client.idle_timeout");
    table.push_back({"stall", cut, "stream.stalled", events::outcome::timeout});
    cut.end_fault.reset();
    auto unfinished = cut;
    unfinished.pieces.emplace_back("data: [DONE]\n\n");
    table.push_back({"done without finish", unfinished, "stream.truncated",
                     events::outcome::upstream_truncated});
    auto no_done = stream_of({"We open"});
    no_done.pieces.pop_back();
    table.push_back({"no done", no_done, "stream.truncated", events::outcome::upstream_truncated});
    for (auto& row : table) {
        gateway_world w;
        w.upstream.next = {row.says};
        const auto a = ask(w);
        EXPECT_EQ(a.body.find("[DONE]"), std::string::npos) << row.what;
        const auto at = a.body.rfind("data: ");
        const auto last = json::parse(a.body.substr(at + 6));
        ASSERT_TRUE(last) << row.what;
        const auto& fault = last->get_object().at("error").get_object();
        EXPECT_EQ(json::text_or(fault.at("servery").get_object(), "id"), row.id) << row.what;
        EXPECT_EQ(w.row().outcome, row.outcome) << row.what;
        EXPECT_EQ(w.row().error_id, row.id) << row.what;
        EXPECT_TRUE(a.finished) << row.what;
        EXPECT_NE(w.row().spend, events::spend_state::void_) << row.what;
    }
}

TEST(stream, an_error_event_of_the_upstream_is_passed_on_as_it_came_also_without_a_blank_line) {
    for (const auto* said : {"data: {\"error\":{\"message\":\"overloaded\"}}\n\n",
                             "data: {\"error\":{\"message\":\"overloaded\"}}"}) {
        gateway_world w;
        auto says = stream_of({"We open"});
        says.pieces.resize(2);
        says.pieces.emplace_back(said);
        w.upstream.next = {says};
        const auto a = ask(w);
        EXPECT_NE(a.body.find("overloaded"), std::string::npos);
        EXPECT_EQ(a.body.find("[DONE]"), std::string::npos);
        EXPECT_EQ(w.row().error_id, "stream.upstream_error");
    }
}

TEST(stream, an_error_event_before_content_is_not_shown_but_taken_over) {
    gateway_world w;
    scripted_answer says;
    says.content_type = "text/event-stream";
    says.pieces = {"data: {\"error\":{\"message\":\"overloaded\"}}\n\n"};
    w.upstream.next = {says};
    const auto a = ask(w);
    EXPECT_EQ(a.body.find("overloaded"), std::string::npos);
    EXPECT_NE(a.body.find("A colleague will answer."), std::string::npos);
}

TEST(stream, a_kill_cuts_a_running_stream_and_says_so) {
    gateway_world w;
    auto says = stream_of({"We open", " at nine."});
    w.upstream.next = {says};
    w.upstream.before_open = [&] { w.kills.set_project("shop", policy::kill_word::killed); };
    const auto a = ask(w);
    EXPECT_EQ(w.row().outcome, events::outcome::killed);
    EXPECT_EQ(a.body.find("at nine"), std::string::npos);
}

TEST(stream, tool_calls_split_over_events_are_content_and_pass_untouched) {
    gateway_world w;
    scripted_answer says;
    says.content_type = "text/event-stream";
    says.pieces = {
        chunk(R"({"role":"assistant","content":null})"),
        chunk(
            R"({"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":""}}]})"),
        chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]})"),
        chunk("{}", "\"tool_calls\""), "data: [DONE]\n\n"};
    w.upstream.next = {says};
    const auto a = ask(w, R"({"stream":true,"stream_options":{"include_usage":true},)"
                          R"("messages":[{"role":"user","content":"go on"}]})");
    EXPECT_EQ(a.body, joined(says));
}

TEST(stream, a_fallback_stream_is_what_an_accumulator_expects) {
    gateway_world w;
    const auto a = w.chat(w.live_key,
                          R"({"stream":true,"stream_options":{"include_usage":true},)"
                          R"("messages":[{"role":"user","content":"hello there"}]})",
                          {{"x-servery-visitor", w.visitor(false)}});
    std::string text;
    std::vector<std::string> data;
    for (std::size_t at = 0; (at = a.body.find("data: ", at)) != std::string::npos; at += 6) {
        const auto end = a.body.find("\n\n", at);
        data.push_back(a.body.substr(at + 6, end - at - 6));
    }
    ASSERT_GE(data.size(), 4u);
    EXPECT_EQ(data.back(), "[DONE]");
    data.pop_back();
    for (const auto& d : data)
        text += read_answer_event(d).text();
    EXPECT_EQ(text, "A colleague will answer.");
    EXPECT_TRUE(read_answer_event(data.back()).usage);
    EXPECT_EQ(read_answer_event(data[data.size() - 2]).finish_reason, "stop");
}

TEST(null_usage, a_null_usage_is_cut_out_wherever_it_stands) {
    EXPECT_EQ(without_null_usage("data: {\"a\":1,\"usage\":null}\n\n"), "data: {\"a\":1}\n\n");
    EXPECT_EQ(without_null_usage("data: {\"usage\": null, \"a\":1}\n\n"), "data: {\"a\":1}\n\n");
    EXPECT_EQ(without_null_usage("data: {\"a\":1,\"usage\":null,\"b\":2}\n\n"),
              "data: {\"a\":1,\"b\":2}\n\n");
    EXPECT_EQ(without_null_usage("data: {\"a\":\"usage\"}\n\n"), "data: {\"a\":\"usage\"}\n\n");
    EXPECT_EQ(without_null_usage("data: {\"a\":1,\"usage\":null}\n\ndata: {\"usage\":null}\n\n"),
              "data: {\"a\":1}\n\ndata: {}\n\n");
    const std::string real = "data: {\"usage\":{\"prompt_tokens\":1}}\n\n";
    EXPECT_EQ(without_null_usage(real), real);
}

} // namespace servery::gateway
