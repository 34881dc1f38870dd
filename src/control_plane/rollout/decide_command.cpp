// `servery rollout decide`: the same body as the API's, made of flags and lines, and a page of
// text.
#include "control_plane/rollout/decide_api.h"

#include <fmt/format.h>

#include <cmath>

namespace servery::rollout {

namespace {

template <typename T>
void put(json::object& o, std::string_view key, const std::optional<T>& value) {
    if (value) o[key] = *value;
}

result<json::array> read_lines(std::string_view text) {
    json::array list;
    int line = 0;
    while (!text.empty()) {
        ++line;
        const std::size_t end = text.find('\n');
        const std::string_view row = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (row.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        auto value = json::parse(row);
        if (!value)
            return fail(error_code::unprocessable, "decide.invalid",
                        "this line is not JSON: " + value.error().message,
                        fmt::format("line {}", line), "write one observation a line");
        list.push_back(std::move(*value));
    }
    return list;
}

result<json::object> body_of(const decide_options& o) {
    json::object params;
    put(params, "target", o.target);
    put(params, "fail_target", o.fail_target);
    put(params, "margin", o.margin);
    put(params, "harm_margin", o.harm_margin);
    put(params, "low", o.low);
    put(params, "high", o.high);
    put(params, "min_n", o.min_n);
    json::object body{{"recipe", o.recipe}, {"params", std::move(params)}, {"path", o.path}};
    put(body, "alpha_pass", o.alpha_pass);
    put(body, "alpha_fail", o.alpha_fail);
    if (o.observations) {
        auto list = read_lines(*o.observations);
        if (!list) return std::unexpected(std::move(list.error()));
        body["observations"] = std::move(*list);
    }
    if (o.good || o.n) {
        json::object counts;
        put(counts, "good", o.good);
        put(counts, "n", o.n);
        body["counts"] = std::move(counts);
    }
    return body;
}

// Trailing zeros off, at most four digits behind the point.
std::string shown(double x) {
    std::string text = fmt::format("{:.4f}", x);
    while (text.ends_with('0'))
        text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string number_line(const json::object& report, std::string_view key) {
    const json::value& v = report.at(key);
    return v.is_null() ? "unknown" : shown(v.to_number<double>());
}

// The forecast with dates, from the report's own numbers.
stats::forecast forecast_of(const json::object& report) {
    stats::forecast f;
    const json::object& in = report.at("forecast").get_object();
    if (in.at("n_more").is_null()) {
        f.note = json::text_or(in, "note") == name(stats::forecast_note::no_traffic)
                     ? stats::forecast_note::no_traffic
                     : stats::forecast_note::not_at_this_quality;
        return f;
    }
    f.n_more = in.at("n_more").to_number<std::int64_t>();
    f.n_more_p90 = in.at("n_more_p90").to_number<std::int64_t>();
    f.side = json::text_or(in, "side") == "fail" ? stats::forecast_side::fail
                                                 : stats::forecast_side::pass;
    return f;
}

void put_dates(json::object& report, const stats::forecast& f) {
    json::object& out = report.at("forecast").get_object();
    const auto day = [](const std::optional<instant>& at) {
        return at ? json::value(boost::json::string_view(to_date(*at))) : json::value(nullptr);
    };
    out["date"] = day(f.date);
    out["date_p90"] = day(f.date_p90);
}

std::string page(const json::object& report, const decide_options& o,
                 const std::optional<stats::forecast>& ahead) {
    const std::string verdict = json::text_or(report, "verdict");
    std::string text = fmt::format("{}  n {}", verdict, report.at("n").to_number<std::int64_t>());
    if (o.good) text += fmt::format(", {} good", *o.good);
    if (!report.at("estimate").is_null())
        text += fmt::format(", estimate {}", number_line(report, "estimate"));
    text += "\n";
    const auto side = [&](std::string_view key, std::string_view what, double alpha) {
        if (report.at(key).is_null()) return;
        text += fmt::format("{:8} ln E {:.6f}, needs {:.6f}\n", what,
                            report.at(key).to_number<double>(), stats::ln_threshold(alpha));
    };
    side("ln_e_pass", "pass", o.alpha_pass.value_or(0.05));
    side("ln_e_fail", "fail", o.alpha_fail.value_or(0.01));
    if (!report.at("lower").is_null())
        text += fmt::format("shown    at least {}, at most {}\n", number_line(report, "lower"),
                            number_line(report, "upper"));
    if (ahead && verdict == "WAIT")
        text += fmt::format("forecast {}{}\n", stats::to_words(*ahead),
                            ahead->side == stats::forecast_side::fail ? " until FAIL" : "");
    return text;
}

} // namespace

result<decide_answer> decide_command(const decide_options& options, instant now) {
    auto body = body_of(options);
    if (!body) return std::unexpected(std::move(body.error()));
    auto decided = decide_json(*body);
    if (!decided) return std::unexpected(std::move(decided.error()));
    decide_answer answer{.report = std::move(decided->get_object())};
    std::optional<stats::forecast> ahead;
    if (answer.report.at("forecast").is_object()) {
        ahead = forecast_of(answer.report);
        if (options.per_day) {
            add_dates(*ahead, now, *options.per_day);
            put_dates(answer.report, *ahead);
        }
    }
    answer.exit_code = json::text_or(answer.report, "verdict") == "PASS" ? 0 : 1;
    answer.text = page(answer.report, options, ahead);
    return answer;
}

} // namespace servery::rollout
