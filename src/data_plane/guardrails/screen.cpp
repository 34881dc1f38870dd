#include "data_plane/guardrails/screen.h"

#include "data_plane/guardrails/detect/detect.h"
#include "data_plane/guardrails/encoded.h"
#include "data_plane/guardrails/vault.h"
#include "foundation/base/text.h"

#include <algorithm>

namespace servery::guardrails {
namespace {

// The last four characters that are letters or digits, behind stars.
std::string masked(pii_type type, std::string_view value) {
    if (type != pii_type::CREDIT_CARD && type != pii_type::IBAN_CODE &&
        type != pii_type::PHONE_NUMBER)
        return "***";
    const auto compact =
        normalise(type == pii_type::IBAN_CODE ? type : pii_type::CREDIT_CARD, value);
    return "***" + (compact.size() > 4 ? compact.substr(compact.size() - 4) : std::string());
}

std::string redacted(pii_type type) {
    return "[" + std::string(short_name(type)) + "]";
}

std::string replacement(const screened_span& span, std::string_view value,
                        conversation_vault* vault) {
    switch (span.action) {
    case span_action::keep:
        return std::string(value);
    case span_action::mask:
        return masked(span.found.type, value);
    case span_action::pseudonymise:
        if (vault != nullptr)
            if (auto placeholder = vault->placeholder_of(span.found.type, value))
                return *std::move(placeholder);
        return redacted(span.found.type);
    case span_action::redact:
        return redacted(span.found.type);
    }
    return redacted(span.found.type);
}

// Spans in order of begin; a span inside one that was replaced is gone with it.
std::string edit(std::string_view text, const std::vector<screened_span>& spans,
                 conversation_vault* vault) {
    std::string out;
    out.reserve(text.size());
    std::size_t at = 0;
    for (const auto& span : spans) {
        if (span.action == span_action::keep || span.found.begin < at) continue;
        out.append(text.substr(at, span.found.begin - at));
        out.append(replacement(
            span, text.substr(span.found.begin, span.found.end - span.found.begin), vault));
        at = span.found.end;
    }
    out.append(text.substr(at));
    return out;
}

screened_span decide(const finding& found, std::string_view text, const screen_policy& policy,
                     const pii_rules& rules) {
    screened_span span{.found = found};
    span.public_value =
        policy.is_public(found.type, text.substr(found.begin, found.end - found.begin));
    if (found.score >= policy.act && !span.public_value) span.would_be = rules.of(found.type);
    if (!policy.shadow) span.action = span.would_be;
    return span;
}

bool too_long(std::string_view text, const screen_policy& policy, lane from) {
    if (from != lane::user || text.size() <= policy.max_chars) return false;
    return code_points(text) > policy.max_chars;
}

} // namespace

namespace {

screen_result screen_once(std::string_view text, const screen_policy& policy, lane from,
                          conversation_vault* vault) {
    screen_result out;
    if (too_long(text, policy, from)) {
        out.action = policy.shadow ? exchange_action::pass : exchange_action::block;
        out.rule = "too_long";
        return out;
    }
    if (from == lane::system) return out;
    auto found = detect(text, {.least_score = policy.flag});
    if (from == lane::user || from == lane::document) find_encoded(text, policy.act, found);
    const auto& rules =
        from == lane::output || from == lane::tool_args ? policy.output : policy.input;
    out.spans.reserve(found.size());
    for (const auto& f : found)
        out.spans.push_back(decide(f, text, policy, rules));
    const bool changes = std::ranges::any_of(
        out.spans, [](const screened_span& s) { return s.action != span_action::keep; });
    if (!changes) return out;
    out.text_out = edit(text, out.spans, vault);
    out.edited = out.text_out != text;
    return out;
}

} // namespace

// What was hidden may have been all that kept a neighbour from being seen ("…4567x4111 1111 …"), so
// an edited text is read again until nothing more is found. The findings are those of the text as
// it came; what only shows afterwards is hidden all the same.
screen_result screen(std::string_view text, const screen_policy& policy, lane from,
                     conversation_vault* vault) {
    constexpr int most_passes = 8;
    auto out = screen_once(text, policy, from, vault);
    for (int pass = 1; out.edited && pass < most_passes; ++pass) {
        auto again = screen_once(out.text_out, policy, from, vault);
        if (!again.edited) break;
        out.text_out = std::move(again.text_out);
    }
    return out;
}

} // namespace servery::guardrails
