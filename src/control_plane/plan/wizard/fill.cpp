#include "control_plane/plan/load.h"
#include "control_plane/plan/reachability.h"
#include "control_plane/plan/wizard.h"
#include "control_plane/plan/wizard/words.h"
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

// The answers, already checked: what is absent or null takes its default.
class answers {
  public:
    explicit answers(const json::object& all) : all_(all) {}

    [[nodiscard]] const json::object* group(std::string_view id) const {
        const auto* v = answer_at(all_, id);
        return v != nullptr && v->is_object() ? &v->get_object() : nullptr;
    }
    [[nodiscard]] const json::array* list(std::string_view id) const {
        const auto* v = answer_at(all_, id);
        return v != nullptr && v->is_array() ? &v->get_array() : nullptr;
    }
    [[nodiscard]] std::optional<std::string> text(std::string_view id) const {
        const auto* v = answer_at(all_, id);
        if (v == nullptr || !v->is_string() || v->get_string().empty()) return std::nullopt;
        return std::string(v->get_string());
    }

  private:
    const json::object& all_;
};

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

void fill_people(json::object& tree, const answers& a) {
    const auto* given = a.list("people");
    if (given == nullptr) return;
    json::array people;
    std::vector<std::string> ids;
    for (const auto& row : *given) {
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

void fill_today(json::object& tree, const answers& a) {
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

void fill_never(json::object& tree, const answers& a) {
    const auto* given = a.group("never");
    if (given == nullptr) return;
    copy(*given, "out_of_scope", child(tree, "problem"));
    copy(*given, "must_not", child(tree, "guidelines"));
    copy(*given, "refuse_topics", child(tree, "guidelines"));
}

void fill_law(json::object& tree, const answers& a) {
    const auto* given = a.group("law");
    if (given == nullptr) return;
    auto& organisation = child(tree, "organisation");
    if (const auto country = json::text_or(*given, "country"); !country.empty())
        organisation["jurisdictions"] = json::array{json::value(country)};
    copy(*given, "sector", organisation);
    if (json::bool_or(*given, "sensitive", false)) child(tree, "use_case")["risk_class"] = "high";
}

// A tool as a row of the plan; its prices stand in the plan's currency.
json::object tool_of(const json::object& row, std::string_view currency) {
    json::object tool;
    for (const auto* key : {"id", "provider", "model", "region", "trains_on_data"})
        copy(row, key, tool);
    json::object price;
    for (const auto* key : {"monthly", "price_in", "price_out"})
        copy(row, key, price);
    if (!price.empty()) {
        price["currency"] = currency;
        tool["price"] = std::move(price);
    }
    tool["status"] = "candidate";
    return tool;
}

void fill_tools(json::object& tree, const answers& a) {
    json::array tools;
    for (const auto& tool : tree.at("tools").get_array())
        if (json::text_or(tool.get_object(), "model") == "built-in") tools.push_back(tool);
    const auto* given = a.list("tools");
    const auto currency = json::text_or(child(tree, "meta"), "currency");
    for (const auto& row : given == nullptr ? json::array{} : *given)
        tools.push_back(tool_of(row.get_object(), currency));
    // The value case counts with the first tool that names a price, until one is chosen.
    for (const auto& tool : tools) {
        const auto* price = tool.get_object().if_contains("price");
        if (price == nullptr) continue;
        auto& inputs = child(child(tree, "roi"), "inputs");
        copy(price->get_object(), "monthly", inputs, "subscription");
        copy(price->get_object(), "price_in", inputs);
        copy(price->get_object(), "price_out", inputs);
        break;
    }
    tree["tools"] = std::move(tools);
}

void fill_money(json::object& tree, const answers& a) {
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

void fill_start(json::object& tree, const answers& a, instant now) {
    auto at = next_monday(now);
    const auto* given = a.group("start");
    if (given != nullptr) {
        at = date_of(json::text_or(*given, "date")).value_or(at);
        if (given->contains("hours")) child(tree, "extra")["duty_hours"] = given->at("hours");
    }
    for (auto& row : tree.at("phases").get_array()) {
        row.get_object()["start"] = to_date(at);
        if (const auto end = add_duration(at, json::text_or(row.get_object(), "duration")))
            at = *end;
    }
}

void fill_plain(json::object& tree, const answers& a, const std::string& use) {
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
void make_decidable(json::object& tree, instant now, std::string_view language,
                    std::vector<std::string>& notes) {
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
            notes.push_back(wizard_note(language, "pilot_share", number_text(stage["percent"])));
            stage["percent"] = 30;
        }
    for (const std::string_view longer : {std::string_view("2mo"), longest_pilot}) {
        if (!undecided()) return;
        auto& pilot = tree.at("phases").get_array()[1].get_object();
        if (duration_of(json::text_or(pilot, "duration")).value_or(millis{0}) >=
            *duration_of(longer))
            continue;
        pilot["duration"] = boost::json::string_view(longer);
        notes.push_back(wizard_note(language, "pilot_longer", longer));
    }
}

// Texts that visitors see, in the languages that the wizard has words for; lint asks for the rest.
void fill_texts(json::object& tree, const answers& a, const std::string& from) {
    const auto* who = a.group("who");
    if (who == nullptr || !who->contains("languages")) return;
    auto& texts = child(tree, "texts");
    for (auto& [key, by_language] : texts)
        for (const auto& language : who->at("languages").as_array()) {
            const auto text = wizard_word(language.as_string(), "texts", from, key);
            auto& to = by_language.as_object();
            if (!to.contains(language.as_string()) && !text.empty())
                to[language.as_string()] = text;
        }
}

} // namespace

result<plan_document> run_wizard(const json::object& given, instant now, std::string_view preset,
                                 std::vector<std::string>* notes, std::string_view language) {
    if (auto faults = check_answers(given, {}, language); !faults.empty()) {
        error first = std::move(faults.front());
        faults.erase(faults.begin());
        first.more = std::move(faults);
        return std::unexpected(std::move(first));
    }
    const answers a(given);
    auto plan = load_template(wizard_template(given));
    if (!plan) return std::unexpected(plan.error());
    auto tree = std::move(plan->tree);
    fill_plain(tree, a, a.text("use").value_or("faq_support"));
    fill_texts(tree, a, wizard_template(given));
    fill_today(tree, a);
    fill_never(tree, a);
    fill_people(tree, a);
    fill_law(tree, a);
    fill_tools(tree, a);
    fill_money(tree, a);
    if (preset == "shoestring") shoestring(tree);
    std::vector<std::string> changed;
    make_decidable(tree, now, language, changed);
    fill_start(tree, a, now);
    if (notes != nullptr) *notes = std::move(changed);
    return load_tree(std::move(tree), "plan.yaml");
}

} // namespace servery::plan
