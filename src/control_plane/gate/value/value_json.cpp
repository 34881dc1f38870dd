#include "control_plane/gate/value/value_json.h"

#include "foundation/base/money.h"

#include <cmath>

namespace servery::gate {
namespace {

json::value number_or_null(const std::optional<double>& v) {
    return v ? json::value(*v) : json::value(nullptr);
}

json::value guess_json(const economics::used_input& row) {
    if (row.point) return row.guess.likely;
    return json::array{row.guess.low, row.guess.likely, row.guess.high};
}

json::value measured_json(const economics::used_input& row) {
    if (!row.measured) return nullptr;
    const auto& m = *row.measured;
    json::object out{{"n", m.n}, {"source", m.source}, {"value", nullptr}};
    switch (economics::input_definitions()[row.index].measured) {
    case economics::measured_as::rate:
        if (m.n > 0) out["value"] = static_cast<double>(m.good) / static_cast<double>(m.n);
        break;
    case economics::measured_as::volume:
        if (m.days > 0) out["value"] = static_cast<double>(m.n) / m.days * economics::days_a_month;
        break;
    default:
        out["value"] = m.mean;
    }
    return out;
}

json::array inputs_json(const value_case& v) {
    json::array out;
    for (const auto& row : v.inputs) {
        const auto& what = economics::input_definitions()[row.index];
        const auto origin = v.origin.find(std::string(what.name));
        const bool given = origin != v.origin.end();
        // defaults that change nothing would only hide what matters
        if (!given && !row.measured) continue;
        out.push_back({{"name", what.name},
                       {"words", what.words},
                       {"guess", guess_json(row)},
                       {"measured", measured_json(row)},
                       {"n", row.measured ? json::value(row.measured->n) : json::value(nullptr)},
                       {"used", row.used},
                       {"basis", row.replaced ? "measured" : "guess"},
                       {"origin", given ? json::value(origin->second) : json::value("default")}});
    }
    return out;
}

json::object month_json(const value_case::numbers& k) {
    const auto& m = k.full_month;
    return {{"conversations", m.reach},         {"solved", m.solved},
            {"handed_over", m.handed},          {"benefit", money_text(m.benefit)},
            {"cost", money_text(m.cost)},       {"saved", money_text(m.saved)},
            {"penalty", money_text(m.penalty)}, {"assist", money_text(m.assist)},
            {"revenue", money_text(m.revenue)}, {"errors", money_text(m.errors)},
            {"tokens", money_text(m.tokens)},   {"people", money_text(m.people)},
            {"fixed", money_text(m.fixed)},     {"capacity", money_text(m.net_capacity)},
            {"cash", money_text(m.net_cash)}};
}

json::object spread_json(const economics::spread& s) {
    return {{"n", s.n},
            {"seed", s.seed},
            {"p10", money_text(s.p10)},
            {"p50", money_text(s.p50)},
            {"p80", money_text(s.p80)},
            {"p90", money_text(s.p90)},
            {"p_positive", s.p_positive},
            {"mean", money_text(s.mean)},
            {"evpi", money_text(s.evpi)}};
}

json::object project_json(const value_case::numbers& k, const value_case& v) {
    const auto& p = k.project;
    return {{"setup", money_text(p.setup)},
            {"roi", number_or_null(p.roi)},
            {"payback_months", p.payback ? json::value(*p.payback) : json::value(nullptr)},
            {"npv", money_text(p.npv)},
            {"forward_npv", money_text(k.forward_npv)},
            {"total_benefit", money_text(p.total_benefit)},
            {"total_cost", money_text(p.total_cost)},
            {"horizon_months", v.horizon}};
}

json::object decision_json(const value_case::numbers& k, const plan::stop_rule& rule) {
    return {{"go_above", rule.go_above},
            {"stop_below", rule.stop_below},
            {"decide_by", rule.decide_by},
            {"max_extensions", rule.max_extensions},
            {"signed_by", rule.signed_by ? json::value(*rule.signed_by) : json::value(nullptr)},
            {"p_positive", k.forward.p_positive},
            {"verdict", economics::word(k.decision.ruling)},
            {"why", k.decision.why}};
}

void add_known(json::object& out, const value_case& v) {
    const auto& k = *v.known;
    out["month"] = month_json(k);
    out["project"] = project_json(k, v);
    out["mc"] = spread_json(k.spread);
    out["forward"] = spread_json(k.forward);
    json::array fan;
    for (std::size_t m = 0; m < k.spread.fan.size(); ++m) {
        const auto& b = k.spread.fan[m];
        fan.push_back({{"month", m},
                       {"exposure", m == 0 ? 0.0 : k.exposures[m - 1]},
                       {"p10", money_text(b.p10)},
                       {"p50", money_text(b.p50)},
                       {"p90", money_text(b.p90)}});
    }
    out["fan"] = std::move(fan);
    json::array bars;
    for (const auto& b : k.tornado) {
        const auto& what = economics::input_definitions()[b.index];
        bars.push_back({{"name", what.name},
                        {"words", what.words},
                        {"low", money_text(b.low)},
                        {"high", money_text(b.high)},
                        {"swing", money_text(b.swing())}});
    }
    out["tornado"] = std::move(bars);
    out["breakeven"] = json::object{{"N", number_or_null(k.break_even_volume)},
                                    {"resolve", number_or_null(k.break_even_resolution)},
                                    {"marginal", number_or_null(k.marginal_resolution)}};
    out["stop_rule"] = decision_json(k, v.rule);
    out["vendor_month"] =
        k.likely.N > 0 ? money_text(economics::vendor_monthly(k.likely)) : json::value(nullptr);
}

std::optional<economics::given_input> given_of(const json::value& v) {
    const auto e = plan::read_estimate(v);
    if (!e) return std::nullopt;
    return economics::given_input{{e->low, e->likely, e->high}, v.is_number()};
}

std::unexpected<error> wrong_form(std::string where, std::string remedy) {
    return fail(error_code::unprocessable, "economics.input.form",
                "'" + where + "' has not the form of an input", where, std::move(remedy));
}

status read_ladder(const json::value& v, value_question& to) {
    if (!v.is_array()) return wrong_form("ladder", "a list of [months, exposure]");
    std::vector<economics::segment> out;
    for (const auto& row : v.get_array()) {
        const bool pair = row.is_array() && row.get_array().size() == 2 &&
                          row.get_array()[0].is_number() && row.get_array()[1].is_number();
        if (!pair) return wrong_form("ladder", "a list of [months, exposure]");
        const economics::segment s{row.at(0).to_number<double>(), row.at(1).to_number<double>()};
        if (s.months < 0 || s.exposure < 0 || s.exposure > 1)
            return wrong_form("ladder", "months of 0 or more, exposure from 0 to 1");
        out.push_back(s);
    }
    to.ladder = std::move(out);
    return {};
}

} // namespace

json::value money_text(double amount) {
    // beyond nine million million a forecast is no amount of money any more
    if (!std::isfinite(amount) || std::abs(amount) > 9e12) return nullptr;
    return json::string(to_decimal(micros{std::llround(amount * 1e6)}));
}

json::value money_text(std::optional<double> amount) {
    return amount ? money_text(*amount) : json::value(nullptr);
}

json::object to_json(const value_case& v) {
    json::object out{{"currency", v.currency},
                     {"view", v.view == economics::view::cash ? "cash" : "capacity"},
                     {"horizon_months", v.horizon},
                     {"inputs", inputs_json(v)},
                     {"incomplete", json::to_json(v.incomplete)},
                     {"locked_at", v.locked_at ? json::value(*v.locked_at) : json::value(nullptr)}};
    for (const auto* name :
         {"month", "project", "mc", "forward", "breakeven", "stop_rule", "vendor_month"})
        out[name] = nullptr;
    out["fan"] = json::array{};
    out["tornado"] = json::array{};
    if (v.known) add_known(out, v);
    return out;
}

json::object to_json(const std::vector<phase_money>& phases, const plan::document& d) {
    json::array rows;
    for (const auto& p : phases) {
        json::array people;
        for (const auto& [person, hours] : p.cost.likely.hours_by_person) {
            const auto* who = d.find_person(person);
            const double available =
                who == nullptr ? 0.0 : who->hours_per_week * p.months * economics::days_a_month / 7;
            people.push_back(
                {{"person", person},
                 {"hours", hours},
                 {"hours_p80", p.cost.hours_p80_by_person.at(person)},
                 {"available", who == nullptr ? json::value(nullptr) : json::value(available)}});
        }
        rows.push_back(
            {{"phase", p.phase},
             {"months", p.months},
             {"hours", p.cost.likely.hours},
             {"hours_p80", p.cost.hours_p80},
             {"opportunity", money_text(p.cost.likely.opportunity)},
             {"cash", money_text(p.cost.likely.cash)},
             {"cash_p80", money_text(p.cost.cash_p80)},
             {"cash_highest", money_text(p.cost.highest_cash)},
             {"budget", money_text(p.budget)},
             {"within_budget", p.budget ? json::value(p.within_budget()) : json::value(nullptr)},
             {"people", std::move(people)}});
    }
    return {{"currency", d.meta.currency}, {"phases", std::move(rows)}};
}

json::object reach_json(const plan::document& d, instant now, const plan::reach_knowledge& known,
                        std::string_view gate) {
    const auto blank_end = [](json::object& o, const char* name) {
        if (o.at(name).is_string() && o.at(name).get_string() == to_rfc3339(instant{}).c_str())
            o[name] = nullptr; // an ongoing phase has no end
    };
    json::array gates;
    for (const auto& g : plan::gate_dates(d, now, known)) {
        if (!gate.empty() && g.gate != gate) continue;
        auto o = json::to_json(g).as_object();
        blank_end(o, "until");
        gates.push_back(std::move(o));
    }
    json::array conditions;
    for (const auto& r : plan::reachability(d, now, known)) {
        if (!gate.empty() && r.gate != gate) continue;
        auto o = json::to_json(r).as_object();
        blank_end(o, "phase_end");
        // what lies on the wrong side of its target has no number that would be enough
        if (!r.date90)
            for (const auto* n : {"n50", "n80", "n90"})
                if (o.at(n).to_number<std::int64_t>() > 1'000'000'000) o[n] = nullptr;
        conditions.push_back(std::move(o));
    }
    return {{"gates", std::move(gates)}, {"conditions", std::move(conditions)}};
}

result<value_question> question_of(const json::object& in) {
    value_question out;
    if (const auto* all = in.if_contains("inputs")) {
        if (!all->is_object()) return wrong_form("inputs", "an object of names and numbers");
        for (const auto& [name, v] : all->get_object()) {
            const auto given = given_of(v);
            if (!given)
                return wrong_form("inputs." + std::string(name), "a number or [low, likely, high]");
            out.set[std::string(name)] = *given;
        }
    }
    if (const auto* v = in.if_contains("ladder"))
        if (auto read = read_ladder(*v, out); !read) return std::unexpected(read.error());
    if (in.contains("months")) {
        const auto months = json::int_or(in, "months", 0);
        if (months < 1 || months > economics::longest_horizon)
            return fail(error_code::unprocessable, "economics.horizon.invalid",
                        "the horizon is 1 to 120 months", "months", "12 months are usual");
        out.months = static_cast<int>(months);
    }
    out.draws = static_cast<int>(json::int_or(in, "n", economics::usual_draws));
    if (out.draws < 1 || out.draws > economics::most_draws)
        return fail(error_code::unprocessable, "economics.input.range",
                    "the number of draws is 1 to 100,000", "n", "20,000 are usual");
    out.seed = static_cast<std::uint64_t>(
        json::int_or(in, "seed", static_cast<std::int64_t>(economics::usual_seed)));
    const auto view = json::text_or(in, "view", "capacity");
    if (view != "capacity" && view != "cash") return wrong_form("view", "capacity or cash");
    if (view == "cash") out.view = economics::view::cash;
    return out;
}

} // namespace servery::gate
