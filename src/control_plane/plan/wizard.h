// The start wizard: twelve questions, each with a reason and a default, that fill a template. The
// same engine serves `servery init`, the console and the API; it keeps no state. Thread: pure, any
// thread.
#pragma once

#include "control_plane/plan/document.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::plan {

// choice: one of `choices`; lines: a list of texts, `choices` are suggestions; range: [low, likely,
// high]; date: 2026-11-30; long_text: several lines; rows: a list of objects with `columns`.
enum class field_kind { choice, flag, text, long_text, lines, number, range, date, rows };
BOOST_DESCRIBE_ENUM(field_kind, choice, flag, text, long_text, lines, number, range, date, rows)

struct wizard_choice {
    std::string value;
    std::string label;
};
BOOST_DESCRIBE_STRUCT(wizard_choice, (), (value, label))

struct wizard_column {
    std::string path; // key in a row
    field_kind kind = field_kind::text;
    std::string label;
    bool required = false;
    std::string unit;
};
BOOST_DESCRIBE_STRUCT(wizard_column, (), (path, kind, label, required, unit))

struct wizard_field {
    std::string path; // where the value stands in the answers: who.audience
    field_kind kind = field_kind::text;
    std::string label;
    bool required = false;
    json::value default_; // filled from `default`; null = none
    std::vector<wizard_choice> choices;
    std::string unit;
    std::optional<double> min;
    std::optional<double> max;
    std::vector<wizard_column> columns;
};
[[nodiscard]] json::object to_json(const wizard_field& f);

struct wizard_question {
    int n = 0;
    std::string id; // use, who, today …
    std::string question;
    std::string why;
    std::string default_text;
    std::vector<std::string> fills; // paths
    int seconds_target = 0;
    std::vector<wizard_field> fields;
};
[[nodiscard]] json::object to_json(const wizard_question& q);

// Languages that the questions are written in: en, de. Another one is read as en.
[[nodiscard]] const std::vector<std::string>& wizard_languages();
// All twelve, with the defaults that follow from the answers given so far.
[[nodiscard]] std::vector<wizard_question> wizard_questions(std::string_view language = "en",
                                                            const json::object& answers = {});
// One field's value in the answers; nullptr if it was not given.
[[nodiscard]] const json::value* answer_at(const json::object& answers, std::string_view path);
void set_answer(json::object& answers, std::string_view path, json::value value);

// Answers by question id; one that is absent or null takes its default.
//   use      "faq_support" …
//   who      {audience, languages:[…]}
//   today    {volume:[low, likely, high], minutes:[…], measured_days?}
//   never    {out_of_scope:[…], must_not:[…], refuse_topics:[…]}
//   people   [{id, name?, role?, hours?, rate?, deputy?}]; the first leads
//   freedom  "draft", "approve", "auto"
//   data     {personal_data:[…], legal_basis, dpia}
//   law      {country, sector, sensitive: bool}
//   tools    [{id, provider, model, region?, trains_on_data?, price_in?, price_out?, monthly?}]
//   knowledge {…}: kept for the import that follows; fills nothing here
//   money    {sandbox, pilot, rollout, production, confirm: bool, go_above?, stop_below?}
//   start    {date, hours}
// also title, id, name (of the organisation), currency, timezone.
//
// Every fault of the answers to one question (`question` "" = of all), each with its path, in the
// words of the language. Errors: plan.wizard.invalid.
[[nodiscard]] std::vector<error> check_answers(const json::object& answers,
                                               std::string_view question = {},
                                               std::string_view language = "en");
// preset shoestring: built-in assistant, one topic, two people, no cash outside the pilot.
// Errors: plan.wizard.invalid with every fault and its path; those of load.
// notes, if given, gets what the wizard changed by itself so that a gate can be decided, in words.
[[nodiscard]] result<plan_document> run_wizard(const json::object& answers, instant now,
                                               std::string_view preset = {},
                                               std::vector<std::string>* notes = nullptr,
                                               std::string_view language = "en");

// Ids of the templates by the answers `use` and `who.audience`.
[[nodiscard]] std::string wizard_template(const json::object& answers);

} // namespace servery::plan
