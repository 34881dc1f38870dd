#include "control_plane/plan/words.h"

#include <fmt/format.h>

#include <cmath>

namespace servery::plan {

std::string quantity_words(double value, const std::string& unit) {
    if (unit == "share") return fmt::format("{:g} %", std::round(value * 10000) / 100);
    return unit.empty() || unit == "count" || unit == "check" ? fmt::format("{:g}", value)
                                                              : fmt::format("{:g} {}", value, unit);
}

std::string target_words(const metric& m, const target& t) {
    auto out = (m.better == direction::higher ? ">= " : "<= ") + quantity_words(t.value, m.unit);
    if (t.rule == rule_kind::lower_bound || t.rule == rule_kind::upper_bound)
        out += fmt::format(" shown at {:g} % confidence", t.confidence * 100);
    return out;
}

} // namespace servery::plan
