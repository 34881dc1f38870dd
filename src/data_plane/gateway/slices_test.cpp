#include "data_plane/gateway/slices.h"
#include "data_plane/gateway/splice.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace servery::gateway {

namespace {

// A body with the room behind it that the parser reads.
struct padded {
    explicit padded(std::string text) : bytes(std::move(text)), size(bytes.size()) {
        bytes.append(json_tail_room, ' ');
    }
    [[nodiscard]] std::string_view view() const { return std::string_view(bytes).substr(0, size); }
    std::string bytes;
    std::size_t size;
};

std::string fault_of(std::string text) {
    const padded p(std::move(text));
    const auto r = slice(p.view(), request_kind::chat);
    return r ? "" : r.error().id;
}

std::string spliced_text(const std::string& text, const splice_plan& plan) {
    const padded p(text);
    const auto what = slice(p.view(), request_kind::chat);
    EXPECT_TRUE(what) << (what ? "" : to_line(what.error()));
    if (!what) return {};
    const auto out = splice(p.view(), *what, plan);
    EXPECT_TRUE(out) << (out ? "" : to_line(out.error()));
    return out ? out->joined() : std::string{};
}

splice_plan as_sent() {
    splice_plan plan;
    plan.user = user_field::as_sent;
    return plan;
}

constexpr auto plain = R"({"model":"m","messages":[{"role":"user","content":"hi"}]})";

} // namespace

TEST(slices, one_pass_finds_what_the_gateway_must_know) {
    const padded p(R"( { "model" : "m-1", "stream":true, "n":2,"max_tokens": 7,
 "stream_options":{"include_usage":true}, "user":"u", "metadata":{"conversation_id":"c-1"},
 "tools":[{},{}],"tool_choice":"required","response_format":{"type":"json_schema","json_schema":{"name":"s"}},
 "messages":[{"role":"system","content":"be"},{"role":"user","content":[{"type":"text","text":"a"},
 {"type":"image_url","image_url":{"url":"x"}},{"text":"\u00fc","type":"text"}]}], "x":{"y":[1,2]} } )");
    const auto r = slice(p.view(), request_kind::chat);
    ASSERT_TRUE(r) << to_line(r.error());
    EXPECT_EQ(r->model_text, "m-1");
    EXPECT_TRUE(r->stream);
    EXPECT_TRUE(r->include_usage);
    EXPECT_EQ(r->n, 2);
    EXPECT_EQ(r->max_output, 7);
    EXPECT_EQ(r->user_text, "u");
    EXPECT_EQ(r->conversation, "c-1");
    EXPECT_EQ(r->tools, 2);
    EXPECT_TRUE(r->forced_tool);
    EXPECT_TRUE(r->structured);
    EXPECT_EQ(r->schema_name, "s");
    ASSERT_EQ(r->turns.size(), 2u);
    EXPECT_EQ(r->last_user_text(), "a\nü");
    const auto cut = [&](span_of s) { return p.view().substr(s.begin, s.size()); };
    EXPECT_EQ(cut(*r->model), "\"m-1\"");
    EXPECT_EQ(cut(r->turns[0].where), R"({"role":"system","content":"be"})");
    EXPECT_EQ(cut(r->turns[1].texts[1].where), R"("\u00fc")");
    EXPECT_EQ(cut(r->member("x")->value), R"({"y":[1,2]})");
    EXPECT_EQ(cut(r->member("n")->value), "2");
    EXPECT_EQ(cut(*r->stream_options), R"({"include_usage":true})");
}

TEST(slices, what_is_not_a_request_is_refused_by_name) {
    EXPECT_EQ(fault_of("{"), "request.invalid_json");
    EXPECT_EQ(fault_of("[]"), "request.invalid_json");
    EXPECT_EQ(fault_of("\"x\""), "request.invalid_json");
    EXPECT_EQ(fault_of(std::string(plain) + "x"), "request.invalid_json");
    EXPECT_EQ(fault_of(R"({"messages":[{"role":"user","content":"\xff"}]})"),
              "request.invalid_json");
    EXPECT_EQ(fault_of(R"({"messages":[{"role":"user","content":"\ud800"}]})"),
              "request.invalid_json");
    EXPECT_EQ(fault_of("{\"messages\":[{\"role\":\"user\",\"content\":\"\xff\"}]}"),
              "request.invalid_json");
    EXPECT_EQ(fault_of(R"({"model":"m"})"), "request.invalid_field");
    EXPECT_EQ(fault_of(R"({"messages":[]})"), "request.invalid_field");
    EXPECT_EQ(fault_of(R"({"messages":[{"content":"x"}]})"), "request.invalid_field");
    EXPECT_EQ(fault_of(R"({"model":1,"messages":[{"role":"user","content":"x"}]})"),
              "request.invalid_field");
    EXPECT_EQ(fault_of(""), "request.invalid_json");
}

TEST(slices, a_repeated_name_is_refused_also_when_it_is_escaped) {
    EXPECT_EQ(fault_of(R"({"model":"a","model":"b","messages":[{"role":"user","content":"x"}]})"),
              "request.refused_field");
    EXPECT_EQ(
        fault_of(R"({"model":"a","mod\u0065l":"b","messages":[{"role":"user","content":"x"}]})"),
        "request.refused_field");
    EXPECT_EQ(fault_of(R"({"messages":[{"role":"user","role":"system","content":"x"}]})"),
              "request.refused_field");
}

TEST(slices, nobody_but_the_settings_chooses_the_upstream) {
    for (const auto* name :
         {"api_base", "base_url", "api_key", "custom_llm_provider", "extra_headers"})
        EXPECT_EQ(fault_of(R"({")" + std::string(name) +
                           R"(":"x","messages":[{"role":"user","content":"x"}]})"),
                  "request.refused_field")
            << name;
}

TEST(slices, depth_is_limited) {
    std::string deep(100, '[');
    deep += std::string(100, ']');
    EXPECT_EQ(fault_of(R"({"messages":[{"role":"user","content":"x"}],"a":)" + deep + "}"),
              "request.invalid_json");
}

TEST(splice, nothing_planned_changes_nothing) {
    const std::string body =
        R"({"model" : "m", "temperature":1.0e0,"messages":[{"role":"user","content":"\u0061"}], "x":null})";
    auto plan = as_sent();
    plan.model = "m";
    EXPECT_EQ(spliced_text(body, plan), body);
}

TEST(splice, only_the_listed_members_change) {
    auto plan = as_sent();
    plan.model = "real";
    EXPECT_EQ(spliced_text(
                  R"({"temperature":1.00,"model":"m","messages":[{"role":"user","content":"hi"}]})",
                  plan),
              R"({"temperature":1.00,"model":"real","messages":[{"role":"user","content":"hi"}]})");
    EXPECT_EQ(spliced_text(R"({"messages":[{"role":"user","content":"hi"}]})", plan),
              R"({"model":"real","messages":[{"role":"user","content":"hi"}]})");
}

TEST(splice, the_prompt_stands_before_the_first_message) {
    auto plan = as_sent();
    plan.prompt = "A \"prompt\"";
    EXPECT_EQ(
        spliced_text(plain, plan),
        R"({"model":"m","messages":[{"role":"system","content":"A \"prompt\""},{"role":"user","content":"hi"}]})");
}

TEST(splice, system_messages_of_the_caller_are_kept_replaced_or_refused) {
    const std::string body =
        R"({"messages":[{"role":"system","content":"obey me"},{"role":"user","content":"a@b.co"}]})";
    auto plan = as_sent();
    plan.prompt = "ours";
    plan.system = caller_system::replace;
    const auto at = body.find("\"a@b.co\"");
    plan.redactions.push_back({{at, at + 8}, "[EMAIL]"});
    EXPECT_EQ(
        spliced_text(body, plan),
        R"({"messages":[{"role":"system","content":"ours"},{"role":"user","content":"[EMAIL]"}]})");
    plan.system = caller_system::reject;
    const padded p(body);
    const auto what = slice(p.view(), request_kind::chat);
    EXPECT_FALSE(splice(p.view(), *what, plan));
}

TEST(splice, the_output_cap_is_only_ever_lowered) {
    auto plan = as_sent();
    plan.output_cap = 50;
    const auto with = [&](const std::string& member) {
        return spliced_text(R"({)" + member + R"("messages":[{"role":"user","content":"x"}]})",
                            plan);
    };
    EXPECT_EQ(with(R"("max_tokens":500,)").find("\"max_tokens\":50,"), 1u);
    EXPECT_EQ(with(R"("max_tokens":5,)").find("\"max_tokens\":5,"), 1u);
    EXPECT_EQ(with(R"("max_completion_tokens":500,)").find("\"max_completion_tokens\":50,"), 1u);
    EXPECT_EQ(with("").find("\"max_tokens\":50,"), 1u);
}

TEST(splice, usage_is_asked_for_where_a_stream_does_not) {
    auto plan = as_sent();
    plan.inject_usage = true;
    EXPECT_EQ(
        spliced_text(R"({"stream":true,"messages":[{"role":"user","content":"x"}]})", plan),
        R"({"stream_options":{"include_usage":true},"stream":true,"messages":[{"role":"user","content":"x"}]})");
    EXPECT_EQ(
        spliced_text(
            R"({"stream":true,"stream_options":{"include_usage":false},"messages":[{"role":"user","content":"x"}]})",
            plan),
        R"({"stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"x"}]})");
    EXPECT_EQ(spliced_text(plain, plan), plain);
}

TEST(splice, the_user_fields_leave_as_hash_or_not_at_all_wherever_they_stand) {
    splice_plan hashed;
    hashed.user_hash = "abcd";
    EXPECT_EQ(spliced_text(R"({"user":"anna","messages":[{"role":"user","content":"x"}]})", hashed),
              R"({"user":"abcd","messages":[{"role":"user","content":"x"}]})");
    const splice_plan drop;
    const std::string kept = R"({"messages":[{"role":"user","content":"x"}]})";
    EXPECT_EQ(spliced_text(R"({"user":"a","messages":[{"role":"user","content":"x"}]})", drop),
              kept);
    EXPECT_EQ(spliced_text(R"({"messages":[{"role":"user","content":"x"}],"user":"a"})", drop),
              kept);
    EXPECT_EQ(
        spliced_text(
            R"({"messages":[{"role":"user","content":"x"}],"user":"a","safety_identifier":"b"})",
            drop),
        kept);
    EXPECT_EQ(
        spliced_text(
            R"({"user":"a","safety_identifier":"b","messages":[{"role":"user","content":"x"}]})",
            drop),
        kept);
}

TEST(splice, a_draft_is_never_streamed) {
    auto plan = as_sent();
    plan.whole = true;
    EXPECT_EQ(
        spliced_text(
            R"({"stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"x"}]})",
            plan),
        R"({"stream":false,"messages":[{"role":"user","content":"x"}]})");
}

// Spliced output parses to the same tree except the listed members.
RC_GTEST_PROP(splice, leaves_every_other_member_as_it_was, (const std::string& raw, int number)) {
    json::object tree{{"alpha", number}, {"user", "anna"}, {"omega", json::array{1, "x"}}};
    std::string text;
    for (const char c : raw)
        text += static_cast<char>(c & 0x7f);
    tree["messages"] = json::array{json::object{{"role", "user"}, {"content", text}}};
    splice_plan plan;
    plan.model = "real";
    plan.output_cap = 9;
    plan.parameters["temperature"] = 0;
    const auto out = json::parse(spliced_text(json::write(tree), plan));
    RC_ASSERT(out.has_value());
    auto expected = tree;
    expected.erase("user");
    expected["model"] = "real";
    expected["max_tokens"] = 9;
    expected["temperature"] = 0;
    RC_ASSERT(out->get_object() == expected);
}

} // namespace servery::gateway
