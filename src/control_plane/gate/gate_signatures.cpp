// Signatures of checklist rows and of the stop rule, and waivers of conditions.
#include "control_plane/gate/gate_service.h"
#include "control_plane/gate/gate_state.h"
#include "control_plane/plan/diff.h"
#include "foundation/base/ids.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <array>

namespace servery::gate {
namespace {

constexpr millis a_day{86'400'000};
constexpr millis row_signature_lasts = 180 * a_day; // obligations change
constexpr millis longest_waiver = 30 * a_day;
constexpr std::size_t least_reason = 20;
constexpr int most_waivers = 3;

// Conditions that nobody may set aside.
bool waivable(std::string_view id) {
    static constexpr std::array never{"guardrails.label_coverage", "guardrails.consent_coverage",
                                      "people/owner", "incident/open", "money/approval"};
    return std::ranges::none_of(
        never, [&](std::string_view part) { return id.find(part) != std::string_view::npos; });
}

std::string_view gate_part(std::string_view condition) {
    return condition.substr(0, condition.find('/'));
}

} // namespace

result<std::string> gate_service::object_hash(std::string_view project,
                                              std::string_view what) const {
    const auto head = env_.plans.head(project);
    if (!head) return std::unexpected(head.error());
    if (what == "stop_rule") return env_.plans.stop_rule_hash(project);
    const auto* row =
        what.starts_with("risk/") ? head->plan->typed.find_risk(what.substr(5)) : nullptr;
    if (row == nullptr)
        return fail(error_code::not_found, "gate.signature.unknown",
                    "'" + std::string(what) + "' cannot be signed", "what",
                    "sign risk/<row>, stop_rule, or a gate on its page");
    return plan::risk_hash(*row);
}

status gate_service::check_signer(std::string_view project, const plan::document& d,
                                  const plan::signature_rule& rule, std::string_view person) const {
    const bool owner = !env_.holds || env_.holds(person, "gate.sign", project);
    bool allowed = owner;
    std::string who = "an owner";
    if (rule.by == "named_owner") {
        const auto stands = standing_of(project);
        const auto next = stands.phase ? plan::next_phase(*stands.phase).value_or(*stands.phase)
                                       : plan::phase::sandbox;
        const auto now_owner = stands.phase ? d.in(*stands.phase).owner : d.in(next).owner;
        allowed = same_person(project, person, now_owner) ||
                  same_person(project, person, d.in(next).owner);
        who = d.in(next).owner;
    } else if (rule.by == "budget_holder") {
        allowed = same_person(project, person, d.budget.approved_by) &&
                  (!env_.holds || env_.holds(person, "budget.approve", project));
        who = d.budget.approved_by;
    }
    if (allowed) return {};
    return fail(error_code::permission_denied, "gate.signature.not_allowed",
                "'" + std::string(person) + "' may not sign this", {}, "ask " + who);
}

result<std::string> gate_service::add_signature(std::string_view project, std::string_view what,
                                                std::string_view hash, std::string_view statement,
                                                std::string_view person, std::string_view method) {
    const auto current = object_hash(project, what);
    if (!current) return std::unexpected(current.error());
    const auto head = env_.plans.head(project);
    const auto& d = head->plan->typed;
    const auto* row = what == "stop_rule" ? nullptr : d.find_risk(what.substr(5));
    const plan::signature_rule rule =
        row != nullptr && row->signature ? *row->signature : plan::signature_rule{"owner", ""};
    if (const auto fine = check_signer(project, d, rule, person); !fine)
        return std::unexpected(fine.error());
    if (hash != *current)
        return fail(error_code::conflict, "gate.signature.changed",
                    "'" + std::string(what) + "' is no longer what was shown", {},
                    "read it again and sign what it says now");
    events::signature_added body;
    body.signature = make_id("sig", now(), env_.random);
    body.person = std::string(person);
    body.capability = rule.by == "budget_holder" ? "budget.approve" : "gate.sign";
    body.what = std::string(what);
    body.object_hash = *current;
    body.statement = std::string(statement);
    body.method = std::string(method);
    if (what != "stop_rule") body.expires = now() + row_signature_lasts;
    const events::actor by{events::actor_kind::person, body.person};
    if (const auto done =
            commit({events::make_event(body, context(project, by, "signature", body.signature))});
        !done)
        return std::unexpected(done.error());
    return body.signature;
}

status gate_service::revoke_signature(std::string_view project, std::string_view id,
                                      std::string_view reason, std::string_view person) {
    const auto* state = find(project);
    const signature* found = nullptr;
    if (state != nullptr)
        for (const auto& s : state->signatures)
            if (s.id == id && !s.revoked) found = &s;
    if (found == nullptr)
        return fail(error_code::not_found, "gate.signature.unknown",
                    "there is no live signature '" + std::string(id) + "'", {}, "list them");
    const bool owner = !env_.holds || env_.holds(person, "gate.sign", project);
    if (!owner && found->body.person != person)
        return fail(error_code::permission_denied, "gate.signature.not_allowed",
                    "only the signer or an owner may revoke a signature", {}, "ask an owner");
    const events::signature_revoked body{std::string(id), std::string(person), std::string(reason)};
    const events::actor by{events::actor_kind::person, std::string(person)};
    return commit({events::make_event(body, context(project, by, "signature", id))});
}

result<std::string> gate_service::waive(std::string_view project, std::string_view condition,
                                        std::string_view reason, instant expires,
                                        std::string_view person) {
    if (env_.holds && !env_.holds(person, "gate.sign", project))
        return fail(error_code::permission_denied, "gate.sign.not_allowed",
                    "'" + std::string(person) + "' may not waive a condition", {}, "ask an owner");
    const auto gate_id = gate_part(condition);
    const auto r = evaluate(project, gate_id);
    if (!r) return std::unexpected(r.error());
    const bool known =
        std::ranges::find(r->conditions, condition, &condition::id) != r->conditions.end();
    if (!known || !waivable(condition))
        return fail(error_code::conflict, "gate.waive.not_allowed",
                    "'" + std::string(condition) + "' cannot be waived", {},
                    "put it in order instead");
    if (code_points(trim(reason)) < least_reason)
        return fail(error_code::unprocessable, "gate.waive.reason",
                    "a waiver needs a reason of at least 20 characters", "reason", "say why");
    if (expires <= now() || expires - now() > longest_waiver)
        return fail(error_code::unprocessable, "gate.waive.expiry", "a waiver ends within 30 days",
                    "expires", "name an earlier end");
    const auto& state = *find(project);
    const auto live = std::ranges::count_if(state.waivers, [&](const waiver& w) {
        return !w.ended && w.expires > now() && gate_part(w.condition) == gate_id &&
               w.condition != condition;
    });
    if (live >= most_waivers)
        return fail(error_code::conflict, "gate.waive.too_many",
                    "three conditions of " + std::string(gate_id) + " are waived already", {},
                    "put one of them in order first");
    const events::waiver_added body{make_id("wv", now(), env_.random), std::string(condition),
                                    std::string(person), std::string(reason), expires};
    const events::actor by{events::actor_kind::person, std::string(person)};
    if (const auto done =
            commit({events::make_event(body, context(project, by, "condition", condition))});
        !done)
        return std::unexpected(done.error());
    return body.waiver;
}

status gate_service::end_waiver(std::string_view project, std::string_view condition,
                                std::string_view person) {
    const auto* state = find(project);
    const events::actor by{events::actor_kind::person, std::string(person)};
    if (state != nullptr)
        for (const auto& w : state->waivers)
            if (w.condition == condition && !w.ended) {
                const events::waiver_ended body{w.id, "withdrawn"};
                return commit(
                    {events::make_event(body, context(project, by, "condition", condition))});
            }
    return fail(error_code::not_found, "gate.waive.unknown",
                "'" + std::string(condition) + "' is not waived", {}, "nothing needs to be done");
}

} // namespace servery::gate
