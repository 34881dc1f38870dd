#include "data_plane/assistant/decide/decision_record.h"

namespace servery::assistant {

events::decision_made record_of(const knowledge_index& index, const decision& made,
                                std::string exchange_id, std::string message,
                                std::string delivered) {
    events::decision_made out;
    out.exchange_id = std::move(exchange_id);
    out.message = std::move(message);
    out.release = made.release;
    out.calibration = made.calibration;
    out.recommended = json::enum_word(made.recommended);
    out.delivered = std::move(delivered);
    out.reason = json::enum_word(made.why);
    out.confidence = made.confidence;
    for (const auto& c : made.top) {
        out.top.push_back(index.entries()[c.entry].key);
        out.scores.push_back(c.score);
    }
    json::to_json_members(out.features, made.evidence);
    out.lang = made.lang;
    if (!made.top.empty()) out.legs = made.classifier_on ? "ABC" : "AB";
    out.took_us = made.took_us;
    return out;
}

} // namespace servery::assistant
