#include "data_plane/provider/rehearsal/player.h"
#include "foundation/json/json.h"

#include <gtest/gtest.h>

namespace servery::provider::rehearsal {

namespace {

constexpr std::string_view shop = R"(version: 1
rng: 42
default: {text: "Thanks, noted.", chunk_chars: 4, gap_ms: {mean: 25, jitter: 10}}
rules:
  - when: {contains: "opening hours"}
    reply: {text: "We open at nine.", usage: {input: 40, cached: 0, output: 6}}
  - when: {nth: 3}
    fault: {kind: reset, after_events: 2}
  - when: {model: "other"}
    reply: {status: 418, body: "tea"}
)";

asked chat(std::string text, bool stream = false) {
    return {
        "chat/completions",
        R"({"model":"m","stream":)" + std::string(stream ? "true" : "false") +
            R"(,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":)" +
            json::quote(text) + "}]}",
        {}};
}

std::string all(const performance& p) {
    std::string out;
    for (const auto& s : p.steps)
        out += s.bytes;
    return out;
}

} // namespace

TEST(rehearsal_script, the_first_rule_that_holds_answers_else_the_default) {
    player p(parse_script(shop, "shop.yaml").value());
    EXPECT_NE(all(p.perform(chat("your opening hours?"))).find("We open at nine."),
              std::string::npos);
    EXPECT_NE(all(p.perform(chat("hi"))).find("Thanks, noted."), std::string::npos);
}

TEST(rehearsal_script, usage_is_what_the_script_says) {
    player p(parse_script(shop, "shop.yaml").value());
    const auto body = json::parse(all(p.perform(chat("opening hours")))).value();
    const auto& usage = body.get_object().at("usage").get_object();
    EXPECT_EQ(json::int_or(usage, "prompt_tokens", 0), 40);
    EXPECT_EQ(json::int_or(usage, "completion_tokens", 0), 6);
}

TEST(rehearsal_script, the_same_script_and_requests_give_the_same_bytes_and_delays) {
    player a(parse_script(shop, "a").value());
    player b(parse_script(shop, "b").value());
    for (int i = 0; i < 5; ++i) {
        const auto x = a.perform(chat("hello", true));
        const auto y = b.perform(chat("hello", true));
        EXPECT_EQ(all(x), all(y));
        ASSERT_EQ(x.steps.size(), y.steps.size());
        for (std::size_t n = 0; n < x.steps.size(); ++n)
            EXPECT_EQ(x.steps[n].wait_us, y.steps[n].wait_us);
    }
}

TEST(rehearsal_script, a_stream_says_the_text_in_pieces_then_finish_usage_and_done) {
    player p(parse_script(shop, "s").value());
    const auto show = p.perform(chat("hi", true));
    EXPECT_TRUE(show.streamed);
    const auto text = all(show);
    EXPECT_NE(text.find("\"content\":\"Than\""), std::string::npos);
    EXPECT_LT(text.find("\"finish_reason\":\"stop\""), text.find("\"total_tokens\""));
    EXPECT_TRUE(text.ends_with("data: [DONE]\n\n"));
}

TEST(rehearsal_script, a_fault_cuts_after_so_many_events_with_content) {
    player p(parse_script(shop, "s").value());
    (void)p.perform(chat("1", true));
    (void)p.perform(chat("2", true));
    const auto third = p.perform(chat("3", true));
    EXPECT_EQ(third.end, ending::reset);
    EXPECT_EQ(third.steps.size(), 3u) << "the role and two pieces of text";
}

TEST(rehearsal_script, unknown_keys_and_faults_are_refused_with_their_line) {
    const auto bad = parse_script("version: 1\nrules:\n  - when: {contians: x}\n"
                                  "    fault: {kind: rest}\n",
                                  "f.yaml");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().id, "provider.rehearsal.invalid");
    EXPECT_EQ(bad.error().where, "f.yaml:3");
    EXPECT_EQ(bad.error().remedy, "did you mean 'contains'?");
    ASSERT_EQ(bad.error().more.size(), 1u);
    EXPECT_EQ(bad.error().more[0].where, "f.yaml:4");
    EXPECT_EQ(bad.error().more[0].remedy, "did you mean 'reset'?");
}

TEST(rehearsal_script, broken_yaml_and_a_missing_version_are_refused) {
    EXPECT_FALSE(parse_script("version: [", "f"));
    EXPECT_FALSE(parse_script("rng: 1", "f"));
    EXPECT_FALSE(parse_script("version: 1\nrules: [{when: {regex: '('}}]", "f"));
    EXPECT_FALSE(parse_script("", "f"));
}

TEST(rehearsal_script, bytes_faults_keep_the_text_but_not_its_cuts) {
    const auto with = [](const std::string& kind) {
        player p(parse_script("version: 1\ndefault: {text: \"Grüße\"}\nrules: [{fault: {kind: " +
                                  kind + "}}]",
                              "f")
                     .value());
        return p.perform(chat("hi", true));
    };
    EXPECT_TRUE(all(with("bom")).starts_with("\xef\xbb\xbf"));
    EXPECT_NE(all(with("crlf")).find("\r\n\r\n"), std::string::npos);
    EXPECT_NE(all(with("comments")).find(": still here"), std::string::npos);
    EXPECT_EQ(all(with("no_done")).find("[DONE]"), std::string::npos);
    bool cut_inside = false;
    for (const auto& s : with("split_utf8").steps)
        cut_inside = cut_inside || (!s.bytes.empty() && (s.bytes[0] & 0xC0) == 0x80);
    EXPECT_TRUE(cut_inside);
    EXPECT_EQ(with("drip").steps[0].bytes.size(), 1u);
    EXPECT_FALSE(all(with("json_tail")).ends_with("\n\n"));
}

TEST(rehearsal_script, embeddings_of_equal_texts_are_equal) {
    player p(parse_script("version: 1", "f").value());
    const asked one{"embeddings", R"({"model":"e","input":"a"})", {}};
    const asked two{"embeddings", R"({"model":"e","input":"b"})", {}};
    EXPECT_EQ(all(p.perform(one)), all(p.perform(one)));
    EXPECT_NE(all(p.perform(one)), all(p.perform(two)));
}

} // namespace servery::provider::rehearsal
