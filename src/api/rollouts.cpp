// Rollouts: what is tried, on whom, and the acts that move it; kill and un-kill.
#include "api/resources.h"
#include "control_plane/rollout/rollout_service.h"

namespace servery::api {

namespace {

using rollout::act;

act act_of(const call& c) {
    return {.by = c.who.actor(), .reason = text_in(c, "reason"), .request_id = c.request_id};
}

result<reply> acted(const backend& with, const result<rollout::done>& done) {
    if (!done) return std::unexpected(done.error());
    return ok(with_policy(with, json::to_json(*done).as_object()), 202);
}

// Writes of a rollout may name the version they were made from; a stale one is 412.
status fresh(const backend& with, const call& c) {
    if (c.if_match.empty()) return {};
    const auto expected = c.expected_version();
    if (!expected) return std::unexpected(expected.error());
    const auto now = with.rollouts->version(c.project(), c.param("rollout"));
    if (!now) return std::unexpected(now.error());
    if (*now == *expected) return {};
    return fail(error_code::stale, "rollout.stale",
                "the rollout has changed: it is at version " + std::to_string(*now), "If-Match",
                "read it again");
}

result<reply> create(backend& with, call& c) {
    if (auto good = only_members(c, {"variant", "control", "plan_revision", "reason"}); !good)
        return std::unexpected(good.error());
    const auto variant = need_text(c, "variant");
    if (!variant) return std::unexpected(variant.error());
    auto made = with.rollouts->create(c.project(), *variant, text_in(c, "control"), act_of(c));
    if (!made) return std::unexpected(made.error());
    return ok(with_policy(with, std::move(*made)), 201);
}

result<reply> show(backend& with, call& c) {
    auto found = with.rollouts->show(c.project(), c.param("rollout"));
    if (!found) return std::unexpected(found.error());
    auto out = ok(std::move(*found));
    if (const auto version = with.rollouts->version(c.project(), c.param("rollout")))
        out.etag = std::to_string(*version);
    return out;
}

using service = rollout::rollout_service;

void add_acts(route_table& to, backend& with, const std::string& path) {
    const auto add = [&](std::string verb, std::string capability, bool step_up, std::string event,
                         std::string summary, auto work) {
        auto r =
            change(http::method::post, path + "/{rollout}/" + verb, {std::move(capability)},
                   std::move(event), std::move(summary), [&with, work](call& c) -> result<reply> {
                       if (auto good = fresh(with, c); !good) return std::unexpected(good.error());
                       return acted(with, work(*with.rollouts, c));
                   });
        r.step_up = step_up;
        if (!step_up) r.rate = access::rate_class::none; // stopping is never throttled
        to.add(std::move(r));
    };
    add("start", "stage.advance", true, "rollout.started", "open the first stage",
        [](service& s, call& c) { return s.start(c.project(), c.param("rollout"), act_of(c)); });
    add("advance", "stage.advance", true, "rollout.share_changed", "open the next stage",
        [](service& s, call& c) { return s.advance(c.project(), c.param("rollout"), act_of(c)); });
    add("approve", "stage.advance", true, "rollout.approved", "let the next stage open when ready",
        [](service& s, call& c) { return s.approve(c.project(), c.param("rollout"), act_of(c)); });
    add("hold", "stop", false, "rollout.held", "no raise until released",
        [](service& s, call& c) { return s.hold(c.project(), c.param("rollout"), act_of(c)); });
    add("step-back", "stop", false, "rollout.share_changed", "back to a lower stage: to?, reason",
        [](service& s, call& c) {
            return s.step_back(c.project(), c.param("rollout"), text_in(c, "to"), act_of(c));
        });
    add("roll-back", "stop", false, "rollout.rolled_back", "nobody is served by it any more",
        [](service& s, call& c) {
            return s.roll_back(c.project(), c.param("rollout"), act_of(c));
        });
    to.add(change(http::method::post, path + "/{rollout}/release", {"stage.resume"},
                  "rollout.released", "end a hold: cause?, reason",
                  [&with](call& c) -> result<reply> {
                      if (auto good = fresh(with, c); !good) return std::unexpected(good.error());
                      return acted(with, with.rollouts->release(c.project(), c.param("rollout"),
                                                                text_in(c, "cause"), act_of(c)));
                  }));
}

struct kill_target {
    rollout::kill_scope scope = rollout::kill_scope::project;
    std::string id;
};

result<kill_target> target_of(const call& c) {
    kill_target out{.scope = rollout::kill_scope::project, .id = text_in(c, "id")};
    const auto word = text_in(c, "scope");
    const auto scope = json::enum_from<rollout::kill_scope>(word.empty() ? "project" : word);
    if (!scope)
        return fail(error_code::unprocessable, "api.body.member", "'scope' says what stops",
                    "scope", "project or variant");
    out.scope = *scope;
    if (out.scope == rollout::kill_scope::project) {
        // The path names the project; another one in the body would be a way around its rights.
        if (!out.id.empty() && out.id != c.project())
            return fail(error_code::unprocessable, "api.body.member",
                        "'id' names another project than the path", "id", "leave it out");
        out.id = c.project();
    }
    return out;
}

void add_kill(route_table& to, backend& with) {
    auto kill =
        change(http::method::post, std::string(in_project) + "/kill", {"stop"}, "rollout.killed",
               "stop serving at once: scope, id?, reason", [&with](call& c) -> result<reply> {
                   const auto target = target_of(c);
                   if (!target) return std::unexpected(target.error());
                   auto done =
                       with.rollouts->kill(c.project(), target->scope, target->id, act_of(c));
                   if (!done) return std::unexpected(done.error());
                   return ok(with_policy(with, json::to_json(*done).as_object()));
               });
    kill.rate = access::rate_class::none;
    to.add(std::move(kill));
    to.add(change(http::method::post, std::string(in_project) + "/unkill", {"stage.resume"},
                  "rollout.unkilled", "serve again, if the stage's gate passes again",
                  [&with](call& c) -> result<reply> {
                      const auto target = target_of(c);
                      if (!target) return std::unexpected(target.error());
                      auto done =
                          with.rollouts->unkill(c.project(), target->scope, target->id, act_of(c));
                      if (!done) return std::unexpected(done.error());
                      return ok(with_policy(with, json::to_json(*done).as_object()));
                  }));
}

} // namespace

void add_rollouts(route_table& to, backend& with) {
    const auto path = std::string(in_project) + "/rollouts";
    to.add(
        read(path, "project.read", "the rollouts, newest first", [&with](call& c) -> result<reply> {
            return page(c, with.rollouts->list(c.project()));
        }));
    to.add(change(http::method::post, path, {"plan.edit"}, "rollout.created",
                  "a rollout of a variant by the plan's stages",
                  [&with](call& c) { return create(with, c); }));
    to.add(read(path + "/{rollout}", "project.read", "one rollout's document",
                [&with](call& c) { return show(with, c); }));
    to.add(read(path + "/{rollout}/status", "project.read", "how it goes, and why it does not move",
                [&with](call& c) -> result<reply> {
                    auto s = with.rollouts->status(c.project(), c.param("rollout"));
                    if (!s) return std::unexpected(s.error());
                    return ok(std::move(*s));
                }));
    add_acts(to, with, path);
    add_kill(to, with);
}

} // namespace servery::api
