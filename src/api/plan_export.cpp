#include "api/plan_export.h"

#include "api/resources.h"
#include "control_plane/gate/gate_service.h"
#include "control_plane/gate/value/measured.h"
#include "control_plane/plan/io/export.h"
#include "control_plane/plan/words.h"

#include <fmt/format.h>

namespace servery::api {

namespace {

constexpr std::string_view workbook_type =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

// "91 % (86 to 95 %), n = 148".
std::string measured_words(const gate::condition& c) {
    auto out = plan::quantity_words(*c.value, c.unit);
    if (c.interval)
        out += fmt::format(" ({} to {})", plan::quantity_words(c.interval->lower, c.unit),
                           plan::quantity_words(c.interval->upper, c.unit));
    return out + (c.n > 0 ? fmt::format(", n = {}", c.n) : "");
}

// The conditions of the gate ahead carry what is measured and what is waived.
void take_conditions(gate::gate_service& gates, const std::string& project,
                     plan::live_status& out) {
    const auto ahead = gates.gate_ahead(project);
    const auto run = ahead ? gates.show(project, *ahead) : result<gate::run>{};
    if (!run) return;
    for (const auto& c : run->conditions) {
        const auto metric = c.id.find("/metric/");
        if (metric != std::string::npos && c.value)
            out.measured.try_emplace(c.id.substr(metric + 8), measured_words(c));
        if (c.state == gate::state::waived)
            out.exceptions.push_back("Waived at " + *ahead + ": " + c.label + ", " + c.why);
    }
}

plan::live_status status_of(backend& with, const std::string& project,
                            const plan::plan_view& view) {
    plan::live_status out;
    out.at = with.now.now();
    out.revision = view.revision;
    if (with.gates == nullptr) return out;
    auto& gates = *with.gates;
    const auto now = gates.standing_of(project);
    if (now.phase) out.phase = plan::word(*now.phase);
    out.gates =
        plan::gate_dates(view.plan->typed, out.at,
                         gate::knowledge_of(gates.facts(), project, now.variant, view.plan->typed));
    if (now.override_until.ms != 0)
        out.exceptions.push_back("Override until " + to_date(now.override_until) + ": " +
                                 now.override_reason);
    take_conditions(gates, project, out);
    return out;
}

reply file_reply(std::string text, std::string type, std::string name) {
    auto out = text_reply(std::move(text), std::move(type));
    out.file_name = std::move(name);
    return out;
}

} // namespace

bool is_export_format(std::string_view format) {
    return format == "md" || format == "csv" || format == "xlsx";
}

result<reply> export_plan(backend& with, const call& c, const plan::plan_view& view,
                          std::string_view format) {
    const auto project = c.project();
    const auto& document = view.plan->typed;
    const auto newest = with.plans->head(project);
    const bool is_newest = newest && newest->revision == view.revision;
    const auto status = is_newest ? status_of(with, project, view) : plan::live_status{};
    const auto* now = is_newest ? &status : nullptr;
    if (format == "csv") {
        const auto table = plan::sheet_of(document, c.word("table", "roadmap"), now);
        if (!table) return std::unexpected(table.error());
        return file_reply(plan::to_csv(*table), "text/csv; charset=utf-8",
                          project + "-" + table->id + ".csv");
    }
    if (format == "md")
        return file_reply(plan::to_markdown(document, now), "text/markdown; charset=utf-8",
                          project + ".md");
    auto book = plan::to_workbook(document, now);
    if (!book) return std::unexpected(book.error());
    return file_reply(std::move(*book), std::string(workbook_type), project + ".xlsx");
}

} // namespace servery::api
