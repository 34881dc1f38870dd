// The rows of the risk checklist as conditions: their evidence, answer and signature.
#include "control_plane/gate/evaluation_rows.h"
#include "control_plane/plan/words.h"

#include <algorithm>

namespace servery::gate {
namespace {

std::string evidence_words(const plan::evidence_rule& e, const std::string& unit) {
    if (e.op == "exists") return "exists";
    if (e.value.is_number())
        return e.op + " " + plan::quantity_words(e.value.to_number<double>(), unit);
    if (e.value.is_string()) return e.op + " " + std::string(e.value.get_string());
    return e.op + " " + json::write(e.value);
}

} // namespace

// Of the phase after the one that the forecast was made in; none where none follows.
std::optional<double> row_builder::approved_cash(const events::fact* forecast) const {
    if (forecast == nullptr) return std::nullopt;
    const auto now = plan::phase_from(forecast->phase);
    const auto next = now ? plan::next_phase(*now) : plan::phase::sandbox;
    if (!next) return std::nullopt;
    const auto at = d_.budget.per_phase.find(std::string(plan::word(*next)));
    return at == d_.budget.per_phase.end() ? 0.0 : at->second;
}

bool row_builder::risk_evidence(const plan::risk& row, const plan::evidence_rule& e,
                                bool live_only) {
    const auto* definition = plan::find_fact(e.ref);
    auto& c = add("risk/" + row.id + "/" + e.ref, "risk", "safe", row.question);
    c.ref = e.ref;
    c.target = evidence_words(e, definition->unit);
    if (e.value.is_number()) {
        c.target_value = e.value.to_number<double>();
        c.better = e.op.starts_with('>') ? "higher" : e.op.starts_with('<') ? "lower" : "";
    }
    if (gate_ == "G1" && e.ref == "desk.median_wait_s") {
        c.state = state::pass;
        c.why = "n/a before public traffic";
        return true;
    }
    if (e.ref == "plan.guidelines") {
        const auto& g = d_.guidelines;
        const bool complete = !g.tone.empty() && !g.must.empty() && !g.must_not.empty();
        c.state = complete ? state::pass : state::fail;
        c.why =
            complete ? "tone, must and must_not are written" : "tone, must or must_not is empty";
        if (!complete) c.fix = "write the guidelines";
        return complete;
    }
    const auto* f = in_.facts.find(
        in_.project, {.key = e.ref, .filter = "", .variant = in_.variant, .live_only = live_only});
    fill(c, judge_evidence(f, *definition, e, in_.now, approved_cash(f)), f, *definition,
         e.max_age);
    return c.state == state::pass;
}

void row_builder::risk_answer(const plan::risk& row, bool evidence_passes) {
    auto& c = add("risk/" + row.id + "/answer", "risk", "safe", row.question);
    c.target = "looked at and in order, or not applicable with a reason";
    using enum plan::answer_kind;
    const bool by_machine = !row.evidence.empty() && !row.signature && evidence_passes;
    switch (row.answer) {
    case yes:
        c.state = state::pass;
        c.why = "answered yes";
        return;
    case na:
        c.state = row.na_reason.empty() ? state::not_enough_data : state::pass;
        c.why = row.na_reason.empty() ? "not applicable, without a reason"
                                      : "not applicable: " + row.na_reason;
        break;
    case no:
        c.state = state::fail;
        c.why = "answered no" + (row.note.empty() ? "" : ": " + row.note);
        c.fix = "put it in order, then answer again";
        return;
    case open:
        c.state = by_machine ? state::pass : state::not_enough_data;
        c.why = by_machine ? "every piece of evidence passes" : "nobody has answered";
        break;
    }
    if (c.state != state::pass) c.fix = "look at it and answer";
}

void row_builder::risk_signature(const plan::risk& row) {
    auto& c =
        add("risk/" + row.id + "/signature", "risk", "safe",
            "Signature: " +
                (row.signature->covers_text.empty() ? row.question : row.signature->covers_text));
    c.ref = "risk/" + row.id;
    c.target = "signed by " + row.signature->by;
    const auto* s = newest_signature(in_.signatures, c.ref);
    c.fix = "sign it";
    if (s == nullptr) {
        c.why = "not signed";
        return;
    }
    c.evidence = s->id;
    c.as_of = s->at;
    c.age =
        to_duration(std::chrono::floor<std::chrono::minutes>(std::max(in_.now - s->at, millis{0})));
    if (s->body.expires.ms != 0) c.expires = s->body.expires;
    if (s->body.object_hash != in_.hashes.of(in_.plan, row)) {
        c.state = state::expired;
        c.expires.reset();
        c.why = "the row changed after " + s->body.person + " signed it";
    } else if (c.expires && in_.now >= *c.expires) {
        c.state = state::expired;
        c.why = "the signature of " + s->body.person + " ended";
    } else {
        c.state = state::pass;
        c.why = "signed by " + s->body.person;
        c.fix.clear();
    }
}

void row_builder::risk(const plan::risk& row, bool live_only, int gate) {
    bool all = true;
    for (const auto& e : row.evidence)
        if (gate < 0 || plan::evidence_due_at_gate(row, e, gate))
            all = risk_evidence(row, e, live_only) && all;
    risk_answer(row, all);
    if (row.signature) risk_signature(row);
}

void row_builder::risks_due(int gate) {
    for (const auto& row : d_.risks)
        if (plan::due_at_gate(row, gate)) risk(row, gate > 1, gate);
}

void row_builder::risks_kept(plan::phase current) {
    for (const auto& row : d_.risks)
        if (row.due != plan::due_kind::exit && row.required_in(current)) risk(row, true, -1);
}

} // namespace servery::gate
