// Signing in with two proofs, stepping up, one-time links and signing out everywhere, over HTTP.
#include "api/access/totp.h"
#include "api/api_fixture.h"

#include <gmock/gmock.h>

namespace servery::api {
namespace {

using http::method;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view own_origin = "http://127.0.0.1:8080";

class two_proofs : public api_fixture {
  public:
    two_proofs() {
        project("house");
        person("admin");
        person("rosa", {}, *access::hash_password(password));
        role_of("rosa", "house", access::role::owner);
        start();
    }

    answered post(const std::string& path, const json::object& body, const std::string& cookie,
                  header_list more = {}) {
        more.emplace_back("content-type", "application/json");
        more.emplace_back("origin", own_origin);
        if (!cookie.empty()) more.emplace_back("cookie", cookie);
        return send(method::post, path, std::move(more), json::write(body));
    }

    void enrol() {
        const auto begun = people.factors().begin("rosa");
        ASSERT_TRUE(begun);
        seed.clear();
        std::uint32_t buffer = 0;
        int bits = 0;
        for (const char c : begun->secret) {
            buffer = (buffer << 5) |
                     static_cast<std::uint32_t>(c >= 'A' && c <= 'Z' ? c - 'A' : c - '2' + 26);
            bits += 5;
            if (bits < 8) continue;
            seed.push_back(static_cast<std::uint8_t>(buffer >> (bits - 8)));
            bits -= 8;
        }
        const auto codes = people.factors().confirm("rosa", code(), "");
        ASSERT_TRUE(codes) << to_line(codes.error());
        recovery = *codes;
        now.advance(millis{30'000});
    }
    std::string code() const { return access::totp_code(seed, access::totp_step(now.now())); }
    std::string fresh_code() {
        now.advance(millis{30'000});
        return code();
    }

    answered whole_sign_in() {
        const auto half = sign_in("rosa", password);
        return post("/api/v1/session/totp", {{"code", fresh_code()}}, half.cookie);
    }

    std::vector<std::uint8_t> seed;
    std::vector<std::string> recovery;
};

TEST_F(two_proofs, the_password_alone_opens_nothing_once_there_is_a_second_factor) {
    enrol();
    const auto half = sign_in("rosa", password);
    EXPECT_EQ(half.member("next"), "totp");
    EXPECT_EQ(send(method::get, "/api/v1/session", {{"cookie", half.cookie}}).status, 401);
    EXPECT_EQ(logged("session.started"), 0U);
    const auto whole = post("/api/v1/session/totp", {{"code", code()}}, half.cookie);
    ASSERT_EQ(whole.status, 200) << whole.text;
    EXPECT_EQ(whole.member("next"), "done");
    EXPECT_NE(whole.cookie, half.cookie); // no fixation across the two halves
    const auto me = send(method::get, "/api/v1/session", {{"cookie", whole.cookie}});
    EXPECT_THAT(me.text, HasSubstr("\"rosa\""));
    EXPECT_THAT(me.text, HasSubstr(R"("enrolled":true)"));
    // The half is used up.
    EXPECT_EQ(post("/api/v1/session/totp", {{"code", fresh_code()}}, half.cookie).status, 401);
}

TEST_F(two_proofs, a_replayed_a_wrong_and_a_late_code_are_refused) {
    enrol();
    const auto half = sign_in("rosa", password);
    const auto used = code();
    ASSERT_EQ(post("/api/v1/session/totp", {{"code", used}}, half.cookie).status, 200);
    const auto again = sign_in("rosa", password);
    EXPECT_EQ(post("/api/v1/session/totp", {{"code", used}}, again.cookie).id(), "access.code");
    EXPECT_EQ(post("/api/v1/session/totp", {{"code", "12"}}, again.cookie).id(), "access.code");
    EXPECT_EQ(post("/api/v1/session/totp", {{"code", fresh_code()}}, "").id(), "access.sign_in");
    now.advance(access::half_sign_in_lifetime);
    EXPECT_EQ(post("/api/v1/session/totp", {{"code", code()}}, again.cookie).id(),
              "access.sign_in");
    EXPECT_EQ(logged("sign_in.refused"), 2U);
}

TEST_F(two_proofs, a_recovery_code_signs_in_where_the_telephone_is_lost) {
    enrol();
    const auto half = sign_in("rosa", password);
    ASSERT_EQ(post("/api/v1/session/totp", {{"code", recovery[3]}}, half.cookie).status, 200);
    const auto again = sign_in("rosa", password);
    EXPECT_EQ(post("/api/v1/session/totp", {{"code", recovery[3]}}, again.cookie).status, 401);
}

TEST_F(two_proofs, a_session_steps_up_for_ten_minutes_under_a_new_cookie) {
    enrol();
    const auto cookie = whole_sign_in().cookie;
    const auto act = [&](const std::string& with) {
        return post("/api/v1/me/tokens", {{"name", "laptop"}}, with);
    };
    EXPECT_EQ(act(cookie).id(), "access.step_up");
    EXPECT_EQ(act(cookie).status, 403);
    EXPECT_EQ(logged("access.refused"), 2U);
    const auto up = post("/api/v1/session/step-up", {{"code", fresh_code()}}, cookie);
    ASSERT_EQ(up.status, 200) << up.text;
    EXPECT_EQ(act(cookie).status, 401); // the old cookie is nobody's
    EXPECT_EQ(act(up.cookie).status, 201);
    now.advance(access::step_up_lifetime);
    EXPECT_EQ(act(up.cookie).id(), "access.step_up");
}

TEST_F(two_proofs, a_wrong_code_to_step_up_leaves_the_session_as_it_is) {
    enrol();
    const auto cookie = whole_sign_in().cookie;
    const auto refused = post("/api/v1/session/step-up", {{"code", "12345"}}, cookie);
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.id(), "access.code");
    EXPECT_EQ(send(method::get, "/api/v1/session", {{"cookie", cookie}}).status, 200);
}

TEST_F(two_proofs, a_command_sends_its_code_with_the_act_and_each_works_once) {
    // Conventions, "What scripts rely on": x-servery-code as soon as there is a second factor.
    const std::string body = R"({"name":"nightly"})";
    EXPECT_EQ(as("rosa", method::post, "/api/v1/me/tokens", body).status, 201);
    enrol();
    EXPECT_EQ(as("rosa", method::post, "/api/v1/me/tokens", body).id(), "access.step_up");
    const auto given = code();
    EXPECT_EQ(
        as("rosa", method::post, "/api/v1/me/tokens", body, {{"x-servery-code", given}}).status,
        201);
    EXPECT_EQ(as("rosa", method::post, "/api/v1/me/tokens", body, {{"x-servery-code", given}}).id(),
              "access.step_up");
    EXPECT_EQ(as("rosa", method::post, "/api/v1/me/tokens", body, {{"x-servery-code", "999"}}).id(),
              "access.step_up");
    // Nobody else is asked, and reading asks nobody.
    EXPECT_EQ(as("admin", method::post, "/api/v1/me/tokens", body).status, 201);
    EXPECT_EQ(as("rosa", method::get, "/api/v1/me/tokens").status, 200);
}

TEST_F(two_proofs, every_route_with_step_up_refuses_without_a_code) {
    enrol();
    ASSERT_TRUE(people.set_organisation({}, nullptr, "rosa", {access::org_role::admin}));
    std::size_t asked = 0;
    for (const auto& r : api->routes().rows()) {
        if (!r.step_up) continue;
        ++asked;
        now.advance(millis{2000});
        auto path = r.path;
        for (auto at = path.find('{'); at != std::string::npos; at = path.find('{')) {
            const auto end = path.find('}', at);
            const bool project = path.substr(at, end - at) == "{project";
            path.replace(at, end - at + 1, project ? "house" : "x1");
        }
        const auto a = as("rosa", r.verb, path, r.body_limit == 0 ? "" : "{}");
        EXPECT_EQ(a.id(), "access.step_up") << http::name(r.verb) << " " << r.path << a.text;
    }
    EXPECT_GE(asked, 15U); // signatures, keys, stages, people, credentials, backups …
}

TEST_F(two_proofs, whoever_sets_up_a_second_factor_gets_ten_recovery_codes_once) {
    const auto cookie = sign_in("rosa", password).cookie;
    const auto begun = post("/api/v1/me/totp", {}, cookie);
    ASSERT_EQ(begun.status, 201) << begun.text;
    EXPECT_THAT(begun.member("uri"), StartsWith("otpauth://totp/Servery:rosa?secret="));
    const auto wrong = post("/api/v1/me/totp/confirm", {{"code", "000"}}, cookie);
    EXPECT_EQ(wrong.status, 403);
    EXPECT_EQ(wrong.id(), "access.code");
    const auto me = send(method::get, "/api/v1/session", {{"cookie", cookie}});
    EXPECT_THAT(me.text, HasSubstr(R"("enrolled":false)"));
    EXPECT_THAT(me.text, HasSubstr(R"("wanted":true)")); // rosa signs gates
}

TEST_F(two_proofs, strangers_who_guess_do_not_lock_out_a_known_browser) {
    const auto first = send(method::post, "/api/v1/session", {{"content-type", "application/json"}},
                            json::write(json::object{{"email", "rosa"}, {"password", password}}));
    ASSERT_EQ(first.status, 200);
    http::memory_request in(method::post, "/api/v1/session", {{"content-type", "application/json"}},
                            json::write(json::object{{"email", "rosa"}, {"password", password}}));
    http::memory_responder out;
    servery::start(api->answer(in, out));
    std::string device;
    for (const auto& [name, value] : out.headers)
        if (name == "set-cookie" && value.starts_with("servery-device="))
            device = value.substr(0, value.find(';'));
    ASSERT_FALSE(device.empty());
    for (int i = 0; i < 30; ++i)
        (void)sign_in("rosa", "a guess that is wrong");
    EXPECT_EQ(sign_in("rosa", password).status, 429);
    now.advance(millis{1000}); // the address may ask again; strangers of this account still may not
    const auto known = send(method::post, "/api/v1/session",
                            {{"content-type", "application/json"}, {"cookie", device}},
                            json::write(json::object{{"email", "rosa"}, {"password", password}}));
    EXPECT_EQ(known.status, 200) << known.text;
    // The mark is one person's own: it opens no bucket for another account.
    for (int i = 0; i < 30; ++i)
        (void)sign_in("admin", "a guess that is wrong");
    now.advance(millis{1000});
    const auto other = send(method::post, "/api/v1/session",
                            {{"content-type", "application/json"}, {"cookie", device}},
                            json::write(json::object{{"email", "admin"}, {"password", "x"}}));
    EXPECT_EQ(other.status, 429) << other.text;
}

TEST_F(two_proofs, signing_out_everywhere_ends_every_session_and_clears_the_cookie) {
    const auto here = sign_in("rosa", password).cookie;
    const auto there = sign_in("rosa", password).cookie;
    const header_list from_here{
        {"cookie", here}, {"origin", std::string(own_origin)}, {"x-servery-csrf", "1"}};
    EXPECT_EQ(send(method::del, "/api/v1/me/sessions?keep=this", from_here).status, 204);
    EXPECT_EQ(send(method::get, "/api/v1/session", {{"cookie", there}}).status, 401);
    EXPECT_EQ(send(method::get, "/api/v1/session", {{"cookie", here}}).status, 200);
    const auto out = send(method::del, "/api/v1/me/sessions", from_here);
    EXPECT_EQ(out.status, 204);
    EXPECT_THAT(out.headers.at("set-cookie"), HasSubstr("Max-Age=0"));
    EXPECT_EQ(send(method::get, "/api/v1/session", {{"cookie", here}}).status, 401);
}

TEST_F(two_proofs, an_invitation_sets_a_password_signs_in_and_works_once) {
    person("benno");
    const auto made = as("admin", method::post, "/api/v1/people/benno/link", "{}");
    ASSERT_EQ(made.status, 201) << made.text;
    const auto address = made.member("link");
    EXPECT_THAT(address, StartsWith("http://127.0.0.1:8080/console/setup#svl_"));
    const auto link = address.substr(address.find('#') + 1);
    const auto seen = post("/api/v1/setup/check", {{"link", link}}, "");
    EXPECT_THAT(seen.text, HasSubstr(R"("id":"benno")"));
    EXPECT_EQ(post("/api/v1/setup", {{"link", link}, {"password", "short"}}, "").status, 422);
    EXPECT_EQ(
        post("/api/v1/setup", {{"link", link}, {"password", "a password with benno inside"}}, "")
            .id(),
        "access.password.contains_name");
    const auto used =
        post("/api/v1/setup", {{"link", link}, {"password", "three words and more"}}, "");
    ASSERT_EQ(used.status, 201) << used.text;
    EXPECT_EQ(used.member("id"), "benno");
    EXPECT_EQ(send(method::get, "/api/v1/session", {{"cookie", used.cookie}}).status, 200);
    EXPECT_EQ(post("/api/v1/setup/check", {{"link", link}}, "").id(), "access.link_used");
    EXPECT_EQ(sign_in("benno", "three words and more").status, 200);
}

TEST_F(two_proofs, a_link_never_gets_past_the_second_factor) {
    enrol();
    const auto made = as("admin", method::post, "/api/v1/people/rosa/link", "{}");
    const auto link = made.member("link").substr(made.member("link").find('#') + 1);
    const auto used =
        post("/api/v1/setup", {{"link", link}, {"password", "three words and more"}}, "");
    ASSERT_EQ(used.status, 201) << used.text;
    EXPECT_EQ(used.member("next"), "totp");
    EXPECT_EQ(send(method::get, "/api/v1/session", {{"cookie", used.cookie}}).status, 401);
}

TEST_F(two_proofs, one_may_change_name_and_language_and_nothing_else) {
    const auto changed =
        as("rosa", method::patch, "/api/v1/me", R"({"name":"Rosa Blum","language":"de"})");
    ASSERT_EQ(changed.status, 200) << changed.text;
    EXPECT_EQ(changed.member("language"), "de");
    EXPECT_EQ(people.find("rosa")->name, "Rosa Blum");
    EXPECT_EQ(as("rosa", method::patch, "/api/v1/me", R"({"organisation":["admin"]})").id(),
              "api.body.unknown_member");
    EXPECT_EQ(as("rosa", method::patch, "/api/v1/me", R"({"language":"../x"})").id(),
              "person.language.invalid");
    EXPECT_EQ(as("rosa", method::patch, "/api/v1/me", R"({"name":" "})").id(),
              "person.name.invalid");
}

} // namespace
} // namespace servery::api
