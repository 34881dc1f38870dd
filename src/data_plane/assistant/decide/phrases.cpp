#include "data_plane/assistant/decide/phrases.h"

#include <array>
#include <vector>

namespace servery::assistant {

namespace {

using words = std::string_view;

constexpr std::size_t widest_gap = 4;

constexpr auto person_list = std::to_array<words>({
    // English
    "speak to * person",
    "speak to * human",
    "speak to * someone",
    "speak to * somebody",
    "speak to * agent",
    "speak to * representative",
    "speak to * manager",
    "speak to * staff",
    "speak to * operator",
    "speak to * adviser",
    "speak to * advisor",
    "speak with * person",
    "speak with * human",
    "speak with * someone",
    "speak with * somebody",
    "speak with * agent",
    "speak with * representative",
    "speak with * manager",
    "speak with * staff",
    "talk to * person",
    "talk to * human",
    "talk to * someone",
    "talk to * somebody",
    "talk to * agent",
    "talk to * representative",
    "talk to * manager",
    "talk to * staff",
    "talk to * operator",
    "talk with * person",
    "talk with * human",
    "talk with * someone",
    "talk with * agent",
    "chat to * person",
    "chat with * person",
    "chat with * human",
    "chat with * agent",
    "someone i can talk to",
    "someone i can speak to",
    "someone i can speak with",
    "anyone i can talk to",
    "anyone i can speak to",
    "real person",
    "real human",
    "actual person",
    "actual human",
    "human being",
    "human agent",
    "live agent",
    "live person",
    "human please",
    "person please",
    "agent please",
    "operator please",
    "want a human",
    "need a human",
    "put me through",
    "transfer me to",
    "connect me to",
    "connect me with",
    "call me back",
    "not a bot",
    "not a robot",
    // German
    "mensch- sprechen",
    "menschen * sprechen",
    "menschen * reden",
    "menschen * verbinden",
    "mitarbeiter- * sprechen",
    "mitarbeiter- * reden",
    "mitarbeiter- * verbinden",
    "jemandem * sprechen",
    "jemandem * reden",
    "jemanden * sprechen",
    "person * sprechen",
    "person * reden",
    "berater- * sprechen",
    "kundendienst * sprechen",
    "sprechen mit * mensch-",
    "sprechen mit * mitarbeiter-",
    "sprechen mit * jemandem",
    "echten menschen",
    "echter mensch",
    "richtigen menschen",
    "menschlichen mitarbeiter",
    "verbinden sie mich",
    "rufen sie mich * zurück",
    "rückruf bitte",
});

constexpr auto sensitive_list = std::to_array<words>({
    // emergency
    "emergency",
    "emergencies",
    "ambulance",
    "call the police",
    "on fire",
    "smell gas",
    "smell of gas",
    "gas leak",
    "heart attack",
    "unconscious",
    "bleeding",
    "notfall",
    "krankenwagen",
    "rettungswagen",
    "bewusstlos",
    "es brennt",
    "polizei rufen",
    "riecht nach gas",
    // allergy
    "allerg-",
    "anaphyla-",
    "epipen",
    "intolerance",
    "intolerant",
    "coeliac",
    "celiac",
    "unverträglichkeit-",
    // complaint
    "complain",
    "complaint",
    "complaints",
    "complaining",
    "beschwer-",
    "reklamation",
    "reklamieren",
    "unacceptable",
    "unzumutbar",
    "frechheit",
    // disputed payment
    "charged * twice",
    "charge * twice",
    "billed * twice",
    "debited * twice",
    "paid twice",
    "double charged",
    "charged double",
    "overcharged",
    "over charged",
    "wrongly charged",
    "chargeback",
    "unauthorised",
    "unauthorized",
    "fraud-",
    "doppelt abgebucht",
    "zweimal abgebucht",
    "doppelt belastet",
    "zu viel abgebucht",
    "falsch abgebucht",
    "rückbuchung",
    "betrug",
    // legal threat
    "lawyer",
    "solicitor",
    "attorney",
    "legal action",
    "take you to court",
    "sue you",
    "suing",
    "lawsuit",
    "anwalt",
    "rechtsanwalt",
    "anwältin",
    "verklagen",
    "vor gericht",
    "anzeige erstatten",
});

constexpr auto greeting_list = std::to_array<words>({
    "hi",
    "hello",
    "hey",
    "hiya",
    "hi there",
    "hello there",
    "hey there",
    "good morning",
    "good afternoon",
    "good evening",
    "good day",
    "greetings",
    "how are you",
    "hi how are you",
    "hello how are you",
    "morning",
    "hallo",
    "guten tag",
    "guten morgen",
    "guten abend",
    "grüß gott",
    "grüss gott",
    "servus",
    "moin",
    "moin moin",
    "hallo zusammen",
    "wie gehts",
    "wie geht es ihnen",
    "schönen guten tag",
});

constexpr auto thanks_list = std::to_array<words>({
    "thanks",
    "thank you",
    "thank you so much",
    "thank you very much",
    "many thanks",
    "thanks a lot",
    "thanks so much",
    "thx",
    "ty",
    "cheers",
    "ok thanks",
    "ok thank you",
    "great thanks",
    "great thank you",
    "perfect thanks",
    "perfect thank you",
    "thats great thanks",
    "brilliant thanks",
    "lovely thanks",
    "danke",
    "danke schön",
    "dankeschön",
    "vielen dank",
    "danke sehr",
    "herzlichen dank",
    "besten dank",
    "ok danke",
    "super danke",
    "alles klar danke",
    "tausend dank",
    "danke ihnen",
    "merci",
});

constexpr auto goodbye_list = std::to_array<words>({
    "bye",       "bye bye",          "goodbye",       "good bye",        "good night",
    "see you",   "see you soon",     "see you later", "have a nice day", "have a good day",
    "take care", "thanks bye",       "thank you bye", "tschüss",         "tschüß",
    "tschüs",    "auf wiedersehen",  "bis bald",      "bis später",      "gute nacht",
    "ciao",      "schönen tag noch", "danke tschüss",
});

constexpr auto bare_list = std::to_array<words>({
    "yes",  "no",       "yes please", "no thanks", "no thank you", "ok",    "okay",
    "sure", "yep",      "nope",       "yeah",      "fine",         "great", "ja",
    "nein", "ja bitte", "nein danke", "gut",       "alles klar",   "genau",
});

bool token_matches(std::string_view text, std::string_view pattern) {
    if (pattern.size() > 1 && pattern.back() == '-')
        return text.starts_with(pattern.substr(0, pattern.size() - 1));
    return text == pattern;
}

bool matches_at(std::span<const std::string_view> message, std::span<const std::string_view> rest) {
    if (rest.empty()) return true;
    if (rest.front() == "*") {
        for (std::size_t gap = 0; gap <= std::min(widest_gap, message.size()); ++gap)
            if (matches_at(message.subspan(gap), rest.subspan(1))) return true;
        return false;
    }
    return !message.empty() && token_matches(message.front(), rest.front()) &&
           matches_at(message.subspan(1), rest.subspan(1));
}

} // namespace

bool has_phrase(std::span<const token> tokens, std::string_view pattern) {
    std::vector<std::string_view> wanted;
    for (std::size_t i = 0; i < pattern.size();) {
        const auto end = std::min(pattern.find(' ', i), pattern.size());
        if (end > i) wanted.push_back(pattern.substr(i, end - i));
        i = end + 1;
    }
    std::vector<std::string_view> message;
    for (const auto& t : tokens)
        if (!t.joined) message.emplace_back(t.text);
    if (wanted.empty()) return false;
    for (std::size_t i = 0; i < message.size(); ++i)
        if (matches_at(std::span(message).subspan(i), wanted)) return true;
    return false;
}

std::span<const std::string_view> person_phrases() {
    return person_list;
}
std::span<const std::string_view> sensitive_phrases() {
    return sensitive_list;
}
std::span<const std::string_view> greetings() {
    return greeting_list;
}
std::span<const std::string_view> thanks() {
    return thanks_list;
}
std::span<const std::string_view> goodbyes() {
    return goodbye_list;
}
std::span<const std::string_view> bare_answers() {
    return bare_list;
}

} // namespace servery::assistant
