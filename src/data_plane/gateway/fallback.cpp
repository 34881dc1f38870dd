#include "data_plane/gateway/fallback.h"

#include "data_plane/gateway/texts.h"

#include <algorithm>
#include <array>

namespace servery::gateway {

namespace {

constexpr std::array assistant_spoke{"human_request", "low_confidence"};
constexpr std::array not_its_turn{"not_admitted", "closed", "killed", "consent"};

bool among(const auto& list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

// A variant of this project is the built-in assistant itself: then those it was not granted to, and
// everybody after a stop, must not meet it by the back door.
bool assistant_is_a_variant(const exchange& x) {
    const auto targets_assistant = [&](const policy::variant_view* v) {
        return v != nullptr && std::ranges::any_of(v->targets, [&](const auto& t) {
                   const auto* p = x.policy->provider(t.provider);
                   return p != nullptr && p->kind == "assistant";
               });
    };
    return targets_assistant(x.policy->variant(x.project->default_variant)) ||
           std::ranges::any_of(x.project->grants, [&](const auto& g) {
               return targets_assistant(x.policy->variant(g.variant));
           });
}

bool may_use_knowledge(const exchange& x, std::string_view cause) {
    if (x.decided || among(assistant_spoke, cause)) return false;
    return !(among(not_its_turn, cause) && assistant_is_a_variant(x));
}

provider::call assistant_call(const exchange& x, instant now) {
    provider::call what;
    what.project = x.project->id;
    what.question = x.question;
    what.lang = x.lang;
    what.misses = static_cast<int>(x.owner.misses);
    what.offered = x.offered;
    what.groups = x.groups;
    what.now = now;
    return what;
}

// What the assistant may send without a person: an approved answer, or its choices.
bool try_knowledge(const exchange& x, const provider::serving_source& serving, instant now,
                   fallback_taken& out) {
    if (!serving || x.question.empty()) return false;
    auto said = provider::ask_assistant(serving, assistant_call(x, now));
    if (!said) return false;
    const auto how = assistant::deliver(said->made, assistant::autonomy_from(x.project->autonomy),
                                        said->calibration_active);
    if (how == assistant::delivery::send && !said->approved.text.empty()) {
        out.answer.text = said->approved.text;
        out.answer.answered_by = events::answered_by::faq;
        out.ref = said->approved.key;
        for (const auto& s : said->approved.sources)
            out.answer.sources.push_back({s.title, s.url, s.checked_on});
    } else if (how == assistant::delivery::choices && !said->made.choices.empty()) {
        out.answer.text = text_for(*x.project, "ask", x.lang).text;
        out.answer.answered_by = events::answered_by::ai;
        for (const auto& c : said->made.choices)
            out.answer.choices.push_back({c.key, c.question});
    } else {
        return false;
    }
    out.step = "knowledge";
    out.decided = std::make_shared<const provider::assistant_answer>(std::move(*said));
    return true;
}

std::string_view person_text_key(const exchange& x, std::string_view cause) {
    if (cause == "closed") return "out_of_hours";
    if (cause != "draft") return "handoff";
    return x.project->autonomy == "draft" ? "draft" : "approve";
}

std::string_view fixed_text_key(std::string_view cause) {
    if (cause == "consent") return "consent";
    if (cause == "guardrail" || cause == "off_topic") return "guardrail";
    return "fixed";
}

void take_text(const exchange& x, std::string_view key, std::string_view chain_key,
               std::string_view step, fallback_taken& out) {
    auto said = text_for(*x.project, chain_key.empty() ? key : chain_key, x.lang);
    out.answer.text = std::move(said.text);
    out.ref = std::move(said.version);
    out.step = step;
    const bool person = step == "person";
    out.person = person;
    out.answer.answered_by = person ? events::answered_by::person : events::answered_by::fixed;
}

} // namespace

std::vector<std::string> default_chain(std::string_view cause) {
    if (cause == "consent" || cause == "overload") return {"fixed"};
    if (cause == "guardrail") return {"knowledge", "fixed"};
    constexpr std::array person_first{"not_admitted", "closed",       "killed", "human_request",
                                      "owner_person", "owner_nobody", "draft"};
    if (among(person_first, cause)) return {"person", "fixed"};
    return {"knowledge", "person", "fixed"};
}

fallback_taken take_fallback(const exchange& x, std::string_view cause, std::string_view reason,
                             const provider::serving_source& serving, instant now) {
    fallback_taken out;
    out.answer.served = events::served_by::fallback;
    out.answer.reason = reason;
    if (cause == "guardrail" || cause == "off_topic") out.answer.finish_reason = "content_filter";
    out.answer.as_refusal = x.asked.structured || x.asked.forced_tool;

    const auto* chain = x.project->fallback(cause);
    const auto steps = chain != nullptr ? chain->steps : default_chain(cause);
    const std::string_view chain_text = chain != nullptr ? std::string_view(chain->text) : "";
    for (const auto& step : steps) {
        if (step == "knowledge") {
            if (may_use_knowledge(x, cause) && try_knowledge(x, serving, now, out)) return out;
        } else if (step == "person") {
            take_text(x, person_text_key(x, cause), chain_text, "person", out);
            return out;
        } else {
            break;
        }
    }
    take_text(x, fixed_text_key(cause), chain_text, "fixed", out);
    return out;
}

} // namespace servery::gateway
