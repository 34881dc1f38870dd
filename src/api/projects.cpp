// Projects: the list with where each one stands, and making one from a template or a plan.
#include "api/resources.h"
#include "control_plane/gate/gate_service.h"
#include "control_plane/plan/load.h"
#include "control_plane/plan/plan_service.h"
#include "control_plane/registry/registry_service.h"

namespace servery::api {

namespace {

json::object project_json(const backend& b, const registry::project& p) {
    json::object out{{"id", p.id},          {"title", p.title},
                     {"phase", "draft"},    {"status", "draft"},
                     {"stage", ""},         {"percent", 0.0},
                     {"demo", p.demo},      {"created_at", to_rfc3339(p.created_at)},
                     {"override", nullptr}, {"has_plan", false}};
    if (b.gates != nullptr) {
        const auto s = b.gates->standing_of(p.id);
        if (s.phase) out["phase"] = json::enum_word(*s.phase);
        out["status"] = s.status;
        out["stage"] = s.stage;
        out["percent"] = static_cast<double>(s.basis) / 100.0;
        out["variant"] = s.variant;
        out["suspended"] = s.suspended;
        if (s.override_until.ms != 0)
            out["override"] = json::object{{"until", to_rfc3339(s.override_until)},
                                           {"reason", s.override_reason}};
    }
    out["stopped"] = b.ports.stopped && b.ports.stopped(p.id);
    if (b.plans != nullptr)
        if (const auto head = b.plans->head(p.id)) {
            out["has_plan"] = true;
            out["plan_revision"] = head->revision;
        }
    return out;
}

// The plan of a new project: given as YAML or a tree, or a template's; none if neither is named.
result<std::optional<plan::plan_document>> plan_in(const call& c, const std::string& id,
                                                   const std::string& title) {
    result<plan::plan_document> read = fail(error_code::internal, "", "");
    if (const auto* given = c.in.if_contains("plan")) {
        if (given->is_string())
            read = plan::load_yaml(std::string_view(given->get_string()), "plan.yaml");
        else if (given->is_object())
            read = plan::load_tree(given->get_object(), "plan");
        else
            return fail(error_code::unprocessable, "api.body.member", "'plan' is YAML or an object",
                        "plan", "send the document");
    } else if (const auto name = text_in(c, "template"); !name.empty()) {
        read = plan::load_template(name);
    } else {
        return std::optional<plan::plan_document>{};
    }
    if (!read) return std::unexpected(read.error());
    auto tree = read->tree;
    if (auto* meta = tree.if_contains("meta"); meta != nullptr && meta->is_object()) {
        meta->get_object()["id"] = id;
        meta->get_object()["title"] = title;
    }
    auto named = plan::load_tree(std::move(tree), "plan");
    if (!named) return std::unexpected(named.error());
    return std::optional(std::move(*named));
}

result<reply> create(backend& with, call& c) {
    if (auto good = only_members(c, {"id", "title", "template", "plan"}); !good)
        return std::unexpected(good.error());
    const auto id = text_in(c, "id");
    const auto title = text_in(c, "title");
    // Read before anything is written: a faulty plan makes no project.
    auto plan = plan_in(c, id, title);
    if (!plan) return std::unexpected(plan.error());
    auto made =
        with.registry.create_project({.by = c.who.actor(), .request_id = c.request_id}, id, title);
    if (!made) return std::unexpected(made.error());
    // Whoever makes a project owns it, or nobody could.
    if (!c.who.person.empty())
        if (const auto done = with.people.set_roles(c.who.actor(), nullptr, id, c.who.person,
                                                    {access::role::owner});
            !done)
            return std::unexpected(done.error());
    if (*plan && with.plans != nullptr) {
        const auto planned = with.plans->create(
            **plan, {.person = c.who.person, .may_loosen = true, .source = "api", .reason = {}});
        if (!planned) return std::unexpected(planned.error());
    }
    return ok(with_policy(with, project_json(with, *with.registry.find_project(id))), 201);
}

} // namespace

void add_projects(route_table& to, backend& with) {
    to.add(read("/api/v1/projects", "", "the projects I see, and where each one stands",
                [&with](call& c) -> result<reply> {
                    json::array all;
                    for (const auto* p : with.registry.projects())
                        if (c.who.rights.sees(p->id)) all.push_back(project_json(with, *p));
                    return page(c, std::move(all));
                }));
    to.add(change(http::method::post, "/api/v1/projects", {"project.create"}, "project.created",
                  "make a project: id, title, template or plan; its maker owns it",
                  [&with](call& c) { return create(with, c); }));
    to.add(read(std::string(in_project), "project.read", "one project",
                [&with](call& c) -> result<reply> {
                    return ok(project_json(with, *with.registry.find_project(c.project())));
                }));
}

} // namespace servery::api
