// What is doubtful in a list of entries: duplicates, contradictions, answers off the topic, missing
// sources, length, age, unfinished texts. Thread: pure functions.
#pragma once

#include "foundation/events/knowledge_published.h"

#include <span>
#include <string>
#include <vector>

namespace servery::assistant {

constexpr std::size_t most_entries_compared = 5000; // pairs are not looked at beyond

// today: "2026-11-25"; entries of the list only, retired ones left out by the caller.
[[nodiscard]] std::vector<events::quality_finding>
find_faults(std::span<const events::knowledge_entry> entries, const std::string& today);

} // namespace servery::assistant
