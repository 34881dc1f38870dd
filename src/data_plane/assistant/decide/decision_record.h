// The row that is kept of a decision, beside the exchange's. Thread: pure function.
#pragma once

#include "data_plane/assistant/decide/decide.h"
#include "foundation/events/decision_made.h"

#include <string>

namespace servery::assistant {

// delivered: what the visitor got: answer, ask, hand_over, draft or fallback.
[[nodiscard]] events::decision_made record_of(const knowledge_index& index, const decision& made,
                                              std::string exchange_id, std::string message,
                                              std::string delivered);

} // namespace servery::assistant
