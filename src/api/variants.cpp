// Variants, frozen by their hash, and the project's widget.
#include "api/resources.h"
#include "control_plane/registry/registry_service.h"

namespace servery::api {

namespace {

json::object variant_json(const registry::variant& v) {
    json::object out = v.content;
    out["hash"] = to_hex(v.view.hash);
    out["label"] = v.view.label;
    out["author"] = v.author;
    out["created_at"] = to_rfc3339(v.created_at);
    out["model"] = "variant:" + to_hex(v.view.hash).substr(0, 12);
    return out;
}

json::object widget_json(const backend& with, const policy::widget_view& w) {
    return {{"id", w.id},
            {"public_key", w.public_key},
            {"chat", "/chat/" + w.id},
            {"origins", json::to_json(with.registry.widget_origins(w.project))}};
}

result<reply> ensure_widget(backend& with, call& c) {
    if (auto good = only_members(c, {"origins"}); !good) return std::unexpected(good.error());
    std::vector<std::string> origins;
    if (const auto* v = c.in.if_contains("origins")) {
        auto read = json::from_json<std::vector<std::string>>(*v, json::unknown::refuse, "origins");
        if (!read) return std::unexpected(read.error());
        origins = std::move(*read);
    }
    auto made = with.registry.ensure_widget({.by = c.who.actor(), .request_id = c.request_id},
                                            c.project(), std::move(origins));
    if (!made) return std::unexpected(made.error());
    return ok(with_policy(with, widget_json(with, *made)));
}

} // namespace

void add_variants(route_table& to, backend& with) {
    const auto path = std::string(in_project) + "/variants";
    to.add(read(path, "project.read", "the variants", [&with](call& c) -> result<reply> {
        json::array all;
        for (const auto* v : with.registry.variants(c.project()))
            all.push_back(variant_json(*v));
        return page(c, std::move(all));
    }));
    to.add(change(http::method::post, path, {"variant.edit"}, "variant.created",
                  "make a variant; the same content is the same variant",
                  [&with](call& c) -> result<reply> {
                      auto made = with.registry.create_variant(
                          {.by = c.who.actor(), .request_id = c.request_id}, c.project(), c.in);
                      if (!made) return std::unexpected(made.error());
                      return ok(with_policy(with, variant_json(made->variant)), 201);
                  }));
    to.add(read(path + "/{variant}", "project.read", "one variant, by its hash or 12 digits of it",
                [&with](call& c) -> result<reply> {
                    const auto* v = with.registry.find_variant(c.project(), c.param("variant"));
                    if (v == nullptr)
                        return fail(error_code::not_found, "variant.unknown",
                                    "there is no such variant here", "variant",
                                    "name its hash, or at least 12 digits of it");
                    return ok(variant_json(*v));
                }));
    to.add(read(std::string(in_project) + "/widget", "project.read", "the chat widget",
                [&with](call& c) -> result<reply> {
                    const auto* w = with.registry.widget(c.project());
                    if (w == nullptr)
                        return fail(error_code::not_found, "widget.unknown",
                                    "this project has no widget yet", "widget",
                                    "make it: PUT …/widget {\"origins\": [\"https://…\"]}");
                    return ok(widget_json(with, *w));
                }));
    to.add(change(http::method::put, std::string(in_project) + "/widget", {"widget.edit"},
                  "widget.created",
                  "make the chat widget, or say which websites may carry it: origins",
                  [&with](call& c) { return ensure_widget(with, c); }));
}

} // namespace servery::api
