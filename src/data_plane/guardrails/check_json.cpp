// The answer of `guard check`.
#include "data_plane/guardrails/chunkings.h"
#include "data_plane/guardrails/code_points.h"
#include "data_plane/guardrails/screen.h"
#include "foundation/base/text.h"
#include "foundation/json/describe.h"

#include <cmath>
#include <vector>

namespace servery::guardrails {
namespace {

constexpr std::size_t longest_text = 64U << 10U;

class unit_counter {
  public:
    unit_counter(std::string_view text, offset_unit unit)
        : bytes_(unit == offset_unit::byte),
          counter_(text, unit == offset_unit::utf16 ? code_point_counter::unit::utf16
                                                    : code_point_counter::unit::code_point) {}
    std::size_t at(std::size_t byte) { return bytes_ ? byte : counter_.at(byte); }

  private:
    bool bytes_;
    code_point_counter counter_;
};

json::object finding_json(const screened_span& span, unit_counter& units, bool shadow) {
    json::object o;
    o["type"] = json::enum_word(span.found.type);
    o["start"] = units.at(span.found.begin);
    o["end"] = units.at(span.found.end);
    o["score"] = span.found.score;
    o["rule"] = span.found.rule;
    o["action"] = json::enum_word(span.action);
    if (shadow) o["would_be"] = json::enum_word(span.would_be);
    if (span.public_value) o["public"] = true;
    return o;
}

// Four decimals: enough to compare with a threshold, and equal bytes everywhere.
double rounded(double x) {
    return std::round(x * 10'000) / 10'000;
}

json::object scores_json(const screen_result& screened, lane from) {
    if (!screened.injection) return {};
    return {{from == lane::user ? "injection_user" : "injection_document",
             rounded(*screened.injection)}};
}

} // namespace

result<json::object> check_json(std::string_view text, const screen_policy& policy, lane from,
                                offset_unit unit, const chunking& cut) {
    if (text.size() > longest_text)
        return fail(error_code::too_large, "guard.text_too_long",
                    "the text has " + std::to_string(text.size()) + " bytes", "text",
                    "check at most 65536 bytes at once");
    if (!is_utf8(text))
        return fail(error_code::invalid_argument, "request.invalid_json",
                    "the text is not valid UTF-8", "text", "send UTF-8");
    const auto screened = screen(pieces_of(text, cut), policy, from);
    unit_counter units(text, unit);
    json::array findings;
    for (const auto& span : screened.spans)
        findings.push_back(finding_json(span, units, policy.shadow));
    json::object out;
    out["action"] = json::enum_word(screened.action);
    if (!screened.rule.empty()) out["rule"] = screened.rule;
    out["text_out"] = text_of(screened, text);
    out["findings"] = std::move(findings);
    out["scores"] = scores_json(screened, from);
    out["policy"] = policy.hash;
    if (policy.shadow || screened.would_be > screened.action) {
        auto enforced = policy;
        enforced.shadow = false;
        const auto would = screen(text, enforced, from);
        json::object be;
        be["action"] = json::enum_word(would.would_be);
        be["text_out"] = text_of(would, text);
        be["thresholds"] = json::object{{"act", policy.act}, {"flag", policy.flag}};
        out["would_be"] = std::move(be);
    }
    return out;
}

} // namespace servery::guardrails
