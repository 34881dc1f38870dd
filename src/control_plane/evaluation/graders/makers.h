// The builders of the single graders; the table of their names stands in grader.cpp.
// Thread: pure; what they return may be used from any thread.
#pragma once

#include "control_plane/evaluation/graders/grader.h"

#include <string>
#include <string_view>
#include <vector>

namespace servery::evaluation {

using made_grader = result<grader>;

made_grader make_equals(const grader_spec& spec);
made_grader make_contains(const grader_spec& spec);
made_grader make_icontains(const grader_spec& spec);
made_grader make_contains_all(const grader_spec& spec);
made_grader make_contains_any(const grader_spec& spec);
made_grader make_icontains_all(const grader_spec& spec);
made_grader make_icontains_any(const grader_spec& spec);
made_grader make_starts_with(const grader_spec& spec);
made_grader make_regex(const grader_spec& spec);
made_grader make_word_count(const grader_spec& spec);
made_grader make_levenshtein(const grader_spec& spec);
made_grader make_is_json(const grader_spec& spec);
made_grader make_contains_json(const grader_spec& spec);
made_grader make_covers(const grader_spec& spec);
made_grader make_facts(const grader_spec& spec);
made_grader make_latency(const grader_spec& spec);
made_grader make_cost(const grader_spec& spec);
made_grader make_finish_reason(const grader_spec& spec);
made_grader make_is_refusal(const grader_spec& spec);
made_grader make_decision(const grader_spec& spec);
made_grader make_cites(const grader_spec& spec);

[[nodiscard]] error bad_grader(std::string message, std::string remedy);
// A grade of 0 or 1 with its reason.
[[nodiscard]] grade yes_or_no(bool pass, std::string reason);
[[nodiscard]] grade not_graded(std::string reason);
// The value as one text (numbers written out), or an error.
[[nodiscard]] result<std::string> text_value(const grader_spec& spec);
// The value as a list: a JSON list, or a comma list with optional quotes.
[[nodiscard]] result<std::vector<std::string>> list_value(const grader_spec& spec);
[[nodiscard]] result<double> number_value(const grader_spec& spec);
// At most 60 code points of a text, for reasons.
[[nodiscard]] std::string shortened(std::string_view text);

} // namespace servery::evaluation
