#include "data_plane/guardrails/screen.h"

#include "data_plane/guardrails/stream_scanner.h"
#include "foundation/base/text.h"

namespace servery::guardrails {
namespace {

bool too_long(std::string_view text, const screen_policy& policy, lane from) {
    if (from != lane::user || text.size() <= policy.max_chars) return false;
    return code_points(text) > policy.max_chars;
}

} // namespace

// A whole text is a stream of one piece, so that both see the same.
screen_result screen(std::string_view text, const screen_policy& policy, lane from,
                     conversation_vault* vault) {
    screen_result out;
    if (too_long(text, policy, from)) {
        out.action = policy.shadow ? exchange_action::pass : exchange_action::block;
        out.rule = "too_long";
        return out;
    }
    if (from == lane::system) return out;
    stream_scanner scanner(policy, from, vault);
    scanner.feed(text, out.text_out);
    scanner.finish(out.text_out);
    out.spans = scanner.take_spans();
    out.edited = scanner.edited();
    if (!out.edited) out.text_out.clear();
    return out;
}

} // namespace servery::guardrails
