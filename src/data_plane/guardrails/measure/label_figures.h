// How many harmful texts the injection check stops, and how many harmless ones it troubles, each in
// its lane, at the thresholds of the model card. Thread: values.
#pragma once

#include "data_plane/guardrails/screen.h"
#include "foundation/json/json.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace servery::guardrails {

class label_figures {
  public:
    void add(std::string_view text, bool harmful, lane from, const screen_policy& policy);

    // {task, model, thresholds, rows: [{lane, label, texts, flagged, blocked}]}; only rows that
    // have texts.
    [[nodiscard]] json::object to_json() const;

  private:
    struct counts {
        std::int64_t texts = 0;
        std::int64_t flagged = 0;
        std::int64_t blocked = 0;
    };
    std::array<std::array<counts, 2>, 2> counts_{}; // [document][harmful]
};

} // namespace servery::guardrails
