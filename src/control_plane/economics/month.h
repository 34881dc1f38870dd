// One month of a project at exposure x (0..1): what comes in, what goes out, in two views.
// Capacity values all freed time; cash only the part that becomes money.
//   tok     = ((in·(1-hit)·p_in + in·hit·p_cached + out·p_out)/1e6)·(1+retry)·turns + judge
//   reach   = N·eligible·x·involve   solved = reach·resolve·(1-recontact)   handed = reach - solved
//   benefit = saved - penalty + assist + revenue - errors      cost = tokens + people + fixed
// Operations stand in this order, because other programs must get the same bits.
// Thread: pure functions, any thread.
#pragma once

#include "control_plane/economics/inputs.h"

namespace servery::economics {

struct month_flows {
    double reach = 0;  // conversations that the AI answers
    double solved = 0; // without a person and without a return
    double handed = 0;
    double saved = 0;   // staff time of what was solved
    double penalty = 0; // extra time of what was handed over
    double assist = 0;  // time saved on pieces
    double revenue = 0;
    double errors = 0;
    double tokens = 0;
    double people = 0; // upkeep and reading of answers
    double fixed = 0;
    double benefit = 0;
    double cost = 0;
    double net_capacity = 0;
    double net_cash = 0;
};

enum class view { capacity, cash };

// Currency a conversation, repeated calls and judged answers included.
[[nodiscard]] double token_cost(const inputs& p);
[[nodiscard]] month_flows month(const inputs& p, double exposure);
// What a month adds in one view. A month at exposure 0 costs its fixed part and no upkeep: work
// before traffic is set-up.
[[nodiscard]] double net(const inputs& p, double exposure, view v);

} // namespace servery::economics
