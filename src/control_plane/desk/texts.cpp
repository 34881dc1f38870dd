#include "control_plane/desk/texts.h"

#include <algorithm>
#include <array>

namespace servery::desk {
namespace {

struct wording {
    std::string_view key;
    std::string_view en;
    std::string_view de;
};

constexpr std::array wordings = {
    wording{"handoff", "A person will answer you here as soon as possible.",
            "Ein Mensch antwortet Ihnen hier, sobald es geht."},
    wording{"watchdog", "I could not answer in time. A person will take over here.",
            "Ich konnte nicht rechtzeitig antworten. Ein Mensch übernimmt hier."},
    wording{"killed", "The automatic answers are switched off. A person will take over here.",
            "Die automatischen Antworten sind abgeschaltet. Ein Mensch übernimmt hier."},
    wording{"approval_timeout", "Your answer is taking longer. A person will take over here.",
            "Ihre Antwort dauert länger. Ein Mensch übernimmt hier."},
    wording{"joined", "{name} has joined.", "{name} ist jetzt da."},
    wording{"returned",
            "The assistant is answering again. Please ask once more if anything is still open.",
            "Der Assistent antwortet wieder. Bitte fragen Sie noch einmal, falls etwas offen ist."},
    wording{"closed", "This conversation was closed. Write again to open it.",
            "Dieses Gespräch wurde geschlossen. Schreiben Sie, um es wieder zu öffnen."},
    wording{"approve", "A person checks the answer before you get it.",
            "Ein Mensch prüft die Antwort, bevor Sie sie bekommen."},
    wording{"draft", "A colleague will answer you here.",
            "Eine Kollegin oder ein Kollege antwortet Ihnen hier."},
};

} // namespace

std::string_view shipped_text(std::string_view key, std::string_view lang) {
    const auto found = std::ranges::find(wordings, key, &wording::key);
    if (found == wordings.end()) return {};
    return lang.starts_with("de") ? found->de : found->en;
}

std::string with_name(std::string text, std::string_view name) {
    constexpr std::string_view place = "{name}";
    if (const auto at = text.find(place); at != std::string::npos)
        text.replace(at, place.size(), name);
    return text;
}

} // namespace servery::desk
