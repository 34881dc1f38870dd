#include "cli/roi_print.h"

#include "cli/output.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

namespace servery::cli {

namespace {

constexpr int chart_width = 56;

// "-142.310000" -> -142.31; none for null.
std::optional<double> amount(const json::object& o, std::string_view name) {
    const auto* v = o.if_contains(name);
    if (v == nullptr || !v->is_string()) return std::nullopt;
    return std::strtod(v->get_string().c_str(), nullptr);
}

// 1,234 or 12.34: small amounts with cents, the rest without.
std::string money(std::optional<double> v) {
    if (!v) return "?";
    if (std::abs(*v) < .005) return "0";
    if (std::abs(*v) < 10) return fmt::format("{:.2f}", *v);
    auto digits = fmt::format("{:.0f}", std::abs(*v));
    for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return (*v < 0 && digits != "0" ? "-" : "") + digits;
}

std::string money(const json::object& o, std::string_view name) {
    return money(amount(o, name));
}

std::string number(const json::value& v) {
    if (!v.is_number()) return "-";
    const auto d = v.to_number<double>();
    return std::abs(d - std::round(d)) < 1e-9 ? fmt::format("{:.0f}", d) : fmt::format("{:.4g}", d);
}

std::string guess(const json::value& v) {
    if (v.is_number()) return number(v);
    if (!v.is_array()) return "-";
    std::string out;
    for (const auto& x : v.get_array())
        out += (out.empty() ? "" : " .. ") + number(x);
    return out;
}

std::string percent(const json::value& v, int digits = 0) {
    return v.is_number() ? fmt::format("{:.{}f} %", v.to_number<double>() * 100, digits) : "?";
}

const json::object* part(const json::object& of, std::string_view name) {
    const auto* v = of.if_contains(name);
    return v != nullptr && v->is_object() ? &v->get_object() : nullptr;
}

// A line of a fixed width onto which amounts between low and high are set.
class scale {
  public:
    scale(double low, double high) : low_(std::min(low, 0.0)), high_(std::max(high, 0.0)) {
        if (high_ - low_ < 1e-9) high_ = low_ + 1;
    }
    [[nodiscard]] int at(double v) const {
        const double place = (v - low_) / (high_ - low_) * (chart_width - 1);
        return std::clamp(static_cast<int>(std::lround(place)), 0, chart_width - 1);
    }
    // From one place to the other with `fill`, then the mark; zero always shows.
    [[nodiscard]] std::string bar(double from, double to, std::optional<double> mark,
                                  const char* fill) const {
        std::vector<std::string> cells(chart_width, " ");
        for (int i = at(std::min(from, to)); i <= at(std::max(from, to)); ++i)
            cells[static_cast<std::size_t>(i)] = fill;
        cells[static_cast<std::size_t>(at(0))] = "│";
        if (mark) cells[static_cast<std::size_t>(at(*mark))] = "●";
        std::string out;
        for (const auto& c : cells)
            out += c;
        return out;
    }
    [[nodiscard]] std::string ends() const {
        const auto left = money(low_);
        const auto right = money(high_);
        const int gap = chart_width - static_cast<int>(left.size() + right.size());
        return left + std::string(static_cast<std::size_t>(std::max(1, gap)), ' ') + right;
    }

  private:
    double low_;
    double high_;
};

void print_inputs(const json::object& value) {
    table rows({"input", "guess", "measured", "n", "used", "what it is"});
    for (const auto& r : items(value, "inputs")) {
        const auto& o = r.as_object();
        const auto* measured = part(o, "measured");
        rows.row({cell(o, "name"), guess(o.at("guess")),
                  measured != nullptr ? number(measured->at("value")) : "-", number(o.at("n")),
                  number(o.at("used")) + (cell(o, "basis") == "measured" ? " (measured)" : ""),
                  cell(o, "words")});
    }
    rows.print();
}

void print_month(const json::object& value, const std::string& currency) {
    const auto* m = part(value, "month");
    if (m == nullptr) return;
    line(bold("One month at full use") + " (" + currency + ")");
    line(fmt::format("  {:.0f} conversations, {:.0f} solved, {:.0f} handed over",
                     m->at("conversations").to_number<double>(),
                     m->at("solved").to_number<double>(),
                     m->at("handed_over").to_number<double>()));
    line("  saved " + money(*m, "saved") + ", hand-over cost " + money(*m, "penalty") +
         ", drafts " + money(*m, "assist") + ", revenue " + money(*m, "revenue") + ", harm " +
         money(*m, "errors"));
    line("  people " + money(*m, "people") + ", fixed " + money(*m, "fixed") + ", tokens " +
         money(*m, "tokens"));
    line("  " + bold("worth " + money(*m, "capacity")) + " in freed time, " +
         bold(money(*m, "cash")) + " in cash");
}

void print_project(const json::object& value) {
    const auto* p = part(value, "project");
    const auto* mc = part(value, "mc");
    if (p == nullptr || mc == nullptr) return;
    line("");
    line(bold(cell(*p, "horizon_months") + " months, " + cell(value, "view") + " view"));
    line("  set-up " + money(*p, "setup") + ", net present value " + money(*p, "npv") +
         ", return " + percent(p->at("roi")) + ", " +
         (p->at("payback_months").is_null() ? std::string("no payback within the horizon")
                                            : "paid back in month " + cell(*p, "payback_months")));
    line("  one outcome in ten lies below " + money(*mc, "p10") + ", half below " +
         money(*mc, "p50") + ", one in ten above " + money(*mc, "p90"));
    line("  chance to pay: " + bold(percent(mc->at("p_positive"), 1)) + " (" + cell(*mc, "n") +
         " draws, seed " + cell(*mc, "seed") + ")");
    const auto* turns = part(value, "breakeven");
    if (turns == nullptr) return;
    const auto at = [&](const char* name) { return number(turns->at(name)); };
    line("  pays from " + (turns->at("N").is_null() ? "no" : at("N")) +
         " contacts a month, or from " +
         (turns->at("resolve").is_null() ? "no share" : percent(turns->at("resolve"))) +
         " solved; one more topic from " +
         (turns->at("marginal").is_null() ? "no share" : percent(turns->at("marginal"))));
}

void print_fan(const json::object& value) {
    const auto& fan = items(value, "fan");
    if (fan.empty()) return;
    double low = 0;
    double high = 0;
    for (const auto& row : fan) {
        low = std::min(low, amount(row.as_object(), "p10").value_or(0));
        high = std::max(high, amount(row.as_object(), "p90").value_or(0));
    }
    const scale s(low, high);
    line("");
    line(bold("Money so far, month by month") + "  ● half of the outcomes lie below, ░ 8 of 10");
    line(fmt::format("{:>6} {:>6}  {}", "month", "use", s.ends()));
    for (const auto& row : fan) {
        const auto& o = row.as_object();
        line(fmt::format("{:>6} {:>6}  {} {}", cell(o, "month"), percent(o.at("exposure")),
                         s.bar(*amount(o, "p10"), *amount(o, "p90"), amount(o, "p50"), "░"),
                         money(o, "p50")));
    }
}

void print_tornado(const json::object& value) {
    const auto& bars = items(value, "tornado");
    if (bars.empty()) return;
    double low = 0;
    double high = 0;
    for (const auto& row : bars)
        for (const auto* end : {"low", "high"}) {
            low = std::min(low, amount(row.as_object(), end).value_or(0));
            high = std::max(high, amount(row.as_object(), end).value_or(0));
        }
    const scale s(low, high);
    line("");
    line(bold("What moves it most") + "  net present value with one input at its low and its high");
    line(fmt::format("{:>20}  {}", "", s.ends()));
    for (const auto& row : bars) {
        const auto& o = row.as_object();
        if (amount(o, "swing").value_or(0) < .005) continue; // moves nothing in this view
        line(fmt::format("{:>20}  {} {} .. {}", cell(o, "name"),
                         s.bar(*amount(o, "low"), *amount(o, "high"), std::nullopt, "▓"),
                         money(o, "low"), money(o, "high")));
    }
}

void print_rule(const json::object& value) {
    const auto* r = part(value, "stop_rule");
    if (r == nullptr) return;
    line("");
    const auto verdict = cell(*r, "verdict");
    line(bold("Stop rule") + "  go from " + percent(r->at("go_above")) + ", stop below " +
         percent(r->at("stop_below")) + ", decided at " + cell(*r, "decide_by") + ", " +
         (r->at("signed_by").is_null() ? "not signed" : "signed by " + cell(*r, "signed_by")));
    line("  looking ahead the chance to pay is " + percent(r->at("p_positive"), 1) + ": " +
         (verdict == "stop" ? bad_word(verdict) : good_word(verdict)) + ", " + cell(*r, "why"));
    if (const auto vendor = amount(value, "vendor_month"))
        line("  a vendor's calculator would say " + money(vendor) +
             " a month: every contact, eight minutes, 60 % solved, no upkeep");
}

std::string day(const json::object& o, std::string_view name) {
    const auto text = cell(o, name);
    return text.empty() ? "never" : text.substr(0, 10);
}

} // namespace

void print_value(const json::object& value) {
    print_inputs(value);
    line("");
    if (!items(value, "incomplete").empty()) {
        std::string missing;
        for (const auto& name : items(value, "incomplete"))
            missing += (missing.empty() ? "" : ", ") + std::string(name.as_string());
        line(bad_word("not computed") + ": the case lacks " + missing +
             " (write them under roi.inputs of the plan, or give --set name=value)");
        return;
    }
    print_month(value, cell(value, "currency"));
    print_project(value);
    print_fan(value);
    print_tornado(value);
    print_rule(value);
}

void print_money(const json::object& all) {
    const auto currency = cell(all, "currency");
    table rows({"phase", "months", "cash " + currency, "4 in 5 below", "all high", "budget",
                "hours", "4 in 5 below", "hours in " + currency});
    for (const auto& p : items(all, "phases")) {
        const auto& o = p.as_object();
        const auto* within = o.if_contains("within_budget");
        auto budget = money(o, "budget");
        if (within != nullptr && within->is_bool() && !within->get_bool()) budget += " exceeded";
        rows.row({cell(o, "phase"), number(o.at("months")), money(o, "cash"), money(o, "cash_p80"),
                  money(o, "cash_highest"), budget,
                  fmt::format("{:.1f}", o.at("hours").to_number<double>()),
                  fmt::format("{:.1f}", o.at("hours_p80").to_number<double>()),
                  money(o, "opportunity")});
    }
    rows.print();
    line("hours of your own people are shown beside cash and never added to it");
}

void print_reach(const json::object& reach) {
    table gates({"gate", "closes", "from", "planned end", "half by", "4 in 5 by", "9 in 10 by",
                 "decided by"});
    for (const auto& g : items(reach, "gates")) {
        const auto& o = g.as_object();
        const bool good = o.at("decidable").is_bool() && o.at("decidable").get_bool();
        const auto until = cell(o, "until");
        gates.row({cell(o, "gate"), cell(o, "phase"), day(o, "from"),
                   until.empty() ? "ongoing" : until.substr(0, 10), day(o, "date50"),
                   day(o, "date80"), day(o, "date90"),
                   cell(o, "limited_by") + (good ? "" : " (too late)")});
    }
    gates.print();
    line("");
    table conditions(
        {"metric", "phase", "target", "if truly", "needed (4 in 5)", "a day", "4 in 5 by"});
    for (const auto& c : items(reach, "conditions")) {
        const auto& o = c.as_object();
        conditions.row({cell(o, "metric"), cell(o, "phase"), number(o.at("target")),
                        number(o.at("truth")), number(o.at("n80")), number(o.at("per_day")),
                        day(o, "date80")});
    }
    conditions.print();
    for (const auto& g : items(reach, "gates")) {
        const auto& o = g.as_object();
        if (items(o, "proposals").empty()) continue;
        line("");
        line(cell(o, "gate") + " is too late; one of these helps:");
        for (const auto& p : items(o, "proposals"))
            line("  - " + std::string(p.as_string()));
    }
}

} // namespace servery::cli
