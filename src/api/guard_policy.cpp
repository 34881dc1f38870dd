// What the guard does for a project: its policy, read, changed and looked back at.
#include "api/resources.h"
#include "control_plane/registry/registry_service.h"

namespace servery::api {

namespace {

json::object revision_json(const registry::guard_revision& of) {
    json::array loosens;
    for (const auto& line : of.loosens)
        loosens.emplace_back(line);
    return {{"version", of.version},
            {"hash", of.hash},
            {"loosens", std::move(loosens)},
            {"reason", of.reason},
            {"by", of.by},
            {"at", of.at.ms == 0 ? json::value(nullptr) : json::value(to_rfc3339(of.at))}};
}

// {} stands for the shipped rules of the phase.
reply policy_reply(const registry::guard_revision& of) {
    auto body = revision_json(of);
    const auto document = json::parse(of.document.empty() ? "{}" : of.document);
    body["document"] = document.value_or(json::object{});
    auto out = ok(std::move(body));
    out.etag = std::to_string(of.version);
    return out;
}

result<reply> set_policy(backend& with, call& c) {
    const auto version = c.expected_version();
    if (!version) return std::unexpected(version.error());
    const auto* document = c.in.if_contains("document");
    if (document == nullptr || !document->is_object())
        return fail(error_code::unprocessable, "guard.policy_invalid",
                    "document must be a guard policy", "document",
                    "send {\"document\": {…}}; {} is the shipped rules");
    auto done = with.registry.set_guard_policy({.by = c.who.actor(), .request_id = c.request_id},
                                               c.project(), *version, document->get_object(),
                                               text_in(c, "reason"));
    if (!done) return std::unexpected(done.error());
    return policy_reply(*done);
}

} // namespace

void add_guard_policy(route_table& to, backend& with) {
    const auto path = std::string(in_project) + "/guard/policy";
    to.add(read(path, "project.read", "what the guard does; {} = the shipped rules of the phase",
                [&with](call& c) -> result<reply> {
                    return policy_reply(with.registry.guard_policy(c.project()));
                }));
    to.add(change(http::method::put, path, {"guard.activate"}, "guard.policy_changed",
                  "change what the guard does; needs If-Match; doing less needs a reason",
                  [&with](call& c) { return set_policy(with, c); }));
    to.add(read(path + "/revisions", "project.read", "every policy there was, the newest first",
                [&with](call& c) -> result<reply> {
                    const auto& all = with.registry.guard_revisions(c.project());
                    json::array rows;
                    for (auto it = all.rbegin(); it != all.rend(); ++it)
                        rows.push_back(revision_json(*it));
                    return page(c, std::move(rows));
                }));
}

} // namespace servery::api
