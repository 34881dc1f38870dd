#include "control_plane/economics/tiers.h"

#include <algorithm>

namespace servery::economics {

tier_choice tier_cost(std::span<const price_tier> tiers, double volume) {
    tier_choice best;
    for (std::size_t i = 0; i < tiers.size(); ++i) {
        const double over = std::max(0.0, volume - tiers[i].includes);
        if (over > 0 && !tiers[i].overage) continue;
        const double cost = tiers[i].monthly + over * tiers[i].overage.value_or(0);
        if (best.cost && cost >= *best.cost) continue;
        best = {i, cost};
    }
    return best;
}

} // namespace servery::economics
