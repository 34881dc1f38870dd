// How often visitors asked for an entry and how people judged those answers: what the list of
// entries shows beside each. Thread: pure functions.
#pragma once

#include "data_plane/assistant/knowledge/project_knowledge.h"

#include <cstdint>
#include <map>
#include <string>

namespace servery::assistant {

// asked: messages of the last 30 days whose recommended answer held the entry. labelled, right:
// the newest judgement of each such message, of any age; unsure ones are left out.
struct entry_usage {
    std::int64_t asked = 0;
    std::int64_t labelled = 0;
    std::int64_t right = 0;
};

// By key; an entry that nobody asked for and nobody judged is absent.
[[nodiscard]] std::map<std::string, entry_usage, std::less<>>
usage_of_entries(const project_knowledge& base, instant now);

// {asked, labelled, right, lower, upper}: the interval of right among labelled holds however often
// anybody looks; null without a label.
[[nodiscard]] json::object to_json(const entry_usage& of);

} // namespace servery::assistant
