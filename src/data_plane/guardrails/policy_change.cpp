#include "data_plane/guardrails/policy_change.h"

#include "data_plane/guardrails/detect/detect.h"

#include <fmt/format.h>

namespace servery::guardrails {

namespace {

template <typename Word>
std::string step(std::string_view what, Word before, Word after) {
    return fmt::format("{}: {} instead of {}", what, json::enum_word(after),
                       json::enum_word(before));
}

void compare(std::string_view direction, const pii_rules& from, const pii_rules& to,
             std::vector<std::string>& out) {
    for (std::size_t i = 0; i < pii_type_count; ++i)
        if (to.actions[i] < from.actions[i])
            out.push_back(step(fmt::format("{}.pii.types.{}", direction,
                                           json::enum_word(static_cast<pii_type>(i))),
                               from.actions[i], to.actions[i]));
}

} // namespace

std::vector<std::string> loosened(const screen_policy& from, const screen_policy& to) {
    std::vector<std::string> out;
    compare("input", from.input, to.input, out);
    compare("output", from.output, to.output, out);
    if (to.act > from.act)
        out.push_back(fmt::format("thresholds.act: {} instead of {}", to.act, from.act));
    if (to.flag > from.flag)
        out.push_back(fmt::format("thresholds.flag: {} instead of {}", to.flag, from.flag));
    if (to.max_chars > from.max_chars)
        out.push_back(
            fmt::format("input.max_chars: {} instead of {}", to.max_chars, from.max_chars));
    if (to.shadow && !from.shadow) out.push_back("mode.default: shadow instead of enforce");
    if (to.injection_user < from.injection_user)
        out.push_back(step("input.injection.user", from.injection_user, to.injection_user));
    if (to.injection_document < from.injection_document)
        out.push_back(
            step("input.injection.document", from.injection_document, to.injection_document));
    if (to.control_tokens < from.control_tokens)
        out.push_back(step("control tokens", from.control_tokens, to.control_tokens));
    for (const auto& value : to.public_values)
        if (!from.public_values.contains(value)) {
            out.push_back("public_values: more values are not hidden");
            break;
        }
    return out;
}

} // namespace servery::guardrails
