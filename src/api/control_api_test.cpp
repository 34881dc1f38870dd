// The road of a request through the control API: who, from where, which thing, which right.
#include "api/api_fixture.h"

#include <rapidcheck.h>

#include <gmock/gmock.h>

namespace servery::api {
namespace {

using testing::HasSubstr;
using testing::Not;

using http::method;

class control : public api_fixture {
  public:
    control() {
        project("house");
        project("other");
        person("admin");
        person("rosa", {}, *access::hash_password(password));
        person("ed");
        person("vic");
        person("stranger");
        role_of("rosa", "house", access::role::owner);
        role_of("ed", "house", access::role::editor);
        role_of("vic", "house", access::role::viewer);
        role_of("stranger", "other", access::role::owner);
        start();
    }
};

TEST_F(control, signs_in_with_e_mail_or_id_and_says_who_i_am) {
    for (const auto* name : {"rosa@example.com", "ROSA@example.com", "rosa"}) {
        const auto in = sign_in(name, password);
        ASSERT_EQ(in.status, 200) << in.text;
        EXPECT_EQ(in.member("next"), "done");
        EXPECT_THAT(in.headers.at("set-cookie"), HasSubstr("HttpOnly; SameSite=Strict"));
        const auto me = send(method::get, "/api/v1/session", {{"cookie", in.cookie}});
        ASSERT_EQ(me.status, 200);
        EXPECT_THAT(me.text, HasSubstr("gate.sign"));
        EXPECT_THAT(me.text, Not(HasSubstr("other")));
    }
}

TEST_F(control, never_says_which_part_of_a_sign_in_was_wrong) {
    auto strip = [](answered a) {
        a.body.as_object()["error"].as_object().erase("request_id");
        return json::write(a.body);
    };
    const auto wrong_password = sign_in("rosa", "not the right password");
    const auto nobody = sign_in("nobody@example.com", password);
    EXPECT_EQ(wrong_password.status, 401);
    EXPECT_EQ(strip(wrong_password), strip(nobody));
    EXPECT_EQ(logged("sign_in.refused"), 2U);
    EXPECT_EQ(logged("session.started"), 0U);
}

TEST_F(control, guessing_is_slowed_down_by_account_and_the_hash_is_not_computed) {
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(sign_in("rosa", "guess guess guess").status, 401);
    EXPECT_EQ(sign_in("rosa", "guess guess guess").status, 429);
    EXPECT_EQ(logged("sign_in.refused"), 5U);
    now.advance(millis{61'000});
    EXPECT_EQ(sign_in("rosa", password).status, 200);
}

TEST_F(control, signing_out_ends_the_session_and_a_new_sign_in_gets_a_new_one) {
    const auto first = sign_in("rosa", password);
    const auto second = sign_in("rosa", password);
    EXPECT_NE(first.cookie, second.cookie);
    const auto out = send(
        method::del, "/api/v1/session",
        {{"cookie", first.cookie}, {"origin", "http://127.0.0.1:8080"}, {"x-servery-csrf", "1"}});
    EXPECT_EQ(out.status, 204) << out.text;
    EXPECT_EQ(send(method::get, "/api/v1/session", {{"cookie", first.cookie}}).status, 401);
    EXPECT_EQ(send(method::get, "/api/v1/session", {{"cookie", second.cookie}}).status, 200);
}

TEST_F(control, a_cookie_that_the_caller_chose_is_never_taken_over) {
    const auto in = send(method::post, "/api/v1/session",
                         {{"content-type", "application/json"}, {"cookie", "servery=fixed"}},
                         R"({"email":"rosa","password":"four words nobody joins"})");
    ASSERT_EQ(in.status, 200);
    EXPECT_NE(in.cookie, "servery=fixed");
    EXPECT_EQ(send(method::get, "/api/v1/session", {{"cookie", "servery=fixed"}}).status, 401);
}

TEST_F(control, a_write_with_a_cookie_must_come_from_our_own_pages) {
    const auto cookie = sign_in("rosa", password).cookie;
    struct row {
        const char* origin;
        const char* site;
        const char* type;
        const char* csrf;
        bool good;
    };
    const row rows[] = {
        {"http://127.0.0.1:8080", "", "application/json", "", true},
        {"http://127.0.0.1:8080", "", "application/json; charset=utf-8", "", true},
        {"http://127.0.0.1:8080", "", "text/plain", "1", true},
        {"", "same-origin", "application/json", "", true},
        {"https://evil.example", "", "application/json", "", false},
        {"https://evil.example", "same-origin", "application/json", "", false},
        {"null", "", "application/json", "", false},
        {"http://127.0.0.1:8081", "", "application/json", "", false},
        {"", "cross-site", "application/json", "", false},
        {"", "same-site", "application/json", "", false},
        {"", "", "application/json", "", false},
        {"http://127.0.0.1:8080", "", "text/plain", "", false},
        {"http://127.0.0.1:8080", "", "application/x-www-form-urlencoded", "", false},
        {"http://127.0.0.1:8080", "", "", "", false},
    };
    for (const auto& r : rows) {
        header_list headers{{"cookie", cookie}};
        if (*r.origin != 0) headers.emplace_back("origin", r.origin);
        if (*r.site != 0) headers.emplace_back("sec-fetch-site", r.site);
        if (*r.type != 0) headers.emplace_back("content-type", r.type);
        if (*r.csrf != 0) headers.emplace_back("x-servery-csrf", r.csrf);
        const auto a = send(method::post, "/api/v1/me/tokens", headers, R"({"name":"x"})");
        EXPECT_EQ(a.id() == "access.csrf", !r.good)
            << r.origin << "|" << r.site << "|" << r.type << "|" << r.csrf << " " << a.text;
        if (!r.good) EXPECT_EQ(a.status, 403);
    }
    // Reading needs none of it, and a bearer is no ambient authority.
    EXPECT_EQ(send(method::get, "/api/v1/session",
                   {{"cookie", cookie}, {"origin", "https://evil.example"}})
                  .status,
              200);
    EXPECT_EQ(as("rosa", method::post, "/api/v1/me/tokens", R"({"name":"x"})",
                 {{"origin", "https://evil.example"}})
                  .status,
              201);
}

TEST_F(control, the_operator_acts_for_the_first_owner_or_the_person_named) {
    const auto bearer =
        std::pair<std::string, std::string>("authorization", "Bearer the-operators-own-token");
    EXPECT_THAT(send(method::get, "/api/v1/session", {bearer}).text, HasSubstr("\"rosa\""));
    EXPECT_THAT(as("vic", method::get, "/api/v1/session").text, HasSubstr("\"vic\""));
    EXPECT_EQ(as("nobody", method::get, "/api/v1/session").status, 401);
    EXPECT_EQ(send(method::get, "/api/v1/session", {{"authorization", "Bearer wrong"}}).status,
              401);
}

TEST_F(control, two_different_secrets_are_nobody) {
    EXPECT_EQ(send(method::get, "/api/v1/session",
                   {{"authorization", "Bearer the-operators-own-token"}, {"x-api-key", "svt_x"}})
                  .status,
              401);
}

TEST_F(control, a_token_has_its_persons_rights_and_loses_them_at_once) {
    const auto made = as("ed", method::post, "/api/v1/me/tokens", R"({"name":"laptop"})");
    ASSERT_EQ(made.status, 201);
    const header_list bearer{{"authorization", "Bearer " + made.member("token")}};
    EXPECT_EQ(send(method::get, "/api/v1/projects/house/keys", bearer).status, 200);
    ASSERT_TRUE(people.set_roles({}, nullptr, "house", "ed", {access::role::viewer}));
    EXPECT_EQ(send(method::get, "/api/v1/projects/house/keys", bearer).id(), "access.role");
    ASSERT_TRUE(people.set_roles({}, nullptr, "house", "ed", {}));
    EXPECT_EQ(send(method::get, "/api/v1/projects/house/keys", bearer).id(), "access.not_found");
}

TEST_F(control, missing_and_foreign_things_answer_with_the_same_bytes) {
    const auto strip = [](answered a) {
        a.body.as_object()["error"].as_object().erase("request_id");
        a.headers.erase("x-request-id");
        std::string all = json::write(a.body) + std::to_string(a.status);
        for (const auto& [name, value] : a.headers)
            all += name + value;
        return all;
    };
    for (const auto* rest : {"", "/keys", "/variants", "/plan", "/gates/G1", "/rollouts",
                             "/desk/conversations/cv_1", "/knowledge/entries"}) {
        const auto foreign = as("rosa", method::get, std::string("/api/v1/projects/other") + rest);
        const auto missing =
            as("rosa", method::get, std::string("/api/v1/projects/nowhere") + rest);
        EXPECT_EQ(foreign.status, 404);
        EXPECT_EQ(strip(foreign), strip(missing)) << rest;
    }
}

TEST_F(control, a_random_walk_between_two_equal_projects_sees_no_foreign_byte) {
    // Both projects hold the same kinds of things; ids are swapped at random.
    std::map<std::string, std::string> key_of;
    for (const auto* p : {"house", "other"})
        key_of[p] = registry.create_key({}, p, {.name = std::string("secret-of-") + p})->key.id;
    seeded_random dice(5);
    const std::vector<std::pair<std::string, std::string>> who{{"rosa", "house"},
                                                               {"stranger", "other"}};
    for (int i = 0; i < 2'000; ++i) {
        const auto& [actor, own] = who[dice.below(2)];
        const std::string project = dice.below(2) == 0 ? "house" : "other";
        const std::string key = key_of[dice.below(2) == 0 ? "house" : "other"];
        const std::string foreign = own == "house" ? "secret-of-other" : "secret-of-house";
        const auto a = dice.below(2) == 0
                           ? as(actor, method::get, "/api/v1/projects/" + project + "/keys")
                           : as(actor, method::del, "/api/v1/projects/" + project + "/keys/" + key);
        ASSERT_THAT(a.text, Not(HasSubstr(foreign)));
        if (project != own) ASSERT_EQ(a.status, 404);
    }
}

TEST_F(control, an_editor_cannot_sign_cannot_raise_itself_and_it_is_on_record) {
    const auto sign = as("ed", method::post, "/api/v1/projects/house/gates/G1/sign", "{}");
    EXPECT_EQ(sign.status, 403);
    EXPECT_EQ(sign.id(), "access.role");
    EXPECT_THAT(sign.text, HasSubstr("gate.sign"));
    const auto raise =
        as("ed", method::put, "/api/v1/projects/house/roles/ed", R"({"roles":["owner"]})");
    EXPECT_EQ(raise.status, 403);
    EXPECT_EQ(logged("access.refused"), 2U);
    EXPECT_TRUE(log.all().back().refused);
    EXPECT_FALSE(people.holds("ed", "gate.sign", "house"));
}

TEST_F(control, refusals_of_one_caller_are_merged_beyond_ten_a_minute) {
    for (int i = 0; i < 30; ++i)
        (void)as("ed", method::post, "/api/v1/projects/house/gates/G1/sign", "{}");
    EXPECT_EQ(logged("access.refused"), 10U);
    now.advance(millis{60'000});
    (void)as("ed", method::post, "/api/v1/projects/house/gates/G1/sign", "{}");
    EXPECT_EQ(logged("access.refused"), 11U);
}

TEST_F(control, a_field_beyond_the_callers_rights_is_refused_whole) {
    const auto live =
        as("ed", method::post, "/api/v1/projects/house/keys", R"({"kind":"live","name":"site"})");
    EXPECT_EQ(live.status, 403);
    EXPECT_EQ(live.id(), "access.field");
    EXPECT_THAT(live.text, HasSubstr("kind"));
    EXPECT_TRUE(registry.keys("house").empty());
    EXPECT_EQ(as("ed", method::post, "/api/v1/projects/house/keys", R"({"name":"try"})").status,
              201);
    const auto hers =
        as("rosa", method::post, "/api/v1/projects/house/keys", R"({"kind":"live","name":"site"})");
    ASSERT_EQ(hers.status, 201);
    const auto id = hers.member("id");
    EXPECT_EQ(as("ed", method::del, "/api/v1/projects/house/keys/" + id).id(), "access.field");
    EXPECT_EQ(as("rosa", method::post, "/api/v1/projects/house/keys", R"({"name":"x","hash":"00"})")
                  .status,
              422);
}

TEST_F(control, a_key_is_shown_once_with_the_members_that_scripts_rely_on) {
    const auto made = as("rosa", method::post, "/api/v1/projects/house/keys",
                         R"({"kind":"sandbox","name":"try","expires":"90d"})");
    ASSERT_EQ(made.status, 201);
    for (const auto* member : {"id", "key", "kind", "last4", "expires_at"})
        EXPECT_TRUE(made.body.as_object().contains(member)) << member;
    const auto list = as("rosa", method::get, "/api/v1/projects/house/keys");
    EXPECT_THAT(list.text, Not(HasSubstr(made.member("key"))));
}

TEST_F(control, api_keys_compute_and_do_nothing_else) {
    const auto key = registry.create_key({}, "house", {.name = "k"})->text;
    const header_list bearer{{"authorization", "Bearer " + key}};
    const header_list other{{"x-api-key", key}};
    const std::string body =
        R"({"recipe":"rate","params":{"target":0.8,"fail_target":0.8,"min_n":1},"observations":[1,1]})";
    EXPECT_EQ(send(method::post, "/api/v1/decide", bearer, body).status, 200);
    EXPECT_EQ(send(method::post, "/api/v1/decide", other, body).status, 200);
    EXPECT_EQ(send(method::post, "/api/v1/decide", {}, body).status, 401);
    EXPECT_EQ(send(method::get, "/api/v1/projects", bearer).status, 401);
    EXPECT_EQ(send(method::get, "/api/v1/projects/house/plan", bearer).status, 401);
    const auto widget = registry.ensure_widget({}, "house", {"https://x.example"})->public_key;
    EXPECT_EQ(
        send(method::post, "/api/v1/decide", {{"authorization", "Bearer " + widget}}, body).status,
        401);
}

TEST_F(control, a_repeated_post_with_its_key_does_its_work_once) {
    const header_list again{{"idempotency-key", "k-1"}};
    const auto first =
        as("rosa", method::post, "/api/v1/projects/house/keys", R"({"name":"a"})", again);
    const auto second =
        as("rosa", method::post, "/api/v1/projects/house/keys", R"({"name":"a"})", again);
    EXPECT_EQ(first.text, second.text);
    EXPECT_EQ(registry.keys("house").size(), 1U);
    EXPECT_EQ(
        as("rosa", method::post, "/api/v1/projects/house/keys", R"({"name":"b"})", again).id(),
        "api.idempotency.reused");
    // Somebody else's key of the same text is another one.
    EXPECT_EQ(
        as("ed", method::post, "/api/v1/projects/house/keys", R"({"name":"a"})", again).status,
        201);
    now.advance(millis{24LL * 3'600'000});
    EXPECT_EQ(
        as("rosa", method::post, "/api/v1/projects/house/keys", R"({"name":"a"})", again).status,
        201);
    EXPECT_EQ(registry.keys("house").size(), 3U);
}

TEST_F(control, a_failed_post_may_be_tried_again_under_its_key) {
    const header_list again{{"idempotency-key", "k-2"}};
    log.set_down(true);
    EXPECT_EQ(
        as("rosa", method::post, "/api/v1/projects/house/keys", R"({"name":"a"})", again).status,
        503);
    log.set_down(false);
    EXPECT_EQ(
        as("rosa", method::post, "/api/v1/projects/house/keys", R"({"name":"a"})", again).status,
        201);
}

TEST_F(control, faults_have_one_shape_and_come_all_together) {
    const auto bad = as("rosa", method::post, "/api/v1/projects/house/keys",
                        R"({"kind":"public","name":"","scopes":["chta"]})");
    EXPECT_EQ(bad.status, 422);
    const auto& error = bad.body.at("error").as_object();
    for (const auto* member : {"id", "message", "where", "remedy", "params", "request_id"})
        EXPECT_TRUE(error.contains(member)) << member;
    EXPECT_EQ(bad.body.at("errors").as_array().size(), 3U);
    EXPECT_EQ(json::text_or(error, "request_id"), bad.headers.at("x-request-id"));
}

TEST_F(control, unreadable_bodies_are_named_and_change_nothing) {
    const auto post = [&](const std::string& body) {
        return as("rosa", method::post, "/api/v1/projects/house/keys", body).status;
    };
    EXPECT_EQ(post("{"), 400);
    EXPECT_EQ(post("[]"), 422);
    EXPECT_EQ(post(R"({"name":1})"), 422);
    EXPECT_EQ(post(std::string(1'000'001, ' ')), 413);
    EXPECT_EQ(post(std::string(100, '[')), 400);
    EXPECT_TRUE(registry.keys("house").empty());
}

TEST_F(control, paths_are_compared_as_they_are) {
    for (const auto* path : {"/api/v1/Projects", "/api/v1/projects/", "/api//v1/projects",
                             "/api/v1/projects/house/../other", "/api/v1/projects/%2e%2e/keys",
                             "/api/v1/projects/house%00/keys", "/api/v2/projects"})
        EXPECT_EQ(as("rosa", method::get, path).status, 404) << path;
    const auto wrong = as("rosa", method::patch, "/api/v1/projects");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_THAT(wrong.headers.at("allow"), HasSubstr("POST"));
}

TEST_F(control, every_answer_has_the_safety_headers) {
    for (const auto* path : {"/", "/healthz", "/api/v1/projects", "/nothing", "/metrics"}) {
        const auto a = send(method::get, path);
        EXPECT_EQ(a.headers.at("x-content-type-options"), "nosniff") << path;
        EXPECT_EQ(a.headers.at("referrer-policy"), "no-referrer");
        EXPECT_EQ(a.headers.at("cross-origin-opener-policy"), "same-origin");
        EXPECT_EQ(a.headers.at("cross-origin-resource-policy"), "same-origin");
        EXPECT_EQ(a.headers.at("cache-control"), "no-store");
        EXPECT_THAT(a.headers.at("content-security-policy"), HasSubstr("default-src 'none'"));
        EXPECT_FALSE(a.headers.contains("access-control-allow-origin"));
    }
}

TEST_F(control, health_needs_nobody_and_readiness_says_why_not) {
    EXPECT_EQ(send(method::get, "/healthz").status, 200);
    EXPECT_EQ(send(method::head, "/healthz").text, "");
    start({.readiness = [] { return json::object{{"ready", false}, {"why", "store away"}}; }});
    const auto a = send(method::get, "/readyz");
    EXPECT_EQ(a.status, 503);
    EXPECT_THAT(a.text, HasSubstr("store away"));
}

TEST_F(control, strangers_are_slowed_down_and_the_operator_on_this_machine_is_not) {
    int slowed = 0;
    for (int i = 0; i < 100; ++i)
        slowed += send(method::get, "/api/v1/projects").status == 429 ? 1 : 0;
    EXPECT_GT(slowed, 70);
    EXPECT_FALSE(send(method::get, "/api/v1/projects").headers.at("retry-after").empty());
    for (int i = 0; i < 300; ++i)
        ASSERT_EQ(as("rosa", method::get, "/api/v1/projects").status, 200);
    EXPECT_EQ(send(method::get, "/healthz").status, 200);
}

TEST_F(control, an_exception_ends_one_request_only) {
    start({.knowledge = {.ask = [](const port_call&) -> result<json::object> {
               throw std::runtime_error("boom");
           }}});
    const auto a = as("rosa", method::post, "/api/v1/projects/house/knowledge/ask", "{}");
    EXPECT_EQ(a.status, 500);
    EXPECT_EQ(a.id(), "server.internal");
    EXPECT_THAT(a.text, Not(HasSubstr("boom")));
    EXPECT_EQ(as("rosa", method::get, "/api/v1/projects").status, 200);
}

TEST_F(control, a_port_sees_project_person_and_input) {
    port_call seen;
    start({.knowledge = {.withdraw = [&](const port_call& c) -> result<json::object> {
               seen = c;
               return json::object{{"ok", true}};
           }}});
    const auto a = as("ed", method::post, "/api/v1/projects/house/knowledge/entries/dogs/withdraw",
                      R"({"reason":"wrong"})");
    EXPECT_EQ(a.status, 200);
    EXPECT_EQ(seen.project, "house");
    EXPECT_EQ(seen.by.id, "ed");
    EXPECT_EQ(seen.id, "dogs");
    EXPECT_EQ(json::text_or(seen.in, "reason"), "wrong");
    EXPECT_EQ(as("vic", method::post, "/api/v1/projects/house/knowledge/entries/dogs/withdraw",
                 R"({"reason":"wrong"})")
                  .status,
              403);
}

TEST_F(control, an_owner_reads_the_audit_rows_of_their_own_project_only) {
    std::string asked = "nothing";
    start({.list_audit = [&](const port_call& c) -> result<json::object> {
        asked = c.project;
        return json::object{{"items", json::array{}}, {"next", nullptr}};
    }});
    EXPECT_EQ(as("rosa", method::get, "/api/v1/audit?project=house").status, 200);
    EXPECT_EQ(asked, "house");
    asked = "nothing";
    EXPECT_EQ(as("rosa", method::get, "/api/v1/audit").status, 403);
    EXPECT_EQ(as("rosa", method::get, "/api/v1/audit?project=other").status, 403);
    EXPECT_EQ(as("ed", method::get, "/api/v1/audit?project=house").status, 403);
    EXPECT_EQ(asked, "nothing");
    EXPECT_EQ(as("admin", method::get, "/api/v1/audit").status, 200);
}

TEST_F(control, a_new_project_belongs_to_who_made_it) {
    EXPECT_EQ(as("rosa", method::post, "/api/v1/projects", R"({"id":"new","title":"New"})").status,
              403);
    const auto made =
        as("admin", method::post, "/api/v1/projects", R"({"id":"new","title":"New"})");
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_EQ(made.member("phase"), "draft");
    EXPECT_TRUE(people.holds("admin", "gate.sign", "new"));
    EXPECT_EQ(as("admin", method::post, "/api/v1/projects", R"({"id":"new","title":"N"})").status,
              409);
    EXPECT_EQ(as("admin", method::post, "/api/v1/projects",
                 R"({"id":"x","title":"X","template":"no-such"})")
                      .status >= 400,
              true);
    EXPECT_EQ(registry.find_project("x"), nullptr);
}

TEST_F(control, a_secret_is_write_only) {
    const auto yaml = "providers:\n  - id: main\n    kind: openai\n"
                      "    base_url: https://llm.example.com/v1\n    models: [small-1]\n";
    auto bearer = header_list{{"authorization", "Bearer the-operators-own-token"},
                              {"x-servery-as", "admin"},
                              {"content-type", "application/yaml"}};
    ASSERT_EQ(send(method::put, "/api/v1/providers", bearer, yaml).status, 200);
    const auto set = as("admin", method::put, "/api/v1/providers/main/credential",
                        R"({"credential":"sk-planted-secret-0042"})");
    ASSERT_EQ(set.status, 200) << set.text;
    const auto list = as("admin", method::get, "/api/v1/providers");
    EXPECT_THAT(list.text, HasSubstr("\"set\":true"));
    for (const auto& text : {set.text, list.text})
        EXPECT_THAT(text, Not(HasSubstr("planted-secret")));
    for (const auto& e : log.all())
        EXPECT_THAT(json::write(json::to_json(e)), Not(HasSubstr("planted-secret")));
    EXPECT_EQ(as("rosa", method::get, "/api/v1/providers").status, 403);
}

class first_start : public api_fixture {};

TEST_F(first_start, the_operator_makes_the_first_person_and_then_acts_as_them) {
    start();
    const header_list bearer{{"authorization", "Bearer the-operators-own-token"}};
    const auto made =
        send(method::post, "/api/v1/people", bearer, R"({"id":"rosa","name":"Rosa"})");
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_TRUE(people.holds("rosa", "people.write", ""));
    EXPECT_THAT(send(method::get, "/api/v1/session", bearer).text, HasSubstr("\"rosa\""));
}

TEST_F(first_start, the_link_makes_the_first_person_once) {
    start();
    const auto link = *people.make_link({}, "", access::link_purpose::setup);
    const auto body = [&](std::string_view id) {
        return json::write(json::object{{"link", link},
                                        {"id", id},
                                        {"name", "N"},
                                        {"email", std::string(id) + "@example.com"},
                                        {"password", password}});
    };
    const auto post = [&](const std::string& text) {
        return send(method::post, "/api/v1/setup", {{"content-type", "application/json"}}, text);
    };
    EXPECT_EQ(post(R"({"link":"svl_guess","id":"eve","password":"four words nobody joins"})").id(),
              "access.link_used");
    EXPECT_EQ(post(body("rosa")).status, 201);
    EXPECT_EQ(post(body("eve")).id(), "access.link_used");
    EXPECT_EQ(sign_in("rosa@example.com", password).status, 200);
}

} // namespace
} // namespace servery::api
