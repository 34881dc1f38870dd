// The twelve questions: their fields, where each default comes from, and their words.
#include "control_plane/plan/load.h"
#include "control_plane/plan/registry.h"
#include "control_plane/plan/wizard.h"
#include "control_plane/plan/wizard/words.h"
#include "foundation/base/text.h"

#include <algorithm>

namespace servery::plan {
namespace {

using kind = field_kind;

// from: the place in the template that the default is read from; "" = none.
struct field_shape {
    std::string_view path;
    field_kind kind = field_kind::text;
    std::string_view from;
    std::vector<std::string_view> choices;
    std::string_view unit;
    std::optional<double> min;
    std::optional<double> max;
    bool required = false;
};
struct question_shape {
    std::string_view id;
    std::vector<field_shape> fields;
    std::vector<wizard_column> columns; // of its rows, without labels
};

const std::vector<question_shape>& shapes() {
    static const std::vector<question_shape> all{
        {"use",
         {{"use",
           kind::choice,
           "use_case.type",
           {"faq_support", "marketing_drafts", "report_summary", "internal_knowledge", "custom"}},
          {"title", kind::text, "meta.title"},
          {"id", kind::text, "meta.id"}},
         {}},
        {"who",
         {{"who.audience", kind::choice, "use_case.audience", {"customers", "staff", "both"}},
          {"who.languages",
           kind::lines,
           "use_case.languages",
           {"en", "de", "fr", "es", "it", "nl", "pl"}}},
         {}},
        {"today",
         {{"today.volume", kind::range, "problem.baseline.volume_per_month", {}, "month", 0},
          {"today.minutes", kind::range, "problem.baseline.minutes_each", {}, "minutes", 0},
          {"today.measured_days", kind::number, "problem.baseline.measured_days", {}, "days", 0}},
         {}},
        {"never",
         {{"never.out_of_scope", kind::lines, "problem.out_of_scope", {}, {}, {}, {}, true},
          {"never.must_not", kind::lines, "guidelines.must_not"},
          {"never.refuse_topics", kind::lines, "guidelines.refuse_topics"}},
         {}},
        {"people",
         {{"people", kind::rows, "people", {}, {}, {}, {}, true}},
         {{"id", kind::text, {}, true, {}},
          {"name", kind::text, {}, false, {}},
          {"role", kind::text, {}, false, {}},
          {"hours", kind::number, {}, false, "hours_week"},
          {"rate", kind::number, {}, false, "hour"},
          {"deputy", kind::text, {}, false, {}}}},
        {"freedom",
         {{"freedom", kind::choice, "use_case.autonomy", {"draft", "approve", "auto"}}},
         {}},
        {"data",
         {{"data.personal_data",
           kind::lines,
           "privacy.personal_data",
           {"name", "email", "phone", "address", "order number", "payment", "health"}},
          {"data.legal_basis",
           kind::choice,
           "privacy.legal_basis",
           {"consent", "contract", "legitimate_interest", "legal_obligation", "none_needed",
            "undecided"}},
          {"data.dpia",
           kind::choice,
           "privacy.dpia",
           {"not_needed", "screened", "done", "undecided"}}},
         {}},
        {"law",
         {{"name", kind::text, "organisation.name"},
          {"law.country", kind::text, "organisation.jurisdictions.0"},
          {"law.sector", kind::text, "organisation.sector"},
          {"law.sensitive", kind::flag}},
         {}},
        {"tools",
         {{"tools", kind::rows}},
         {{"id", kind::text, {}, true, {}},
          {"provider", kind::text, {}, false, {}},
          {"model", kind::text, {}, true, {}},
          {"region", kind::text, {}, false, {}},
          {"trains_on_data", kind::flag, {}, false, {}},
          {"price_in", kind::number, {}, false, "money"},
          {"price_out", kind::number, {}, false, "money"},
          {"monthly", kind::number, {}, false, "money"}}},
        {"knowledge", {{"knowledge.text", kind::long_text}}, {}},
        {"money",
         {{"money.sandbox", kind::number, "budget.per_phase.sandbox", {}, "money", 0},
          {"money.pilot", kind::number, "budget.per_phase.pilot", {}, "money", 0},
          {"money.rollout", kind::number, "budget.per_phase.rollout", {}, "money", 0},
          {"money.production", kind::number, "budget.per_phase.production", {}, "money", 0},
          {"money.go_above", kind::number, "roi.stop_rule.go_above", {}, "share", 0, 1},
          {"money.stop_below", kind::number, "roi.stop_rule.stop_below", {}, "share", 0, 1},
          {"money.confirm", kind::flag}},
         {}},
        {"start", {{"start.date", kind::date}, {"start.hours", kind::text}}, {}},
    };
    return all;
}

// "a.b.0" in a tree; nullptr if there is no such place.
const json::value* place_in(const json::object& tree, std::string_view path) {
    const json::value* at = nullptr;
    const json::object* in = &tree;
    for (const auto key : split(path, '.')) {
        if (at != nullptr && at->is_array()) {
            if (at->get_array().empty()) return nullptr;
            at = &at->get_array().front(); // only the first element is ever asked for
        } else {
            at = in == nullptr ? nullptr : in->if_contains(key);
        }
        if (at == nullptr) return nullptr;
        in = at->is_object() ? &at->get_object() : nullptr;
    }
    return at;
}

json::value people_default(const json::object& tree) {
    json::array out;
    for (const auto& row : tree.at("people").as_array()) {
        const auto& p = row.as_object();
        json::object person;
        const auto copy = [&](const char* from, const char* to) {
            if (const auto* v = p.if_contains(from)) person[to] = *v;
        };
        copy("id", "id");
        copy("name", "name");
        copy("role", "role");
        copy("hours_per_week", "hours");
        copy("rate", "rate");
        copy("deputy", "deputy");
        out.push_back(std::move(person));
    }
    return out;
}

json::value default_of(const field_shape& f, const json::object& tree) {
    if (f.path == "use") return "faq_support";
    if (f.path == "people") return people_default(tree);
    if (f.path == "tools") return json::array{};
    if (f.path == "start.hours") return "Mon-Fri 09:00-17:00";
    if (f.kind == kind::flag) return false;
    if (f.from.empty()) return nullptr;
    const auto* v = place_in(tree, f.from);
    return v == nullptr ? json::value(nullptr) : *v;
}

wizard_field make_field(const question_shape& q, const field_shape& f, std::string_view language,
                        const json::object& tree) {
    wizard_field out;
    out.path = f.path;
    out.kind = f.kind;
    out.label = wizard_label(language, q.id, f.path);
    out.required = f.required;
    out.default_ = default_of(f, tree);
    for (const auto c : f.choices) {
        auto label = wizard_word(language, "choices", c);
        out.choices.push_back({std::string(c), label.empty() ? std::string(c) : label});
    }
    out.unit = wizard_word(language, "units", f.unit);
    out.min = f.min;
    out.max = f.max;
    if (f.kind != kind::rows) return out;
    for (auto column : q.columns) {
        column.label = wizard_label(language, q.id, column.path);
        column.unit = wizard_word(language, "units", column.unit);
        out.columns.push_back(std::move(column));
    }
    return out;
}

} // namespace

const std::vector<std::string>& wizard_languages() {
    static const std::vector<std::string> all{"en", "de"};
    return all;
}

std::string wizard_template(const json::object& answers) {
    const auto use = json::text_or(answers, "use", "faq_support");
    if (use == "marketing_drafts") return "marketing-drafts";
    if (use == "report_summary") return "report-summary";
    if (use == "internal_knowledge") return "internal-knowledge";
    const auto* audience = answer_at(answers, "who.audience");
    if (use == "custom" && audience != nullptr && *audience == "staff") return "report-summary";
    return "faq-support";
}

std::vector<wizard_question> wizard_questions(std::string_view language,
                                              const json::object& answers) {
    std::vector<wizard_question> out;
    const auto base = load_template(wizard_template(answers));
    const auto& tree = base ? base->tree : json::object{};
    for (auto row : wizard_rows()) {
        const auto shape = std::ranges::find(shapes(), row["id"], &question_shape::id);
        if (shape == shapes().end()) continue;
        wizard_question q;
        q.n = std::stoi(row["n"]);
        q.id = row["id"];
        q.question = wizard_word(language, "questions", q.id, "question");
        if (q.question.empty()) q.question = row["question"];
        q.why = wizard_word(language, "questions", q.id, "why");
        q.default_text = row["default"];
        for (const auto f : split(row["fills"], ';'))
            q.fills.emplace_back(trim(f));
        q.seconds_target = std::stoi(row["seconds_target"]);
        for (const auto& f : shape->fields)
            q.fields.push_back(make_field(*shape, f, language, tree));
        out.push_back(std::move(q));
    }
    return out;
}

json::object to_json(const wizard_field& f) {
    json::object out{{"path", f.path},
                     {"kind", json::enum_word(f.kind)},
                     {"label", f.label},
                     {"required", f.required},
                     {"default", f.default_},
                     {"choices", json::to_json(f.choices)},
                     {"unit", f.unit},
                     {"min", json::to_json(f.min)},
                     {"max", json::to_json(f.max)},
                     {"columns", json::to_json(f.columns)}};
    return out;
}

json::object to_json(const wizard_question& q) {
    json::array fields;
    for (const auto& f : q.fields)
        fields.push_back(to_json(f));
    return {{"n", q.n},
            {"id", q.id},
            {"question", q.question},
            {"why", q.why},
            {"default_text", q.default_text},
            {"fills", json::to_json(q.fills)},
            {"seconds_target", q.seconds_target},
            {"fields", std::move(fields)}};
}

const json::value* answer_at(const json::object& answers, std::string_view path) {
    const auto* v = place_in(answers, path);
    return v == nullptr || v->is_null() ? nullptr : v;
}

void set_answer(json::object& answers, std::string_view path, json::value value) {
    const auto dot = path.find('.');
    if (dot == std::string_view::npos) {
        answers[path] = std::move(value);
        return;
    }
    auto& group = answers[path.substr(0, dot)];
    if (!group.is_object()) group = json::object{};
    group.get_object()[path.substr(dot + 1)] = std::move(value);
}

} // namespace servery::plan
