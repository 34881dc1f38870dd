#include "control_plane/rollout/controller.h"

#include <fmt/format.h>

#include <algorithm>

namespace servery::rollout {

namespace {

std::string percent(double share) {
    return fmt::format("{:.4g} %", share * 100);
}

bool acknowledged(const release& r, std::string_view cause) {
    return std::ranges::find(r.acknowledged, cause) != r.acknowledged.end();
}

// A hold that is neither set nor released by a person.
bool is_new(const release& r, std::string_view cause) {
    return !r.has_hold(cause) && !acknowledged(r, cause);
}

void hold_for_alarms(const controller_input& in, reductions& out) {
    for (const alarm& a : in.seen.alarms()) {
        const events::rollout_metric& m = in.seen.find(a.metric)->definition;
        const std::string cause = "metric:" + a.metric;
        if (m.on_fail == "roll_back" || !is_new(in.rollout, cause)) continue;
        out.holds.push_back({cause, sentence_of(a, m), a, a.at_seq});
    }
}

void hold_for_records(const controller_input& in, reductions& out) {
    if (const auto row = in.seen.split_broken_at(); row && is_new(in.rollout, "sample_ratio"))
        out.holds.push_back(
            {"sample_ratio",
             fmt::format("{} of {} randomised visitors are in the canary where {:.0f} were to be: "
                         "records are lost or visitors dealt wrongly",
                         in.seen.split().canary(), in.seen.split().n(),
                         in.seen.split().expected_canary()),
             std::nullopt, *row});
    if (const auto row = in.seen.rows_lost_at(); row && is_new(in.rollout, "metric:log_incomplete"))
        out.holds.push_back({"metric:log_incomplete",
                             "rows were lost before they reached the log, and lost rows are "
                             "seldom the good ones",
                             std::nullopt, *row});
}

std::optional<roll_back_act> harm_of(const controller_input& in) {
    for (const alarm& a : in.seen.alarms()) {
        const events::rollout_metric& m = in.seen.find(a.metric)->definition;
        if (m.on_fail == "roll_back") return roll_back_act{sentence_of(a, m), a};
    }
    return std::nullopt;
}

std::optional<fall_act> follow_grants(const controller_input& in) {
    const release& r = in.rollout;
    if (in.killed || r.stage.empty()) return std::nullopt;
    const int published = r.stage_index(r.stage);
    const gate::grant* best = nullptr;
    for (const gate::grant& g : in.grants) {
        const int index = r.stage_index(g.stage);
        if (index < 0 || index > published) continue;
        if (index == published) return std::nullopt;
        best = &g; // lowest first: the last one is the highest below
    }
    if (best == nullptr)
        return fall_act{
            "", fmt::format("the grant of stage {} ended and no lower one is live", r.stage)};
    return fall_act{best->stage, fmt::format("the grant of stage {} ended", r.stage)};
}

std::string ends_of_hold(const hold& h) {
    if (h.cause == "sample_ratio") return "only a new comparison ends it: start a new rollout";
    if (h.cause == "approval") return "a person approves the stage";
    return "a person releases it with a reason";
}

std::optional<open_step> not_serving(const controller_input& in) {
    const release& r = in.rollout;
    if (in.killed && r.serving())
        return open_step{1, "it is killed: nobody is served", {}, "a person un-kills it", {}};
    if (r.state == release_state::rolled_back)
        return open_step{1,
                         "it was rolled back: " + (r.ended ? r.ended->reason : ""),
                         {},
                         "a person starts a new rollout with a reason",
                         {}};
    if (r.state == release_state::superseded)
        return open_step{1, "another rollout took its place", {}, "", {}};
    return std::nullopt;
}

std::optional<open_step> dwell(const controller_input& in) {
    const events::rollout_stage* stage = in.rollout.find_stage(in.rollout.stage);
    if (stage == nullptr) return std::nullopt;
    // From the day it was first published, not from its grant: a grant may wait behind a kill.
    const auto first = in.rollout.first_entered.find(stage->id);
    const instant from =
        first == in.rollout.first_entered.end() ? in.rollout.entered_at : first->second;
    const instant over = from + millis(stage->min_dwell_ms);
    if (in.now < over)
        return open_step{5,
                         fmt::format("stage {} serves since {} and stays for at least {}",
                                     stage->id, to_rfc3339(from),
                                     to_duration(millis(stage->min_dwell_ms))),
                         {},
                         "by itself on " + to_date(over),
                         over};
    if (counts_visitors(*stage) &&
        (!in.seen.last_counted() || *in.seen.last_counted() < in.rollout.entered_at))
        return open_step{6,
                         fmt::format("no visitor was counted in stage {} yet", stage->id),
                         {},
                         "by itself with the first visitors",
                         std::nullopt};
    return std::nullopt;
}

} // namespace

std::string sentence_of(const alarm& a, const events::rollout_metric& m) {
    const double limit = m.complement ? 1 - m.target : m.target;
    const std::int64_t shown = m.complement ? a.bad : a.n - a.bad;
    return fmt::format("{}: {} of {} visitors where {} {} is {} (ln E {:.2f})", m.id, shown, a.n,
                       m.complement ? "at most" : "at least", percent(limit),
                       m.complement ? "allowed" : "asked for", a.ln_e);
}

bool counts_visitors(const events::rollout_stage& stage) {
    return stage.audience.groups.empty();
}

bool is_phase_gate(std::string_view gate_id) {
    return !gate_id.starts_with("S:");
}

std::string gate_of(const release& r, const events::rollout_stage& next) {
    const int index = r.stage_index(next.id);
    const bool first_of_phase =
        index <= 0 || r.stages[static_cast<std::size_t>(index) - 1].phase != next.phase;
    if (!first_of_phase) return "S:" + next.id;
    if (next.phase == "pilot") return "G1";
    return next.phase == "rollout" ? "G2" : "G3";
}

reductions reduce(const controller_input& in) {
    reductions out;
    if (!in.rollout.serving()) return out;
    out.roll_back = harm_of(in);
    if (out.roll_back) return out;
    hold_for_alarms(in, out);
    hold_for_records(in, out);
    out.fall = follow_grants(in);
    return out;
}

const gate::grant* higher_grant(const controller_input& in) {
    const release& r = in.rollout;
    if (in.killed || (!r.serving() && r.state != release_state::draft) || in.grants.empty())
        return nullptr;
    if (harm_of(in)) return nullptr; // labels may come before a draft starts
    const gate::grant& top = in.grants.back();
    return r.stage_index(top.stage) > r.stage_index(r.stage) ? &top : nullptr;
}

std::optional<open_step> before_gate(const controller_input& in) {
    if (auto closed = not_serving(in)) return closed;
    const reductions due = reduce(in);
    if (due.roll_back)
        return open_step{1, due.roll_back->reason, {}, "it is being rolled back", {}};
    if (const auto harm = harm_of(in))
        return open_step{1, harm->reason, {}, "a person starts a new rollout with a reason", {}};
    if (!due.holds.empty())
        return open_step{2, due.holds.front().reason, {}, "it is being held", {}};
    if (due.fall) return open_step{3, due.fall->reason, {}, "evidence and gate renew it", {}};
    if (!in.rollout.holds.empty()) {
        open_step open{4, "", {}, "", {}};
        for (const hold& h : in.rollout.holds) {
            if (h.cause == "approval") continue; // step 8 asks again
            if (open.sentence.empty()) {
                open.sentence =
                    fmt::format("held since {} ({}): {}", to_rfc3339(h.since), h.cause, h.reason);
                open.ends = ends_of_hold(h);
            }
            open.evidence.push_back(h.cause);
        }
        if (!open.sentence.empty()) return open;
    }
    if (in.rollout.serving() && in.rollout.stage.empty())
        return open_step{
            3,
            fmt::format("nobody is served: the grant of stage {} ended", in.rollout.fell_from),
            {},
            "by itself within 7 days once its gate is ready again, later by a "
            "signature",
            {}};
    return dwell(in);
}

std::optional<open_step> at_gate(const gate::run& run) {
    if (run.verdict == gate::readiness::ready) return std::nullopt;
    open_step open{6, "", {}, "", {}};
    for (const gate::condition& c : run.conditions) {
        if (c.state == gate::state::pass || c.state == gate::state::waived) continue;
        if (open.sentence.empty()) {
            open.sentence = fmt::format("gate {} is not ready: {} ({})", run.gate, c.label, c.why);
            open.ends = c.fix;
            if (c.needs) {
                open.next_possible = c.needs->date;
                if (!c.needs->words.empty()) open.sentence += ": " + c.needs->words;
            }
            if (c.kind != "metric") open.step = 7;
        }
        open.evidence.push_back(c.id);
    }
    if (open.sentence.empty()) open.sentence = fmt::format("gate {} is not ready", run.gate);
    return open;
}

std::optional<open_step> at_approval(const controller_input& in, const events::rollout_stage& next,
                                     std::string_view gate_id) {
    if (is_phase_gate(gate_id))
        return open_step{
            8,
            fmt::format("gate {} is ready and waits for an owner's signature", gate_id),
            {std::string(gate_id)},
            fmt::format("an owner signs {}", gate_id),
            {}};
    if (!next.approve) return std::nullopt;
    const auto& given = in.rollout.approved;
    if (given && given->stage == next.id && in.now < given->until) return std::nullopt;
    return open_step{8,
                     fmt::format("stage {} is ready and waits for a person's approval", next.id),
                     {std::string(gate_id)},
                     "a person approves it",
                     {}};
}

std::optional<std::string> stalled(const controller_input& in) {
    const release& r = in.rollout;
    const events::rollout_stage* stage = r.find_stage(r.stage);
    if (stage == nullptr || !r.serving() || in.killed || r.stalled || !counts_visitors(*stage))
        return std::nullopt;
    const instant last = std::max(r.entered_at, in.seen.last_counted().value_or(r.entered_at));
    if (in.now - last < in.stall_after) return std::nullopt;
    return fmt::format("no visitor was counted in stage {} since {}; the share stays. Check that "
                       "the channel is open, widen the audience, or step back",
                       stage->id, to_rfc3339(last));
}

} // namespace servery::rollout
