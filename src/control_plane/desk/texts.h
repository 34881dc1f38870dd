// The desk's own wording of what visitors read when the plan has none: English and German.
// Thread: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace servery::desk {

// Keys of desk_types.h; another language than German gets English. "" for an unknown key.
[[nodiscard]] std::string_view shipped_text(std::string_view key, std::string_view lang);
// Replaces `{name}`.
[[nodiscard]] std::string with_name(std::string text, std::string_view name);

} // namespace servery::desk
