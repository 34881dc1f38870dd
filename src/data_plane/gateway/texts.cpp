#include "data_plane/gateway/texts.h"

#include <algorithm>
#include <array>

namespace servery::gateway {

namespace {

struct shipped {
    std::string_view key;
    std::string_view lang;
    std::string_view text;
};

constexpr std::array shipped_texts{
    shipped{"handoff", "en",
            "I am passing your question to a colleague, who will answer you here."},
    shipped{"handoff", "de",
            "Ich gebe Ihre Frage an eine Kollegin oder einen Kollegen weiter; Sie bekommen hier "
            "Antwort."},
    shipped{"handoff", "fr", "Je transmets votre question à un collègue, qui vous répondra ici."},
    shipped{"handoff", "es", "Paso su pregunta a un compañero, que le responderá aquí."},
    shipped{"handoff", "it", "Passo la sua domanda a un collega, che le risponderà qui."},
    shipped{"handoff", "nl", "Ik geef uw vraag door aan een collega, die u hier antwoordt."},
    shipped{"out_of_hours", "en",
            "Nobody is here at the moment. A colleague will answer you as soon as we are back."},
    shipped{"out_of_hours", "de",
            "Im Moment ist niemand da. Wir antworten Ihnen, sobald wir zurück sind."},
    shipped{"approve", "en", "A person checks the answer before you get it. One moment, please."},
    shipped{"draft", "en", "A colleague will answer you here."},
    shipped{"draft", "de", "Eine Kollegin oder ein Kollege antwortet Ihnen hier."},
    shipped{"approve", "de",
            "Ein Mensch prüft die Antwort, bevor Sie sie bekommen. Einen Moment, "
            "bitte."},
    shipped{"ask", "en", "Did you mean one of these?"},
    shipped{"ask", "de", "Meinten Sie eine dieser Fragen?"},
    shipped{"ask", "fr", "Vouliez-vous dire l’une de ces questions ?"},
    shipped{"ask", "es", "¿Se refería a una de estas preguntas?"},
    shipped{"ask", "it", "Intendeva una di queste domande?"},
    shipped{"ask", "nl", "Bedoelde u een van deze vragen?"},
    shipped{"ask_person", "en", "I would like to talk to a person."},
    shipped{"ask_person", "de", "Ich möchte mit einem Menschen sprechen."},
    shipped{"consent", "en",
            "Before an assistant may read your message we need your consent. You can also reach us "
            "by e-mail or telephone."},
    shipped{"consent", "de",
            "Bevor ein Assistent Ihre Nachricht lesen darf, brauchen wir Ihre Einwilligung. Sie "
            "erreichen uns auch per E-Mail oder Telefon."},
    shipped{"guardrail", "en", "I cannot answer this."},
    shipped{"guardrail", "de", "Das kann ich nicht beantworten."},
    shipped{"greeting", "en", "Hello! How can I help?"},
    shipped{"greeting", "de", "Guten Tag! Wie kann ich helfen?"},
    shipped{"thanks", "en", "You are welcome."},
    shipped{"thanks", "de", "Gern geschehen."},
    shipped{"goodbye", "en", "Goodbye."},
    shipped{"goodbye", "de", "Auf Wiedersehen."},
    shipped{"starter", "en", "What would you like to know?"},
    shipped{"starter", "de", "Was möchten Sie wissen?"},
    shipped{"fixed", "en", "I cannot answer right now. Please write or call us."},
    shipped{"fixed", "de",
            "Ich kann gerade nicht antworten. Bitte schreiben Sie uns oder rufen Sie an."},
    shipped{"fixed", "fr", "Je ne peux pas répondre pour le moment. Écrivez-nous ou appelez-nous."},
    shipped{"fixed", "es", "Ahora no puedo responder. Por favor, escríbanos o llámenos."},
    shipped{"fixed", "it", "Al momento non posso rispondere. Ci scriva o ci chiami."},
    shipped{"fixed", "nl", "Ik kan nu niet antwoorden. Schrijf of bel ons."},
};

std::string_view shipped_text(std::string_view key, std::string_view lang) {
    const auto it = std::ranges::find_if(
        shipped_texts, [&](const shipped& s) { return s.key == key && s.lang == lang; });
    return it == shipped_texts.end() ? std::string_view{} : it->text;
}

} // namespace

visitor_text text_for(const policy::project_view& project, std::string_view key,
                      std::string_view lang) {
    if (const auto* own = project.text(key, lang)) return {own->text, own->version};
    for (const auto language : {lang, std::string_view(project.language), std::string_view("en")}) {
        if (const auto text = shipped_text(key, language); !text.empty())
            return {std::string(text), ""};
    }
    return {std::string(shipped_text("fixed", "en")), ""};
}

} // namespace servery::gateway
