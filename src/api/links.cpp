// One-time links: the first person of an installation, invitations, new passwords. The link's text
// stands behind # in its address, so that it reaches no log on its way.
#include "api/access/password.h"
#include "api/resources.h"
#include "api/sign_in.h"

namespace servery::api {

namespace {

route opened_by_link(std::string path, std::string audit_kind, std::string summary, action act) {
    auto r = change(http::method::post, std::move(path), {}, std::move(audit_kind),
                    std::move(summary), std::move(act));
    r.who = caller_kind::public_;
    r.own = false;
    r.rate = access::rate_class::open;
    r.body_limit = 10'000;
    return r;
}

json::object leads_to(const backend& with, const access::link& l) {
    json::value person = nullptr;
    if (const auto* p = with.people.find(l.person))
        person = json::object{{"id", p->id}, {"name", p->name}, {"email", p->email}};
    return {{"person", std::move(person)}, {"purpose", json::enum_word(l.purpose)}};
}

void add_use(route_table& to, backend& with, const options& how) {
    auto r = opened_by_link("/api/v1/setup", "person.created",
                            "use a one-time link: set the password and sign in", {});
    r.before = [&with](call& c) -> status {
        const auto leads = with.people.check_link(text_in(c, "link"));
        if (!leads) return std::unexpected(leads.error());
        std::vector<std::string> names{text_in(c, "id"), text_in(c, "name"), text_in(c, "email")};
        if (const auto* p = with.people.find(leads->person))
            names.insert(names.end(), {p->id, p->name, p->email});
        return access::check_password(text_in(c, "password"), names);
    };
    r.heavy = [](call& c) -> status {
        auto hash = access::hash_password(text_in(c, "password"));
        if (!hash) return std::unexpected(hash.error());
        c.scratch["hash"] = std::move(*hash);
        return {};
    };
    r.act = [&with, &how](call& c) -> result<reply> {
        // Another request may have used it meanwhile: checked again.
        auto made = with.people.use_link(text_in(c, "link"), {.id = text_in(c, "id"),
                                                              .name = text_in(c, "name"),
                                                              .email = text_in(c, "email"),
                                                              .password_hash = c.scratch["hash"],
                                                              .organisation = {}});
        if (!made) return std::unexpected(made.error());
        const auto id = (*made)->id;
        auto out = sign_in(with, how, id, "link", c.request_id);
        if (!out) return out;
        out->status = 201;
        out->body.as_object()["id"] = id;
        return out;
    };
    to.add(std::move(r));
}

} // namespace

void add_links(route_table& to, backend& with, const options& how) {
    to.add(opened_by_link("/api/v1/setup/check", "", "whom a one-time link is for",
                          [&with](call& c) -> result<reply> {
                              const auto leads = with.people.check_link(text_in(c, "link"));
                              if (!leads) return std::unexpected(leads.error());
                              return ok(leads_to(with, *leads));
                          }));
    add_use(to, with, how);
    to.add(with_step_up(
        change(http::method::post, "/api/v1/people/{person}/link", {"people.write"}, "link.made",
               "a one-time link by which a person sets a new password; 72 hours",
               [&with, &how](call& c) -> result<reply> {
                   auto text = with.people.make_link(c.who.actor(), c.param("person"),
                                                     access::link_purpose::invite);
                   if (!text) return std::unexpected(text.error());
                   const auto leads = with.people.check_link(*text);
                   if (!leads) return std::unexpected(leads.error());
                   const auto base = how.origins.empty() ? std::string() : how.origins.front();
                   return ok({{"link", base + "/console/setup#" + *text},
                              {"expires", to_rfc3339(leads->expires)}},
                             201);
               })));
}

} // namespace servery::api
