#include "data_plane/policy/bucketing.h"

#include <array>
#include <cstring>
#include <vector>

namespace servery::policy {

namespace {

constexpr std::array<std::string_view, 4> purposes{"include", "variant", "holdout", "shadow"};
constexpr std::array<std::string_view, 3> kinds{"visitor", "account", "conversation"};

std::uint8_t* put_field(std::uint8_t* at, const void* data, std::size_t size) {
    for (int shift = 0; shift < 32; shift += 8)
        *at++ = static_cast<std::uint8_t>(size >> shift);
    if (size > 0) std::memcpy(at, data, size);
    return at + size;
}

} // namespace

std::string_view name(purpose p) noexcept {
    return purposes[static_cast<std::size_t>(p)];
}
std::string_view name(unit_kind kind) noexcept {
    return kinds[static_cast<std::size_t>(kind)];
}

std::optional<purpose> parse_purpose(std::string_view word) noexcept {
    for (std::size_t i = 0; i < purposes.size(); ++i)
        if (purposes[i] == word) return static_cast<purpose>(i);
    return std::nullopt;
}

std::optional<unit_kind> parse_unit_kind(std::string_view word) noexcept {
    for (std::size_t i = 0; i < kinds.size(); ++i)
        if (kinds[i] == word) return static_cast<unit_kind>(i);
    return std::nullopt;
}

std::uint64_t servery1_hash(const hash16& salt, purpose what, unit_kind kind, bytes_view unit) {
    // OPTIMIZATION: ids of ordinary length are laid out on the stack, about 40 ns a bucket.
    constexpr std::size_t ordinary = 200;
    constexpr std::size_t overhead = 3 * 4 + 7 + 12; // prefixes and the longest words
    std::array<std::uint8_t, ordinary + overhead> on_stack;
    std::vector<std::uint8_t> on_heap;
    std::uint8_t* const start = [&]() -> std::uint8_t* {
        if (unit.size() <= ordinary) return on_stack.data();
        on_heap.resize(unit.size() + overhead);
        return on_heap.data();
    }();
    std::uint8_t* at = put_field(start, name(what).data(), name(what).size());
    at = put_field(at, name(kind).data(), name(kind).size());
    at = put_field(at, unit.data(), unit.size());
    return siphash24(salt, {start, static_cast<std::size_t>(at - start)});
}

} // namespace servery::policy
