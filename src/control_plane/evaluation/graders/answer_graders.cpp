// Graders of how an answer came about rather than of what it says.
#include "control_plane/evaluation/graders/makers.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <array>

namespace servery::evaluation {
namespace {

// How assistants say that they will not: own list, in the languages of the first tier.
constexpr std::array<std::string_view, 44> refusals{"i cannot help with",
                                                    "i can't help with",
                                                    "i am unable to",
                                                    "i'm unable to",
                                                    "i am not able to",
                                                    "i'm not able to",
                                                    "i cannot assist",
                                                    "i can't assist",
                                                    "i cannot provide",
                                                    "i can't provide",
                                                    "i won't be able to",
                                                    "i will not help",
                                                    "i must decline",
                                                    "i have to decline",
                                                    "i cannot answer",
                                                    "i can't answer",
                                                    "as an ai, i cannot",
                                                    "as an ai language model, i",
                                                    "i'm sorry, but i can",
                                                    "i am sorry, but i can",
                                                    "sorry, i can't",
                                                    "sorry, i cannot",
                                                    "i don't feel comfortable",
                                                    "it would not be appropriate for me",
                                                    "das kann ich nicht beantworten",
                                                    "dabei kann ich nicht helfen",
                                                    "ich kann dir dabei nicht",
                                                    "ich kann ihnen dabei nicht",
                                                    "ich darf keine",
                                                    "ich kann leider nicht",
                                                    "ich bin nicht in der lage",
                                                    "je ne peux pas",
                                                    "je ne suis pas en mesure",
                                                    "je suis désolé, mais je ne",
                                                    "no puedo ayudar",
                                                    "no puedo responder",
                                                    "lo siento, pero no puedo",
                                                    "no me es posible",
                                                    "non posso aiutar",
                                                    "non sono in grado",
                                                    "mi dispiace, ma non posso",
                                                    "daar kan ik niet mee helpen",
                                                    "ik kan je daar niet",
                                                    "het spijt me, maar ik kan"};

constexpr std::array<std::string_view, 5> finishes{"stop", "length", "content_filter", "tool_calls",
                                                   "error"};
constexpr std::array<std::string_view, 5> decisions{"answer", "ask", "hand_over", "blocked",
                                                    "fallback"};

std::string words_of(std::span<const std::string_view> list) {
    std::string out;
    for (const auto w : list)
        out += (out.empty() ? "" : ", ") + std::string(w);
    return out;
}

result<std::string> word_out_of(const grader_spec& spec, std::span<const std::string_view> list) {
    auto word = text_value(spec);
    if (!word) return word;
    if (std::ranges::find(list, std::string_view(*word)) == list.end())
        return std::unexpected(bad_grader("'" + *word + "' is no value of " + spec.type,
                                          "use one of " + words_of(list)));
    return word;
}

} // namespace

made_grader make_latency(const grader_spec& spec) {
    const auto limit = spec.threshold ? result<double>(*spec.threshold) : number_value(spec);
    if (!limit) return std::unexpected(limit.error());
    return grader([limit = *limit](const graded_answer& a) {
        if (a.from_cache) return not_graded("from the cache: no time was measured");
        const double ms = static_cast<double>(a.answer.total_us) / 1000.0;
        const bool pass = ms <= limit;
        return yes_or_no(pass, pass ? "" : "took " + std::to_string(static_cast<int>(ms)) + " ms");
    });
}

made_grader make_cost(const grader_spec& spec) {
    const auto limit = spec.threshold ? result<double>(*spec.threshold) : number_value(spec);
    if (!limit) return std::unexpected(limit.error());
    return grader([limit = *limit](const graded_answer& a) {
        if (!a.answer.cost_nano) return not_graded("the cost is not known");
        const double cost = static_cast<double>(*a.answer.cost_nano) / 1e9;
        const bool pass = cost <= limit;
        return yes_or_no(pass, pass ? "" : "cost " + nano_to_decimal(*a.answer.cost_nano));
    });
}

made_grader make_finish_reason(const grader_spec& spec) {
    auto wanted = word_out_of(spec, finishes);
    if (!wanted) return std::unexpected(wanted.error());
    return grader([wanted = *wanted](const graded_answer& a) {
        const bool pass = a.answer.finish == wanted;
        return yes_or_no(pass, pass ? "" : "finished with " + a.answer.finish);
    });
}

made_grader make_is_refusal(const grader_spec&) {
    return grader([](const graded_answer& a) {
        const auto text = fold(a.answer.text);
        const bool refused = a.answer.refusal || trim(text).empty() ||
                             std::ranges::any_of(refusals, [&](std::string_view phrase) {
                                 return text.find(fold(phrase)) != std::string::npos;
                             });
        return yes_or_no(refused, refused ? "" : "does not refuse");
    });
}

made_grader make_decision(const grader_spec& spec) {
    auto wanted = word_out_of(spec, decisions);
    if (!wanted) return std::unexpected(wanted.error());
    return grader([wanted = *wanted](const graded_answer& a) {
        // A variant without decisions of its own answers whatever it is asked.
        const std::string got = a.answer.decision.empty() ? "answer" : a.answer.decision;
        return yes_or_no(got == wanted, got == wanted ? "" : "decided " + got + ", not " + wanted);
    });
}

made_grader make_cites(const grader_spec& spec) {
    auto wanted = list_value(spec);
    if (!wanted) return std::unexpected(wanted.error());
    return grader([list = *wanted](const graded_answer& a) {
        const auto cited = [&](const std::string& entry) {
            return std::ranges::any_of(a.answer.citations,
                                       [&](const citation& c) { return c.entry == entry; });
        };
        const bool pass = std::ranges::any_of(list, cited);
        return yes_or_no(pass, pass ? "" : "cites none of the entries");
    });
}

} // namespace servery::evaluation
