#include "control_plane/economics/portfolio.h"

#include <algorithm>

namespace servery::economics {

double portfolio_score(double p_positive, double mean_positive, double owner_hours,
                       double months_to_gate) {
    return p_positive * mean_positive /
           (std::max(1.0, owner_hours) * std::max(.25, months_to_gate));
}

} // namespace servery::economics
