// The data the planner works from: the registry of facts, the three tables of the roadmap, the
// checklist and the resource guide, and the questions of the wizard. They are files in data/,
// embedded in the binary. Thread: immutable after first use, any thread.
#pragma once

#include "control_plane/plan/document.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::plan {

enum class fact_kind { rate, mean, quantile, count, share, state, money, check };
BOOST_DESCRIBE_ENUM(fact_kind, rate, mean, quantile, count, share, state, money, check)

struct fact_definition {
    std::string ref; // may end in .* for a family
    std::string module;
    std::string unit;
    fact_kind kind = fact_kind::state;
    std::string counts;
    std::string obtained; // folded, observed, computed
    bool variant_bound = false;
    std::string design; // sequential, fixed, window, state, two_arm
    std::optional<double> low;
    std::optional<double> high;
    std::string default_max_age; // duration or ""
    std::string definition;
    // Whether a module of this build emits it; a plan that names another registered fact gets L3.
    bool emitted = false;
};

// The definition that `key` names, exact before family; nullptr if there is none.
[[nodiscard]] const fact_definition* find_fact(std::string_view key);
[[nodiscard]] const std::vector<fact_definition>& facts();
[[nodiscard]] std::string nearest_fact(std::string_view key);

// A CSV text (RFC 4180, first line = header) as rows of named cells.
using csv_row = std::map<std::string, std::string>;
[[nodiscard]] std::vector<csv_row> parse_csv(std::string_view text);

struct table_row {
    std::string id;
    std::vector<phase> phases;
    csv_row cells;
};
[[nodiscard]] const std::vector<table_row>& checklist_rows(); // 15
[[nodiscard]] const std::vector<table_row>& resource_rows();  // 14
[[nodiscard]] const std::vector<csv_row>& roadmap_rows();     // 4
[[nodiscard]] const std::vector<csv_row>& wizard_rows();      // 12

} // namespace servery::plan
