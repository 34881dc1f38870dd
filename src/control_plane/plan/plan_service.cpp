#include "control_plane/plan/plan_service.h"

#include "control_plane/plan/edit_rules.h"
#include "control_plane/plan/lint_rules.h"
#include "control_plane/plan/load.h"
#include "foundation/base/log.h"
#include "foundation/base/text.h"
#include "foundation/events/fact.h"
#include "foundation/events/plan_locked.h"
#include "foundation/events/plan_revised.h"
#include "foundation/events/signature.h"

#include <algorithm>

namespace servery::plan {
namespace {

constexpr std::size_t most_words = 5; // changes named in a message

json::object* row_of(json::object& tree, std::string_view list, std::string_view id) {
    for (auto& row : tree.at(list).get_array())
        if (json::text_or(row.get_object(), "id") == id) return &row.get_object();
    return nullptr;
}

json::value or_null(const std::optional<std::string>& text) {
    if (!text) return nullptr;
    return boost::json::string_view(*text);
}

// Writes the server's own fields into a tree: the revision, the lock and who signed the stop rule.
void set_server_fields(json::object& tree, std::int64_t revision,
                       const std::optional<std::string>& locked_at,
                       const std::map<std::string, std::string>& metric_locks,
                       const std::optional<std::string>& signer) {
    tree.at("meta").get_object()["revision"] = revision;
    for (auto& row : tree.at("metrics").get_array()) {
        auto& metric = row.get_object();
        const bool held = locked_at && metric_locks.contains(json::text_or(metric, "id"));
        metric["locked_at"] = held ? or_null(locked_at) : json::value(nullptr);
    }
    auto& roi = tree.at("roi").get_object();
    roi["locked_at"] = or_null(locked_at);
    roi.at("stop_rule").get_object()["signed_by"] = or_null(signer);
}

// The typed members of what set_server_fields wrote.
void sync_server_fields(plan_document& plan) {
    const auto text_of = [](const json::value& v) -> std::optional<std::string> {
        if (!v.is_string()) return std::nullopt;
        return std::string(v.get_string());
    };
    plan.typed.meta.revision =
        json::int_or(plan.tree.at("meta").get_object(), "revision", plan.typed.meta.revision);
    const auto& metrics = plan.tree.at("metrics").get_array();
    for (std::size_t i = 0; i < metrics.size(); ++i)
        plan.typed.metrics[i].locked_at = text_of(metrics[i].get_object().at("locked_at"));
    const auto& roi = plan.tree.at("roi").get_object();
    plan.typed.roi.locked_at = text_of(roi.at("locked_at"));
    plan.typed.roi.stop_rule.signed_by = text_of(roi.at("stop_rule").get_object().at("signed_by"));
}

std::string words_of_changes(const std::vector<change>& changes) {
    std::string out;
    for (std::size_t i = 0; i < changes.size() && i < most_words; ++i)
        out += (i == 0 ? "" : "; ") + changes[i].words;
    if (changes.size() > most_words)
        out += "; and " + std::to_string(changes.size() - most_words) + " more";
    return out;
}

void keep_removed(json::object& tree, const std::vector<std::string>& removed, const editor& by,
                  instant at) {
    if (removed.empty()) return;
    auto& extra = tree["extra"];
    if (!extra.is_object()) extra = json::object{};
    auto& list = extra.get_object()["removed"];
    if (!list.is_array()) list = json::array{};
    for (const auto& what : removed)
        list.get_array().push_back(json::object{
            {"what", what}, {"reason", by.reason}, {"by", by.person}, {"at", to_rfc3339(at)}});
}

} // namespace

plan_service::plan_service(const clock& time, events::log& log) : time_(time), log_(log) {}

const plan_service::project_state* plan_service::find(std::string_view project) const {
    const auto it = projects_.find(project);
    return it == projects_.end() ? nullptr : &it->second;
}

result<const plan_service::project_state*> plan_service::need(std::string_view project) const {
    if (const auto* state = find(project)) return state;
    return fail(error_code::not_found, "plan.project.unknown",
                "there is no project '" + std::string(project) + "'", {},
                "list the projects, or create it");
}

// The plan of an event: the one just made, or read from its text.
result<plan_ptr> plan_service::read_revision(const events::plan_revised& body,
                                             std::string file) const {
    if (made_.plan && made_.hash == body.hash) {
        auto same = std::make_shared<plan_document>(*made_.plan);
        same->file = std::move(file);
        if (auto text = parse_yaml(body.document, same->file)) same->lines = std::move(text->lines);
        return same;
    }
    auto plan = load_yaml(body.document, file);
    if (!plan) return std::unexpected(plan.error());
    return std::make_shared<plan_document>(std::move(*plan));
}

void plan_service::fold_revision(const events::event& e) {
    const auto body = events::read<events::plan_revised>(e);
    auto plan = read_revision(body, e.project + ".plan.yaml");
    if (!plan) {
        // A revision that was accepted once but no longer reads: the one before stays the head.
        log::error("plan.revision.unreadable", {{"project", e.project},
                                                {"revision", body.revision},
                                                {"fault", to_line(plan.error())}});
        return;
    }
    auto& state = projects_[e.project];
    state.revisions.push_back({body.revision, body.hash, body.parent, body.author, e.at,
                               body.reason, body.source, body.after_lock});
    state.texts.push_back(body.document);
    const auto& doc = **plan;
    if (body.revision == 1 && doc.typed.roi.stop_rule.signed_by) {
        state.stop_rule_signer = *doc.typed.roi.stop_rule.signed_by;
        state.stop_rule_hash = roi_hash(doc.tree);
    }
    state.head = std::move(*plan);
}

void plan_service::apply(const events::event& e) {
    if (events::is<events::plan_revised>(e)) {
        fold_revision(e);
        return;
    }
    const auto it = projects_.find(e.project);
    if (it == projects_.end()) return;
    auto& state = it->second;
    const bool locks = events::is<events::plan_locked>(e);
    const bool signs = events::is<events::signature_added>(e);
    if (locks) {
        const auto body = events::read<events::plan_locked>(e);
        state.locked_at = body.locked_at;
        state.metric_locks = body.metrics;
        state.roi_lock = body.roi;
    } else if (signs) {
        const auto body = events::read<events::signature_added>(e);
        if (body.what != "stop_rule" || body.object_hash != roi_hash(state.head->tree)) return;
        state.stop_rule_signer = body.person;
        state.stop_rule_hash = body.object_hash;
    } else {
        return;
    }
    // The head shows the server's fields at once; its revision and hash stay those of the text.
    auto next = std::make_shared<plan_document>(*state.head);
    const auto locked =
        state.locked_at ? std::optional(to_rfc3339(*state.locked_at)) : std::nullopt;
    const auto signer =
        state.stop_rule_hash == roi_hash(next->tree) && !state.stop_rule_hash.empty()
            ? std::optional(state.stop_rule_signer)
            : std::nullopt;
    set_server_fields(next->tree, next->typed.meta.revision, locked, state.metric_locks, signer);
    sync_server_fields(*next);
    state.head = std::move(next);
}

result<plan_view> plan_service::head(std::string_view project) const {
    const auto state = need(project);
    if (!state) return std::unexpected(state.error());
    return plan_view{(*state)->revisions.back().revision, (*state)->revisions.back().hash,
                     (*state)->head};
}

result<plan_view> plan_service::at(std::string_view project, std::int64_t revision) const {
    const auto state = need(project);
    if (!state) return std::unexpected(state.error());
    const auto& list = (*state)->revisions;
    const auto it = std::ranges::find(list, revision, &revision_info::revision);
    if (it == list.end())
        return fail(error_code::not_found, "plan.revision.unknown",
                    "the plan has no revision " + std::to_string(revision), {},
                    "the newest is " + std::to_string(list.back().revision));
    if (revision == list.back().revision) return head(project);
    const auto i = static_cast<std::size_t>(it - list.begin());
    auto plan = load_yaml((*state)->texts[i], std::string(project) + ".plan.yaml");
    if (!plan) return std::unexpected(plan.error());
    return plan_view{revision, it->hash, std::make_shared<plan_document>(std::move(*plan))};
}

std::vector<revision_info> plan_service::revisions(std::string_view project) const {
    const auto* state = find(project);
    return state == nullptr ? std::vector<revision_info>{} : state->revisions;
}

std::vector<std::string> plan_service::projects() const {
    std::vector<std::string> out;
    for (const auto& [id, ignored] : projects_)
        out.push_back(id);
    return out;
}

bool plan_service::locked(std::string_view project) const {
    const auto* state = find(project);
    return state != nullptr && state->locked_at.has_value();
}

result<edit_result> plan_service::create(plan_document plan, const editor& by) {
    if (find(plan.typed.meta.id) != nullptr)
        return fail(error_code::conflict, "plan.project.exists",
                    "there is a project '" + plan.typed.meta.id + "' already", "meta.id",
                    "choose another id");
    // An owner who makes the plan signs its stop rule by writing it in; nobody else can.
    auto signer = by.may_loosen ? plan.typed.roi.stop_rule.signed_by : std::nullopt;
    set_server_fields(plan.tree, 1, std::nullopt, {}, signer);
    return revise(nullptr, std::move(plan), {}, by, by.source);
}

result<edit_result> plan_service::put(std::string_view project, std::int64_t expected,
                                      plan_document plan, const editor& by) {
    const auto state = need(project);
    if (!state) return std::unexpected(state.error());
    const auto& s = **state;
    const auto newest = s.revisions.back().revision;
    if (expected != newest) {
        const auto moved = diff(project, expected, newest);
        return fail(error_code::stale, "plan.edit.stale",
                    "the plan is at revision " + std::to_string(newest) +
                        ", the edit was made on " + std::to_string(expected) +
                        (moved ? ": meanwhile " + words_of_changes(*moved) : std::string()),
                    {}, "read the new revision and make the edit again");
    }
    if (plan.typed.meta.id != project)
        return fail(error_code::unprocessable, "plan.edit.server_field",
                    "the plan's id is '" + plan.typed.meta.id + "', the project's '" +
                        std::string(project) + "'",
                    "meta.id", "an id never changes: fork the project instead");
    if (const auto fine = check_server_fields(*s.head, plan); !fine)
        return std::unexpected(fine.error());
    auto changes = plan::diff(*s.head, plan);
    mark_locked(changes, plan, s.metric_locks, s.roi_lock);
    const auto removed = removed_required(*s.head, plan);
    if (const auto fine = check_allowed(changes, removed, by); !fine)
        return std::unexpected(fine.error());
    if (changes.empty()) return edit_result{newest, {}, {}};
    keep_removed(plan.tree, removed, by, time_.now());
    return revise(&s, std::move(plan), std::move(changes), by, by.source);
}

result<edit_result> plan_service::revise(const project_state* state, plan_document next,
                                         std::vector<change> changes, const editor& by,
                                         std::string_view source) {
    const auto now = time_.now();
    const auto revision = state == nullptr ? 1 : state->revisions.back().revision + 1;
    if (state != nullptr) {
        const bool same =
            !state->stop_rule_hash.empty() && roi_hash(next.tree) == state->stop_rule_hash;
        set_server_fields(
            next.tree, revision,
            state->locked_at ? std::optional(to_rfc3339(*state->locked_at)) : std::nullopt,
            state->metric_locks, same ? std::optional(state->stop_rule_signer) : std::nullopt);
    }
    events::plan_revised body;
    body.revision = revision;
    body.document = to_yaml(next.tree);
    body.hash = content_hash(next.tree);
    body.parent = state == nullptr ? "" : state->revisions.back().hash;
    body.author = by.person;
    body.reason = by.reason;
    body.source = std::string(source);
    body.changes = json::to_json(changes).get_array();
    body.after_lock = std::ranges::any_of(changes, [](const change& c) { return c.after_lock; });
    const auto project = next.typed.meta.id;
    sync_server_fields(next);
    made_ = {body.hash, std::make_shared<plan_document>(std::move(next))};
    auto done =
        log_.commit({events::make_event(body, {.at = now,
                                               .project = project,
                                               .by = {events::actor_kind::person, by.person},
                                               .object_type = "plan",
                                               .object_id = std::to_string(revision)})});
    made_ = {};
    if (!done) return std::unexpected(done.error());
    auto findings = plan::lint(*find(project)->head, {.gate = "G3", .now = now});
    return edit_result{revision, std::move(changes), std::move(findings)};
}

result<edit_result> plan_service::edit_row(std::string_view project, json::object tree,
                                           const editor& by, std::string_view source) {
    const auto* state = find(project);
    auto plan = load_tree(std::move(tree), std::string(project) + ".plan.yaml");
    if (!plan) return std::unexpected(plan.error());
    auto changes = plan::diff(*state->head, *plan);
    if (changes.empty()) return edit_result{state->revisions.back().revision, {}, {}};
    return revise(state, std::move(*plan), std::move(changes), by, source);
}

result<edit_result> plan_service::answer_risk(std::string_view project, std::string_view row,
                                              answer_kind answer, std::string_view note,
                                              std::string_view na_reason, const editor& by) {
    const auto state = need(project);
    if (!state) return std::unexpected(state.error());
    auto tree = (*state)->head->tree;
    auto* risk = row_of(tree, "risks", row);
    if (risk == nullptr)
        return fail(error_code::not_found, "plan.risk.unknown",
                    "the checklist has no row '" + std::string(row) + "'", {},
                    "name a row such as R-SEC-1");
    if (answer == answer_kind::na && trim(na_reason).empty())
        return fail(error_code::unprocessable, "plan.risk.na_reason",
                    "'not applicable' needs a reason", std::string(row) + ".na_reason",
                    "say why the question does not apply");
    (*risk)["answer"] = json::to_json(answer);
    (*risk)["note"] = boost::json::string_view(note);
    if (answer == answer_kind::na)
        (*risk)["na_reason"] = boost::json::string_view(na_reason);
    else
        risk->erase("na_reason");
    return edit_row(project, std::move(tree), by, "answer");
}

result<edit_result> plan_service::set_activity(std::string_view project, std::string_view activity,
                                               activity_status status, std::string_view reason,
                                               const editor& by) {
    const auto state = need(project);
    if (!state) return std::unexpected(state.error());
    auto tree = (*state)->head->tree;
    json::object* row = nullptr;
    for (auto& p : tree.at("phases").get_array())
        if (auto* found = row_of(p.get_object(), "activities", activity)) row = found;
    if (row == nullptr)
        return fail(error_code::not_found, "plan.activity.unknown",
                    "the roadmap has no activity '" + std::string(activity) + "'", {},
                    "name an activity such as S1-1");
    if (status == activity_status::skipped && trim(reason).empty())
        return fail(error_code::unprocessable, "plan.activity.reason",
                    "skipping an activity needs a reason", std::string(activity) + ".reason",
                    "say why it is not needed");
    (*row)["status"] = json::to_json(status);
    if (!trim(reason).empty()) (*row)["reason"] = boost::json::string_view(reason);
    return edit_row(project, std::move(tree), by, "activity");
}

result<std::vector<change>> plan_service::diff(std::string_view project, std::int64_t from,
                                               std::int64_t to) const {
    const auto before = at(project, from);
    if (!before) return std::unexpected(before.error());
    const auto after = at(project, to);
    if (!after) return std::unexpected(after.error());
    return plan::diff(*before->plan, *after->plan);
}

result<std::vector<finding>> plan_service::lint(std::string_view project,
                                                std::string_view gate) const {
    const auto state = need(project);
    if (!state) return std::unexpected(state.error());
    return plan::lint(*(*state)->head, {.gate = std::string(gate), .now = time_.now()});
}

std::optional<events::event> plan_service::lock_event(std::string_view project,
                                                      const events::actor& by) const {
    const auto* state = find(project);
    if (state == nullptr || state->locked_at) return std::nullopt;
    events::plan_locked body;
    body.revision = state->revisions.back().revision;
    body.locked_at = time_.now();
    for (const auto& m : state->head->tree.at("metrics").get_array())
        body.metrics[json::text_or(m.get_object(), "id")] = lock_hash(m.get_object());
    body.roi = roi_hash(state->head->tree);
    return events::make_event(body, {.at = body.locked_at,
                                     .project = std::string(project),
                                     .by = by,
                                     .object_type = "plan",
                                     .object_id = std::to_string(body.revision)});
}

result<std::string> plan_service::stop_rule_hash(std::string_view project) const {
    const auto state = need(project);
    if (!state) return std::unexpected(state.error());
    return roi_hash((*state)->head->tree);
}

namespace {

// Rows of the phase ahead with an estimate, of all its rows.
events::fact estimates_fact(const document& d, phase ahead, instant now) {
    events::fact f;
    f.key = "plan.estimates_complete";
    f.as_of = now;
    std::int64_t estimated = 0;
    for (const auto& row : d.resources) {
        if (std::ranges::find(row.phases, ahead) == row.phases.end()) continue;
        ++f.n;
        if (has_estimate(row, ahead)) ++estimated;
    }
    f.sum = static_cast<double>(estimated);
    f.usable = f.n > 0;
    if (f.n > 0) f.value = f.sum / static_cast<double>(f.n);
    if (f.n == 0) f.why_not = "the phase has no rows";
    return f;
}

} // namespace

std::vector<events::event> plan_service::own_facts(std::string_view project,
                                                   std::string_view gate) const {
    const auto* state = find(project);
    if (state == nullptr) return {};
    const auto now = time_.now();
    const auto as_event = [&](const events::fact& f) {
        return events::make_event(f, {.at = now,
                                      .project = std::string(project),
                                      .object_type = "fact",
                                      .object_id = f.key});
    };
    events::fact found;
    found.key = "plan.lint_blockers";
    found.as_of = now;
    found.n = static_cast<std::int64_t>(blockers(*state->head, gate, now).size());
    found.value = static_cast<double>(found.n);
    events::fact guide;
    guide.key = "plan.guidelines";
    guide.as_of = now;
    const auto& g = state->head->typed.guidelines;
    const bool complete = !g.tone.empty() && !g.must.empty() && !g.must_not.empty();
    guide.n = 1;
    guide.value = complete ? 1.0 : 0.0;
    guide.usable = complete;
    if (!complete) guide.why_not = "tone, must or must_not is empty";
    std::vector<events::event> out{as_event(found), as_event(guide)};
    if (const auto opened = gate_number(gate))
        out.push_back(
            as_event(estimates_fact(state->head->typed, static_cast<phase>(*opened), now)));
    return out;
}

} // namespace servery::plan
