#include "control_plane/gate/value/wizard_outcome.h"

#include "control_plane/gate/value/value_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace servery::gate {
namespace {

struct sentence {
    const char* en;
    const char* de;
};
std::string words(const sentence& s, std::string_view language, std::string_view with = {}) {
    std::string out = language == "de" ? s.de : s.en;
    if (const auto at = out.find("{}"); at != std::string::npos) out.replace(at, 2, with);
    return out;
}

constexpr sentence decided{
    "The pilot can be decided on {} (4 times in 5 by then).",
    "Über den Pilot kann am {} entschieden werden (in 4 von 5 Fällen bis dahin)."};
constexpr sentence too_late{
    "The pilot cannot be decided in its time: not before {}.",
    "Über den Pilot kann in seiner Zeit nicht entschieden werden: nicht vor dem {}."};
constexpr sentence never{"The pilot cannot be decided at this volume.",
                         "Über den Pilot kann bei dieser Menge nicht entschieden werden."};
constexpr sentence ask_lawyer{
    "This area decides about people's lives: ask a lawyer to sign before anything else.",
    "Dieser Bereich entscheidet über das Leben von Menschen: zuerst eine juristische Unterschrift "
    "einholen."};
constexpr sentence import_knowledge{"Give it what it should know.",
                                    "Geben Sie ihr, was sie wissen soll."};
constexpr sentence fix_first{"Settle what blocks the first gate.",
                             "Klären Sie, was das erste Tor versperrt."};
constexpr sentence measure{"Time 30 pieces of today's work over two weeks.",
                           "Stoppen Sie die Zeit von 30 heutigen Vorgängen über zwei Wochen."};
constexpr sentence begin{"Enter the sandbox.", "Betreten Sie die Sandbox."};

std::string headline(const plan::document& d, instant now, std::string_view language) {
    for (const auto& g : plan::gate_dates(d, now)) {
        if (g.phase != "pilot") continue;
        if (!g.date80) return words(never, language);
        return words(g.decidable ? decided : too_late, language, to_date(*g.date80));
    }
    return words(never, language);
}

json::object next_step(const plan::document& d, const std::vector<plan::finding>& findings,
                       const json::object& answers, std::string_view language) {
    const auto step = [&](const char* what, const sentence& s, std::string command) {
        return json::object{
            {"what", what}, {"words", words(s, language)}, {"command", std::move(command)}};
    };
    if (d.use_case.risk_class == "high") return step("legal", ask_lawyer, "servery gate show G0");
    if (std::ranges::any_of(findings,
                            [](const plan::finding& f) { return f.level == plan::level::blocker; }))
        return step("lint", fix_first, "servery plan lint --gate G0");
    const auto* text = plan::answer_at(answers, "knowledge.text");
    if (text == nullptr || !text->is_string() || text->get_string().empty())
        return step("knowledge", import_knowledge, "servery kb import FILE");
    if (d.problem.baseline.measured_days < 14)
        return step("baseline", measure, "servery plan show");
    return step("sandbox", begin, "servery gate show G0");
}

json::object forecast_json(const plan::plan_document& plan) {
    const auto& d = plan.typed;
    const auto full = value_of(plan, {.set = {}, .months = {}, .ladder = {}, .measured = {}});
    json::object out{{"currency", d.meta.currency},
                     {"horizon_months", d.roi.horizon_months},
                     {"incomplete", json::array{}},
                     {"month", nullptr},
                     {"npv", nullptr},
                     {"payback_months", nullptr},
                     {"break_even_volume", nullptr}};
    if (full) {
        const auto all = to_json(*full);
        out["incomplete"] = all.at("incomplete");
        if (full->known) {
            const auto& month = all.at("month").as_object();
            out["month"] =
                json::object{{"capacity", month.at("capacity")}, {"cash", month.at("cash")}};
            const auto& mc = all.at("mc").as_object();
            out["npv"] = json::object{{"p10", mc.at("p10")},
                                      {"p50", mc.at("p50")},
                                      {"p90", mc.at("p90")},
                                      {"p_positive", mc.at("p_positive")}};
            out["payback_months"] = all.at("project").at("payback_months");
            out["break_even_volume"] = all.at("breakeven").at("N");
        }
    } else {
        out["incomplete"] = json::array{json::string(to_line(full.error()))};
    }
    const auto money = money_of(plan, {.set = {}, .months = {}, .ladder = {}, .measured = {}});
    out["phases"] = to_json(money, d).at("phases");
    return out;
}

} // namespace

json::object outcome_of(const plan::plan_document& plan, const json::object& answers, instant now,
                        const std::vector<std::string>& notes, std::string_view language) {
    const auto findings = plan::lint(plan, {.gate = "G0", .now = now, .levels = {}});
    auto out = plan::lint_json(findings);
    out["plan"] = plan.tree;
    out["notes"] = json::to_json(notes);
    out["headline"] = headline(plan.typed, now, language);
    out["forecast"] = forecast_json(plan);
    out["reachability"] = reach_json(plan.typed, now, {});
    out["next"] = next_step(plan.typed, findings, answers, language);
    return out;
}

namespace {

std::string text_of(const json::object& o, std::string_view name) {
    return json::text_or(o, name);
}

// "100.000000" as 100; "?" for what is not known.
std::string amount_of(const json::object& o, std::string_view name) {
    const auto text = text_of(o, name);
    return text.empty() ? "?" : fmt::format("{:.0f}", std::strtod(text.c_str(), nullptr));
}

std::string worth_text(const json::object& forecast) {
    const auto& currency = forecast.at("currency").as_string();
    if (!forecast.at("month").is_object()) {
        std::string missing;
        for (const auto& name : forecast.at("incomplete").as_array())
            missing += (missing.empty() ? "" : ", ") + std::string(name.as_string());
        return "worth: not known yet, missing " + missing + "\n";
    }
    const auto& month = forecast.at("month").as_object();
    const auto& npv = forecast.at("npv").as_object();
    return fmt::format("worth a month at full use: {} {} in freed time, {} in cash\n"
                       "chance to pay within {} months: {:.0f} % (8 of 10 outcomes lie between "
                       "{} and {})\n",
                       amount_of(month, "capacity"), std::string_view(currency),
                       amount_of(month, "cash"), forecast.at("horizon_months").as_int64(),
                       npv.at("p_positive").to_number<double>() * 100, amount_of(npv, "p10"),
                       amount_of(npv, "p90"));
}

std::string phases_text(const json::object& forecast) {
    std::string out = fmt::format("{:<12}{:>10}{:>10}{:>10}{:>10}\n", "phase", "months", "hours",
                                  "cash", "budget");
    for (const auto& row : forecast.at("phases").as_array()) {
        const auto& o = row.as_object();
        out += fmt::format("{:<12}{:>10.1f}{:>10.1f}{:>10}{:>10}\n", text_of(o, "phase"),
                           o.at("months").to_number<double>(), o.at("hours").to_number<double>(),
                           amount_of(o, "cash"), amount_of(o, "budget"));
    }
    return out;
}

std::string findings_text(const json::object& outcome) {
    constexpr std::size_t most = 5;
    const auto& all = outcome.at("findings").as_array();
    std::string out = fmt::format("{} findings, score {} of 100\n", all.size(),
                                  outcome.at("score").to_number<int>());
    for (std::size_t i = 0; i < std::min(most, all.size()); ++i) {
        const auto& f = all[i].as_object();
        out +=
            "  " + text_of(f, "id") + " " + text_of(f, "level") + ": " + text_of(f, "what") + "\n";
    }
    if (all.size() > most)
        out += fmt::format("  and {} more: servery plan lint\n", all.size() - most);
    return out;
}

} // namespace

std::string outcome_text(const json::object& outcome) {
    const auto& forecast = outcome.at("forecast").as_object();
    std::string out = "\n" + text_of(outcome, "headline") + "\n";
    for (const auto& note : outcome.at("notes").as_array())
        out += "  note: " + std::string(note.as_string()) + "\n";
    out +=
        "\n" + worth_text(forecast) + "\n" + phases_text(forecast) + "\n" + findings_text(outcome);
    const auto& next = outcome.at("next").as_object();
    return out + "\nnext: " + text_of(next, "words") + " (" + text_of(next, "command") + ")\n";
}

result<json::object> wizard_outcome(const json::object& answers, instant now,
                                    std::string_view preset, std::string_view language) {
    std::vector<std::string> notes;
    auto plan = plan::run_wizard(answers, now, preset, &notes, language);
    if (!plan) return std::unexpected(plan.error());
    return outcome_of(*plan, answers, now, notes, language);
}

} // namespace servery::gate
