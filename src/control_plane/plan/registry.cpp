#include "control_plane/plan/registry.h"

#include "control_plane/plan/data/embedded.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace servery::plan {
namespace {

// What the modules of this build measure.
constexpr std::array emitted_facts{
    "evaluation.poc_passed",
    "desk.answer_accuracy",
    "desk.harm_rate",
    "guardrails.label_coverage",
    "gateway.fallback_drill",
    "rollout.sample_ratio",
    "monitoring.available",
    "plan.lint_blockers",
    "plan.guidelines",
    "plan.estimates_complete",
    "assistant.entries_live",
    "assistant.promised_accuracy_ok",
    "access.mfa_ok",
    "access.key_age_max_days",
    "access.tls_ok",
    "audit.ok",
    "secrets.scan_ok",
    "guardrails.pii_scan",
    "guardrails.injection_alerts",
    "guardrails.block_rate",
    "guardrails.consent_coverage",
    "desk.median_wait_s",
    "monitoring.latency_p95",
    "monitoring.answered_right",
    "monitoring.handed_over",
    "monitoring.unanswered",
    "monitoring.flags",
    "monitoring.satisfied",
    "monitoring.ai_share",
    "economics.p_npv_positive",
    "economics.next_phase_forecast_p80",
};

std::optional<double> number_of(const std::string& text) {
    double d = 0;
    const auto done = std::from_chars(text.data(), text.data() + text.size(), d);
    if (text.empty() || done.ec != std::errc{}) return std::nullopt;
    return d;
}

std::vector<fact_definition> read_facts() {
    std::vector<fact_definition> out;
    for (auto& row : parse_csv(embedded_text("facts.csv"))) {
        fact_definition f;
        f.ref = row["ref"];
        f.module = row["module"];
        f.unit = row["unit"];
        f.kind = json::enum_from<fact_kind>(row["kind"]).value_or(fact_kind::state);
        f.counts = row["counts"];
        f.obtained = row["obtained"];
        f.variant_bound = row["variant_bound"] == "yes";
        f.design = row["design"];
        f.low = number_of(row["low"]);
        f.high = number_of(row["high"]);
        f.default_max_age = row["default_max_age"];
        f.definition = row["definition"];
        f.emitted = std::ranges::find(emitted_facts, f.ref) != emitted_facts.end();
        out.push_back(std::move(f));
    }
    return out;
}

std::vector<phase> marked_phases(const csv_row& row) {
    static constexpr std::array marks{"S", "P", "R", "Pr"};
    std::vector<phase> out;
    for (int i = 0; i < phase_count; ++i) {
        const auto* mark = marks[static_cast<std::size_t>(i)];
        if (const auto cell = row.find(mark); cell != row.end()) {
            if (cell->second == "1") out.push_back(static_cast<phase>(i));
        } else if (const auto list = row.find("phases"); list != row.end()) {
            const auto words = split(list->second, ',');
            if (std::ranges::find(words, std::string_view(mark)) != words.end())
                out.push_back(static_cast<phase>(i));
        }
    }
    return out;
}

std::vector<table_row> read_table(std::string_view file) {
    std::vector<table_row> out;
    for (auto& row : parse_csv(embedded_text(file)))
        out.push_back({row["id"], marked_phases(row), row});
    return out;
}

} // namespace

std::vector<csv_row> parse_csv(std::string_view text) {
    std::vector<std::vector<std::string>> lines;
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
            cells.back() += '"';
            ++i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == ',') {
            cells.emplace_back();
        } else if (!quoted && c == '\n') {
            lines.push_back(std::move(cells));
            cells.assign(1, "");
        } else if (quoted || c != '\r') {
            cells.back() += c;
        }
    }
    if (cells.size() > 1 || !cells.front().empty()) lines.push_back(std::move(cells));
    std::vector<csv_row> rows;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        csv_row row;
        for (std::size_t c = 0; c < lines[0].size(); ++c)
            row[lines[0][c]] = c < lines[i].size() ? lines[i][c] : "";
        rows.push_back(std::move(row));
    }
    return rows;
}

const std::vector<fact_definition>& facts() {
    static const auto all = read_facts();
    return all;
}

const fact_definition* find_fact(std::string_view key) {
    const fact_definition* family = nullptr;
    for (const auto& f : facts()) {
        if (f.ref == key) return &f;
        if (!f.ref.ends_with(".*")) continue;
        const auto stem = std::string_view(f.ref).substr(0, f.ref.size() - 1);
        if (key.size() > stem.size() && key.starts_with(stem) &&
            (family == nullptr || family->ref.size() < f.ref.size()))
            family = &f;
    }
    return family;
}

std::string nearest_fact(std::string_view key) {
    std::vector<std::string> names;
    for (const auto& f : facts())
        names.push_back(f.ref);
    if (auto near = nearest_name(key, names); !near.empty()) return near;
    // The right measure under the wrong module is a common slip.
    const auto measure = key.substr(key.find('.') + 1);
    for (const auto& name : names)
        if (name.substr(name.find('.') + 1) == measure) return name;
    return {};
}

const std::vector<table_row>& checklist_rows() {
    static const auto rows = read_table("checklist.csv");
    return rows;
}
const std::vector<table_row>& resource_rows() {
    static const auto rows = read_table("resources.csv");
    return rows;
}
const std::vector<csv_row>& roadmap_rows() {
    static const auto rows = parse_csv(embedded_text("roadmap.csv"));
    return rows;
}
const std::vector<csv_row>& wizard_rows() {
    static const auto rows = parse_csv(embedded_text("wizard.csv"));
    return rows;
}

} // namespace servery::plan
