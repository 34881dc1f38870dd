// The tables that people print: the mission's columns, what stands in computed cells, and files
// whose cells come back as they went in.
#include "control_plane/plan/io/export.h"
#include "control_plane/plan/lint_fixture.h"

#include <gtest/gtest.h>

namespace servery::plan {
namespace {

const sheet& table_in(const std::vector<sheet>& all, std::string_view id) {
    return *std::ranges::find(all, id, &sheet::id);
}

std::string cell_of(const sheet& from, std::string_view row, std::string_view column) {
    const auto c = std::ranges::find(from.columns, column) - from.columns.begin();
    for (const auto& r : from.rows)
        if (r.back() == row) return r.at(static_cast<std::size_t>(c));
    ADD_FAILURE() << "no row " << row;
    return {};
}

bool holds(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

// REQ: A-C1, A-C2, A-C5, A-C7, C-H1, C-H2, C-H4, C-H5
TEST(sheets, have_the_columns_of_the_missions_templates_in_their_order) {
    const auto all = sheets_of(first_plan().typed);
    const auto first = [&](std::string_view id, std::size_t n) {
        auto columns = table_in(all, id).columns;
        columns.resize(n);
        return columns;
    };
    EXPECT_EQ(first("roadmap", 7),
              (std::vector<std::string>{"Phase", "Key Activities", "Timeline (Est.)", "Owner(s)",
                                        "Resources Needed (People, Budget, Tools)",
                                        "Success Metrics", "Risks & Mitigation Strategies"}));
    EXPECT_EQ(first("checklist", 4),
              (std::vector<std::string>{"Risk Category", "Assessment Question",
                                        "Phase Check (S,P,R,Pr)", "Notes / Mitigation Plan"}));
    EXPECT_EQ(first("resources", 6),
              (std::vector<std::string>{"Resource Category", "Details / Requirements",
                                        "Phase(s) Needed", "Estimated Cost / Time Commitment",
                                        "Source (Internal/External/New Purchase)", "Notes"}));
    for (const auto& table : all)
        for (const auto& row : table.rows)
            EXPECT_EQ(row.size(), table.columns.size()) << table.id;
}

TEST(sheets, a_resource_says_phases_and_amount_as_people_write_them) {
    const auto plan = first_plan();
    const auto resources = table_in(sheets_of(plan.typed), "resources");
    const auto amount = [&](std::string_view row) {
        return cell_of(resources, row, "Estimated Cost / Time Commitment");
    };
    EXPECT_EQ(cell_of(resources, "C-PERS-1", "Phase(s) Needed"), "All");
    EXPECT_EQ(cell_of(resources, "C-PERS-3", "Phase(s) Needed"), "S, P, R");
    EXPECT_EQ(amount("C-PERS-1"), "2 h/week");
    EXPECT_EQ(amount("C-PERS-2"), "S 10 h; P 20 h; R 20 h; Pr 10 h");
    EXPECT_EQ(amount("C-PERS-4"), "1 h/person×5");
    EXPECT_EQ(amount("C-TECH-1"), "50 EUR/month");
    EXPECT_EQ(estimate_words({.unit = "na"}, "EUR"), "N/A");
    resource_estimate range{.unit = "money"};
    range.value = json::array{0, 20, 50};
    EXPECT_EQ(estimate_words(range, "CHF"), "0–20–50 CHF");
    EXPECT_EQ(phase_marks({}), "N/A");
}

TEST(sheets, a_phases_resources_are_its_rows_and_its_budget) {
    const auto plan = first_plan();
    const auto roadmap = table_in(sheets_of(plan.typed), "roadmap");
    const auto pilot = cell_of(roadmap, "pilot", "Resources Needed (People, Budget, Tools)");
    EXPECT_TRUE(holds(pilot, "Technical Staff (Testing, Integration): S 10 h; P 20 h")) << pilot;
    EXPECT_TRUE(holds(pilot, "Pilot Users / Testers: 1 h/person×5")) << pilot;
    EXPECT_TRUE(holds(pilot, "Budget: ")) << pilot;
    // Pilot users are of the pilot alone.
    EXPECT_FALSE(holds(cell_of(roadmap, "rollout", "Resources Needed (People, Budget, Tools)"),
                       "Pilot Users"));
    EXPECT_TRUE(holds(cell_of(roadmap, "sandbox", "Key Activities"), "[ ] S1-1 "));
    EXPECT_TRUE(holds(cell_of(roadmap, "pilot", "Phase"), "2. Pilot Test\nStages: "));
}

// REQ: A-C4
TEST(sheets, an_owner_is_named_with_the_deputy_and_a_vacancy_says_so) {
    const auto named = first_plan();
    const auto owner = named.typed.in(phase::pilot).owner;
    const auto* person = named.typed.find_person(owner);
    ASSERT_NE(person, nullptr);
    ASSERT_TRUE(person->name.empty() && !person->role.empty()); // a template's: the role stands in
    const auto words = cell_of(table_in(sheets_of(named.typed), "roadmap"), "pilot", "Owner(s)");
    EXPECT_TRUE(words.starts_with(person->role + " (deputy ")) << words;
    auto rosa = named.typed;
    for (auto& p : rosa.people)
        p.name = "Rosa";
    EXPECT_EQ(cell_of(table_in(sheets_of(rosa), "roadmap"), "pilot", "Owner(s)"),
              "Rosa (deputy Rosa)");
    auto vacant = named.typed;
    vacant.phases[1].owner.clear();
    EXPECT_EQ(cell_of(table_in(sheets_of(vacant), "roadmap"), "pilot", "Owner(s)"), "nobody yet");
}

// REQ: A-C3
TEST(sheets, the_timeline_says_when_the_gate_can_be_decided_and_how_late_that_is) {
    const auto plan = first_plan().typed;
    live_status now{.at = today, .revision = 3, .phase = "pilot"};
    gate_reach gate{.gate = "G2", .phase = "pilot", .until = *date_of("2027-01-10")};
    gate.date50 = *date_of("2027-01-04");
    gate.date80 = *date_of("2027-01-22");
    now.gates = {gate};
    const auto timeline = [&] {
        return cell_of(table_in(sheets_of(plan, &now), "roadmap"), "pilot", "Timeline (Est.)");
    };
    EXPECT_TRUE(holds(timeline(), "G2 can be decided by 2027-01-22 (80 %), 12 days later"))
        << timeline();
    now.gates[0].date80 = *date_of("2027-01-09");
    EXPECT_TRUE(holds(timeline(), "1 day earlier than planned")) << timeline();
    const auto offline = cell_of(table_in(sheets_of(plan), "roadmap"), "pilot", "Timeline (Est.)");
    EXPECT_FALSE(holds(offline, "can be decided")) << offline;
}

// REQ: A-C6
TEST(sheets, what_is_measured_stands_beside_the_target_in_the_phase_that_runs) {
    const auto plan = first_plan().typed;
    const auto found = std::ranges::find_if(
        plan.metrics, [](const metric& m) { return m.targets.contains("pilot"); });
    ASSERT_NE(found, plan.metrics.end());
    const auto& metric = *found;
    live_status now{.at = today, .revision = 3, .phase = "pilot"};
    now.measured[metric.id] = "91 % (86 % to 95 %), n = 148";
    const auto roadmap = table_in(sheets_of(plan, &now), "roadmap");
    const auto pilot = cell_of(roadmap, "pilot", "Success Metrics");
    EXPECT_TRUE(holds(pilot, "; now 91 % (86 % to 95 %), n = 148")) << pilot;
    EXPECT_TRUE(holds(pilot, metric.label + ": >= ") || holds(pilot, metric.label + ": <= "));
    // A phase that does not run is not judged by what another one measured.
    EXPECT_FALSE(holds(cell_of(roadmap, "rollout", "Success Metrics"), "now "));
}

TEST(sheets, the_risks_of_a_phase_are_its_rows_with_what_is_done_about_them) {
    auto plan = first_plan().typed;
    for (auto& r : plan.risks) {
        r.note.clear();
        r.mitigation.clear();
    }
    auto& row = *std::ranges::find(plan.risks, std::string("R-REL-1"), &risk::id);
    row.mitigation = "a colleague takes over";
    row.likelihood = 2;
    row.impact = 3;
    const auto cell =
        cell_of(table_in(sheets_of(plan), "roadmap"), "pilot", "Risks & Mitigation Strategies");
    EXPECT_TRUE(holds(cell, "R-REL-1 ")) << cell;
    EXPECT_TRUE(holds(cell, "(likelihood 2, impact 3): a colleague takes over")) << cell;
    EXPECT_TRUE(holds(cell, "rows of the checklist without a note")) << cell;
}

TEST(markdown, keeps_every_cell_in_its_row) {
    auto plan = first_plan().typed;
    plan.risks.front().note = "a|b <script> & \\ c\nd";
    const auto text = to_markdown(plan);
    EXPECT_TRUE(holds(text, "a&#124;b &lt;script&gt; &amp; &#92; c<br>d")) << text;
    std::size_t columns = 0;
    for (const auto line : split(text, '\n')) {
        if (!line.starts_with("|")) {
            columns = 0;
            continue;
        }
        const auto bars = static_cast<std::size_t>(std::ranges::count(line, '|'));
        if (columns == 0) columns = bars;
        ASSERT_EQ(bars, columns) << line;
    }
}

TEST(markdown, of_a_server_ends_with_how_the_project_stands) {
    const auto plan = first_plan().typed;
    live_status now{.at = today, .revision = 7, .phase = "pilot"};
    EXPECT_TRUE(holds(to_markdown(plan, &now), "No override and no waiver is in force"));
    now.exceptions = {"Override until 2026-12-01: the fair opens"};
    const auto text = to_markdown(plan, &now);
    EXPECT_TRUE(holds(text, "## Status on 2026-11-25")) << text;
    EXPECT_TRUE(holds(text, "- Revision 7, phase: pilot")) << text;
    EXPECT_TRUE(holds(text, "- Override until 2026-12-01: the fair opens")) << text;
    EXPECT_FALSE(holds(to_markdown(plan), "Status on"));
}

TEST(csv, quotes_what_needs_it_and_runs_no_formula) {
    const sheet table{"t",
                      "T",
                      {"text", "id"},
                      {{"plain", "1"},
                       {"a, \"b\"\nc", "2"},
                       {"=1+1", "3"},
                       {"'=1+1", "4"},
                       {"-5", "5"},
                       {"it's", "6"},
                       {"@x", "7"}}};
    EXPECT_EQ(to_csv(table), "\xef\xbb\xbf"
                             "text,id\r\nplain,1\r\n\"a, \"\"b\"\"\nc\",2\r\n'=1+1,3\r\n"
                             "''=1+1,4\r\n'-5,5\r\nit's,6\r\n'@x,7\r\n");
}

TEST(workbook, is_a_zip_and_a_cell_that_is_too_long_is_refused_by_name) {
    auto plan = first_plan().typed;
    const auto book = to_workbook(plan);
    ASSERT_TRUE(book) << to_line(book.error());
    EXPECT_TRUE(book->starts_with("PK\x03\x04"));
    plan.risks.front().note = std::string(40'000, 'x'); // a cell holds 32,767 characters
    const auto refused = to_workbook(plan);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().id, "plan.export.workbook");
}

TEST(terminal, wraps_cells_and_keeps_the_width) {
    const sheet table{
        "t", "T", {"what", "id"}, {{"one two three four five six", "r-1"}, {"ü", "r-2"}}};
    EXPECT_EQ(to_terminal(table, 40), "what                         id\n"
                                      "---------------------------  ---\n"
                                      "one two three four five six  r-1\n"
                                      "ü                            r-2\n");
    auto narrow = table;
    narrow.rows[0][0] = "one two three four five six seven eight nine ten eleven";
    for (const auto line : split(to_terminal(narrow, 40), '\n'))
        EXPECT_LE(code_points(line), 40U) << line;
}

} // namespace
} // namespace servery::plan
