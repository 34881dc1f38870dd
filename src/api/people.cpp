// People, their roles in projects and in the organisation.
#include "api/access/password.h"
#include "api/resources.h"

namespace servery::api {

namespace {

json::object person_json(const access::person& p) {
    json::object projects;
    for (const auto& [project, roles] : p.rights.projects)
        if (!roles.empty())
            projects[project] =
                json::to_json(std::vector<access::role>(roles.begin(), roles.end()));
    return {{"id", p.id},
            {"name", p.name},
            {"email", p.email},
            {"created_at", to_rfc3339(p.created_at)},
            {"organisation", json::to_json(std::vector<access::org_role>(
                                 p.rights.organisation.begin(), p.rights.organisation.end()))},
            {"projects", std::move(projects)}};
}

// How somebody signs in: whether with a second factor, and when they were last seen, of the
// sessions that are still open.
void add_sign_in_facts(json::object& to, const access::people& all, const std::string& person) {
    instant seen;
    for (const auto* s : all.sessions_of(person))
        seen = std::max(seen, s->last_seen);
    to["second_factor"] = all.factors().enrolled(person);
    to["last_seen"] = seen.ms == 0 ? json::value(nullptr) : json::value(to_rfc3339(seen));
}

// Errors: api.body.member with the place of each word that is no role.
template <typename Enum>
result<std::set<Enum>> roles_in(const call& c, std::string_view member) {
    std::set<Enum> out;
    const auto* v = c.in.if_contains(member);
    if (v == nullptr) return out;
    auto read = json::from_json<std::vector<Enum>>(*v, json::unknown::refuse, member);
    if (!read) {
        read.error().id = "api.body.member";
        return std::unexpected(read.error());
    }
    out.insert(read->begin(), read->end());
    return out;
}

void add_create(route_table& to, backend& with) {
    auto r = change(http::method::post, "/api/v1/people", {"people.write"}, "person.created",
                    "make a person: id, name, email, password?, organisation?", {});
    r.step_up = true;
    r.before = [](call& c) -> status {
        if (auto good = only_members(c, {"id", "name", "email", "password", "organisation"}); !good)
            return good;
        if (text_in(c, "password").empty()) return {};
        return access::check_password(text_in(c, "password"),
                                      {text_in(c, "id"), text_in(c, "name"), text_in(c, "email")});
    };
    r.heavy = [](call& c) -> status {
        if (text_in(c, "password").empty()) return {};
        auto hash = access::hash_password(text_in(c, "password"));
        if (!hash) return std::unexpected(hash.error());
        c.scratch["hash"] = std::move(*hash);
        return {};
    };
    r.act = [&with](call& c) -> result<reply> {
        auto organisation = roles_in<access::org_role>(c, "organisation");
        if (!organisation) return std::unexpected(organisation.error());
        auto made = with.people.create(c.who.actor(), {.id = text_in(c, "id"),
                                                       .name = text_in(c, "name"),
                                                       .email = text_in(c, "email"),
                                                       .password_hash = c.scratch["hash"],
                                                       .organisation = *organisation});
        if (!made) return std::unexpected(made.error());
        return ok(person_json(**made), 201);
    };
    to.add(std::move(r));
}

result<reply> change_person(backend& with, call& c) {
    if (auto good = only_members(c, {"organisation"}); !good) return std::unexpected(good.error());
    const auto roles = roles_in<access::org_role>(c, "organisation");
    if (!roles) return std::unexpected(roles.error());
    const auto id = c.param("person");
    if (const auto done = with.people.set_organisation(c.who.actor(), &c.who.rights, id, *roles);
        !done)
        return std::unexpected(done.error());
    return ok(person_json(*with.people.find(id)));
}

result<reply> set_roles(backend& with, call& c) {
    if (auto good = only_members(c, {"roles"}); !good) return std::unexpected(good.error());
    const auto roles = roles_in<access::role>(c, "roles");
    if (!roles) return std::unexpected(roles.error());
    const auto id = c.param("person");
    if (const auto done =
            with.people.set_roles(c.who.actor(), &c.who.rights, c.project(), id, *roles);
        !done)
        return std::unexpected(done.error());
    return ok({{"person", id},
               {"project", c.project()},
               {"roles", json::to_json(std::vector<access::role>(roles->begin(), roles->end()))}});
}

} // namespace

void add_people(route_table& to, backend& with) {
    to.add(read("/api/v1/people", "people.write", "everybody, with roles",
                [&with](call& c) -> result<reply> {
                    json::array all;
                    for (const auto* p : with.people.all()) {
                        auto row = person_json(*p);
                        add_sign_in_facts(row, with.people, p->id);
                        all.push_back(std::move(row));
                    }
                    return page(c, std::move(all));
                }));
    add_create(to, with);
    to.add(with_step_up(change(http::method::patch, "/api/v1/people/{person}", {"people.write"},
                               "roles.set", "set the organisation roles of a person",
                               [&with](call& c) { return change_person(with, c); })));
    to.add(read(std::string(in_project) + "/roles", "project.read", "who has which role here",
                [&with](call& c) -> result<reply> {
                    json::array all;
                    for (const auto* p : with.people.all())
                        if (const auto at = p->rights.projects.find(c.project());
                            at != p->rights.projects.end() && !at->second.empty())
                            all.push_back(json::object{
                                {"person", p->id},
                                {"name", p->name},
                                {"roles", json::to_json(std::vector<access::role>(
                                              at->second.begin(), at->second.end()))}});
                    return page(c, std::move(all));
                }));
    to.add(with_step_up(change(http::method::put, std::string(in_project) + "/roles/{person}",
                               {"project.roles", "people.write"}, "roles.set",
                               "set the roles of a person here",
                               [&with](call& c) { return set_roles(with, c); })));
}

} // namespace servery::api
