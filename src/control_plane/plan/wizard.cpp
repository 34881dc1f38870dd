#include "control_plane/plan/wizard.h"

#include "control_plane/plan/load.h"
#include "control_plane/plan/reachability.h"
#include "control_plane/plan/registry.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <array>
#include <set>

namespace servery::plan {
namespace {

constexpr std::string_view longest_pilot = "3mo";
constexpr std::array people_of_templates{"owner", "team-lead", "it-ops", "ops-lead"};

json::object& child(json::object& o, std::string_view key) {
    auto& v = o[key];
    if (!v.is_object()) v = json::object{};
    return v.get_object();
}

// One answer; its faults name the question.
class answers {
  public:
    explicit answers(const json::object& all) : all_(all) {}

    [[nodiscard]] const json::value* get(std::string_view id) const {
        const auto* v = all_.if_contains(id);
        return v == nullptr || v->is_null() ? nullptr : v;
    }
    [[nodiscard]] const json::object* group(std::string_view id) {
        const auto* v = get(id);
        if (v == nullptr) return nullptr;
        if (v->is_object()) return &v->get_object();
        wrong(id, "answer with a group of keys");
        return nullptr;
    }
    [[nodiscard]] const json::array* list(std::string_view id) {
        const auto* v = get(id);
        if (v == nullptr) return nullptr;
        if (v->is_array()) return &v->get_array();
        wrong(id, "answer with a list");
        return nullptr;
    }
    [[nodiscard]] std::optional<std::string> text(std::string_view id) {
        const auto* v = get(id);
        if (v == nullptr) return std::nullopt;
        if (v->is_string()) return std::string(v->get_string());
        wrong(id, "answer with a word");
        return std::nullopt;
    }
    void wrong(std::string_view id, std::string remedy) {
        faults.push_back({.code = error_code::unprocessable,
                          .id = "plan.wizard.invalid",
                          .message = "the answer to '" + std::string(id) + "' does not fit",
                          .where = std::string(id),
                          .remedy = std::move(remedy)});
    }
    std::vector<error> faults;

  private:
    const json::object& all_;
};

std::string template_for(const std::string& use, std::string_view audience) {
    if (use == "marketing_drafts") return "marketing-drafts";
    if (use == "report_summary") return "report-summary";
    if (use == "internal_knowledge") return "internal-knowledge";
    if (use == "custom" && audience == "staff") return "report-summary";
    return "faq-support";
}

void copy(const json::object& from, std::string_view key, json::object& to,
          std::string_view as = {}) {
    if (const auto* v = from.if_contains(key); v != nullptr && !v->is_null())
        to[as.empty() ? key : as] = *v;
}

// Names in the template's places by those that were given: fewer people share the places.
void rename_people(json::value& v, const std::map<std::string, std::string>& names) {
    static const std::set<std::string_view> places{"owner",  "person",      "deputy",
                                                   "notify", "approved_by", "signed_by"};
    if (v.is_array()) {
        for (auto& element : v.get_array())
            rename_people(element, names);
    } else if (v.is_object()) {
        for (auto& [key, element] : v.get_object()) {
            if (!element.is_string() || !places.contains(key)) {
                rename_people(element, names);
                continue;
            }
            if (const auto it = names.find(std::string(element.get_string())); it != names.end())
                element = it->second;
        }
    }
}

void fill_people(json::object& tree, answers& a) {
    const auto* given = a.list("people");
    if (given == nullptr) return;
    json::array people;
    std::vector<std::string> ids;
    for (const auto& row : *given) {
        if (!row.is_object() || json::text_or(row.get_object(), "id").empty()) {
            a.wrong("people", "give each person an id such as anna");
            return;
        }
        const auto& from = row.get_object();
        json::object person;
        copy(from, "id", person);
        copy(from, "name", person);
        person["role"] = json::text_or(from, "role", ids.empty() ? "Project lead" : "Colleague");
        copy(from, "hours", person, "hours_per_week");
        copy(from, "rate", person);
        copy(from, "deputy", person);
        person["sees_answers"] = true;
        ids.push_back(json::text_or(from, "id"));
        people.push_back(std::move(person));
    }
    if (ids.empty()) return a.wrong("people", "name at least one person");
    // the second stands in for the first unless somebody was named
    if (ids.size() > 1 && !people[0].get_object().contains("deputy"))
        people[0].get_object()["deputy"] = ids[1];
    std::map<std::string, std::string> names;
    for (std::size_t i = 0; i < people_of_templates.size(); ++i)
        names[people_of_templates[i]] = ids[std::min(i, ids.size() - 1)];
    tree["people"] = json::array{};
    json::value whole(std::move(tree));
    rename_people(whole, names);
    tree = std::move(whole.get_object());
    tree["people"] = std::move(people);
}

void fill_today(json::object& tree, answers& a) {
    const auto* given = a.group("today");
    if (given == nullptr) return;
    auto& baseline = child(child(tree, "problem"), "baseline");
    copy(*given, "volume", baseline, "volume_per_month");
    copy(*given, "minutes", baseline, "minutes_each");
    copy(*given, "measured_days", baseline);
    auto& inputs = child(child(tree, "roi"), "inputs");
    copy(*given, "volume", inputs, inputs.contains("drafts") ? "drafts" : "N");
    copy(*given, "minutes", inputs, inputs.contains("drafts") ? "min_draft" : "min_easy");
}

void fill_never(json::object& tree, answers& a) {
    const auto* given = a.group("never");
    if (given == nullptr) return;
    copy(*given, "out_of_scope", child(tree, "problem"));
    copy(*given, "must_not", child(tree, "guidelines"));
    copy(*given, "refuse_topics", child(tree, "guidelines"));
}

void fill_law(json::object& tree, answers& a) {
    const auto* given = a.group("law");
    if (given == nullptr) return;
    auto& organisation = child(tree, "organisation");
    if (const auto country = json::text_or(*given, "country"); !country.empty())
        organisation["jurisdictions"] = json::array{json::value(country)};
    copy(*given, "sector", organisation);
    if (json::bool_or(*given, "sensitive", false)) child(tree, "use_case")["risk_class"] = "high";
}

void fill_tools(json::object& tree, answers& a) {
    json::array tools;
    for (const auto& tool : tree.at("tools").get_array())
        if (json::text_or(tool.get_object(), "model") == "built-in") tools.push_back(tool);
    if (const auto* given = a.list("tools"))
        for (const auto& row : *given) {
            if (!row.is_object()) return a.wrong("tools", "give each tool id, provider and model");
            json::object tool;
            for (const auto* key : {"id", "provider", "model", "region", "trains_on_data"})
                copy(row.get_object(), key, tool);
            tool["status"] = "candidate";
            tools.push_back(std::move(tool));
        }
    tree["tools"] = std::move(tools);
}

void fill_money(json::object& tree, answers& a) {
    const auto* given = a.group("money");
    if (given == nullptr) return;
    auto& cash = child(child(tree, "budget"), "per_phase");
    for (const auto* phase : {"sandbox", "pilot", "rollout", "production"})
        copy(*given, phase, cash);
    auto& rule = child(child(tree, "roi"), "stop_rule");
    copy(*given, "go_above", rule);
    copy(*given, "stop_below", rule);
    if (!json::bool_or(*given, "confirm", false)) return;
    const auto& lead = tree.at("people").get_array().front().get_object();
    rule["signed_by"] = json::text_or(lead, "id");
}

instant next_monday(instant now) {
    const auto today =
        std::chrono::floor<std::chrono::days>(std::chrono::sys_time<millis>{millis{now.ms}});
    const std::chrono::weekday day{today};
    auto ahead = (std::chrono::Monday - day).count();
    if (ahead == 0) ahead = 7;
    const auto monday = today + std::chrono::days{ahead};
    return {std::chrono::duration_cast<millis>(monday.time_since_epoch()).count()};
}

void fill_start(json::object& tree, answers& a, instant now) {
    auto at = next_monday(now);
    if (const auto* given = a.group("start")) {
        const auto date = date_of(json::text_or(*given, "date"));
        if (!date) return a.wrong("start", "give a date such as 2026-11-30");
        at = *date;
    }
    for (auto& row : tree.at("phases").get_array()) {
        row.get_object()["start"] = to_date(at);
        if (const auto end = add_duration(at, json::text_or(row.get_object(), "duration")))
            at = *end;
    }
}

void fill_plain(json::object& tree, answers& a, const std::string& use) {
    auto& meta = child(tree, "meta");
    for (const auto* key : {"id", "title", "currency", "timezone"})
        if (const auto text = a.text(key)) meta[key] = *text;
    if (const auto text = a.text("name")) child(tree, "organisation")["name"] = *text;
    auto& use_case = child(tree, "use_case");
    use_case["type"] = use;
    if (use == "custom") meta["template"] = "custom";
    if (const auto* who = a.group("who")) {
        copy(*who, "audience", use_case);
        copy(*who, "languages", use_case);
        if (const auto* languages = who->if_contains("languages");
            languages && languages->is_array() && !languages->get_array().empty())
            meta["language"] = languages->get_array()[0];
    }
    if (const auto freedom = a.text("freedom")) use_case["autonomy"] = *freedom;
    if (const auto* data = a.group("data"))
        for (const auto* key : {"personal_data", "legal_basis", "dpia"})
            copy(*data, key, child(tree, "privacy"));
}

// One topic, two people, no cash outside the pilot.
void shoestring(json::object& tree) {
    auto& topics = child(tree, "use_case")["topics"];
    if (topics.is_array() && topics.get_array().size() > 1) topics.get_array().resize(1);
    for (auto& row : child(tree, "rollout")["stages"].get_array())
        if (row.get_object().contains("topics")) row.get_object()["topics"] = topics;
    auto& cash = child(child(tree, "budget"), "per_phase");
    for (const auto* phase : {"sandbox", "rollout", "production"})
        cash[phase] = 0;
}

// A pilot that cannot be decided in its time gets the larger share, then up to three months.
void make_decidable(json::object& tree, instant now, std::vector<std::string>& notes) {
    const auto undecided = [&] {
        const auto plan = load_tree(tree);
        if (!plan) return false;
        return std::ranges::any_of(reachability(plan->typed, now), [](const reach& r) {
            return r.phase == "pilot" && !r.reachable;
        });
    };
    if (!undecided()) return;
    if (json::text_or(child(tree, "use_case"), "audience") != "staff")
        for (auto& row : child(tree, "rollout")["stages"].get_array()) {
            auto& stage = row.get_object();
            if (json::text_or(stage, "phase") != "pilot" || stage.contains("groups")) continue;
            if (json::number_or(stage, "percent", 0) >= 30) continue;
            notes.push_back("the pilot serves 30 % instead of " + number_text(stage["percent"]) +
                            " %, so that its gate can be decided sooner");
            stage["percent"] = 30;
        }
    for (const std::string_view longer : {std::string_view("2mo"), longest_pilot}) {
        if (!undecided()) return;
        auto& pilot = tree.at("phases").get_array()[1].get_object();
        if (duration_of(json::text_or(pilot, "duration")).value_or(millis{0}) >=
            *duration_of(longer))
            continue;
        pilot["duration"] = boost::json::string_view(longer);
        notes.push_back("the pilot lasts " + std::string(longer) +
                        ", so that its gate can be decided");
    }
}

std::vector<wizard_question> read_questions() {
    std::vector<wizard_question> out;
    for (auto row : wizard_rows()) {
        wizard_question q;
        q.n = std::stoi(row["n"]);
        q.id = row["id"];
        q.question = row["question"];
        q.answer = row["answer"];
        if (row["answer"].starts_with("choice"))
            for (const auto c : split(row["choices"], ';'))
                q.choices.emplace_back(trim(c));
        q.default_text = row["default"];
        for (const auto f : split(row["fills"], ';'))
            q.fills.emplace_back(trim(f));
        q.seconds_target = std::stoi(row["seconds_target"]);
        out.push_back(std::move(q));
    }
    return out;
}

} // namespace

const std::vector<wizard_question>& wizard_questions() {
    static const auto questions = read_questions();
    return questions;
}

result<plan_document> run_wizard(const json::object& given, instant now, std::string_view preset,
                                 std::vector<std::string>* notes) {
    answers a(given);
    const auto use = a.text("use").value_or("faq_support");
    const auto& uses = wizard_questions().front().choices;
    if (std::ranges::find(uses, use) == uses.end())
        a.wrong("use", "choose one of faq_support, marketing_drafts, report_summary, "
                       "internal_knowledge, custom");
    const auto* who = a.group("who");
    const auto audience = who == nullptr ? "" : json::text_or(*who, "audience");
    auto plan = load_template(template_for(use, audience));
    if (!plan) return std::unexpected(plan.error());
    auto tree = std::move(plan->tree);
    fill_plain(tree, a, use);
    fill_today(tree, a);
    fill_never(tree, a);
    fill_people(tree, a);
    fill_law(tree, a);
    fill_tools(tree, a);
    fill_money(tree, a);
    if (preset == "shoestring") shoestring(tree);
    std::vector<std::string> changed;
    if (a.faults.empty()) make_decidable(tree, now, changed);
    fill_start(tree, a, now);
    if (!a.faults.empty()) {
        error first = std::move(a.faults.front());
        a.faults.erase(a.faults.begin());
        first.more = std::move(a.faults);
        return std::unexpected(std::move(first));
    }
    if (notes != nullptr) *notes = std::move(changed);
    return load_tree(std::move(tree), "plan.yaml");
}

} // namespace servery::plan
