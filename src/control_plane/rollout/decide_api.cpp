#include "control_plane/rollout/decide_api.h"

#include "control_plane/rollout/json_reader.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numeric>

namespace servery::rollout {

namespace {

constexpr number_range target_range{stats::lowest_target, stats::highest_target};
constexpr number_range alpha_range{0, 1, true};
constexpr number_range margin_range{0, 0.9};
constexpr number_range split_range{stats::lowest_split, stats::highest_split};
constexpr number_range unit_range{0, 1};
constexpr number_range any_number{-1e300, 1e300};
constexpr std::int64_t largest_count = 1'000'000'000;
constexpr std::int64_t usual_min_n = 30;
constexpr double split_tolerance = 1e-9;

std::string at(const std::string& pointer, std::size_t i) {
    return fmt::format("{}/{}", pointer, i);
}

// The list of observations; a fault and an empty list where it is missing or no list.
const json::array& observations(object_reader& body) {
    static const json::array none;
    const json::value* found = body.find("observations");
    if (found != nullptr && found->is_array()) return found->get_array();
    body.faults().add(body.pointer_to("observations"), "there is no list of observations",
                      "send a list here");
    return none;
}

stats::decide_rate read_rate(object_reader& body, object_reader& params) {
    stats::decide_rate ask;
    ask.target = params.number("target", std::nullopt, target_range);
    ask.fail_target = params.number("fail_target", ask.target, target_range);
    const json::value* counts = body.find("counts");
    if (counts != nullptr) {
        if (body.find("observations") != nullptr)
            body.faults().add(body.pointer_to("counts"), "counts and observations are both there",
                              "send one of the two");
        object_reader reader(*counts, body.pointer_to("counts"), body.faults());
        const std::int64_t n = reader.whole("n", std::nullopt, 0, largest_count);
        const std::int64_t good = reader.whole("good", std::nullopt, 0, n);
        reader.finish("counts");
        ask.counts = stats::rate_counts{good, n};
        return ask;
    }
    const json::array& list = observations(body);
    ask.outcomes.reserve(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        const bool is_word = list[i].is_bool();
        const double x = list[i].is_number() ? list[i].to_number<double>() : -1;
        if (!is_word && x != 0 && x != 1)
            body.faults().add(at(body.pointer_to("observations"), i), "this is neither 0 nor 1",
                              "send 1 for good and 0 for bad");
        ask.outcomes.push_back(is_word ? list[i].get_bool() : x == 1);
    }
    return ask;
}

// A target in the metric's units must lie in [.001, .999] of its range.
void check_scaled(object_reader& params, std::string_view key, double value,
                  const stats::decide_mean& ask) {
    const double scaled = (value - ask.low) / (ask.high - ask.low);
    if (scaled >= stats::lowest_target && scaled <= stats::highest_target) return;
    params.faults().add(params.pointer_to(key),
                        fmt::format("{} is not inside {} to {}", value, ask.low, ask.high),
                        "send a value from 0.1 % to 99.9 % of the way between low and high");
}

stats::decide_mean read_mean(object_reader& body, object_reader& params) {
    stats::decide_mean ask;
    ask.low = params.number("low", 0.0, any_number);
    ask.high = params.number("high", 1.0, any_number);
    ask.target = params.number("target", std::nullopt, any_number);
    ask.fail_target = params.number("fail_target", ask.target, any_number);
    if (!(ask.low < ask.high)) {
        params.faults().add(params.pointer_to("high"), "high is not above low",
                            "send the smallest and the largest possible value");
        return ask;
    }
    check_scaled(params, "target", ask.target, ask);
    if (ask.fail_target != ask.target) check_scaled(params, "fail_target", ask.fail_target, ask);
    const json::array& list = observations(body);
    for (std::size_t i = 0; i < list.size(); ++i)
        ask.values.push_back(read_number(list[i], at(body.pointer_to("observations"), i),
                                         {ask.low, ask.high}, body.faults())
                                 .value_or(ask.low));
    return ask;
}

double read_difference(const json::value& v, const std::string& pointer, fault_list& faults) {
    if (!v.is_array()) return read_number(v, pointer, {-1, 1}, faults).value_or(0);
    const json::array& pair = v.get_array();
    if (pair.size() != 2) {
        faults.add(pointer, "this pair has not two members", "send [canary, control]");
        return 0;
    }
    const double canary = read_number(pair[0], at(pointer, 0), unit_range, faults).value_or(0);
    const double control = read_number(pair[1], at(pointer, 1), unit_range, faults).value_or(0);
    return canary - control;
}

stats::decide_paired read_paired(object_reader& body, object_reader& params) {
    stats::decide_paired ask;
    ask.margin = params.number("margin", std::nullopt, margin_range);
    ask.harm_margin = params.number("harm_margin", 0.0, margin_range);
    const json::array& list = observations(body);
    for (std::size_t i = 0; i < list.size(); ++i)
        ask.differences.push_back(
            read_difference(list[i], at(body.pointer_to("observations"), i), body.faults()));
    return ask;
}

stats::two_arm_unit read_unit(const json::value& v, const std::string& pointer,
                              fault_list& faults) {
    const json::array* row = v.is_array() ? &v.get_array() : nullptr;
    if (row == nullptr || row->size() < 3 || row->size() > 4) {
        faults.add(pointer, "this is no visitor",
                   "send [arm, pi, y], or [arm, pi, y, [a_canary, a_control]]");
        return {};
    }
    stats::two_arm_unit unit;
    const double arm = read_number((*row)[0], at(pointer, 0), unit_range, faults).value_or(0);
    if (arm != 0 && arm != 1)
        faults.add(at(pointer, 0), "an arm is 0 or 1", "send 1 for canary and 0 for control");
    unit.canary = arm == 1;
    unit.pi = read_number((*row)[1], at(pointer, 1), split_range, faults).value_or(0.5);
    unit.y = read_number((*row)[2], at(pointer, 2), unit_range, faults).value_or(0);
    // A prediction pair belongs to the cross-check of the same stream; two_arm itself needs none.
    if (row->size() == 4) {
        const json::value& pair = (*row)[3];
        if (!pair.is_array() || pair.get_array().size() != 2) {
            faults.add(at(pointer, 3), "this is no prediction pair", "send [a_canary, a_control]");
        } else {
            for (std::size_t i = 0; i < 2; ++i)
                (void)read_number(pair.get_array()[i], at(at(pointer, 3), i), unit_range, faults);
        }
    }
    return unit;
}

stats::decide_two_arm read_two_arm(object_reader& body, object_reader& params) {
    stats::decide_two_arm ask;
    ask.margin = params.number("margin", std::nullopt, margin_range);
    ask.harm_margin = params.number("harm_margin", 0.0, margin_range);
    const json::array& list = observations(body);
    for (std::size_t i = 0; i < list.size(); ++i)
        ask.units.push_back(
            read_unit(list[i], at(body.pointer_to("observations"), i), body.faults()));
    return ask;
}

stats::split_period read_period(const json::value& v, const std::string& pointer,
                                fault_list& faults) {
    stats::split_period period;
    object_reader reader(v, pointer, faults);
    const json::value* pi = reader.find("pi");
    const json::value* counts = reader.find("counts");
    reader.finish("a period");
    if (pi == nullptr || !pi->is_array() || pi->get_array().size() < 2) {
        faults.add(pointer + "/pi", "there is no list of shares", "send at least two shares");
        return period;
    }
    if (counts == nullptr || !counts->is_array() ||
        counts->get_array().size() != pi->get_array().size()) {
        faults.add(pointer + "/counts", "there is not one count for each share",
                   "send as many counts as shares");
        return period;
    }
    for (std::size_t i = 0; i < pi->get_array().size(); ++i) {
        period.pi.push_back(
            read_number(pi->get_array()[i], at(pointer + "/pi", i), split_range, faults)
                .value_or(0.5));
        const double count = read_number(counts->get_array()[i], at(pointer + "/counts", i),
                                         {0, largest_count}, faults)
                                 .value_or(0);
        if (count != std::floor(count))
            faults.add(at(pointer + "/counts", i), "a count is whole", "send a whole number");
        period.counts.push_back(static_cast<std::int64_t>(count));
    }
    const double sum = std::accumulate(period.pi.begin(), period.pi.end(), 0.0);
    if (std::abs(sum - 1) > split_tolerance)
        faults.add(pointer + "/pi", fmt::format("the shares add up to {}", sum),
                   "send shares that add up to 1");
    return period;
}

stats::decide_sample_ratio read_sample_ratio(object_reader& body, object_reader& params,
                                             double& alpha_fail) {
    stats::decide_sample_ratio ask;
    ask.c = params.number("c", stats::sample_ratio_concentration, {1e-3, 1e9});
    alpha_fail = params.number("alpha", alpha_fail, alpha_range);
    const json::value* periods = body.find("periods");
    std::string pointer = body.pointer_to("periods");
    const json::value* counts = body.find("counts");
    if (counts != nullptr && counts->is_object()) {
        object_reader inner(*counts, body.pointer_to("counts"), body.faults());
        periods = inner.find("periods");
        pointer = inner.pointer_to("periods");
        inner.finish("counts");
    }
    if (periods == nullptr) {
        periods = body.find("observations");
        if (periods != nullptr) pointer = body.pointer_to("observations");
    }
    if (periods == nullptr || !periods->is_array() || periods->get_array().empty()) {
        body.faults().add(pointer, "there is no list of periods",
                          "send [{\"pi\":[…],\"counts\":[…]}]");
        return ask;
    }
    for (std::size_t i = 0; i < periods->get_array().size(); ++i)
        ask.periods.push_back(read_period(periods->get_array()[i], at(pointer, i), body.faults()));
    return ask;
}

stats::decide_path read_path(object_reader& body) {
    const std::string word = body.text("path", "final");
    if (word == "crossings") return stats::decide_path::crossings;
    if (word == "all") return stats::decide_path::all;
    if (word != "final")
        body.faults().add(body.pointer_to("path"), fmt::format("'{}' is no path", word),
                          "send final, crossings or all");
    return stats::decide_path::final_only;
}

stats::decide_request read_request(const json::value& v, fault_list& faults) {
    stats::decide_request request;
    object_reader body(v, "", faults);
    const std::string recipe = body.text("recipe", std::nullopt);
    request.alpha.pass = body.number("alpha_pass", 0.05, alpha_range);
    request.alpha.fail = body.number("alpha_fail", 0.01, alpha_range);
    request.path = read_path(body);
    static const json::value no_params = json::object{};
    const json::value* given = body.find("params");
    object_reader params(given != nullptr ? *given : no_params, "/params", faults);
    if (recipe != "sample_ratio")
        request.min_n = params.whole("min_n", usual_min_n, 0, largest_count);
    if (recipe == "rate") {
        request.recipe = read_rate(body, params);
    } else if (recipe == "mean") {
        request.recipe = read_mean(body, params);
    } else if (recipe == "paired") {
        request.recipe = read_paired(body, params);
    } else if (recipe == "two_arm") {
        request.recipe = read_two_arm(body, params);
    } else if (recipe == "sample_ratio") {
        request.recipe = read_sample_ratio(body, params, request.alpha.fail);
    } else {
        faults.add("/recipe", fmt::format("there is no recipe '{}'", recipe),
                   "send rate, mean, paired, two_arm or sample_ratio");
        return request;
    }
    params.finish("params");
    body.finish("the request");
    return request;
}

template <typename T>
json::value or_null(const std::optional<T>& x) {
    return x ? json::value(*x) : json::value(nullptr);
}

json::value word_or_null(std::string_view word) {
    return word.empty() ? json::value(nullptr) : json::value(boost::json::string_view(word));
}

json::value to_json(const std::optional<stats::forecast>& f) {
    if (!f) return nullptr;
    return json::object{{"side", word_or_null(name(f->side))},
                        {"n_more", or_null(f->n_more)},
                        {"n_more_p90", or_null(f->n_more_p90)},
                        {"note", word_or_null(name(f->note))}};
}

} // namespace

json::object to_json(const stats::decide_report& report) {
    json::object out;
    out["verdict"] = boost::json::string_view(name(report.verdict));
    out["n"] = report.n;
    out["estimate"] = or_null(report.estimate);
    out["ln_e_pass"] = or_null(report.ln_e_pass);
    out["ln_e_fail"] = or_null(report.ln_e_fail);
    out["first_pass_at"] = or_null(report.first_pass_at);
    out["first_fail_at"] = or_null(report.first_fail_at);
    out["lower"] = or_null(report.lower);
    out["upper"] = or_null(report.upper);
    out["interval"] = report.interval
                          ? json::value(json::array{report.interval->lower, report.interval->upper})
                          : json::value(nullptr);
    out["forecast"] = to_json(report.forecast);
    out["method"] = report.method;
    out["gate_safe"] = report.gate_safe;
    json::array path;
    for (const stats::evidence& step : report.path)
        path.push_back(json::object{
            {"n", step.n},
            {"ln_e_pass", report.ln_e_pass ? json::value(step.ln_e_pass) : json::value(nullptr)},
            {"ln_e_fail", step.ln_e_fail}});
    out["path"] = std::move(path);
    return out;
}

result<json::value> decide_json(const json::value& body) {
    const json::value* list =
        body.is_object() ? body.get_object().if_contains("observations") : nullptr;
    if (list != nullptr && list->is_array() && list->get_array().size() > decide_most_observations)
        return fail(error_code::too_large, "decide.too_large",
                    fmt::format("{} observations are too many", list->get_array().size()),
                    "/observations",
                    fmt::format("send at most {}, or counts", decide_most_observations));
    fault_list faults("decide.invalid");
    const stats::decide_request request = read_request(body, faults);
    if (!faults.empty()) return std::unexpected(faults.take());
    return to_json(stats::decide(request));
}

} // namespace servery::rollout
