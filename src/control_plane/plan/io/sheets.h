// The plan as the tables that people print, send and open in a spreadsheet: roadmap, risk checklist
// and resource guide under the column names of the mission's templates, then metrics and people. A
// computed cell (resources, success metrics, risks of a phase) is made of the rows it stands for.
// Pure. Thread: any.
#pragma once

#include "control_plane/plan/reachability.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace servery::plan {

struct sheet {
    std::string id; // roadmap, checklist, resources, metrics, people
    std::string title;
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows; // each as long as `columns`; the last is the row id
};

// What a running server knows beside the document; a file that is exported offline has none.
struct live_status {
    instant at;
    std::int64_t revision = 0;
    std::string phase;                           // that the project is in; "" = not started
    std::vector<gate_reach> gates;               // when each can be decided
    std::map<std::string, std::string> measured; // metric id -> "91 % (86 to 95 %), n = 148"
    std::vector<std::string> exceptions;         // live overrides and waivers, each a sentence
};

[[nodiscard]] std::vector<sheet> sheets_of(const document& plan, const live_status* now = nullptr);
// One of them by its id. Errors: plan.table.unknown.
[[nodiscard]] result<sheet> sheet_of(const document& plan, const std::string& id,
                                     const live_status* now = nullptr);

// Cells of lists: "All", "S, P", "N/A".
[[nodiscard]] std::string phase_marks(const std::vector<phase>& phases);
// "0–20–50 EUR/month", "S 10 h; P 20 h", "N/A".
[[nodiscard]] std::string estimate_words(const resource_estimate& e, const std::string& currency);

} // namespace servery::plan
