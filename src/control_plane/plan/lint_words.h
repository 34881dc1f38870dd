// How findings are written: their place, and the blocking ones. Internal to the module.
// Thread: pure functions.
#pragma once

#include "control_plane/plan/lint.h"

namespace servery::plan {

// "metrics[2].targets"
[[nodiscard]] inline std::string place(std::string_view list, std::size_t i,
                                       std::string_view field = {}) {
    auto out = std::string(list) + "[" + std::to_string(i) + "]";
    if (!field.empty()) out += "." + std::string(field);
    return out;
}

// gate: 0..3, the first that it blocks.
[[nodiscard]] inline finding blocker(std::string id, int gate, std::string path, std::string what,
                                     std::string why, std::string fix) {
    return {.id = std::move(id),
            .level = level::blocker,
            .gate = "G" + std::to_string(gate),
            .path = std::move(path),
            .what = std::move(what),
            .why = std::move(why),
            .fix = std::move(fix)};
}

[[nodiscard]] inline finding remark(std::string id, plan::level level, std::string path,
                                    std::string what, std::string why, std::string fix) {
    return {.id = std::move(id),
            .level = level,
            .gate = {},
            .path = std::move(path),
            .what = std::move(what),
            .why = std::move(why),
            .fix = std::move(fix)};
}

} // namespace servery::plan
