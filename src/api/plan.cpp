// The plan of a project: document, revisions, diff, lint, answers and activities.
#include "api/plan_export.h"
#include "api/resources.h"
#include "control_plane/gate/gate_service.h"
#include "control_plane/plan/load.h"
#include "control_plane/plan/plan_service.h"
#include "foundation/base/number_text.h"

namespace servery::api {

namespace {

plan::editor editor_of(const call& c, std::string reason) {
    return {.person = c.who.person,
            .may_loosen = c.may("plan.lock"),
            .source = c.who.by == proof::session ? "console" : "cli",
            .reason = std::move(reason)};
}

result<std::int64_t> revision_word(const call& c, std::string_view name) {
    const auto text = c.word(name);
    if (const auto n = number_in<std::int64_t>(text); n && *n > 0) return *n;
    return fail(error_code::invalid_argument, "plan.revision.invalid",
                "'" + text + "' is no revision", std::string(name), "a number from the list");
}

result<reply> show(backend& with, call& c) {
    result<plan::plan_view> view = with.plans->head(c.project());
    if (!c.word("revision").empty()) {
        const auto n = revision_word(c, "revision");
        if (!n) return std::unexpected(n.error());
        view = with.plans->at(c.project(), *n);
    }
    if (!view) return std::unexpected(view.error());
    const auto format = c.word("format", "json");
    reply out;
    if (format == "yaml")
        out = text_reply(plan::to_yaml(view->plan->tree), "application/yaml");
    else if (format == "json")
        out = ok({{"revision", view->revision},
                  {"hash", view->hash},
                  {"locked", with.plans->locked(c.project())},
                  {"plan", view->plan->tree}});
    else if (is_export_format(format)) {
        auto file = export_plan(with, c, *view, format);
        if (!file) return file;
        out = std::move(*file);
    } else
        return fail(error_code::invalid_argument, "plan.format.unknown",
                    "there is no format '" + format + "'", "format", "json, yaml, md, csv or xlsx");
    out.etag = std::to_string(view->revision);
    return out;
}

// A plan of a body: YAML as it is, or {plan: YAML or object}.
result<plan::plan_document> document_in(const call& c) {
    const auto* given = c.in.if_contains("plan");
    if (given != nullptr && given->is_string())
        return plan::load_yaml(std::string_view(given->get_string()), "plan.yaml");
    if (given != nullptr && given->is_object()) return plan::load_tree(given->get_object());
    if (is_upload(c)) return plan::load_yaml(c.body, "plan.yaml");
    return fail(error_code::unprocessable, "api.body.member", "'plan' is missing", "plan",
                "send {plan: {…}} or the YAML itself as application/yaml");
}

json::object edited(const backend& with, const plan::edit_result& r) {
    auto out = plan::lint_json(r.findings);
    out["revision"] = r.revision;
    out["changes"] = json::to_json(r.changes);
    return with_policy(with, std::move(out));
}

result<reply> answered(const backend& with, result<plan::edit_result> done) {
    if (!done) return std::unexpected(done.error());
    auto out = ok(edited(with, *done));
    out.etag = std::to_string(done->revision);
    return out;
}

result<reply> put(backend& with, call& c) {
    const auto expected = c.expected_version();
    if (!expected) return std::unexpected(expected.error());
    auto document = document_in(c);
    if (!document) return std::unexpected(document.error());
    const auto reason = c.in.contains("reason") ? text_in(c, "reason") : c.word("reason");
    return answered(
        with, with.plans->put(c.project(), *expected, std::move(*document), editor_of(c, reason)));
}

result<reply> lint(backend& with, call& c) {
    auto gate = c.in.contains("gate") ? text_in(c, "gate") : c.word("gate");
    if (gate.empty()) {
        gate = "G0";
        if (with.gates != nullptr)
            if (const auto ahead = with.gates->gate_ahead(c.project()); ahead && (*ahead)[0] == 'G')
                gate = *ahead;
    }
    // A plan in the body is judged instead of the stored one.
    if (c.in.contains("plan") || is_upload(c)) {
        auto document = document_in(c);
        if (!document) return std::unexpected(document.error());
        return ok(plan::lint_json(
            plan::lint(*document, {.gate = gate, .now = with.now.now(), .levels = {}})));
    }
    auto findings = with.plans->lint(c.project(), gate);
    if (!findings) return std::unexpected(findings.error());
    return ok(plan::lint_json(*findings));
}

result<reply> answer_risk(backend& with, call& c) {
    if (auto good = only_members(c, {"answer", "note", "na_reason", "reason"}); !good)
        return std::unexpected(good.error());
    const auto answer = json::enum_from<plan::answer_kind>(text_in(c, "answer"));
    if (!answer)
        return fail(error_code::unprocessable, "api.body.member", "'answer' says how it stands",
                    "answer", "yes, no, na or open");
    return answered(with, with.plans->answer_risk(c.project(), c.param("row"), *answer,
                                                  text_in(c, "note"), text_in(c, "na_reason"),
                                                  editor_of(c, text_in(c, "reason"))));
}

result<reply> set_activity(backend& with, call& c) {
    if (auto good = only_members(c, {"status", "reason"}); !good)
        return std::unexpected(good.error());
    const auto status = json::enum_from<plan::activity_status>(text_in(c, "status"));
    if (!status)
        return fail(error_code::unprocessable, "api.body.member", "'status' says how it stands",
                    "status", "todo, doing, done or skipped");
    return answered(with, with.plans->set_activity(c.project(), c.param("activity"), *status,
                                                   text_in(c, "reason"),
                                                   editor_of(c, text_in(c, "reason"))));
}

result<reply> diff(backend& with, call& c) {
    const auto from = revision_word(c, "from");
    if (!from) return std::unexpected(from.error());
    const auto until = revision_word(c, "to");
    if (!until) return std::unexpected(until.error());
    auto changes = with.plans->diff(c.project(), *from, *until);
    if (!changes) return std::unexpected(changes.error());
    return ok({{"from", *from}, {"to", *until}, {"changes", to_array(*changes)}});
}

} // namespace

void add_plan(route_table& to, backend& with) {
    const auto path = std::string(in_project) + "/plan";
    to.add(read(path, "project.read", "the plan; ?revision=&format=json|yaml|md|csv|xlsx&table=",
                [&with](call& c) { return show(with, c); }));
    auto row = change(http::method::put, path, {"plan.edit"}, "plan.revised",
                      "a new revision; needs If-Match", [&with](call& c) { return put(with, c); });
    row.raw_body = true;
    to.add(std::move(row));
    to.add(read(path + "/revisions", "project.read", "all revisions, oldest first",
                [&with](call& c) -> result<reply> {
                    return page(c, to_array(with.plans->revisions(c.project())));
                }));
    to.add(read(path + "/diff", "project.read",
                "what changed; ?from=&to=", [&with](call& c) { return diff(with, c); }));
    auto lint_row = change(http::method::post, path + "/lint", {"project.read"}, "",
                           "findings of the plan, or of the one in the body",
                           [&with](call& c) { return lint(with, c); });
    lint_row.raw_body = true;
    to.add(std::move(lint_row));
    to.add(change(http::method::post, std::string(in_project) + "/risks/{row}/answer",
                  {"plan.edit"}, "plan.revised", "answer a row of the risk checklist",
                  [&with](call& c) { return answer_risk(with, c); }));
    to.add(change(http::method::post, std::string(in_project) + "/activities/{activity}",
                  {"plan.edit"}, "plan.revised", "set how an activity stands",
                  [&with](call& c) { return set_activity(with, c); }));
}

} // namespace servery::api
