#include "control_plane/monitoring/alert_service.h"

#include "control_plane/monitoring/metrics.h"
#include "control_plane/monitoring/watch_rules.h"
#include "foundation/base/ids.h"
#include "foundation/base/log.h"
#include "foundation/events/grant.h"
#include "foundation/events/phase_changed.h"

#include <algorithm>
#include <array>
#include <ranges>

namespace servery::monitoring {
namespace {

constexpr millis merged_for{24 * 3'600'000LL}; // after it was resolved
constexpr millis quiet_for{48 * 3'600'000LL};
constexpr millis a_year{365 * 86'400'000LL};

bool is_open(const alert& a) {
    return a.state != alert_state::resolved;
}

// The alert that an alarm of this stream and variant belongs to.
const alert* mergeable(const std::vector<alert>& all, std::string_view stream,
                       std::string_view variant, instant now) {
    for (const auto& a : std::views::reverse(all))
        if (a.stream == stream && a.variant == variant &&
            (is_open(a) || now - *a.resolved_at < merged_for))
            return &a;
    return nullptr;
}

} // namespace

alert_service::alert_service(const clock& time, random_source& random, events::log& log,
                             limits_of limits)
    : time_(time), random_(random), log_(log), limits_(std::move(limits)) {}

alert_service::project_alerts& alert_service::at(std::string_view project) {
    auto found = projects_.find(project);
    if (found == projects_.end())
        found = projects_.emplace(std::string(project), std::make_unique<project_alerts>()).first;
    return *found->second;
}

const alert_service::project_alerts* alert_service::find(std::string_view project) const {
    const auto found = projects_.find(project);
    return found == projects_.end() ? nullptr : found->second.get();
}

void alert_service::apply(const events::exchange& x) {
    if (x.seq != 0 && x.seq <= last_exchange_seq_) return;
    last_exchange_seq_ = std::max(last_exchange_seq_, x.seq);
    if (x.project.empty()) return;
    auto& p = at(x.project);
    p.observed.take(x, p.watch.bar_of(stream::slow));
}

void alert_service::apply(const events::event& e) {
    if (e.seq != 0 && e.seq <= last_event_seq_) return;
    last_event_seq_ = std::max(last_event_seq_, e.seq);
    if (e.project.empty()) return;
    auto& p = at(e.project);
    if (events::is<events::phase_changed>(e))
        p.phase = events::read<events::phase_changed>(e).to;
    else if (events::is<events::grant_issued>(e))
        p.variant = events::read<events::grant_issued>(e).variant;
    else if (events::is<events::watch_set>(e))
        p.watch.set(events::read<events::watch_set>(e));
    else if (e.kind.starts_with("alert.") || events::is<events::alarm_sounded>(e))
        take_alert(p, e);
    else
        p.observed.take(e);
}

void alert_service::take_alert(project_alerts& p, const events::event& e) {
    const auto named = std::ranges::find(p.alerts, e.object_id, &alert::id);
    if (events::is<events::alert_raised>(e)) {
        const auto r = events::read<events::alert_raised>(e);
        if (named != p.alerts.end()) {
            named->state = alert_state::raised;
            named->alarms = 0;
            named->resolution.reset();
            named->resolved_at.reset();
            named->resolved_by.clear();
            named->acknowledged_at.reset();
            named->acknowledged_by.clear();
            return;
        }
        p.alerts.push_back({.id = r.alert, .stream = r.stream, .variant = r.variant});
        p.alerts.back().severity =
            json::enum_from<severity>(r.severity).value_or(severity::warning);
        p.alerts.back().raised_at = e.at;
        p.alerts.back().what_to_do = what_to_do(r.stream);
        return;
    }
    if (named == p.alerts.end()) return;
    if (events::is<events::alarm_sounded>(e)) {
        const auto r = events::read<events::alarm_sounded>(e);
        if (const auto s = json::enum_from<stream>(r.stream)) p.watch.recorded(*s);
        named->last_alarm_at = e.at;
        named->examples = r.examples;
        // The figures stay those of the alarm that opened it.
        if (++named->alarms > 1) return;
        named->since = r.since;
        named->n = r.n;
        named->bad = r.bad;
        named->value = r.n == 0 ? 0 : static_cast<double>(r.bad) / static_cast<double>(r.n);
        named->limit = r.limit;
        named->words = alert_words(*named);
    } else if (events::is<events::alert_acknowledged>(e)) {
        named->state = alert_state::acknowledged;
        named->acknowledged_by = e.by.id;
        named->acknowledged_at = e.at;
    } else if (events::is<events::alert_resolved>(e)) {
        const auto r = events::read<events::alert_resolved>(e);
        named->state = alert_state::resolved;
        named->resolution = json::enum_from<resolution>(r.resolution);
        named->resolved_by = e.by.id;
        named->resolved_at = e.at;
        named->note = r.note;
    }
}

events::context alert_service::where(const std::string& project, const project_alerts& p,
                                     const std::string& alert, events::actor by) const {
    return {.at = time_.now(),
            .project = project,
            .by = std::move(by),
            .object_type = alert.empty() ? "project" : "alert",
            .object_id = alert.empty() ? project : alert,
            .phase = p.phase,
            .request_id = {}};
}

void alert_service::commit(std::vector<events::event> batch) {
    if (batch.empty()) return;
    // What could not be written is still pending and comes again at the next tick.
    if (auto done = log_.commit(std::move(batch)); !done)
        servery::log::warn("monitoring.alert.not_recorded", {{"error", done.error().id}});
}

void alert_service::on_tick(instant now) {
    // The log calls back into this object's folds: only names are held meanwhile.
    std::vector<std::string> names;
    for (const auto& [name, p] : projects_)
        names.push_back(name);
    for (const auto& name : names) {
        auto& p = at(name);
        p.observed.settle(now);
        raise(name, p, now);
        resolve_quiet(name, p, now);
        set_watch(name, p, now);
        std::array<std::int64_t, 3> open{};
        for (const auto& a : p.alerts)
            if (is_open(a)) ++open.at(static_cast<std::size_t>(a.severity));
        set_open_alerts(name, open);
    }
}

void alert_service::set_watch(const std::string& project, const project_alerts& p, instant now) {
    if (!is_public(p.phase) || p.variant.empty()) {
        if (!same_watch({}, p.watch.rules()))
            commit({events::make_event(events::watch_set{}, where(project, p, {}))});
        return;
    }
    const auto plan = limits_ ? limits_(project) : plan_limits{};
    auto rules = rules_of(plan, quarter_of(now), p.variant);
    if (same_watch(rules, p.watch.rules())) return;
    set_thresholds(rules, [&](stream s) {
        return p.watch.per_year(s, now).value_or(static_cast<std::int64_t>(plan.visitors_a_year));
    });
    commit({events::make_event(rules, where(project, p, {}))});
}

void alert_service::raise(const std::string& project, const project_alerts& p, instant now) {
    const auto variant = p.watch.rules().variant;
    for (const auto& one : std::vector(p.watch.pending())) {
        const std::string name(json::enum_word(one.stream));
        const auto how_bad = std::string(json::enum_word(severity_of(one.stream, p.phase)));
        const auto* known = mergeable(p.alerts, name, variant, now);
        const auto id = known == nullptr ? make_id("al", now, random_) : known->id;
        std::vector<events::event> batch;
        if (known == nullptr || !is_open(*known))
            batch.push_back(events::make_event(events::alert_raised{.alert = id,
                                                                    .stream = name,
                                                                    .variant = variant,
                                                                    .severity = how_bad,
                                                                    .again = known != nullptr},
                                               where(project, p, id)));
        batch.push_back(events::make_event(events::alarm_sounded{.alert = id,
                                                                 .stream = name,
                                                                 .variant = variant,
                                                                 .severity = how_bad,
                                                                 .since = one.since,
                                                                 .n = one.n,
                                                                 .bad = one.bad,
                                                                 .limit = one.limit,
                                                                 .examples = one.examples},
                                           where(project, p, id)));
        commit(std::move(batch));
    }
}

void alert_service::resolve_quiet(const std::string& project, const project_alerts& p,
                                  instant now) {
    std::vector<events::event> batch;
    for (const auto& a : p.alerts) {
        if (!is_open(a) || now - a.last_alarm_at < quiet_for) continue;
        const auto s = json::enum_from<stream>(a.stream);
        const auto* d = s ? p.watch.find(*s) : nullptr;
        if (d == nullptr || p.watch.rules().variant != a.variant) continue;
        const bool enough = d->recent.size() == stream_watch::recent_size;
        if (!enough || *d->recent_share() > d->rule.limit) continue;
        batch.push_back(
            events::make_event(events::alert_resolved{.alert = a.id, .resolution = "by_itself"},
                               where(project, p, a.id)));
    }
    commit(std::move(batch));
}

result<std::vector<alert>> alert_service::list(std::string_view project,
                                               std::string_view state) const {
    const auto wanted = json::enum_from<alert_state>(state);
    if (!state.empty() && state != "open" && !wanted)
        return fail(error_code::invalid_argument, "monitor.alert.state",
                    "there is no state '" + std::string(state) + "'", "state",
                    "open, raised, acknowledged or resolved");
    std::vector<alert> out;
    const auto* p = find(project);
    if (p == nullptr) return out;
    for (const auto& a : std::views::reverse(p->alerts)) {
        const bool fits = state.empty() || (state == "open" ? is_open(a) : a.state == *wanted);
        if (fits) out.push_back(a);
    }
    return out;
}

watched alert_service::watched_of(std::string_view project) const {
    watched out;
    const auto* p = find(project);
    if (p == nullptr) return out;
    const auto& rules = p->watch.rules();
    out.variant = rules.variant;
    out.budget.quarter = rules.quarter;
    const auto from = time_.now() - a_year;
    for (const auto& a : p->alerts) {
        if (a.raised_at < from) continue;
        ++out.budget.alerts_365d;
        if (a.resolution == resolution::false_alarm) ++out.budget.false_alarms_365d;
    }
    for (const auto& r : rules.streams) {
        const auto s = json::enum_from<stream>(r.stream);
        const auto* d = s ? p->watch.find(*s) : nullptr;
        if (d == nullptr) continue;
        const bool alarmed = std::ranges::any_of(p->alerts, [&](const alert& a) {
            return is_open(a) && a.stream == r.stream && a.variant == rules.variant;
        });
        out.streams.push_back({.stream = r.stream,
                               .limit = r.limit,
                               .n = static_cast<std::int64_t>(d->recent.size()),
                               .value = d->recent_share(),
                               .ratio = d->detector.evidence() / r.threshold,
                               .threshold = r.threshold,
                               .per_year = r.per_year,
                               .state = alarmed ? "alarmed" : "watching"});
    }
    return out;
}

result<alert> alert_service::open_one(std::string_view project, std::string_view id) const {
    const auto* p = find(project);
    const auto* found = p == nullptr ? nullptr : [&]() -> const alert* {
        const auto at = std::ranges::find(p->alerts, id, &alert::id);
        return at == p->alerts.end() ? nullptr : &*at;
    }();
    if (found == nullptr)
        return fail(error_code::not_found, "monitor.alert.unknown",
                    "there is no alert '" + std::string(id) + "' in this project", "alert",
                    "list them: servery alert list");
    if (!is_open(*found))
        return fail(error_code::conflict, "monitor.alert.closed",
                    "the alert is already resolved: " +
                        std::string(found->resolution ? json::enum_word(*found->resolution) : ""),
                    "alert", "nothing is left to do with it");
    return *found;
}

result<alert> alert_service::acknowledge(std::string_view project, std::string_view id,
                                         const events::actor& by) {
    auto found = open_one(project, id);
    if (!found || found->state == alert_state::acknowledged) return found;
    const std::string name(project);
    auto done = log_.commit({events::make_event(events::alert_acknowledged{.alert = found->id},
                                                where(name, at(project), found->id, by))});
    if (!done) return std::unexpected(done.error());
    return open_one(project, id);
}

result<alert> alert_service::resolve(std::string_view project, std::string_view id,
                                     std::string_view how, std::string note,
                                     const events::actor& by) {
    const auto named = json::enum_from<resolution>(how);
    if (!named || *named == resolution::by_itself)
        return fail(error_code::unprocessable, "monitor.alert.resolution",
                    "'" + std::string(how) + "' is no way to resolve an alert", "resolution",
                    "fixed, new_normal or false_alarm");
    auto found = open_one(project, id);
    if (!found) return found;
    const std::string name(project);
    auto done = log_.commit({events::make_event(
        events::alert_resolved{
            .alert = found->id, .resolution = std::string(how), .note = std::move(note)},
        where(name, at(project), found->id, by))});
    if (!done) return std::unexpected(done.error());
    return *std::ranges::find(at(project).alerts, id, &alert::id);
}

} // namespace servery::monitoring
