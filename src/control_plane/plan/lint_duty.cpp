// Rules about what is owed to people outside: L7 something to compare with, L11 a human route, L12
// and L13 personal data, L15 uptime, L18 texts of every language, L19 areas that need a lawyer.
#include "control_plane/plan/lint_rules.h"
#include "control_plane/plan/lint_words.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <array>

namespace servery::plan {
namespace {

constexpr double usual_uptime = .99;

bool serves_customers(const document& d) {
    return d.use_case.audience != audience_kind::staff;
}

const std::string* text_in(const document& d, const std::string& key, const std::string& language) {
    const auto texts = d.texts.find(key);
    if (texts == d.texts.end()) return nullptr;
    const auto text = texts->second.find(language);
    if (text == texts->second.end() || trim(text->second).empty()) return nullptr;
    return &text->second;
}

// Words of hiring, credit, health, education, benefits and policing, as they begin, folded to
// lower case: English, German, French, Spanish, Italian, Dutch.
constexpr std::array sensitive_words{"hiring",
                                     "recruit",
                                     "job applic",
                                     "creditworth",
                                     "credit scor",
                                     "diagnos",
                                     "triage",
                                     "admission to",
                                     "grading",
                                     "welfare",
                                     "benefit claim",
                                     "asylum",
                                     "police",
                                     "bewerb",
                                     "einstellung von",
                                     "kreditw",
                                     "bonität",
                                     "patient",
                                     "zulassung",
                                     "benotung",
                                     "sozialleist",
                                     "polizei",
                                     "embauche",
                                     "candidature",
                                     "solvabilit",
                                     "notation des",
                                     "prestations sociales",
                                     "contratación",
                                     "solvencia",
                                     "calificaci",
                                     "prestaciones sociales",
                                     "policía",
                                     "assunzion",
                                     "merito creditizio",
                                     "valutazione degli studenti",
                                     "prestazioni sociali",
                                     "polizia",
                                     "sollicit",
                                     "kredietwaard",
                                     "toelating",
                                     "uitkering",
                                     "politie"};

std::optional<std::string> sensitive_word(const document& d) {
    std::string all = d.meta.title + " " + d.problem.statement;
    for (const auto& topic : d.use_case.topics)
        all += " " + topic;
    const auto folded = lower_ascii(all);
    for (const std::string_view word : sensitive_words) {
        const auto at = folded.find(word);
        const bool begins = at != std::string::npos &&
                            (at == 0 || !((folded[at - 1] >= 'a' && folded[at - 1] <= 'z')));
        if (begins) return std::string(word);
    }
    return std::nullopt;
}

} // namespace

void lint_control(const plan_document& plan, std::vector<finding>& out) {
    const auto& tools = plan.typed.tools;
    const bool compared = std::ranges::any_of(tools, [](const tool& t) {
        return t.status == "control" || (t.model == "built-in" && t.status != "rejected");
    });
    if (compared) return;
    out.push_back(remark("L7", level::warning, "tools", "nothing is compared with",
                         "a tool alone looks good; beside the built-in one it may not",
                         "add {id: control, model: built-in, status: control}"));
}

void lint_human_route(const plan_document& plan, std::vector<finding>& out) {
    const auto& d = plan.typed;
    if (d.use_case.autonomy != "auto" || !serves_customers(d)) return;
    const auto chain = std::ranges::find(d.fallbacks, "human_request", &fallback::when);
    const bool person = chain != d.fallbacks.end() &&
                        std::ranges::find(chain->steps, "person") != chain->steps.end();
    if (!person)
        out.push_back(blocker("L11", 1, "fallbacks", "customers have no way to a person",
                              "who asks for a person must get one",
                              "add {when: human_request, do: [person, fixed]}"));
    for (const auto* key : {"handoff", "out_of_hours"})
        if (!d.texts.contains(key))
            out.push_back(blocker("L11", 1, "texts." + std::string(key),
                                  "no text says what happens when a person is asked for",
                                  "who waits must know for whom and how long",
                                  "write texts." + std::string(key)));
}

void lint_personal_data(const plan_document& plan, std::vector<finding>& out) {
    const auto& d = plan.typed;
    if (d.privacy.personal_data.empty() || d.privacy.legal_basis == "none_needed") return;
    if (d.privacy.legal_basis.empty() || d.privacy.legal_basis == "undecided")
        out.push_back(blocker("L12", 1, "privacy.legal_basis",
                              "personal data is used without a legal basis",
                              "without one nobody's data may be used",
                              "choose consent, contract, legitimate_interest or legal_obligation"));
    if (d.privacy.dpia.empty() || d.privacy.dpia == "undecided")
        out.push_back(blocker("L12", 1, "privacy.dpia",
                              "nobody decided whether a data protection assessment is needed",
                              "it must be decided before people outside are served",
                              "look at it and write not_needed, screened or done"));
}

void lint_tool_terms(const plan_document& plan, std::vector<finding>& out) {
    const auto& d = plan.typed;
    const bool personal = !d.privacy.personal_data.empty();
    for (std::size_t i = 0; i < d.tools.size(); ++i) {
        const auto& t = d.tools[i];
        if (t.status != "chosen" || t.model == "built-in" || t.trains_on_data == false) continue;
        const auto what = t.trains_on_data
                              ? t.id + " learns from your data"
                              : "nobody knows whether " + t.id + " learns from your data";
        auto found = blocker("L13", 1, place("tools", i, "trains_on_data"), what,
                             "what it has learned cannot be taken back",
                             "read the terms and write trains_on_data, or choose another tool");
        if (!personal) {
            found.level = level::warning;
            found.gate.clear();
        }
        out.push_back(std::move(found));
    }
}

void lint_uptime(const plan_document& plan, std::vector<finding>& out) {
    const auto& d = plan.typed;
    if (!serves_customers(d)) return;
    for (std::size_t i = 0; i < d.metrics.size(); ++i) {
        if (d.metrics[i].from != "monitoring.available") continue;
        for (const auto& [phase_word, t] : d.metrics[i].targets)
            if (t.value < usual_uptime)
                out.push_back(remark(
                    "L15", level::advice, place("metrics", i, "targets." + phase_word),
                    "the uptime target is under 99 %",
                    "90 % is three days a month without an answer", "ask for 0.99 with customers"));
    }
}

void lint_texts(const plan_document& plan, std::vector<finding>& out) {
    const auto& d = plan.typed;
    std::vector<std::string> needed{"label", "limits"};
    if (serves_customers(d)) needed.emplace_back("handoff");
    if (serves_customers(d) && d.privacy.legal_basis == "consent") needed.emplace_back("consent");
    for (const auto& language : d.use_case.languages)
        for (const auto& key : needed)
            if (text_in(d, key, language) == nullptr)
                out.push_back(blocker("L18", 1, "texts." + key,
                                      "no " + key + " text in the language " + language,
                                      "whoever is served must be able to read it",
                                      "write texts." + key + "." + language));
}

void lint_area(const plan_document& plan, std::vector<finding>& out) {
    const auto& d = plan.typed;
    const auto& risk = d.use_case.risk_class;
    const std::string why = "decisions about people's lives need a lawyer before anybody is served";
    if (risk == "prohibited")
        return out.push_back(blocker("L19", 0, "use_case.risk_class", "the use is prohibited", why,
                                     "do not build it"));
    if (risk == "high")
        return out.push_back(blocker("L19", 0, "use_case.risk_class", "the use is of high risk",
                                     why, "let a lawyer look at it and sign"));
    const auto word = sensitive_word(d);
    if (!word) return;
    out.push_back(blocker(
        "L19", 0, "problem.statement", "the plan speaks of a sensitive area ('" + *word + "')", why,
        "let a lawyer look at it and sign, or say more clearly what it is about"));
}

} // namespace servery::plan
