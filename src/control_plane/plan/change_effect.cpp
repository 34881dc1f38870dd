#include "control_plane/plan/change_effect.h"

#include "control_plane/plan/load.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace servery::plan {
namespace {

// What it means when a number grows.
enum class growth { loosens, tightens };

effect flip(effect e) {
    return e == effect::loosens    ? effect::tightens
           : e == effect::tightens ? effect::loosens
                                   : effect::neutral;
}

std::optional<double> as_number(const json::value* v) {
    if (v == nullptr || v->is_null()) return std::nullopt;
    if (v->is_number()) return v->to_number<double>();
    if (v->is_string())
        if (const auto d = duration_of(std::string_view(v->get_string())))
            return static_cast<double>(d->count());
    return std::nullopt;
}

// absent: what it means when the value goes away altogether; coming back is the reverse.
effect by_size(const changed_place& c, growth bigger, effect absent) {
    const auto before = as_number(c.before);
    const auto after = as_number(c.after);
    if (before && !after) return absent;
    if (!before && after) return flip(absent);
    if (!before || !after) return effect::loosens;
    if (*before == *after) return effect::neutral;
    const bool grew = *after > *before;
    return grew == (bigger == growth::loosens) ? effect::loosens : effect::tightens;
}

std::set<std::string> words_in(const json::value* v) {
    std::set<std::string> out;
    if (v != nullptr && v->is_array())
        for (const auto& x : v->get_array())
            out.insert(json::write(x));
    return out;
}

// A list of promises: one that is gone loosens, one more tightens.
effect promises(const changed_place& c) {
    const auto before = words_in(c.before);
    const auto after = words_in(c.after);
    if (std::ranges::includes(after, before))
        return after.size() > before.size() ? effect::tightens : effect::neutral;
    return effect::loosens;
}

// A list that admits: more of it loosens; none at all admits everybody.
effect filter(const changed_place& c) {
    const auto before = words_in(c.before);
    const auto after = words_in(c.after);
    if (before == after) return effect::neutral;
    if (before.empty()) return effect::tightens;
    if (after.empty() || !std::ranges::includes(before, after)) return effect::loosens;
    return effect::tightens;
}

effect guard_switch(const changed_place& c) {
    const bool after = c.after != nullptr && c.after->is_bool() && c.after->get_bool();
    const bool before = c.before != nullptr && c.before->is_bool() && c.before->get_bool();
    if (before == after) return effect::neutral;
    return after ? effect::tightens : effect::loosens;
}

effect row_change(const changed_place& c) {
    return c.op == "remove" ? effect::loosens : c.op == "add" ? effect::tightens : effect::loosens;
}

effect of_target(const changed_place& c, const std::string& field) {
    const bool higher =
        c.metric == nullptr || json::text_or(*c.metric, "better", "higher") == "higher";
    if (field == "value")
        return by_size(c, higher ? growth::tightens : growth::loosens, effect::loosens);
    if (field == "confidence" || field == "min_n")
        return by_size(c, growth::tightens, effect::loosens);
    if (field == "margin") return by_size(c, growth::loosens, effect::tightens);
    return effect::loosens; // rule, compare, window: another promise
}

effect of_metric(const changed_place& c) {
    if (c.path.size() <= 2) return row_change(c);
    const auto& field = c.path[2];
    if (field == "targets") return c.path.size() <= 4 ? row_change(c) : of_target(c, c.path[4]);
    if (field == "guardrail") return guard_switch(c);
    if (field == "label" || field == "unit") return effect::neutral;
    return effect::loosens; // from, filter, better, baseline
}

effect of_stage(const changed_place& c) {
    if (c.path.size() <= 3) return c.op == "remove" ? effect::loosens : effect::neutral;
    const auto& field = c.path[3];
    if (field == "percent") return by_size(c, growth::loosens, effect::loosens);
    if (field == "min_dwell") return by_size(c, growth::tightens, effect::loosens);
    if (field == "max_visitors") return by_size(c, growth::loosens, effect::loosens);
    if (field == "human_on_shift" || field == "approve") return guard_switch(c);
    if (field == "groups" || field == "regions" || field == "topics") return filter(c);
    return effect::loosens; // phase, mode
}

effect of_rollout(const changed_place& c) {
    const auto& field = c.path[1];
    if (field == "stages") return of_stage(c);
    if (field == "pause_on" || field == "rollback_on" || field == "freeze") return promises(c);
    if (field == "max_handoffs_per_hour" || field == "max_review_minutes_per_week")
        return by_size(c, growth::loosens, effect::loosens);
    return effect::neutral;
}

effect of_evidence(const changed_place& c) {
    if (c.path.size() <= 4) return row_change(c);
    const auto& field = c.path[4];
    if (field == "max_age") return by_size(c, growth::loosens, effect::loosens);
    const auto op = c.row_before == nullptr ? "" : json::text_or(*c.row_before, "op");
    if (field == "value" && (op == "<=" || op == "<"))
        return by_size(c, growth::loosens, effect::loosens);
    if (field == "value" && (op == ">=" || op == ">"))
        return by_size(c, growth::tightens, effect::loosens);
    return effect::loosens;
}

effect of_risk(const changed_place& c) {
    if (c.path.size() <= 2) return row_change(c);
    const auto& field = c.path[2];
    if (field == "phases") return promises(c);
    if (field == "evidence") return of_evidence(c);
    if (field == "signature")
        return c.before == nullptr || c.before->is_null() ? effect::tightens : effect::loosens;
    if (field == "due") {
        const bool both_after = c.after != nullptr && *c.after == json::value("entry_exit");
        return both_after ? effect::tightens : effect::loosens;
    }
    return effect::neutral;
}

effect of_fallback(const changed_place& c) {
    if (c.path.size() <= 2) return row_change(c);
    if (c.path[2] == "drill_every") return by_size(c, growth::loosens, effect::loosens);
    if (c.path[2] == "do") return promises(c);
    return effect::neutral;
}

effect of_budget(const changed_place& c) {
    if (c.path[1] == "hard_stop") return guard_switch(c);
    if (c.path[1] == "approved_by") return effect::neutral;
    // no cap at all is no limit
    return by_size(c, growth::loosens, effect::loosens);
}

effect of_value_case(const changed_place& c) {
    if (c.path[1] != "stop_rule" || c.path.size() < 3) return effect::neutral;
    const auto& field = c.path[2];
    if (field == "go_above" || field == "stop_below")
        return by_size(c, growth::tightens, effect::loosens);
    if (field == "max_extensions") return by_size(c, growth::loosens, effect::tightens);
    return field == "decide_by" ? effect::loosens : effect::neutral;
}

effect of_cadence(const changed_place& c) {
    if (c.path.size() <= 2) return row_change(c);
    const auto& field = c.path[2];
    if (field == "every" || field == "escalate_after" || field == "valid_for")
        return by_size(c, growth::loosens, effect::loosens);
    if (field == "share" || field == "pass") return by_size(c, growth::tightens, effect::loosens);
    return effect::neutral;
}

effect of_use_case(const changed_place& c) {
    static constexpr std::array autonomy{"draft", "approve", "auto"};
    static constexpr std::array classes{"minimal", "limited", "high", "prohibited"};
    const auto rank = [](const auto& words, const json::value* v) {
        return v == nullptr ? -1L : std::ranges::find(words, v->as_string()) - words.begin();
    };
    if (c.path[1] == "autonomy") {
        const auto moved = rank(autonomy, c.after) - rank(autonomy, c.before);
        return moved > 0 ? effect::loosens : moved < 0 ? effect::tightens : effect::neutral;
    }
    if (c.path[1] == "risk_class") {
        const auto moved = rank(classes, c.after) - rank(classes, c.before);
        return moved < 0 ? effect::loosens : moved > 0 ? effect::tightens : effect::neutral;
    }
    return effect::neutral;
}

std::string shown(const json::value& v, bool percent) {
    if (percent && v.is_number()) {
        const double d = v.to_number<double>() * 100;
        return number_text(json::value(std::round(d * 100) / 100)) + " %";
    }
    if (v.is_number()) return number_text(v);
    if (v.is_string()) return "'" + std::string(v.get_string()) + "'";
    if (v.is_object() || v.is_array()) {
        const auto text = json::write(v);
        return text.size() <= 80 ? text : text.substr(0, 77) + "…";
    }
    return json::write(v);
}

std::string subject(const changed_place& c) {
    const auto& p = c.path;
    if (p[0] == "metrics" && p.size() >= 5 && p[2] == "targets")
        return (p[4] == "value" ? std::string("target") : p[4]) + " of " + p[1] + " in " + p[3];
    if (p[0] == "metrics" && p.size() == 4 && p[2] == "targets")
        return "target of " + p[1] + " in " + p[3];
    if (p[0] == "rollout" && p.size() >= 4 && p[1] == "stages") return p[3] + " of stage " + p[2];
    if (p[0] == "rollout" && p.size() == 3 && p[1] == "stages") return "stage " + p[2];
    if (p[0] == "budget" && p.size() == 3) return "budget of " + p[2];
    if (p[0] == "risks" && p.size() >= 5 && p[2] == "evidence")
        return p[4] + " of the evidence " + p[3] + " of row " + p[1];
    if ((p[0] == "risks" || p[0] == "resources") && p.size() >= 3) {
        std::string field = p[2];
        for (std::size_t i = 3; i < p.size(); ++i)
            field += "." + p[i];
        return field + " of row " + p[1];
    }
    if (p.size() == 2 && (p[0] == "risks" || p[0] == "resources")) return "row " + p[1];
    std::string out;
    for (const auto& part : p)
        out += (out.empty() ? "" : ".") + part;
    return out;
}

} // namespace

effect effect_of(const changed_place& c) {
    const auto& part = c.path[0];
    const bool inside = c.path.size() > 1;
    if (part == "metrics" && inside) return of_metric(c);
    if (part == "rollout" && inside) return of_rollout(c);
    if (part == "risks" && inside) return of_risk(c);
    if (part == "fallbacks" && inside) return of_fallback(c);
    if (part == "budget" && inside) return of_budget(c);
    if (part == "roi" && inside) return of_value_case(c);
    if (part == "use_case" && inside) return of_use_case(c);
    if ((part == "reviews" || part == "training") && inside) return of_cadence(c);
    if (part == "resources" && c.path.size() == 2 && c.op == "remove") return effect::loosens;
    if (part == "guidelines" && inside && c.path[1] != "tone") return promises(c);
    if (part == "problem" && inside && c.path[1] == "out_of_scope") return promises(c);
    if (part == "privacy" && inside && c.path[1] == "redact") return promises(c);
    if (part == "privacy" && inside && c.path[1] == "retention_days")
        return by_size(c, growth::loosens, effect::loosens);
    if (part == "texts" && c.op == "remove") return effect::loosens;
    return effect::neutral;
}

std::string words_of(const changed_place& c) {
    const auto name = subject(c);
    const bool percent = c.path[0] == "metrics" && c.metric != nullptr &&
                         json::text_or(*c.metric, "unit") == "share" && c.path.size() == 5 &&
                         (c.path[4] == "value" || c.path[4] == "confidence");
    if (c.op == "add") return name + " added: " + shown(*c.after, percent);
    if (c.op == "remove") return name + " removed (was " + shown(*c.before, percent) + ")";
    const auto before = as_number(c.before);
    const auto after = as_number(c.after);
    std::string verb = " changed from ";
    if (before && after && *before != *after)
        verb = *after < *before ? " lowered from " : " raised from ";
    return name + verb + shown(*c.before, percent) + " to " + shown(*c.after, percent);
}

} // namespace servery::plan
