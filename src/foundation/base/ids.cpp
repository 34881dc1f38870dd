#include "foundation/base/ids.h"

#include "foundation/base/hash.h"

#include <algorithm>
#include <array>

namespace servery {

std::string make_id(std::string_view prefix, instant at, random_source& random) {
    std::array<std::uint8_t, 16> uuid;
    random.fill(uuid);
    const auto ms = static_cast<std::uint64_t>(at.ms);
    for (std::size_t i = 0; i < 6; ++i)
        uuid[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
    uuid[6] = static_cast<std::uint8_t>((uuid[6] & 0x0f) | 0x70);
    uuid[8] = static_cast<std::uint8_t>((uuid[8] & 0x3f) | 0x80);
    return std::string(prefix) + "_" + to_base32(uuid);
}

bool is_id(std::string_view text, std::string_view prefix) {
    if (text.size() != prefix.size() + 27 || !text.starts_with(prefix) ||
        text[prefix.size()] != '_')
        return false;
    return std::ranges::all_of(text.substr(prefix.size() + 1), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
    });
}

bool is_slug(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

} // namespace servery
