#include "control_plane/gate/conditions.h"

#include <fmt/format.h>

namespace servery::gate {
namespace {

std::string_view state_words(state s) {
    switch (s) {
    case state::pass:
        return "pass";
    case state::fail:
        return "FAIL";
    case state::not_enough_data:
        return "not enough data";
    case state::expired:
        return "EXPIRED";
    case state::waived:
        return "waived";
    }
    return "";
}

std::string measured(const condition& c) {
    std::string out;
    if (c.value) out = fmt::format("{:.4g} {}", *c.value, c.unit);
    if (c.n > 0) out += fmt::format(" (n {})", c.n);
    if (c.interval) out += fmt::format(" [{:.3g}, {:.3g}]", c.interval->lower, c.interval->upper);
    return out;
}

} // namespace

std::vector<error> open_conditions(const run& r) {
    std::vector<error> out;
    for (const auto& c : r.conditions) {
        if (c.state == state::pass || c.state == state::waived) continue;
        out.push_back({.code = error_code::conflict,
                       .id = "gate.condition.open",
                       .message = c.label + ": " + std::string(state_words(c.state)) + ", " + c.why,
                       .where = c.id,
                       .remedy = c.fix});
    }
    return out;
}

std::string to_text(const run& r, bool all, bool why) {
    std::string out = fmt::format("gate {} of {}: {}\n", r.gate, r.project,
                                  r.verdict == readiness::ready ? "ready" : "not yet");
    out +=
        fmt::format("plan revision {}, variant {}, run {}\n", r.plan_revision,
                    r.variant.empty() ? "none" : r.variant.substr(0, 12), r.run_hash.substr(0, 12));
    std::size_t hidden = 0;
    for (const auto& c : r.conditions) {
        if (!all && c.state == state::pass) {
            ++hidden;
            continue;
        }
        out += fmt::format("  {:<16} {:<44} {}\n", state_words(c.state), c.id, measured(c));
        if (c.state == state::pass && !why) continue;
        out += fmt::format("  {:<16}   target {}; {}\n", "", c.target, c.why);
        if (!c.fix.empty() && c.state != state::pass)
            out += fmt::format("  {:<16}   fix: {}\n", "", c.fix);
    }
    if (hidden > 0) out += fmt::format("  {} conditions pass\n", hidden);
    return out;
}

} // namespace servery::gate
