// The start wizard: twelve questions, each with a default, that fill a template. The same engine
// serves `servery init`, the console and the API; it keeps no state. Thread: pure, any thread.
#pragma once

#include "control_plane/plan/document.h"

#include <string>
#include <string_view>
#include <vector>

namespace servery::plan {

struct wizard_question {
    int n = 0;
    std::string id; // use, who, today …
    std::string question;
    std::string answer;               // kind of answer, in words
    std::vector<std::string> choices; // keys to choose from, if any
    std::string default_text;
    std::vector<std::string> fills; // paths
    int seconds_target = 0;
};
BOOST_DESCRIBE_STRUCT(wizard_question, (),
                      (n, id, question, answer, choices, default_text, fills, seconds_target))

[[nodiscard]] const std::vector<wizard_question>& wizard_questions();

// Answers by question id; one that is absent or null takes its default.
//   use      "faq_support" …
//   who      {audience, languages:[…]}
//   today    {volume:[low, likely, high], minutes:[…], measured_days?}
//   never    {out_of_scope:[…], must_not:[…], refuse_topics:[…]}
//   people   [{id, name?, role?, hours?, rate?, deputy?}]; the first leads
//   freedom  "draft", "approve", "auto"
//   data     {personal_data:[…], legal_basis, dpia}
//   law      {country, sector, sensitive: bool}
//   tools    [{id, provider, model, region?, trains_on_data?}]
//   knowledge {…}: kept for the import that follows; fills nothing here
//   money    {sandbox, pilot, rollout, production, confirm: bool, go_above?, stop_below?}
//   start    {date}
// also title, id, name (of the organisation), currency, timezone.
// preset shoestring: built-in assistant, one topic, two people, no cash outside the pilot.
// Errors: plan.wizard.invalid with every fault and its question; those of load.
// notes, if given, gets what the wizard changed by itself so that a gate can be decided, in words.
[[nodiscard]] result<plan_document> run_wizard(const json::object& answers, instant now,
                                               std::string_view preset = {},
                                               std::vector<std::string>* notes = nullptr);

} // namespace servery::plan
