#include "control_plane/economics/month.h"

namespace servery::economics {

double token_cost(const inputs& p) {
    if (p.measured_token_cost) return *p.measured_token_cost;
    const double base = (p.in_tok * (1 - p.cache_hit) * p.price_in +
                         p.in_tok * p.cache_hit * p.price_cached + p.out_tok * p.price_out) /
                        1e6;
    return base * (1 + p.retry) * p.turns + p.judge_rate * p.judge_cost;
}

month_flows month(const inputs& p, double exposure) {
    month_flows m;
    m.reach = p.N * p.eligible * exposure * p.involve;
    m.solved = m.reach * p.resolve * (1 - p.recontact);
    m.handed = m.reach - m.solved;
    const double w = p.wage_h / 60.0;
    m.saved = m.solved * p.min_easy * w;
    m.penalty = m.handed * p.min_handoff_extra * w;
    m.assist = p.drafts * exposure * p.min_draft * p.draft_saving * w;
    m.revenue = m.reach * p.rev_uplift_rate * p.order_value * p.margin -
                m.reach * p.lost_rate * p.order_value * p.margin;
    m.errors = m.reach * p.harm_rate * p.harm_cost;
    m.tokens = m.reach * token_cost(p);
    m.people =
        (p.hours_monitor + p.hours_kb) * p.wage_owner + m.reach * p.review_share * p.min_review * w;
    m.fixed = p.subscription + p.hosting;
    m.benefit = m.saved - m.penalty + m.assist + m.revenue - m.errors;
    m.cost = m.tokens + m.people + m.fixed;
    m.net_capacity = m.benefit - m.cost;
    const double benefit_cash = p.kappa * (m.saved - m.penalty + m.assist) + m.revenue - m.errors;
    m.net_cash = benefit_cash - (m.tokens + m.fixed + p.kappa_own * m.people);
    return m;
}

double net(const inputs& p, double exposure, view v) {
    if (exposure <= 0) return -p.subscription - p.hosting;
    const auto m = month(p, exposure);
    return v == view::capacity ? m.net_capacity : m.net_cash;
}

} // namespace servery::economics
