// One's own account: password, name and language, tokens, second factor.
#include "api/access/password.h"
#include "api/resources.h"
#include "api/sign_in.h"

namespace servery::api {

namespace {

void add_own_password(route_table& to, backend& with) {
    auto r = change(http::method::post, "/api/v1/me/password", {}, "password.changed",
                    "change my password", {});
    r.rate = access::rate_class::open;
    r.step_up = true;
    r.before = [&with](call& c) -> status {
        const auto* p = with.people.find(c.who.person);
        if (p == nullptr) return wrong_sign_in();
        c.scratch["hash"] = p->password_hash;
        return access::check_password(text_in(c, "password"), {p->id, p->name, p->email});
    };
    r.heavy = [](call& c) -> status {
        // The local operator may set one without the old one: they could read the store anyway.
        const bool known = c.who.by == proof::operator_ || c.scratch["hash"].empty() ||
                           access::verify_password(c.scratch["hash"], text_in(c, "current"));
        if (!known)
            return fail(error_code::permission_denied, "access.password.wrong",
                        "this is not your present password", "current", "try again");
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
                   if (c.who.person.empty()) return wrong_sign_in();
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

result<reply> change_profile(backend& with, call& c) {
    if (auto good = only_members(c, {"name", "language"}); !good)
        return std::unexpected(good.error());
    const auto* p = with.people.find(c.who.person);
    if (p == nullptr) return wrong_sign_in();
    const auto* language = c.in.if_contains("language");
    const auto done = with.people.set_profile(
        c.who.actor(), p->id, c.in.contains("name") ? text_in(c, "name") : p->name,
        language == nullptr ? p->language : text_in(c, "language"));
    if (!done) return std::unexpected(done.error());
    return ok(own_profile(*with.people.find(c.who.person)));
}

json::object codes_json(const std::vector<std::string>& codes) {
    return {{"recovery_codes", json::to_json(codes)}};
}

// Setting up a second factor ends nothing; but the session that did it goes on under a new cookie.
result<reply> confirm_factor(backend& with, const options& how, call& c) {
    auto codes = with.people.factors().confirm(c.who.person, text_in(c, "code"), c.request_id);
    if (!codes) {
        auto fault = codes.error();
        if (fault.id == "access.code") fault.code = error_code::permission_denied;
        return std::unexpected(std::move(fault));
    }
    auto out = ok(codes_json(*codes));
    if (c.who.session.empty()) return out;
    auto renewed = with.people.renew_session(c.who.session, c.request_id);
    if (!renewed) return std::unexpected(renewed.error());
    out.set_cookies = {
        session_cookie(how, renewed->cookie, renewed->session.expires - with.now.now())};
    return out;
}

void add_factor(route_table& to, backend& with, const options& how) {
    to.add(change(http::method::post, "/api/v1/me/totp", {}, "",
                  "begin to set up a second factor: the seed for an app",
                  [&with](call& c) -> result<reply> {
                      if (c.who.person.empty()) return wrong_sign_in();
                      auto begun = with.people.factors().begin(c.who.person);
                      if (!begun) return std::unexpected(begun.error());
                      return ok({{"secret", begun->secret}, {"uri", begun->uri}}, 201);
                  }));
    to.add(change(http::method::post, "/api/v1/me/totp/confirm", {}, "totp.enrolled",
                  "the app's first code; gives the recovery codes, once",
                  [&with, &how](call& c) { return confirm_factor(with, how, c); }));
    to.add(with_step_up(change(http::method::del, "/api/v1/me/totp", {}, "totp.removed",
                               "remove my second factor", [&with](call& c) -> result<reply> {
                                   const auto done = with.people.factors().remove(
                                       c.who.actor(), c.who.person, c.request_id);
                                   if (!done) return std::unexpected(done.error());
                                   return no_content();
                               })));
    to.add(with_step_up(
        change(http::method::post, "/api/v1/me/recovery", {}, "recovery_codes.made",
               "new recovery codes; the old ones stop working", [&with](call& c) -> result<reply> {
                   auto codes = with.people.factors().renew_recovery(c.who.person, c.request_id);
                   if (!codes) return std::unexpected(codes.error());
                   return ok(codes_json(*codes));
               })));
}

} // namespace

void add_account(route_table& to, backend& with, const options& how) {
    add_own_password(to, with);
    add_tokens(to, with);
    to.add(change(http::method::patch, "/api/v1/me", {}, "person.changed",
                  "my name and language: name?, language?",
                  [&with](call& c) { return change_profile(with, c); }));
    add_factor(to, with, how);
}

} // namespace servery::api
