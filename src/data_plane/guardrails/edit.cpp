#include "data_plane/guardrails/edit.h"

#include "data_plane/guardrails/detect/detect.h"
#include "data_plane/guardrails/vault.h"

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

} // namespace

// Spans in order of begin; a span inside one that was replaced is gone with it.
std::string edit(std::string_view body, const std::vector<screened_span>& spans,
                 conversation_vault* vault, literals looks) {
    const auto between = [&](std::string_view text) {
        return vault != nullptr && looks == literals::shield ? vault->shield(text)
                                                             : std::string(text);
    };
    std::string out;
    out.reserve(body.size());
    std::size_t at = 0;
    for (const auto& span : spans) {
        if (span.action == span_action::keep || span.found.begin < at) continue;
        out.append(between(body.substr(at, span.found.begin - at)));
        out.append(replacement(
            span, body.substr(span.found.begin, span.found.end - span.found.begin), vault));
        at = span.found.end;
    }
    out.append(between(body.substr(at)));
    return out;
}

} // namespace servery::guardrails
