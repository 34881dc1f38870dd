// Signing in and out, one's own sessions, password and tokens, and the first person.
#include "api/access/password.h"
#include "api/access/rate_limits.h"
#include "api/admission.h"
#include "api/resources.h"
#include "control_plane/registry/registry_service.h"
#include "foundation/base/text.h"

#include <atomic>
#include <memory>

namespace servery::api {

namespace {

constexpr int most_waiting = 64;

// Hashes waiting or running; beyond that nobody waits longer.
struct hash_queue {
    std::atomic<int> waiting{0};
};

std::unexpected<error> slow_down() {
    return fail(error_code::rate_limited, "access.slow_down", "too many attempts", {},
                "wait a minute and try again");
}

// Never says which part was wrong.
std::unexpected<error> wrong() {
    return fail(error_code::unauthenticated, "access.sign_in", "e-mail and password do not fit", {},
                "try again, or ask an admin for a new password");
}

std::string cookie(const options& how, const std::string& value, std::int64_t seconds) {
    return std::string(cookie_name(how)) + "=" + value + "; Path=/; HttpOnly; SameSite=Strict" +
           (how.tls ? "; Secure" : "") + "; Max-Age=" + std::to_string(seconds);
}

json::object session_json(const backend& b, const caller& who) {
    json::object out{{"person", nullptr}, {"by", json::enum_word(who.by)}};
    if (const auto* p = b.people.find(who.person))
        out["person"] = json::object{{"id", p->id}, {"name", p->name}, {"email", p->email}};
    out["organisation"] = json::to_json(std::vector<access::org_role>(
        who.rights.organisation.begin(), who.rights.organisation.end()));
    json::array projects;
    for (const auto* p : b.registry.projects()) {
        if (!who.rights.sees(p->id)) continue;
        json::array capabilities;
        for (const auto name : who.rights.held(p->id))
            capabilities.push_back(json::value(name));
        json::array roles;
        if (const auto at = who.rights.projects.find(p->id); at != who.rights.projects.end())
            for (const auto r : at->second)
                roles.push_back(json::value(json::enum_word(r)));
        projects.push_back(json::object{{"id", p->id},
                                        {"title", p->title},
                                        {"roles", std::move(roles)},
                                        {"capabilities", std::move(capabilities)}});
    }
    out["projects"] = std::move(projects);
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
    r.before = [&with, limits, queue](call& c) -> status {
        const auto email = lower_ascii(trim(text_in(c, "email")));
        if (limits->take(access::rate_class::sign_in_address, c.peer) ||
            limits->take(access::rate_class::sign_in_account, email))
            return slow_down();
        if (queue->waiting.load() >= most_waiting) return slow_down();
        const auto* p = with.people.by_email(email);
        if (p == nullptr) p = with.people.find(email);
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
            return wrong();
        }
        auto started = with.people.start_session(person, "password", c.request_id);
        if (!started) return std::unexpected(started.error());
        auto out = ok({{"next", "done"}});
        out.set_cookie = cookie(how, started->cookie, access::session_absolute.count() / 1000);
        return out;
    };
    to.add(std::move(r));
}

void add_own_session(route_table& to, backend& with, const options& how) {
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
                      out.set_cookie = cookie(how, "", 0);
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
}

void add_own_password(route_table& to, backend& with) {
    auto r = change(http::method::post, "/api/v1/me/password", {}, "password.changed",
                    "change my password", {});
    r.rate = access::rate_class::open;
    r.step_up = true;
    r.before = [&with](call& c) -> status {
        const auto* p = with.people.find(c.who.person);
        if (p == nullptr) return wrong();
        c.scratch["hash"] = p->password_hash;
        return access::check_password(text_in(c, "password"), {p->id, p->name, p->email});
    };
    r.heavy = [](call& c) -> status {
        // The local operator may set one without the old one: they could read the store anyway.
        const bool known = c.who.by == proof::operator_ || c.scratch["hash"].empty() ||
                           access::verify_password(c.scratch["hash"], text_in(c, "current"));
        if (!known) return wrong();
        auto hash = access::hash_password(text_in(c, "password"));
        if (!hash) return std::unexpected(hash.error());
        c.scratch["new"] = std::move(*hash);
        return {};
    };
    r.act = [&with](call& c) -> result<reply> {
        const auto done =
            with.people.set_password(c.who.actor(), c.who.person, c.scratch["new"], c.who.session);
        if (!done) return std::unexpected(done.error());
        return no_content();
    };
    to.add(std::move(r));
}

void add_tokens(route_table& to, backend& with) {
    to.add(read("/api/v1/me/tokens", "", "my tokens", [&with](call& c) -> result<reply> {
        json::array all;
        for (const auto* t : with.people.tokens_of(c.who.person))
            all.push_back(json::object{{"id", t->id},
                                       {"name", t->name},
                                       {"created_at", to_rfc3339(t->created_at)},
                                       {"expires_at", to_rfc3339(t->expires)}});
        return page(c, std::move(all));
    }));
    to.add(with_step_up(
        change(http::method::post, "/api/v1/me/tokens", {}, "token.created",
               "make a token for commands; shown once", [&with](call& c) -> result<reply> {
                   if (c.who.person.empty()) return wrong();
                   auto made = with.people.create_token(c.who.person, text_in(c, "name"));
                   if (!made) return std::unexpected(made.error());
                   return ok({{"id", made->token.id},
                              {"token", made->text},
                              {"expires_at", to_rfc3339(made->token.expires)}},
                             201);
               })));
    to.add(change(http::method::del, "/api/v1/me/tokens/{token}", {}, "token.revoked",
                  "revoke one of my tokens", [&with](call& c) -> result<reply> {
                      const auto done = with.people.revoke_token(c.who.person, c.param("token"));
                      if (!done) return std::unexpected(done.error());
                      return no_content();
                  }));
}

// The link that `servery init` prints: makes the first person, once.
void add_setup(route_table& to, backend& with) {
    auto r = change(http::method::post, "/api/v1/setup", {}, "person.created",
                    "make the first person with the one-time link", {});
    r.who = caller_kind::public_;
    r.own = false;
    r.rate = access::rate_class::open;
    r.body_limit = 10'000;
    r.before = [&with](call& c) -> status {
        if (auto good = with.people.check_setup_link(text_in(c, "link")); !good) return good;
        return access::check_password(text_in(c, "password"),
                                      {text_in(c, "id"), text_in(c, "name"), text_in(c, "email")});
    };
    r.heavy = [](call& c) -> status {
        auto hash = access::hash_password(text_in(c, "password"));
        if (!hash) return std::unexpected(hash.error());
        c.scratch["hash"] = std::move(*hash);
        return {};
    };
    r.act = [&with](call& c) -> result<reply> {
        // Another request may have used it meanwhile.
        if (auto good = with.people.check_setup_link(text_in(c, "link")); !good)
            return std::unexpected(good.error());
        auto made = with.people.create({}, {.id = text_in(c, "id"),
                                            .name = text_in(c, "name"),
                                            .email = text_in(c, "email"),
                                            .password_hash = c.scratch["hash"],
                                            .organisation = {}});
        if (!made) return std::unexpected(made.error());
        return ok({{"id", (*made)->id}}, 201);
    };
    to.add(std::move(r));
}

} // namespace

void add_session(route_table& to, backend& with, const options& how) {
    add_sign_in(to, with, how);
    add_own_session(to, with, how);
    add_own_password(to, with);
    add_tokens(to, with);
    add_setup(to, with);
}

} // namespace servery::api
