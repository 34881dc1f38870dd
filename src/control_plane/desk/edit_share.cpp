#include "control_plane/desk/edit_share.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace servery::desk {
namespace {

std::vector<std::uint32_t> points_of(std::string_view text) {
    std::vector<std::uint32_t> out;
    for (const char byte : text) {
        const auto value = static_cast<unsigned char>(byte);
        if ((value & 0xC0u) == 0x80u && !out.empty())
            out.back() = (out.back() << 8) | value; // distinct for each code point, which is enough
        else
            out.push_back(value);
    }
    return out;
}

} // namespace

double edit_share(std::string_view before, std::string_view after) {
    const auto a = points_of(before);
    const auto b = points_of(after);
    const auto longer = std::max(a.size(), b.size());
    if (longer == 0) return 0;
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
        }
    }
    return static_cast<double>(row.back()) / static_cast<double>(longer);
}

} // namespace servery::desk
