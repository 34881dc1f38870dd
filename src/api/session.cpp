// Signing in with password and code, the session itself, and signing out.
#include "api/access/password.h"
#include "api/access/rate_limits.h"
#include "api/admission.h"
#include "api/resources.h"
#include "api/sign_in.h"
#include "control_plane/registry/registry_service.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <memory>
#include <span>

namespace servery::api {

namespace {

constexpr int most_waiting = 64;
constexpr std::int64_t device_seconds = 90LL * 86'400;

// Hashes waiting or running; beyond that nobody waits longer.
struct hash_queue {
    std::atomic<int> waiting{0};
};

std::unexpected<error> slow_down() {
    return fail(error_code::rate_limited, "access.slow_down", "too many attempts", {},
                "wait a minute and try again");
}

std::string cookie(std::string_view name, const std::string& value, bool tls,
                   std::int64_t seconds) {
    return std::string(name) + "=" + value + "; Path=/; HttpOnly; SameSite=Strict" +
           (tls ? "; Secure" : "") + "; Max-Age=" + std::to_string(seconds);
}

// Whoever has signed in from this browser before keeps a bucket of their own, so that strangers who
// guess cannot lock them out.
std::string device_mark(const options& how, const std::string& person) {
    return to_hex(blake2b_256_keyed(how.device_key, as_bytes(person)));
}

bool known_device(const options& how, const std::string& given, const std::string& person) {
    return !person.empty() &&
           equal_constant_time(as_bytes(given), as_bytes(device_mark(how, person)));
}

// One bucket an IPv4 address, one a /64 of IPv6: that is what one caller has.
std::string address_bucket(const std::string& peer) {
    std::array<std::uint8_t, 16> bytes{};
    if (::inet_pton(AF_INET6, peer.c_str(), bytes.data()) != 1) return peer;
    return to_hex(std::span(bytes).first(8));
}

json::array words_of(const std::vector<std::string_view>& names) {
    json::array out;
    for (const auto name : names)
        out.push_back(json::value(name));
    return out;
}

json::array projects_json(const backend& b, const caller& who) {
    json::array out;
    for (const auto* p : b.registry.projects()) {
        if (!who.rights.sees(p->id)) continue;
        json::array roles;
        if (const auto at = who.rights.projects.find(p->id); at != who.rights.projects.end())
            for (const auto r : at->second)
                roles.push_back(json::value(json::enum_word(r)));
        out.push_back(json::object{{"id", p->id},
                                   {"title", p->title},
                                   {"roles", std::move(roles)},
                                   {"capabilities", words_of(who.rights.held(p->id))}});
    }
    return out;
}

// Security design, section 5: who signs gates, approves money or runs the organisation should have
// a second factor.
bool wants_second_factor(const access::rights& rights) {
    if (!rights.organisation.empty()) return true;
    return std::ranges::any_of(rights.projects, [&](const auto& p) {
        return rights.may("gate.sign", p.first) || rights.may("budget.approve", p.first);
    });
}

json::object session_json(const backend& b, const caller& who) {
    json::object out{{"person", nullptr}, {"by", json::enum_word(who.by)}};
    if (const auto* p = b.people.find(who.person)) out["person"] = own_profile(*p);
    out["organisation"] = json::to_json(std::vector<access::org_role>(
        who.rights.organisation.begin(), who.rights.organisation.end()));
    out["capabilities"] = words_of(who.rights.held(""));
    out["projects"] = projects_json(b, who);
    const auto& factors = b.people.factors();
    out["second_factor"] =
        json::object{{"enrolled", factors.enrolled(who.person)},
                     {"wanted", wants_second_factor(who.rights)},
                     {"recovery_codes_left", factors.recovery_codes_left(who.person)}};
    out["session"] = nullptr;
    for (const auto* s : b.people.sessions_of(who.person)) {
        if (s->id != who.session) continue;
        json::value until = nullptr;
        if (b.now.now() < s->step_up_until) until = json::string(to_rfc3339(s->step_up_until));
        out["session"] = json::object{{"id", s->id},
                                      {"started", to_rfc3339(s->started)},
                                      {"expires", to_rfc3339(s->expires)},
                                      {"step_up_until", std::move(until)}};
    }
    return out;
}

void add_sign_in(route_table& to, backend& with, const options& how) {
    auto limits = std::make_shared<access::rate_limits>(with.now);
    auto queue = std::make_shared<hash_queue>();
    auto r = change(http::method::post, "/api/v1/session", {}, "session.started",
                    "sign in with e-mail (or id) and password", {});
    r.who = caller_kind::public_;
    r.own = false;
    r.rate = access::rate_class::open;
    r.body_limit = 10'000;
    r.before = [&with, &how, limits, queue](call& c) -> status {
        using access::rate_class;
        const auto email = lower_ascii(trim(text_in(c, "email")));
        const auto* p = with.people.by_email(email);
        if (p == nullptr) p = with.people.find(email);
        const auto account = p == nullptr ? email : p->id;
        if (known_device(how, c.device, account)) {
            if (limits->take(rate_class::sign_in_account, "device " + account)) return slow_down();
        } else if (limits->take(rate_class::sign_in_address, address_bucket(c.peer)) ||
                   limits->take(rate_class::sign_in_account, account)) {
            return slow_down();
        }
        if (queue->waiting.load() >= most_waiting) return slow_down();
        const bool known = p != nullptr && !p->password_hash.empty();
        c.scratch["person"] = known ? p->id : "";
        c.scratch["hash"] = known ? p->password_hash : "";
        ++queue->waiting;
        return {};
    };
    r.heavy = [queue](call& c) -> status {
        // Somebody unknown costs the same hash.
        const auto hash = c.scratch["hash"].empty() ? access::nobodys_hash() : c.scratch["hash"];
        const bool fits = access::verify_password(hash, text_in(c, "password"));
        --queue->waiting;
        c.scratch["fits"] = fits && !c.scratch["person"].empty() ? "yes" : "";
        return {};
    };
    r.act = [&with, &how](call& c) -> result<reply> {
        const auto person = c.scratch["person"];
        if (c.scratch["fits"].empty()) {
            if (auto noted = with.people.note_refusal(person, c.peer, c.request_id); !noted)
                return std::unexpected(noted.error());
            return wrong_sign_in();
        }
        return sign_in(with, how, person, "password", c.request_id);
    };
    to.add(std::move(r));
}

// The second half of a sign-in: whose it is stands in the cookie that the first half gave.
void add_code(route_table& to, backend& with, const options& how) {
    auto r = change(http::method::post, "/api/v1/session/totp", {}, "session.started",
                    "the second half of a sign-in: a code, or a recovery code",
                    [&with, &how](call& c) -> result<reply> {
                        const auto person = with.people.half_sign_in(c.cookie);
                        if (person.empty()) return wrong_sign_in();
                        auto good =
                            with.people.factors().verify(person, text_in(c, "code"), c.request_id);
                        if (!good) {
                            if (good.error().id == "access.code")
                                (void)with.people.note_refusal(person, c.peer, c.request_id);
                            return std::unexpected(good.error());
                        }
                        with.people.end_half_sign_in(c.cookie);
                        return full_session(with, how, person, "password+code", c.request_id);
                    });
    r.who = caller_kind::public_;
    r.own = false;
    r.rate = access::rate_class::open;
    r.body_limit = 10'000;
    to.add(std::move(r));
}

void add_step_up(route_table& to, backend& with, const options& how) {
    to.add(change(http::method::post, "/api/v1/session/step-up", {}, "session.renewed",
                  "a second proof, good for ten minutes of this session",
                  [&with, &how](call& c) -> result<reply> {
                      if (c.who.session.empty())
                          return fail(error_code::conflict, "access.step_up.no_session",
                                      "only a signed-in browser steps up", {},
                                      "send the code with the act: header x-servery-code");
                      auto good = with.people.factors().verify(c.who.person, text_in(c, "code"),
                                                               c.request_id);
                      if (!good) {
                          // Signed in all the same: not a 401.
                          auto fault = good.error();
                          if (fault.id == "access.code") fault.code = error_code::permission_denied;
                          return std::unexpected(std::move(fault));
                      }
                      auto renewed = with.people.renew_session(c.who.session, c.request_id);
                      if (!renewed) return std::unexpected(renewed.error());
                      auto out = ok({{"until", to_rfc3339(renewed->session.step_up_until)}});
                      out.set_cookies = {session_cookie(how, renewed->cookie,
                                                        renewed->session.expires - with.now.now())};
                      return out;
                  }));
}

void add_sessions(route_table& to, backend& with, const options& how) {
    to.add(read("/api/v1/session", "", "who I am, my rights and projects",
                [&with](call& c) -> result<reply> { return ok(session_json(with, c.who)); }));
    to.add(change(http::method::del, "/api/v1/session", {}, "session.ended", "sign out",
                  [&with, &how](call& c) -> result<reply> {
                      if (!c.who.session.empty()) {
                          const auto ended =
                              with.people.end_session(c.who.person, c.who.session, "signed_out");
                          if (!ended) return std::unexpected(ended.error());
                      }
                      auto out = no_content();
                      out.set_cookies = {session_cookie(how, "", millis{0})};
                      return out;
                  }));
    to.add(read("/api/v1/me/sessions", "", "my sessions", [&with](call& c) -> result<reply> {
        json::array all;
        for (const auto* s : with.people.sessions_of(c.who.person))
            all.push_back(json::object{{"id", s->id},
                                       {"method", s->method},
                                       {"started", to_rfc3339(s->started)},
                                       {"last_seen", to_rfc3339(s->last_seen)},
                                       {"expires", to_rfc3339(s->expires)},
                                       {"this", s->id == c.who.session}});
        return page(c, std::move(all));
    }));
    to.add(change(http::method::del, "/api/v1/me/sessions/{session}", {}, "session.ended",
                  "end one of my sessions", [&with](call& c) -> result<reply> {
                      const auto ended =
                          with.people.end_session(c.who.person, c.param("session"), "ended");
                      if (!ended) return std::unexpected(ended.error());
                      return no_content();
                  }));
    to.add(change(http::method::del, "/api/v1/me/sessions", {}, "session.ended",
                  "sign out everywhere; ?keep=this stays signed in here",
                  [&with, &how](call& c) -> result<reply> {
                      const bool stay = c.word("keep") == "this";
                      const auto ended = with.people.end_sessions(
                          c.who.person, stay ? c.who.session : std::string(), "everywhere");
                      if (!ended) return std::unexpected(ended.error());
                      auto out = no_content();
                      if (!stay) out.set_cookies = {session_cookie(how, "", millis{0})};
                      return out;
                  }));
}

} // namespace

std::unexpected<error> wrong_sign_in() {
    return fail(error_code::unauthenticated, "access.sign_in", "e-mail and password do not fit", {},
                "try again, or ask an admin for a new password");
}

std::string session_cookie(const options& how, const std::string& value, millis lifetime) {
    return cookie(cookie_name(how), value, how.tls, lifetime.count() / 1000);
}

json::object own_profile(const access::person& p) {
    json::value language = nullptr;
    if (!p.language.empty()) language = json::string(p.language);
    return {{"id", p.id}, {"name", p.name}, {"email", p.email}, {"language", std::move(language)}};
}

result<reply> full_session(backend& with, const options& how, const std::string& person,
                           const std::string& method, const std::string& request_id) {
    auto started = with.people.start_session(person, method, request_id);
    if (!started) return std::unexpected(started.error());
    auto out = ok({{"next", "done"}});
    out.set_cookies = {
        session_cookie(how, started->cookie, access::session_absolute),
        cookie(device_cookie_name(how), device_mark(how, person), how.tls, device_seconds)};
    return out;
}

result<reply> sign_in(backend& with, const options& how, const std::string& person,
                      const std::string& method, const std::string& request_id) {
    if (!with.people.factors().enrolled(person))
        return full_session(with, how, person, method, request_id);
    auto out = ok({{"next", "totp"}});
    out.set_cookies = {
        session_cookie(how, with.people.begin_half_sign_in(person), access::half_sign_in_lifetime)};
    return out;
}

void add_session(route_table& to, backend& with, const options& how) {
    add_sign_in(to, with, how);
    add_code(to, with, how);
    add_step_up(to, with, how);
    add_sessions(to, with, how);
    add_account(to, with, how);
    add_links(to, with, how);
}

} // namespace servery::api
