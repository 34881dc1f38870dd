#include "control_plane/desk/viewers.h"

namespace servery::desk {

void viewers::note(std::string_view conversation, std::string_view person, typing now_typing,
                   instant now) {
    for (auto& [id, people] : seen_)
        std::erase_if(people, [&](const auto& s) { return s.second.until < now; });
    std::erase_if(seen_, [](const auto& row) { return row.second.empty(); });
    seen_[std::string(conversation)][std::string(person)] = {.until = now + viewing_time,
                                                             .typing = now_typing == typing::yes};
}

std::vector<viewers::one> viewers::of(std::string_view conversation, instant now) const {
    std::vector<one> out;
    const auto found = seen_.find(conversation);
    if (found == seen_.end()) return out;
    for (const auto& [person, sight] : found->second)
        if (sight.until >= now) out.push_back({person, sight.typing});
    return out;
}

} // namespace servery::desk
