// The labels that may test a calibration, re-scored with a release: from the random sample, one a
// visitor and week, not unsure, text still there, and not a wording of the release itself (an
// accepted phrasing would test itself). Thread: pure functions.
#pragma once

#include "data_plane/assistant/decide/calibration.h"
#include "data_plane/assistant/knowledge/project_knowledge.h"
#include "data_plane/assistant/retrieval/knowledge_index.h"

#include <cstdint>
#include <vector>

namespace servery::assistant {

struct labelled_traffic {
    std::vector<labelled_confidence> labelled;
    std::vector<labelled_choice> choices; // of the same labels
    std::vector<double> recent;           // confidences of the messages of the last 30 days
    std::int64_t unsure = 0;
    std::int64_t known_wording = 0;
    std::int64_t second_of_visitor = 0;
    std::int64_t text_gone = 0;
};

[[nodiscard]] labelled_traffic score_traffic(const project_knowledge& base,
                                             const knowledge_index& index, instant now);

} // namespace servery::assistant
