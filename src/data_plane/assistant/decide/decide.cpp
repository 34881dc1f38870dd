#include "data_plane/assistant/decide/decide.h"

#include "data_plane/assistant/decide/confidence_prior.h"
#include "data_plane/assistant/decide/phrases.h"
#include "data_plane/assistant/text/normalise.h"

#include <algorithm>
#include <cmath>

namespace servery::assistant {

namespace {

using steady = std::chrono::steady_clock;

constexpr double choice_share = 0.4; // of the best fused score
constexpr std::size_t most_choices = 3;
constexpr int misses_before_a_person = 2;
constexpr std::size_t small_talk_tokens = 4;

bool is_whole_message(std::span<const std::string_view> list, std::string_view joined) {
    return std::ranges::find(list, joined) != list.end();
}

std::optional<small_talk> small_talk_of(const std::vector<token>& tokens) {
    std::string joined;
    std::size_t n = 0;
    for (const auto& t : tokens) {
        if (t.joined) continue;
        if (++n > small_talk_tokens) return std::nullopt;
        if (!joined.empty()) joined += ' ';
        joined += t.text;
    }
    if (is_whole_message(thanks(), joined)) return small_talk::thanks;
    if (is_whole_message(goodbyes(), joined)) return small_talk::goodbye;
    if (is_whole_message(greetings(), joined)) return small_talk::greeting;
    if (is_whole_message(bare_answers(), joined)) return small_talk::greeting;
    return std::nullopt;
}

bool any_phrase(const std::vector<token>& tokens, std::span<const std::string_view> list) {
    return std::ranges::any_of(list, [&](std::string_view p) { return has_phrase(tokens, p); });
}

// The project's own phrases are written by people, so they go through the same normaliser; the
// signs of patterns survive it.
bool any_phrase(const std::vector<token>& tokens, const std::vector<std::string>* list) {
    return list != nullptr && std::ranges::any_of(*list, [&](const std::string& p) {
               return has_phrase(tokens, normalise(p).text);
           });
}

// Step 0: a visitor's pick among the offered questions, by number or by its words.
std::int64_t picked(const knowledge_index& index, const query& asked, std::string_view text) {
    for (std::size_t i = 0; i < asked.offered.size(); ++i) {
        const auto entry = index.find(asked.offered[i]);
        if (entry < 0) continue;
        const bool by_number = text.size() == 1 && text[0] == static_cast<char>('1' + i);
        if (by_number ||
            text == normalise(index.entries()[static_cast<std::size_t>(entry)].question).text)
            return entry;
    }
    return -1;
}

bool served_now(const query& asked, std::size_t entry) {
    return asked.withdrawn == nullptr || entry >= asked.withdrawn->size() ||
           !(*asked.withdrawn)[entry];
}

void hand_over(decision& d, reason why) {
    d.recommended = outcome::hand_over;
    d.why = why;
}

// Steps 0 to 4, before retrieval is needed; false = go on.
bool decided_early(decision& d, const knowledge_index& index, const query& asked,
                   const std::string& text, const std::vector<token>& tokens) {
    if (tokens.empty()) {
        d.recommended = outcome::ask;
        d.why = reason::starter;
        return true;
    }
    if (const auto entry = picked(index, asked, text);
        entry >= 0 && served_now(asked, static_cast<std::size_t>(entry))) {
        const auto& e = index.entries()[static_cast<std::size_t>(entry)];
        d.recommended = outcome::answer;
        d.why = reason::choice;
        d.key = e.key;
        d.topic = e.topic;
        d.lang = e.lang;
        d.confidence = 1;
        d.picked_by_visitor = true;
        return true;
    }
    if (const auto talk = small_talk_of(tokens)) {
        d.recommended = outcome::answer;
        d.why = reason::small_talk;
        d.talk = *talk;
        return true;
    }
    if (any_phrase(tokens, person_phrases())) {
        hand_over(d, reason::human_request);
        return true;
    }
    if (any_phrase(tokens, sensitive_phrases()) || any_phrase(tokens, asked.always_a_person)) {
        hand_over(d, reason::sensitive);
        return true;
    }
    if (asked.misses >= misses_before_a_person) {
        hand_over(d, reason::misses);
        return true;
    }
    return false;
}

std::vector<choice> choices_of(const knowledge_index& index, const std::vector<candidate>& best) {
    std::vector<choice> out;
    for (const auto& c : best) {
        if (out.size() == most_choices || c.score < choice_share * best.front().score) break;
        const auto& e = index.entries()[c.entry];
        out.push_back({e.key, e.question});
    }
    return out;
}

// Steps 5 to 7.
void decide_by_confidence(decision& d, const knowledge_index& index, const thresholds& limits) {
    if (d.top.empty()) {
        hand_over(d, reason::low_confidence);
        return;
    }
    const auto& best = index.entries()[d.top.front().entry];
    d.topic = best.topic;
    if (d.confidence >= limits.t_answer) {
        d.recommended = outcome::answer;
        d.why = reason::confident;
        d.key = best.key;
    } else if (d.confidence >= limits.t_ask) {
        d.recommended = outcome::ask;
        d.why = reason::unsure;
        d.choices = choices_of(index, d.top);
    } else {
        hand_over(d, reason::low_confidence);
    }
}

} // namespace

thresholds sandbox_thresholds() {
    return {.calibration_id = {}, .t_answer = sandbox_t_answer};
}

double confidence_of(const features& evidence, bool classifier_on) {
    const auto& prior = confidence_prior(classifier_on);
    const auto values = evidence.values();
    double sum = prior.intercept;
    for (std::size_t j = 0; j < values.size(); ++j)
        if (prior.deviation[j] > 0)
            sum += prior.beta[j] * (values[j] - prior.mean[j]) / prior.deviation[j];
    return 1 / (1 + std::exp(-sum));
}

decision decide(const knowledge_index& index, const thresholds& limits, const query& asked,
                steady::time_point deadline) {
    const auto begun = steady::now();
    decision d;
    d.release = index.release_id();
    d.calibration = limits.calibration_id;
    const auto text = normalise(asked.text).text;
    const auto tokens = tokenise(text);
    d.lang = detect_language(tokens, asked.lang_hint, index.content().default_lang);
    if (!decided_early(d, index, asked, text, tokens)) {
        const auto ranked = index.rank({.text = asked.text,
                                        .lang_hint = asked.lang_hint,
                                        .groups = asked.groups,
                                        .now = asked.now,
                                        .misses = asked.misses,
                                        .at_most = most_choices,
                                        .withdrawn = asked.withdrawn});
        d.top = ranked.best;
        d.evidence = ranked.evidence;
        d.classifier_on = ranked.classifier_on;
        if (!d.top.empty()) d.confidence = confidence_of(d.evidence, d.classifier_on);
        if (!ranked.language_served)
            hand_over(d, reason::language);
        else if (steady::now() > deadline)
            hand_over(d, reason::timeout);
        else
            decide_by_confidence(d, index, limits);
    }
    d.took_us = static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(steady::now() - begun).count());
    return d;
}

autonomy autonomy_from(std::string_view word) {
    if (word == "auto") return autonomy::automatic;
    if (word == "approve") return autonomy::approve;
    return autonomy::draft;
}

delivery deliver(const decision& made, autonomy right, bool calibration_active) {
    if (made.recommended == outcome::hand_over) return delivery::hand_over;
    if (right == autonomy::draft) return delivery::suggestion;
    if (made.recommended == outcome::ask) return delivery::choices;
    // Fixed texts of the plan and what the visitor chose are not automatic answers.
    if (made.why == reason::small_talk || made.picked_by_visitor) return delivery::send;
    if (right == autonomy::approve) return delivery::draft_after_approval;
    return calibration_active ? delivery::send : delivery::draft_for_person;
}

std::optional<small_talk> small_talk_of(std::string_view text) {
    return small_talk_of(tokenise(normalise(text).text));
}

bool asks_for_a_person(std::string_view text) {
    return any_phrase(tokenise(normalise(text).text), person_phrases());
}

bool is_sensitive(std::string_view text, const std::vector<std::string>* more_phrases) {
    const auto tokens = tokenise(normalise(text).text);
    return any_phrase(tokens, sensitive_phrases()) || any_phrase(tokens, more_phrases);
}

} // namespace servery::assistant
