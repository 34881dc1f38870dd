#include "app/drills.h"

#include "app/gateway_asks.h"
#include "app/services.h"
#include "data_plane/gateway/gateway.h"
#include "foundation/base/ids.h"
#include "foundation/base/log.h"

#include <algorithm>

namespace servery::app {

namespace {

constexpr millis drill_time{60'000};

void end_drill(services& all, const std::string& project, const std::string& drill) {
    auto& running = all.publishing.drills[project];
    std::erase_if(running, [&](const auto& d) { return d.id == drill; });
    (void)all.publishing.publish();
    // The row of the synthetic visitor is behind us in the log; its fact follows from it.
    all.log.settle(true);
    all.emit_facts();
}

} // namespace

result<json::object> start_drill(services& all, gateway::gateway& gateway,
                                 net::reactor_pool& reactors, const api::port_call& c) {
    if (c.id != "gateway.fallback_drill")
        return fail(error_code::conflict, "gate.evidence.not_refreshable",
                    "'" + c.id + "' is measured by itself and cannot be started by hand", c.id,
                    "wait for it, or run the evaluation it rests on");
    const auto candidate = all.rollouts.candidate(c.project);
    const auto* variant = candidate ? all.registry.find_variant(c.project, *candidate) : nullptr;
    if (variant == nullptr)
        return fail(error_code::conflict, "gate.sign.no_variant",
                    "there is no variant whose failure could be rehearsed", c.project,
                    "create one: POST /variants");
    const auto now = all.on.now.now();
    const drill_started started{.drill = make_id("drl", now, all.on.random),
                                .cause = json::text_or(c.in, "cause", "provider_down")};
    if (auto written = all.log.commit({events::make_event(started, {.at = now,
                                                                    .project = c.project,
                                                                    .by = c.by,
                                                                    .object_type = "drill",
                                                                    .object_id = started.drill,
                                                                    .phase = c.phase,
                                                                    .request_id = c.request_id})});
        !written)
        return std::unexpected(written.error());
    all.publishing.drills[c.project].push_back(
        {started.drill, started.cause, "", now + drill_time});
    if (auto published = all.publishing.publish(); !published)
        return std::unexpected(published.error());

    gateway::turn_question question;
    question.project = c.project;
    question.turns.push_back({"user", "When are you open?"});
    question.purpose = events::purpose::drill;
    question.variant = variant->view.hash;
    question.channel = "api";
    question.timeout = millis{5000};
    ask_gateway(gateway, reactors, std::move(question),
                [&all, project = c.project, drill = started.drill,
                 token = all.on.pending.begin()](const gateway::turn_reply&) {
                    all.on.control.post(
                        [&all, project, drill, token] { end_drill(all, project, drill); });
                });
    return json::object{{"drill", started.drill}, {"cause", started.cause}, {"state", "started"}};
}

} // namespace servery::app
