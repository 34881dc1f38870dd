#include "control_plane/monitoring/alerts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace servery::monitoring {
namespace {

struct stream_text {
    std::string_view stream;
    std::string_view counted; // "12 of 40 …"
    std::string_view to_do;
};

constexpr std::array<stream_text, 8> texts{{
    {"errors", "visitors met an error at their first question",
     "Look at the provider's status and at the examples. If it goes on, stop the AI: the fallback "
     "answers. Then find out what changed since about that time."},
    {"slow", "visitors waited longer for the first words than the plan allows",
     "Look at the provider's status and at what changed: a longer prompt, a larger release, "
     "another model. A stage back takes load off."},
    {"wrong", "answers that people read were not right",
     "Read the examples. Withdraw the entries that are wrong, or have answers approved by a "
     "person, before the next stage."},
    {"harm", "answers that people read were wrong with consequence",
     "Stop the AI for the topic or altogether, tell the visitors concerned, and open an incident. "
     "Then read the examples."},
    {"thumbs_down", "visitors who rated an answer did not like it",
     "Read the examples and their reasons. Often one topic is behind it: correct its entry, or "
     "leave the topic to people."},
    {"hand_over", "conversations went to a person",
     "See whether enough people are there. Read the examples: what they ask may be missing from "
     "the knowledge, or a release may have made the AI less sure."},
    {"ask_or_refuse", "conversations had a question that nothing answered",
     "Read the examples and write the answers that are missing."},
    {"guard_stop", "conversations were stopped by a guardrail",
     "Read which rule stopped them. If it stops good questions, put the rule back into shadow; if "
     "somebody attacks, keep it."},
}};

const stream_text* find(std::string_view stream) {
    const auto* at = std::ranges::find(texts, stream, &stream_text::stream);
    return at == texts.end() ? nullptr : at;
}

} // namespace

std::string alert_words(const alert& a) {
    const auto* text = find(a.stream);
    auto since = to_rfc3339(a.since).substr(0, 16);
    since.replace(10, 1, " ");
    return fmt::format("Since about {} UTC, {} of {} {}: {:.0f} of 100, and the plan allows {:g}.",
                       since, a.bad, a.n, text == nullptr ? a.stream : text->counted, a.value * 100,
                       a.limit * 100);
}

std::string_view what_to_do(std::string_view stream) {
    const auto* text = find(stream);
    return text == nullptr ? std::string_view{} : text->to_do;
}

} // namespace servery::monitoring
