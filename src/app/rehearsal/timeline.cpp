#include "app/rehearsal/timeline.h"

#include "control_plane/gate/conditions.h"
#include "foundation/events/calibration_changed.h"
#include "foundation/events/desk.h"
#include "foundation/events/eval_run.h"
#include "foundation/events/gate_passed.h"
#include "foundation/events/grant.h"
#include "foundation/events/phase_changed.h"
#include "foundation/events/report_ready.h"
#include "foundation/events/rollout_changed.h"

#include <fmt/format.h>

#include <algorithm>

namespace servery::app::rehearsal {

namespace {

constexpr std::int64_t day_ms = 86'400'000;

double percent_of(std::int64_t basis) {
    return static_cast<double>(basis) / 100;
}

std::vector<evidence> metrics_of(const json::array& conditions) {
    std::vector<evidence> out;
    for (const auto& v : conditions) {
        const auto c = json::from_json<gate::condition>(v, json::unknown::ignore);
        if (!c || c->kind != "metric") continue;
        evidence e;
        e.metric = c->id.substr(c->id.rfind('/') + 1);
        e.n = c->n;
        e.value = c->value;
        if (c->interval) e.lower = c->interval->lower;
        e.verdict = json::enum_word(c->state);
        out.push_back(std::move(e));
    }
    return out;
}

// Counts are whole numbers, shares lie between 0 and 1.
std::string share(std::optional<double> value) {
    if (!value) return "–";
    return *value > 1 ? fmt::format("{:g}", *value) : fmt::format("{:.1f} %", *value * 100);
}

} // namespace

std::int64_t timeline::day_of(instant at) const {
    return (at - start_).count() / day_ms + 1;
}

entry& timeline::add(const events::event& e, std::string what) {
    entry next;
    next.day = day_of(e.at);
    next.at = e.at;
    next.event = std::move(what);
    next.phase = phase_;
    next.stage = stage_;
    next.percent = percent_;
    next.by = e.by.kind == events::actor_kind::person ? e.by.id : "servery";
    entries_.push_back(std::move(next));
    return entries_.back();
}

void timeline::note(instant at, std::string event, std::string reason) {
    events::event e;
    e.at = at;
    add(e, std::move(event)).reason = std::move(reason);
}

void timeline::changed_share(const events::event& e) {
    const auto r = events::read<events::rollout_share_changed>(e);
    stage_ = r.to;
    const bool of_the_public = !r.to.empty() && !staff_stages_.contains(r.to);
    percent_ = of_the_public ? percent_of(r.to_basis) : 0;
    max_percent_ = std::max(max_percent_, percent_);
    const bool opened = r.cause == "advance" || r.cause == "override";
    auto& line = add(e, opened ? "stage.opened" : "stage.closed");
    line.reason = r.reason;
    if (opened) {
        line.gate = last_gate_;
        line.evidence = last_evidence_;
    }
}

void timeline::record(const events::event& e) {
    using namespace events;
    if (is<gate_passed>(e)) {
        const auto r = read<gate_passed>(e);
        last_gate_ = r.gate;
        last_evidence_ = metrics_of(r.conditions);
        auto& line = add(e, "gate.passed");
        line.gate = r.gate;
        line.evidence = last_evidence_;
    } else if (is<events::phase_changed>(e)) {
        const auto r = read<events::phase_changed>(e);
        if (r.from == r.to) return;
        phase_ = r.to.empty() ? "draft" : r.to;
        auto& line = add(e, "phase.changed");
        line.gate = r.gate;
        line.reason = r.reason;
    } else if (is<rollout_started>(e)) {
        const auto r = read<rollout_started>(e);
        stage_ = r.stage;
        auto& line = add(e, "rollout.started");
        line.gate = last_gate_;
        line.reason = r.reason;
    } else if (is<rollout_share_changed>(e)) {
        changed_share(e);
    } else if (is<rollout_rolled_back>(e)) {
        const auto r = read<rollout_rolled_back>(e);
        rolled_back_.push_back({day_of(e.at), r.from, "", r.reason});
        stage_.clear();
        percent_ = 0;
        add(e, "rollout.rolled_back").reason = r.reason;
    } else if (is<rollout_held>(e)) {
        add(e, "rollout.held").reason = read<rollout_held>(e).reason;
    } else if (is<rollout_stalled>(e)) {
        add(e, "rollout.stalled").reason = read<rollout_stalled>(e).words;
    } else if (is<rollout_completed>(e)) {
        add(e, "rollout.completed");
    } else if (is<grant_issued>(e)) {
        const auto r = read<grant_issued>(e);
        if (!r.audience.groups.empty()) staff_stages_.insert(r.stage);
    } else if (is<grant_ended>(e)) {
        const auto r = read<grant_ended>(e);
        if (r.reason == "superseded") return;
        add(e, "grant.ended").reason = r.detail.empty() ? r.reason : r.detail;
    } else if (is<calibration_changed>(e)) {
        const auto r = read<calibration_changed>(e);
        if (r.state == calibration_state::superseded) return;
        auto& line = add(e, "calibration." + std::string(json::enum_word(r.state)));
        line.reason = r.t_answer
                          ? fmt::format("promise {:.0f} %: {} of labelled answers right, {} of "
                                        "messages answered unasked ({} labels)",
                                        r.promised_accuracy * 100, share(r.observed),
                                        share(r.share_answered), r.n_labels)
                          : fmt::format("not ready with {} labels: drafts go on", r.n_labels);
    } else if (is<eval_run_finished>(e)) {
        add(e, "proof_of_concept.finished");
    } else if (is<report_ready>(e)) {
        add(e, "report.ready").reason = read<report_ready>(e).headline;
    } else if (is<conversation_changed>(e)) {
        const auto owner = read<conversation_changed>(e).owner;
        if (owner == owner_kind::nobody) ++handovers_;
    }
}

void timeline::record(const events::exchange& x) {
    if (x.cost_nano) cost_nano_ += *x.cost_nano;
    if (!x.currency.empty()) currency_ = x.currency;
}

json::object timeline::to_json() const {
    json::array lines;
    for (const auto& e : entries_) {
        json::object line{{"day", e.day},
                          {"at", to_rfc3339(e.at).c_str()},
                          {"event", e.event.c_str()},
                          {"phase", e.phase.c_str()},
                          {"stage", e.stage.c_str()},
                          {"percent", e.percent}};
        if (!e.gate.empty()) line["gate"] = e.gate.c_str();
        if (!e.reason.empty()) line["reason"] = e.reason.c_str();
        if (!e.by.empty()) line["by"] = e.by.c_str();
        line["evidence"] = json::to_json(e.evidence);
        lines.push_back(std::move(line));
    }
    return {
        {"timeline", std::move(lines)},
        {"final",
         json::object{{"phase", phase_.c_str()}, {"stage", stage_.c_str()}, {"percent", percent_}}},
        {"max_percent", max_percent_},
        {"rolled_back", json::to_json(rolled_back_)},
        {"handovers", handovers_},
        {"cost", (currency_ + " " + nano_to_decimal(cost_nano_)).c_str()}};
}

std::string timeline::line(const entry& e) {
    std::string out =
        fmt::format("day {:>3}  {}  {:<12} {:<24}", e.day, to_rfc3339(e.at).substr(11, 5),
                    e.stage.empty() ? e.phase : e.stage, e.event);
    if (!e.gate.empty()) out += " " + e.gate;
    if (e.event == "stage.opened") out += fmt::format("  {:g} % of visitors", e.percent);
    if (!e.reason.empty()) out += "  " + e.reason;
    out += "\n";
    if (e.event == "gate.passed") {
        for (const auto& m : e.evidence) {
            out += fmt::format("{:>42}{:<12} n {:>5}   {:>8}   {}\n", "", m.metric, m.n,
                               share(m.value), m.verdict);
        }
    }
    return out;
}

std::string timeline::to_text() const {
    std::string out;
    for (const auto& e : entries_)
        out += line(e);
    return out;
}

} // namespace servery::app::rehearsal
