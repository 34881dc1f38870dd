// alert list, ack, resolve, watch.
#include "cli/client.h"
#include "cli/output.h"

#include <fmt/format.h>

namespace servery::cli {

namespace {

std::string percent(const json::object& of, std::string_view member) {
    const auto* v = of.if_contains(member);
    if (v == nullptr || !v->is_number()) return "not measured";
    return fmt::format("{:.1f} %", v->to_number<double>() * 100);
}

void print_alert(const json::object& a) {
    const auto severity = cell(a, "severity");
    line(bold(cell(a, "id")) + "  " + (severity == "critical" ? bad_word(severity) : severity) +
         ", " + cell(a, "state"));
    line("  " + cell(a, "words"));
    if (!cell(a, "acknowledged_by").empty())
        line("  acknowledged by " + cell(a, "acknowledged_by") + " at " +
             cell(a, "acknowledged_at"));
    if (!cell(a, "resolution").empty())
        line("  resolved: " + cell(a, "resolution") +
             (cell(a, "resolved_by").empty() ? "" : " by " + cell(a, "resolved_by")) + " at " +
             cell(a, "resolved_at"));
    else
        line("  to do: " + cell(a, "what_to_do"));
    for (const auto& example : items(a, "examples"))
        line("  example: " + std::string(example.get_string()));
}

int print_alerts(const json::object& got) {
    if (items(got).empty()) line("no alerts");
    for (const auto& a : items(got))
        print_alert(a.as_object());
    return exit_code::good;
}

int list(const arguments& in, const common& with) {
    const client server(with);
    const auto state = in.has("open") ? std::string("open") : in.text("state");
    const auto path = server.in_project("/alerts?limit=200&state=" + escape(state));
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), print_alerts);
}

int one(const common& with, const arguments& in, const char* act, const json::object& body) {
    const client server(with);
    const auto path = server.in_project("/alerts/" + escape(in.text("alert")) + "/" + act);
    if (!path) return refuse(with, path.error());
    return finish(with, server.send("POST", *path, body), [](const json::object& a) {
        print_alert(a);
        return exit_code::good;
    });
}

int ack(const arguments& in, const common& with) {
    return one(with, in, "ack", {});
}

int resolve(const arguments& in, const common& with) {
    return one(with, in, "resolve",
               {{"resolution", in.text("resolution", "fixed")}, {"note", in.text("note")}});
}

int watch(const arguments&, const common& with) {
    const client server(with);
    const auto path = server.in_project("/detectors");
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), [](const json::object& got) {
        table rows({"stream", "limit", "lately", "n", "to an alarm", "state"});
        for (const auto& s : items(got, "streams")) {
            const auto& o = s.as_object();
            rows.row({cell(o, "stream"), percent(o, "limit"), percent(o, "value"), cell(o, "n"),
                      percent(o, "ratio"), cell(o, "state")});
        }
        rows.print();
        const auto budget = object_in(got, "budget");
        line("budget: " + cell(budget, "false_alarms_a_year") +
             " false alarm a year over all streams; in the last 365 days " +
             cell(budget, "alerts_365d") + " alerts, " + cell(budget, "false_alarms_365d") +
             " of them called false");
        return exit_code::good;
    });
}

} // namespace

command_list alert_commands() {
    using kind = option_kind;
    std::vector<option> listed{{"open", "only those nobody has resolved", kind::flag},
                               {"state", "only raised, acknowledged or resolved"}};
    std::vector<option> which{{"alert", "al_…", kind::place, true}};
    return {
        {"alert list", "what went past a limit of the plan, newest first",
         "servery alert list --open", listed, list},
        {"alert ack", "say that you have seen it and look after it", "servery alert ack al_0123",
         which, ack},
        {"alert resolve",
         "say that it is over",
         "servery alert resolve al_0123 --resolution fixed --note 'the provider is back'",
         {{"alert", "al_…", kind::place, true},
          {"resolution", "fixed, new_normal, false_alarm", kind::text, false, "fixed"},
          {"note", "why, for those who read it later"}},
         resolve},
        {"alert watch", "what is watched, under which limits", "servery alert watch", {}, watch},
        {"report alerts", "the same as alert list", "servery report alerts --open", listed, list},
        {"report ack", "the same as alert ack", "servery report ack al_0123", which, ack}};
}

} // namespace servery::cli
