// What the command files of this folder share. Thread: control.
#pragma once

#include "data_plane/assistant/knowledge/findings.h"
#include "data_plane/assistant/knowledge/knowledge_service.h"
#include "data_plane/assistant/knowledge/proposals.h"

#include <string>
#include <utility>
#include <vector>

namespace servery::assistant {

template <typename Record>
events::event knowledge_service::make(const knowledge_actor& who, std::string_view type,
                                      std::string_view id, const Record& record) const {
    return events::make_event(record, {.at = clock_.now(),
                                       .project = who.project,
                                       .by = who.by,
                                       .object_type = std::string(type),
                                       .object_id = std::string(id),
                                       .phase = who.phase,
                                       .request_id = who.request_id});
}

template <typename Record>
status knowledge_service::commit(const knowledge_actor& who, std::string_view type,
                                 std::string_view id, const Record& record) {
    std::vector<events::event> batch;
    batch.push_back(make(who, type, id, record));
    return commit(std::move(batch));
}

// The first fault with the others in `more`.
[[nodiscard]] inline std::unexpected<error> all_faults(std::vector<error> faults) {
    error first = std::move(faults.front());
    faults.erase(faults.begin());
    first.more = std::move(faults);
    return std::unexpected(std::move(first));
}

[[nodiscard]] inline std::unexpected<error> no_entry(const std::string& key) {
    return fail(error_code::not_found, "knowledge.entry.not_found",
                "there is no entry '" + key + "'", key, "list the entries");
}

// The review date of an approval now: the entry's own if it lies ahead, else in 90 days.
[[nodiscard]] inline std::string review_date(instant now, const std::string& own) {
    constexpr millis quarter{std::int64_t{90} * 86'400'000};
    return own > to_date(now) ? own : to_date(now + quarter);
}

[[nodiscard]] inline std::string percent_text(double share) {
    return std::to_string(static_cast<int>(share * 100 + 0.5)) + " %";
}

} // namespace servery::assistant
