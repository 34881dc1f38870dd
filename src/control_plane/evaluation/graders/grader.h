// Deterministic graders: a text in, pass or fail and a score out, no model. A grader is compiled
// once (bad parameters are faults of the import) and may then be used from any thread.
#pragma once

#include "control_plane/evaluation/answer.h"
#include "control_plane/evaluation/case.h"
#include "foundation/base/result.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::evaluation {

// What a grader may look at.
struct graded_answer {
    const answer_result& answer;
    std::string_view question;
    std::string_view lang;
    bool from_cache = false;
};

// score in [0, 1]; none = ungraded (never 0, never a pass). reason: for people, one line.
struct grade {
    std::string grader; // metric or type
    std::optional<double> score;
    bool pass = false;
    double weight = 1;
    std::string reason;
    [[nodiscard]] bool ungraded() const { return !score.has_value(); }
};
BOOST_DESCRIBE_STRUCT(grade, (), (grader, score, pass, weight, reason))

class grader {
  public:
    using check = std::function<grade(const graded_answer&)>;
    grader() = default;
    explicit grader(check run) : run_(std::move(run)) {}
    [[nodiscard]] grade operator()(const graded_answer& a) const { return run_(a); }

  private:
    check run_;
};

// Types: equals, contains, icontains, contains_all, contains_any, icontains_all, icontains_any,
// starts_with, regex, is_json, contains_json, word_count, covers, latency, cost, finish_reason,
// is_refusal, decision, facts, levenshtein, cites; each with `not_` before it.
[[nodiscard]] const std::vector<std::string>& grader_types();

// Errors: eval.case.bad_row (unknown type with a suggestion, wrong value), eval.case.bad_regex.
[[nodiscard]] result<grader> compile(const grader_spec& spec);

// The graders of a case: its own, or those that `expect` stands for.
[[nodiscard]] std::vector<grader_spec> graders_of(const eval_case& c);
[[nodiscard]] result<std::vector<grader>> compile_all(const std::vector<grader_spec>& specs);

// score = weighted mean; pass = every grader of weight > 0 passes, or score >= threshold.
// ungraded when one of weight > 0 is ungraded and none has failed.
struct case_grade {
    std::optional<double> score;
    bool pass = false;
    bool ungraded = false;
    std::vector<grade> grades;
};
[[nodiscard]] case_grade grade_case(const std::vector<grader>& graders,
                                    std::optional<double> threshold, const graded_answer& answer);

} // namespace servery::evaluation
