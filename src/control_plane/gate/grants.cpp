#include "control_plane/gate/grants.h"

#include "control_plane/plan/cross_checks.h"

#include <algorithm>
#include <cmath>

namespace servery::gate {

std::string grant_mac(const key32& key, std::string_view project, const events::grant_issued& g) {
    field_bytes fields;
    fields.add("servery grant 1").add(project).add(g.grant).add(g.phase).add(g.stage).add(g.mode);
    fields.add(g.variant).add_u64(static_cast<std::uint64_t>(g.audience.basis));
    for (const auto* list : {&g.audience.groups, &g.audience.regions, &g.audience.topics}) {
        fields.add_u64(list->size());
        for (const auto& word : *list)
            fields.add(word);
    }
    fields.add_u64(g.audience.max_visitors ? 1 : 0);
    fields.add_u64(static_cast<std::uint64_t>(g.audience.max_visitors.value_or(0)));
    fields.add_u64(static_cast<std::uint64_t>(g.issued_at.ms));
    fields.add_u64(static_cast<std::uint64_t>(g.until.ms));
    fields.add(g.gate).add(g.gate_run).add_u64(static_cast<std::uint64_t>(g.plan_revision));
    fields.add(g.override_reason);
    return to_hex(blake2b_256_keyed(key, fields.view()));
}

events::audience audience_of(const plan::stage& stage) {
    return {.basis = std::llround(stage.percent * 100),
            .groups = stage.groups,
            .regions = stage.regions,
            .topics = stage.topics,
            .max_visitors = stage.max_visitors};
}

status check_cap(plan::phase phase, const events::audience& audience, bool staff_use) {
    plan::stage as_stage;
    as_stage.phase = phase;
    as_stage.percent = static_cast<double>(audience.basis) / 100;
    as_stage.groups = audience.groups;
    as_stage.regions = audience.regions;
    as_stage.topics = audience.topics;
    const auto why = plan::over_cap(as_stage, staff_use ? plan::audience_kind::staff
                                                        : plan::audience_kind::customers);
    if (!why) return {};
    return fail(error_code::conflict, "gate.phase.cap", *why, {},
                "lower the stage's audience, or pass the gate of the next phase");
}

namespace {

events::grant_issued as_issued(const grant& g) {
    events::grant_issued out;
    out.grant = g.id;
    out.phase = std::string(plan::word(g.phase));
    out.stage = g.stage;
    out.mode = g.mode;
    out.variant = g.variant;
    out.audience = g.audience;
    out.issued_at = g.issued_at;
    out.until = g.until;
    out.gate = g.gate;
    out.gate_run = g.gate_run;
    out.plan_revision = g.plan_revision;
    out.override_reason = g.override_reason;
    return out;
}

grant from_issued(const events::event& e, const events::grant_issued& body) {
    grant g;
    g.id = body.grant;
    g.project = e.project;
    g.phase = plan::phase_from(body.phase).value_or(plan::phase::sandbox);
    g.stage = body.stage;
    g.mode = body.mode;
    g.variant = body.variant;
    g.audience = body.audience;
    g.issued_at = body.issued_at;
    g.until = body.until;
    g.gate = body.gate;
    g.gate_run = body.gate_run;
    g.plan_revision = body.plan_revision;
    g.override_reason = body.override_reason;
    g.order = e.seq;
    return g;
}

bool same_mac(std::string_view a, std::string_view b) {
    return equal_constant_time(as_bytes(a), as_bytes(b));
}

} // namespace

grant* grant_book::edit(std::string_view id) {
    const auto it = std::ranges::find(grants_, id, &grant::id);
    return it == grants_.end() ? nullptr : &*it;
}

const grant* grant_book::find(std::string_view id) const {
    const auto it = std::ranges::find(grants_, id, &grant::id);
    return it == grants_.end() ? nullptr : &*it;
}

void grant_book::apply(const events::event& e) {
    if (events::is<events::grant_issued>(e)) {
        const auto body = events::read<events::grant_issued>(e);
        auto g = from_issued(e, body);
        if (!same_mac(body.mac, grant_mac(key_, e.project, body))) g.state = grant_state::invalid;
        grants_.push_back(std::move(g));
    } else if (events::is<events::grant_renewed>(e)) {
        const auto body = events::read<events::grant_renewed>(e);
        auto* g = edit(body.grant);
        if (g == nullptr || g->state == grant_state::ended || g->state == grant_state::invalid)
            return;
        auto sealed = as_issued(*g);
        sealed.until = body.until;
        if (same_mac(body.mac, grant_mac(key_, e.project, sealed)))
            g->until = body.until;
        else
            g->state = grant_state::invalid;
    } else if (events::is<events::grant_ended>(e)) {
        const auto body = events::read<events::grant_ended>(e);
        auto* g = edit(body.grant);
        if (g == nullptr || g->state == grant_state::invalid) return;
        g->state = grant_state::ended;
        g->end_reason = body.reason;
        g->ended_at = e.at;
    } else if (events::is<events::grant_suspended>(e)) {
        auto* g = edit(events::read<events::grant_suspended>(e).grant);
        if (g != nullptr && g->state == grant_state::live) g->state = grant_state::suspended;
    } else if (events::is<events::grant_resumed>(e)) {
        auto* g = edit(events::read<events::grant_resumed>(e).grant);
        if (g != nullptr && g->state == grant_state::suspended) g->state = grant_state::live;
    }
}

void grant_book::suspend_all() {
    for (auto& g : grants_)
        if (g.state == grant_state::live) g.state = grant_state::suspended;
}

std::vector<grant> grant_book::live(instant now) const {
    std::vector<grant> out;
    for (const auto& g : grants_)
        if (g.state == grant_state::live && now < g.until) out.push_back(g);
    return out;
}

std::vector<std::string> grant_book::invalid() const {
    std::vector<std::string> out;
    for (const auto& g : grants_)
        if (g.state == grant_state::invalid) out.push_back(g.id);
    return out;
}

} // namespace servery::gate
