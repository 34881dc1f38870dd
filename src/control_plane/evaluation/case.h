// A case: one question, what a good answer must satisfy, and the family it belongs to. The family
// is the statistical unit: five wordings of one question are one piece of evidence.
// Thread: plain values.
#pragma once

#include "foundation/base/hash.h"
#include "foundation/base/result.h"
#include "foundation/json/describe.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::evaluation {

enum class severity { normal, critical };
BOOST_DESCRIBE_ENUM(severity, normal, critical)

enum class split { dev, holdout };
BOOST_DESCRIBE_ENUM(split, dev, holdout)

// A grader as written in a case; compile() (graders/grader.h) checks it.
//   type       one of grader_types(), with `not_` before it for the opposite
//   value      what the type needs
//   threshold  none = the type's own; 0 is honoured
//   weight     0 = recorded only
struct grader_spec {
    std::string type;
    json::value value;
    std::optional<double> threshold;
    double weight = 1;
    std::string metric; // a name of its own in tables; "" = type
    std::string entry;  // `covers`: citing this entry is enough
};
BOOST_DESCRIBE_STRUCT(grader_spec, (), (type, value, threshold, weight, metric, entry))

struct case_turn {
    std::string user;
    std::vector<grader_spec> graders;
};
BOOST_DESCRIBE_STRUCT(case_turn, (), (user, graders))

struct case_source {
    std::string kind; // faq, csv, jsonl, traffic
    std::string ref;
};
BOOST_DESCRIBE_STRUCT(case_source, (), (kind, ref))

struct eval_case {
    std::string id;
    std::string ask; // or turns
    std::vector<case_turn> turns;
    std::vector<std::string> expect; // any of them is right
    std::string family;              // default = id
    std::string topic;
    std::string lang;
    std::vector<grader_spec> graders;
    evaluation::severity severity = evaluation::severity::normal;
    evaluation::split split = evaluation::split::dev;
    double weight = 1;
    std::optional<double> threshold;         // passes at this score instead of all graders passing
    std::map<std::string, std::string> vars; // fill {{name}} in ask and turns
    std::vector<std::string> tags;
    std::optional<case_source> source;
    json::object meta;
};
BOOST_DESCRIBE_STRUCT(eval_case, (),
                      (id, ask, turns, expect, family, topic, lang, graders, severity, split,
                       weight, threshold, vars, tags, source, meta))

// Defaults filled in (family, graders from expect), template variables replaced in no place yet.
// Errors: eval.case.no_grader, eval.case.bad_row, eval.case.bad_regex (unprocessable), all at once.
[[nodiscard]] result<eval_case> complete(eval_case c);

// The visitor's texts in order, variables filled. Errors: eval.case.bad_row (unknown variable).
[[nodiscard]] result<std::vector<std::string>> user_turns(const eval_case& c);

// BLAKE2b-256 over the canonical body, hex.
[[nodiscard]] std::string hash_of(const eval_case& c);
// Over the sorted case hashes, hex.
[[nodiscard]] std::string hash_of(const std::vector<eval_case>& cases);
[[nodiscard]] std::size_t families_in(const std::vector<eval_case>& cases);

} // namespace servery::evaluation
