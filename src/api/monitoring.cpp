// The board and the monthly reports.
#include "api/resources.h"
#include "control_plane/monitoring/monitoring_service.h"

namespace servery::api {

namespace {

// "2026-10.html" -> month and format.
result<reply> report(backend& with, call& c) {
    const auto name = c.param("report");
    const auto dot = name.rfind('.');
    const auto month = name.substr(0, dot);
    const auto format = dot == std::string::npos ? std::string("json") : name.substr(dot + 1);
    auto r = with.monitoring->report_of(c.project(), month, c.word("preview") == "1");
    if (!r) return std::unexpected(r.error());
    if (format == "html") return text_reply(monitoring::to_html(*r), "text/html; charset=utf-8");
    if (format == "md")
        return text_reply(monitoring::to_markdown(*r), "text/markdown; charset=utf-8");
    if (format == "json") return ok(json::to_json(*r).as_object());
    return fail(error_code::not_found, "monitor.report.format",
                "there is no report in the format '" + format + "'", "report", "html, md or json");
}

} // namespace

void add_monitoring(route_table& to, backend& with) {
    to.add(read(std::string(in_project) + "/board", "project.read",
                "the numbers with their intervals; ?period=30d", [&with](call& c) -> result<reply> {
                    return answer_json(
                        with.monitoring->board_of(c.project(), c.word("period", "30d")));
                }));
    to.add(read(std::string(in_project) + "/reports", "project.read", "months that have a report",
                [&with](call& c) -> result<reply> {
                    json::array all;
                    for (const auto& month : with.monitoring->months(c.project()))
                        all.push_back(json::object{{"month", month}});
                    return page(c, std::move(all));
                }));
    to.add(read(std::string(in_project) + "/reports/{report}", "project.read",
                "a month's report: 2026-10.html, .md or .json; ?preview=1",
                [&with](call& c) { return report(with, c); }));
}

} // namespace servery::api
