#include "control_plane/gate/evaluation.h"

#include "control_plane/gate/evaluation_rows.h"
#include "control_plane/plan/cross_checks.h"

#include <algorithm>

namespace servery::gate {
namespace {

constexpr millis sequential_age{30LL * 24 * 3'600'000};

} // namespace

std::string latch_key(const plan::metric& m, const std::string& phase, const plan::target& t,
                      std::string_view variant) {
    return m.id + '\x1f' + phase + '\x1f' + std::string(variant) + '\x1f' +
           json::write(json::to_json(t)) + '\x1f' + std::string(json::enum_word(m.better)) +
           m.from + m.filter;
}

rule_input rule_of(const plan::metric& m, const plan::target& t, instant now) {
    rule_input in;
    in.rule = t.rule;
    in.better = m.better;
    in.target = t.value;
    in.confidence = t.confidence;
    in.min_n = t.min_n;
    in.now = now;
    const auto* f = plan::find_fact(m.from);
    const auto window = t.window.empty() && f != nullptr ? f->default_max_age : t.window;
    if (!window.empty())
        if (const auto d = plan::duration_of(window)) in.window = *d;
    return in;
}

std::optional<millis> age_limit(const plan::fact_definition& f, const std::string& row_max_age) {
    std::optional<millis> limit;
    for (const auto* text : {&row_max_age, &f.default_max_age}) {
        if (text->empty()) continue;
        if (const auto d = plan::duration_of(*text)) limit = limit ? std::min(*limit, *d) : *d;
    }
    if (!limit && f.design == "sequential") limit = sequential_age;
    return limit;
}

const signature* newest_signature(const std::vector<signature>& all, std::string_view what) {
    const signature* found = nullptr;
    for (const auto& s : all)
        if (!s.revoked && s.body.what == what) found = &s;
    return found;
}

std::optional<instant> served_since(const std::vector<grant>& grants, std::string_view stage,
                                    std::string_view variant) {
    std::optional<instant> since;
    bool goes_on = false;
    for (const auto& g : grants) {
        if (g.stage != stage || g.variant != variant || g.state == grant_state::invalid) continue;
        // what fell for old evidence and came back has served its time already
        if (!goes_on) since = g.issued_at;
        goes_on =
            g.state != grant_state::ended || g.end_reason == "expired" || g.end_reason == "keep";
    }
    return since;
}

bool uncounted(const plan::document& d, const plan::stage& s) {
    return d.use_case.audience != plan::audience_kind::staff &&
           plan::staff_only(s, d.use_case.audience);
}

std::vector<condition> gate_conditions(const evaluation_input& in, std::string_view gate_id) {
    row_builder rows(in, std::string(gate_id));
    const auto& d = in.plan->typed;
    if (const auto n = plan::gate_number(gate_id)) {
        const auto opened = static_cast<plan::phase>(*n);
        if (*n > 0) {
            const auto left = static_cast<plan::phase>(*n - 1);
            rows.activities(left);
            rows.metrics(left, false, *n > 1);
            rows.variant(true);
        }
        rows.risks_due(*n);
        if (*n > 0) rows.drills();
        rows.owner(opened);
        if (*n > 1) rows.ladder(static_cast<plan::phase>(*n - 1));
        rows.lint(std::string(gate_id));
        return rows.take();
    }
    const auto i = d.stage_index(gate_id.substr(2));
    const auto& stage = d.rollout.stages[static_cast<std::size_t>(i)];
    const auto& before = d.rollout.stages[static_cast<std::size_t>(std::max(i - 1, 0))];
    rows.metrics(stage.phase, uncounted(d, before), true);
    rows.variant(true);
    rows.dwell(before);
    rows.sample_ratio(before);
    return rows.take();
}

std::vector<condition> keep_conditions(const evaluation_input& in, std::string_view stage_id) {
    row_builder rows(in, "keep:" + std::string(stage_id));
    const auto* stage = in.plan->typed.find_stage(stage_id);
    if (stage == nullptr) return {};
    rows.rollback_metrics(stage->phase);
    rows.variant(false);
    rows.risks_kept(stage->phase);
    rows.owner(stage->phase);
    return rows.take();
}

} // namespace servery::gate
