// Pages that carry the chat: whose they are, what they load, what they are told.
#include "data_plane/gateway/visitor_chat/widget_world_test.h"

#include <gtest/gtest.h>

namespace servery::gateway {

namespace {

constexpr std::string_view manifest =
    R"({"panel":{"src":"panel.ab.js","integrity":"sha384-x"},"languages":{"de":{"src":"d.js"}}})";

// A widget world whose gateway has files, takes reports and is asked for more time.
struct equipped_world : widget_world {
    std::vector<report_given> reports;
    std::vector<std::string> extended;

    explicit equipped_world(const std::string& phase = "rollout") : widget_world(phase) {
        ports given = gate->given();
        given.visitors.file = [](std::string_view name) -> std::optional<widget_file> {
            if (name == "manifest.json") return widget_file{"application/json", "1", manifest, ""};
            if (name == "loader.js" || name == "panel.ab.js")
                return widget_file{"text/javascript", "2", "plain", "packed"};
            return std::nullopt;
        };
        given.visitors.report = [this](std::string, hash16, report_given what,
                                       std::function<void(status)> done) {
            reports.push_back(std::move(what));
            done({});
        };
        given.extend_turn = [this](std::string turn) { extended.push_back(std::move(turn)); };
        gate = std::make_unique<class gateway>(std::move(given));
        routes = http::router();
        add_visitor_chat(*gate, routes);
    }
    answer page(const std::string& path, headers with = {}) {
        return call(http::method::get, path, std::move(with), "");
    }
};

const gateway_world::headers own_get{{"sec-fetch-site", "same-origin"}, {"host", "chat.example"}};

} // namespace

TEST(chat_page, in_the_sandbox_only_own_pages_have_the_chat) {
    equipped_world w("sandbox");
    const auto enabled = [&](gateway_world::headers with) {
        return json::bool_or(w.page("/widget/v1/wgt_1/config", std::move(with)).json(), "enabled",
                             false);
    };
    EXPECT_FALSE(enabled({}));
    EXPECT_FALSE(enabled({{"origin", "https://shop.example"}, {"host", "chat.example"}}));
    EXPECT_FALSE(enabled({{"sec-fetch-site", "cross-site"}, {"host", "chat.example"}}));
    EXPECT_TRUE(enabled(own_get));
    EXPECT_TRUE(enabled({{"origin", "https://chat.example"}, {"host", "chat.example"}}));
}

TEST(chat_page, a_trial_in_the_sandbox_is_answered_as_by_a_sandbox_key_and_counts_as_staff) {
    equipped_world w("sandbox");
    w.policy.projects[0].default_variant = w.policy.variants[0].hash;
    w.publish();
    w.from = {{"origin", "https://chat.example"}, {"host", "chat.example"}};
    w.open_session();
    ASSERT_EQ(w.say("When do you open?").status, 202);
    ASSERT_EQ(w.book.closed.size(), 1u);
    EXPECT_EQ(w.book.closed[0].outcome, "answer");
    EXPECT_EQ(w.book.closed[0].label_version, "1abe11abe11a");
    EXPECT_TRUE(w.book.opened[0].staff);
    EXPECT_EQ(w.row().env, events::environment::sandbox);
    EXPECT_EQ(w.row().purpose, events::purpose::staff);
}

TEST(chat_page, a_visitors_id_of_an_own_page_is_none_elsewhere) {
    equipped_world w;
    w.from = own_get;
    w.open_session();
    EXPECT_EQ(w.send(http::method::get, "/history").status, 200);
    w.from = {{"origin", "https://shop.example"}, {"host", "chat.example"}};
    EXPECT_EQ(fault_id(w.send(http::method::get, "/history")), "desk.visitor.missing");
    w.from = {{"origin", "https://evil.example"}, {"host", "chat.example"}};
    EXPECT_EQ(fault_id(w.send(http::method::get, "/history")), "key.forbidden");
    w.from = {{"host", "chat.example"}};
    EXPECT_EQ(fault_id(w.send(http::method::get, "/history")), "key.forbidden");
}

TEST(chat_page, the_config_names_the_files_and_at_most_four_questions) {
    equipped_world w;
    w.policy.projects[0].texts.push_back(
        {"starters", "en", "One?\n  Two? \n\nThree?\nFour?\nFive?\n", "v"});
    w.publish();
    const auto a = w.page("/widget/v1/wgt_1/config");
    EXPECT_EQ(json::write(a.json().at("starters")), R"(["One?","Two?","Three?","Four?"])");
    EXPECT_EQ(json::text_or(a.json().at("panel").get_object(), "src"), "panel.ab.js");
    EXPECT_LE(a.body.size(), 1024u);
}

TEST(chat_page, files_are_for_every_page_and_kept_by_their_name) {
    equipped_world w;
    const auto loader = w.page("/widget/v1/loader.js", {{"accept-encoding", "gzip, br"}});
    EXPECT_EQ(loader.body, "packed");
    EXPECT_EQ(loader.header("content-encoding"), "gzip");
    EXPECT_EQ(loader.header("access-control-allow-origin"), "*");
    EXPECT_EQ(loader.header("cross-origin-resource-policy"), "cross-origin");
    EXPECT_EQ(loader.header("cache-control"), "public, max-age=300");
    EXPECT_EQ(w.page("/widget/v1/loader.js", {{"if-none-match", "\"2\""}}).status, 304);
    const auto panel = w.page("/widget/v1/panel.ab.js");
    EXPECT_EQ(panel.body, "plain");
    EXPECT_NE(panel.header("cache-control").find("immutable"), std::string::npos);
    for (const auto* absent : {"panel.cd.js", "manifest.json", "x"}) {
        const auto none = w.page(std::string("/widget/v1/") + absent);
        EXPECT_EQ(none.status, 404) << absent;
        EXPECT_EQ(none.header("cache-control"), "no-store");
    }
}

TEST(chat_page, the_hosted_chat_carries_one_script_and_a_strict_policy) {
    equipped_world w;
    w.policy.projects[0].title = "A <b> shop";
    w.publish();
    const auto page = w.page("/chat/wgt_1", {{"accept-language", "de-DE,en;q=0.5"}});
    ASSERT_EQ(page.status, 200);
    EXPECT_NE(page.body.find(R"(data-mode="page" data-widget="wgt_1")"), std::string::npos);
    EXPECT_EQ(page.body.find("<b>"), std::string::npos);
    const auto policy = page.header("content-security-policy");
    EXPECT_NE(policy.find("default-src 'none'; script-src 'self'"), std::string::npos) << policy;
    EXPECT_EQ(policy.find("unsafe"), std::string::npos) << policy;
    EXPECT_EQ(w.page("/chat/wgt_2").status, 404);
    equipped_world closed("stopped");
    EXPECT_EQ(closed.page("/chat/wgt_1").body.find("<script"), std::string::npos);
}

TEST(chat_page, a_report_reaches_the_desk_redacted_and_names_its_message) {
    equipped_world w;
    w.open_session();
    ASSERT_EQ(w.say("When do you open?").status, 202);
    for (auto& [talk, list] : w.book.messages)
        list[1].message = "msg_2";
    EXPECT_EQ(w.send(http::method::post, "/report",
                     R"({"seq":2,"text":" Wrong! Ask anna.miller@example.com "})")
                  .status,
              202);
    ASSERT_EQ(w.reports.size(), 1u);
    EXPECT_EQ(w.reports[0].message, "msg_2");
    EXPECT_EQ(w.reports[0].text.find("anna.miller"), std::string::npos);
    EXPECT_TRUE(w.reports[0].text.starts_with("Wrong!"));
    const auto longer = "{\"seq\":2,\"text\":\"" + std::string(1001, 'x') + "\"}";
    EXPECT_EQ(fault_id(w.send(http::method::post, "/report", longer)), "request.invalid_field");
    EXPECT_EQ(fault_id(w.send(http::method::get, "/me")), "desk.widget.not_offered");
    EXPECT_EQ(fault_id(w.send(http::method::del, "/me")), "desk.widget.not_offered");
}

TEST(chat_page, a_turn_that_delivers_text_asks_for_more_time) {
    equipped_world w;
    w.open_session();
    w.upstream.next = {stream_of({"We open at nine. ", "We close at ", "six. ", "Come in"})};
    ASSERT_EQ(w.say("When do you open?").status, 202);
    EXPECT_EQ(w.extended.size(), 1u) << "at most once a second";
    EXPECT_EQ(w.book.closed[0].text, "We open at nine. We close at six. Come in");
}

TEST(chat_page, a_stream_that_breaks_off_is_no_answer) {
    equipped_world w;
    w.open_session();
    auto broken = stream_of({"We open at nine. ", "And"});
    broken.pieces.resize(3);
    w.upstream.next = {broken};
    ASSERT_EQ(w.say("When do you open?").status, 202);
    ASSERT_EQ(w.book.closed.size(), 1u);
    EXPECT_EQ(w.book.closed[0].outcome, "hand_over");
    EXPECT_EQ(w.book.closed[0].reason, "provider_down");
    EXPECT_TRUE(w.book.closed[0].label_version.empty() || !w.book.closed[0].text.size());
}

TEST(chat_page, what_is_shown_early_was_read_by_the_guard) {
    equipped_world w;
    w.open_session();
    std::vector<std::string> shown;
    const auto talk = [&] { return w.book.opened.at(0).conversation; };
    w.upstream.next = {stream_of({"Write to anna.mil", "ler@example.com. ", "Then wait."})};
    std::shared_ptr<void> watching;
    w.upstream.before_open = [&] {
        watching = w.gate->parts().watch(
            talk(), [&] { shown.push_back(w.gate->parts().look(talk()).text); });
    };
    ASSERT_EQ(w.say("Whom do I write to?").status, 202);
    ASSERT_FALSE(shown.empty());
    for (const auto& text : shown)
        EXPECT_EQ(text.find("anna"), std::string::npos) << text;
    EXPECT_EQ(w.book.closed[0].text.find("anna"), std::string::npos);
}

} // namespace servery::gateway
