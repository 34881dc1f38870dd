// Why somebody is, or is not, served by a variant: every check of admission and of what follows it
// (label, budget, the provider's health) with its verdict, and the deciding line in words. Nothing
// is asked, reserved, pinned or recorded. Thread: any.
#pragma once

#include "data_plane/gateway/gateway.h"
#include "data_plane/policy/admit.h"
#include "foundation/json/json.h"

#include <optional>
#include <string>
#include <vector>

namespace servery::gateway {

// Checks behind the admission table: rows 11 to 13.
struct explanation {
    std::string project;
    std::string phase;
    std::vector<policy::admission_check> checks;
    std::string served; // variant, draft, fallback
    std::string reason;
    std::string cause;   // of the fallback
    std::string variant; // hash in hex, of the arm
    std::string variant_label;
    std::string grant;
    std::string stage;
    std::int64_t bucket = 0; // 9999 = nobody is known, or no share is granted
    std::int64_t probability_e6 = 0;
    std::vector<std::string> fallback; // steps that answer where no variant does, in order
    std::string words;                 // the deciding line, as a sentence
};
BOOST_DESCRIBE_STRUCT(explanation, (),
                      (project, phase, checks, served, reason, cause, variant, variant_label, grant,
                       stage, bucket, probability_e6, fallback, words))

// The admission table alone.
[[nodiscard]] explanation explain(const policy::admission_input& in);

// Who would ask. `row`, if given, is a past exchange: its visitor, conversation, key kind and
// purpose are taken, under the policy of now.
struct explain_question {
    std::string project;
    std::string visitor;      // as a server names it, or svy_vis_…; "" = nobody known
    std::string conversation; // as the caller names it; "" = a new one
    std::vector<std::string> groups;
    std::string lang;
    bool sandbox = false; // as a sandbox key asks
    std::optional<events::exchange> row;
};

// Errors: gateway.explain.no_project, request.invalid_header (an unusable visitor or conversation).
[[nodiscard]] result<explanation> explain(gateway& with, const explain_question& asked);

// What a past exchange came to, in a sentence.
[[nodiscard]] std::string in_words(const events::exchange& row);

} // namespace servery::gateway
