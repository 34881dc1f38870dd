#include "data_plane/guardrails/screen.h"

#include "data_plane/guardrails/detect/injection/control_tokens.h"
#include "data_plane/guardrails/detect/injection/model.h"
#include "data_plane/guardrails/detect/shadow.h"
#include "data_plane/guardrails/stream_scanner.h"
#include "foundation/base/text.h"

#include <algorithm>

namespace servery::guardrails {
namespace {

bool too_long(std::string_view text, const screen_policy& policy, lane from) {
    if (from != lane::user || text.size() <= policy.max_chars) return false;
    return code_points(text) > policy.max_chars;
}

exchange_action action_of(injection_use use, bool enforced) {
    if (use == injection_use::block) return exchange_action::block;
    if (use == injection_use::flag || (use == injection_use::shadow && !enforced))
        return exchange_action::flag;
    return exchange_action::pass;
}

void raise(screen_result& out, injection_use use, std::string_view rule, bool shadow) {
    const auto wanted = use == injection_use::off ? exchange_action::pass : action_of(use, false);
    out.would_be = std::max(out.would_be, wanted);
    const auto now = shadow ? exchange_action::pass : action_of(use, true);
    if (now <= out.action) return;
    out.action = now;
    out.rule = rule;
}

// What a person says around the values: an address alone is no sentence, and a model that never saw
// one would guess.
std::string without_values(std::string_view text, const std::vector<screened_span>& spans) {
    std::string out;
    std::size_t at = 0;
    for (const auto& span : spans) {
        if (span.found.begin < at) continue;
        out.append(text.substr(at, span.found.begin - at));
        at = span.found.end;
    }
    return out.append(text.substr(at));
}

bool has_words(std::string_view text) {
    constexpr int least = 3;
    int words = 0;
    bool inside = false;
    for (const char c : text) {
        const bool letter = is_letter(c);
        words += letter && !inside ? 1 : 0;
        inside = letter;
    }
    return words >= least;
}

// Marks of chat formats, then the model. The model's block threshold asks for its own use: below it
// a text is at most flagged.
void judge_injection(std::string_view text, const screen_policy& policy, lane from,
                     screen_result& out) {
    if (const auto rule = injection::control_rule(text); !rule.empty())
        raise(out, policy.control_tokens, rule, policy.shadow);
    const auto use = from == lane::user ? policy.injection_user : policy.injection_document;
    if (use == injection_use::off) return;
    const auto said = without_values(text, out.spans);
    const auto& model = injection::built_in();
    const auto score = !has_words(said)     ? 0
                       : from == lane::user ? model.user_score(said)
                                            : model.score(said).document;
    out.injection = score;
    const auto& limits = from == lane::user ? model.user : model.document;
    if (score < limits.flag) return;
    const bool sure = score >= limits.block;
    const auto as = use == injection_use::block && !sure ? injection_use::flag : use;
    raise(out, as, "injection.model", policy.shadow);
}

} // namespace

// A whole text is a stream of one piece, so that both see the same.
screen_result screen(std::string_view text, const screen_policy& policy, lane from,
                     conversation_vault* vault) {
    return screen(std::span(&text, 1), policy, from, vault);
}

screen_result screen(std::span<const std::string_view> pieces, const screen_policy& policy,
                     lane from, conversation_vault* vault) {
    std::string joined;
    if (pieces.size() > 1)
        for (const auto piece : pieces)
            joined += piece;
    const auto text = pieces.size() == 1 ? pieces.front() : std::string_view(joined);
    screen_result out;
    if (too_long(text, policy, from)) {
        out.action = policy.shadow ? exchange_action::pass : exchange_action::block;
        out.would_be = exchange_action::block;
        out.rule = "too_long";
        return out;
    }
    if (from == lane::system) return out;
    stream_scanner scanner(policy, from, vault);
    for (const auto piece : pieces)
        scanner.feed(piece, out.text_out);
    scanner.finish(out.text_out);
    out.spans = scanner.take_spans();
    // A text that is stopped is hidden all the same: it may be kept for a person to look at.
    if (from == lane::user || from == lane::document) judge_injection(text, policy, from, out);
    out.edited = scanner.edited();
    if (!out.edited) out.text_out.clear();
    return out;
}

} // namespace servery::guardrails
