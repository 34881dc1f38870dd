#include "control_plane/monitoring/monitoring_service.h"

#include "control_plane/monitoring/calendar_month.h"
#include "control_plane/monitoring/metrics.h"
#include "control_plane/monitoring/numbers.h"
#include "control_plane/monitoring/report_writer.h"
#include "foundation/base/log.h"
#include "foundation/events/heartbeat.h"
#include "foundation/events/report_ready.h"

#include <algorithm>

namespace servery::monitoring {
namespace {

constexpr std::int64_t enough_exchanges = 5; // below, a synthetic visitor decides
constexpr millis horizon{7 * 86'400'000LL};  // late ratings and labels

events::minute_state state_of(const minute_count& m) {
    const auto most = [&](std::int64_t n) { return n * 10 >= m.eligible * 8; };
    if (most(m.by_variant)) return events::minute_state::up;
    if (most(m.by_variant + m.by_fallback)) return events::minute_state::fallback;
    return events::minute_state::down;
}

events::minute_state state_of(probe_result r) {
    switch (r) {
    case probe_result::variant:
        return events::minute_state::up;
    case probe_result::fallback:
        return events::minute_state::fallback;
    case probe_result::nothing:
        return events::minute_state::down;
    }
    return events::minute_state::unknown;
}

std::unexpected<error> unknown_project(std::string_view project) {
    return fail(error_code::not_found, "monitor.project.unknown",
                "nothing is known of the project '" + std::string(project) + "'", "project",
                "check its name");
}

} // namespace

monitoring_service::monitoring_service(const clock& time, events::log& log, targets_of targets,
                                       probe visitor)
    : time_(time), log_(log), targets_(std::move(targets)), probe_(std::move(visitor)) {
    describe_metrics();
}

monitoring_service::~monitoring_service() = default;

project_state& monitoring_service::at(std::string_view project) {
    auto found = projects_.find(project);
    if (found == projects_.end()) {
        found = projects_.emplace(std::string(project), std::make_unique<project_state>()).first;
        found->second->id = project;
    }
    return *found->second;
}

const project_state* monitoring_service::find(std::string_view project) const {
    const auto found = projects_.find(project);
    return found == projects_.end() ? nullptr : found->second.get();
}

void monitoring_service::apply(const events::event& e) {
    if (e.seq != 0 && e.seq <= last_event_seq_) return;
    last_event_seq_ = std::max(last_event_seq_, e.seq);
    if (e.project.empty()) return;
    auto& p = at(e.project);
    const auto before = p.phase;
    p.take(e);
    if (p.phase != before) set_phase(p.id, p.phase);
}

void monitoring_service::apply(const events::exchange& x) {
    if (x.seq != 0 && x.seq <= last_exchange_seq_) return;
    last_exchange_seq_ = std::max(last_exchange_seq_, x.seq);
    if (!x.project.empty()) at(x.project).take(x);
}

void monitoring_service::on_tick(instant now) {
    std::optional<instant> last;
    for (const auto& [id, p] : projects_)
        if (p->last_event) last = std::max(last.value_or(*p->last_event), *p->last_event);
    if (last) set_lag_seconds(std::max<std::int64_t>(0, (now.ms - last->ms) / 1000));
    const instant this_minute{minute_number(now) * minute.count()};
    if (!last_beat_) {
        // The minute in which the process began is not whole.
        last_beat_ = this_minute;
    } else if (this_minute > *last_beat_) {
        last_beat_ = this_minute;
        beat(this_minute - minute);
    }
    write_reports(now);
}

void monitoring_service::beat(instant which) {
    std::vector<events::event> batch;
    for (const auto& [id, p] : projects_) {
        // The changes of phase say which minutes were not offered.
        if (!p->offered_at(which)) continue;
        events::heartbeat h{.minute = which};
        const auto counted = p->open_minutes.find(minute_number(which));
        if (counted != p->open_minutes.end()) h.exchanges = counted->second.eligible;
        if (h.exchanges >= enough_exchanges) {
            h.state = state_of(counted->second);
            h.decided_by = "exchanges";
        } else if (probe_) {
            h.state = state_of(probe_(id));
            h.decided_by = "probe";
        } else if (h.exchanges > 0) {
            h.state = state_of(counted->second);
            h.decided_by = "exchanges";
        } else {
            h.decided_by = "none";
        }
        batch.push_back(events::make_event(h, {.at = time_.now(),
                                               .project = id,
                                               .object_type = "project",
                                               .object_id = id,
                                               .phase = p->phase}));
    }
    if (batch.empty()) return;
    if (auto done = log_.commit(std::move(batch)); !done)
        servery::log::warn("monitoring.heartbeat.not_recorded", {{"error", done.error().id}});
}

// A month's report on its turn, and again when its horizon has closed.
void monitoring_service::write_reports(instant now) {
    const auto month = month_of(now).before();
    const bool final_now = now >= month.end() + horizon;
    std::vector<events::event> batch;
    for (const auto& [id, p] : projects_) {
        if (p->first_event.ms == 0 || p->first_event >= month.end()) continue;
        const auto known = p->reports.find(month.name());
        if (known != p->reports.end() && (known->second || !final_now)) continue;
        const auto r = report_of(id, month.name());
        if (!r) continue;
        batch.push_back(events::make_event(
            events::report_ready{.month = month.name(),
                                 .final_ = final_now,
                                 .headline = r->headline,
                                 .hash = to_hex(blake2b_256(as_bytes(to_markdown(*r))))},
            {.at = now,
             .project = id,
             .object_type = "report",
             .object_id = month.name(),
             .phase = p->phase}));
    }
    if (batch.empty()) return;
    if (auto done = log_.commit(std::move(batch)); !done)
        servery::log::warn("monitoring.report.not_recorded", {{"error", done.error().id}});
}

result<board> monitoring_service::board_of(std::string_view project, std::string_view over) const {
    if (over == "30d") return board_of(project, period::days30);
    const auto known = json::enum_from<period>(over);
    if (!known || *known == period::days30)
        return fail(error_code::unprocessable, "monitor.period.invalid",
                    "'" + std::string(over) + "' is no period", "period",
                    "use comparison, stage, month, 30d or day");
    return board_of(project, *known);
}

result<board> monitoring_service::board_of(std::string_view project, period over) const {
    const auto* p = find(project);
    if (p == nullptr) return unknown_project(project);
    const auto now = time_.now();
    board b{.as_of = now, .phase = p->phase, .stage = p->stage};
    if (p->last_event) b.lag_s = std::max<std::int64_t>(0, (now.ms - p->last_event->ms) / 1000);
    b.period.name = over == period::days30 ? "30d" : std::string(json::enum_word(over));
    b.period.to = now;
    switch (over) {
    case period::comparison:
        b.period.from = p->comparison_since;
        break;
    case period::stage:
        b.period.from = p->stage_since;
        break;
    case period::month:
        b.period.from = month_of(now).begin();
        break;
    case period::days30:
        b.period.from = now - 30 * a_day;
        break;
    case period::day:
        b.period.from = {day_number(now) * a_day.count()};
        break;
    }
    b.period.from = std::max(b.period.from, p->first_event);
    // What happens in this very millisecond belongs to the board too.
    const span_of_time span{b.period.from, now + millis{1}};
    b.numbers = numbers_of(*p, span, targets_ ? targets_(project) : std::map<std::string, target>{},
                           over == period::days30 || over == period::month);
    b.panels = {.performance = {"answered_right", "handed_over", "unanswered", "waiting"},
                .feedback = {"satisfied"},
                .health = {"available", "cost", "flags"}};
    return b;
}

std::vector<std::string> monitoring_service::months(std::string_view project) const {
    std::vector<std::string> out;
    const auto* p = find(project);
    if (p == nullptr || p->first_event.ms == 0) return out;
    const auto first = month_of(p->first_event);
    for (auto m = month_of(time_.now()).before(); m >= first; m = m.before())
        out.push_back(m.name());
    return out;
}

result<report> monitoring_service::report_of(std::string_view project, std::string_view month,
                                             bool preview) const {
    const auto* p = find(project);
    if (p == nullptr) return unknown_project(project);
    const auto m = parse_month(month);
    const auto now = time_.now();
    if (!m || m->end() <= p->first_event || m->begin() > now)
        return fail(error_code::not_found, "monitor.report.unknown",
                    "there is no report for '" + std::string(month) + "'", "month",
                    "name a month such as 2026-10 in which the project existed");
    if (m->end() > now && !preview)
        return fail(error_code::conflict, "monitor.report.month_open", "the month is not over",
                    "month", "ask for a preview");
    auto targets = targets_ ? targets_(project) : std::map<std::string, target>{};
    return write_report(*p, *m, targets, now, now >= m->end() + horizon);
}

std::optional<monitoring_service::measured_cost>
monitoring_service::cost_of_a_conversation(std::string_view project) const {
    const auto board = board_of(project, period::comparison);
    if (!board) return std::nullopt;
    for (const auto& n : board->numbers)
        if (n.key == "cost" && n.value) return measured_cost{*n.value, n.n};
    return std::nullopt;
}

std::vector<events::fact> monitoring_service::facts_of(std::string_view project) const {
    std::vector<events::fact> out;
    const auto* p = find(project);
    if (p == nullptr || p->variant.empty()) return out;
    const auto now = time_.now();
    const auto& t = p->in_comparison.since(*p, p->comparison_since);
    const auto& labels = p->labels_in_comparison.since(*p, p->comparison_since);
    const auto add = [&](std::string key, std::int64_t good, std::int64_t n) -> events::fact& {
        events::fact f{
            .key = "monitoring." + std::move(key), .variant = p->variant, .phase = p->phase};
        f.n = n;
        f.sum = static_cast<double>(good);
        if (n > 0) f.value = static_cast<double>(good) / static_cast<double>(n);
        f.as_of = now;
        if (n == 0) {
            f.usable = false;
            f.why_not = "too_few";
        }
        out.push_back(std::move(f));
        return out.back();
    };
    add("answered_right", labels.right, labels.labelled);
    add("handed_over", t.handed_over, t.conversations);
    add("unanswered", t.unanswered, t.conversations);
    add("flags", t.flagged, t.conversations);
    add("satisfied", t.thumbs_up, t.thumbs_up + t.thumbs_down);
    const span_of_time window{now - 30 * a_day, now + millis{1}};
    const auto m = count_minutes(*p, window);
    const auto windowed = [&](events::fact& f, std::string filter) {
        f.variant.clear();
        f.filter = std::move(filter);
        f.window_from = window.from;
        f.window_to = now;
    };
    windowed(add("available", m.up + m.fallback, m.offered()), "");
    windowed(add("available", m.up, m.offered()), "ai");
    const auto& recent = p->in_window.since(*p, window.from);
    // One a visitor: the first answer stands for all.
    auto done = tally(*p, {now - 7 * a_day, now + millis{1}}).done_ms;
    auto& latency = add("latency_p95", 0, static_cast<std::int64_t>(done.size()));
    latency.value = nearest_rank(done, .95);
    latency.window_from = now - 7 * a_day;
    latency.window_to = now;
    windowed(add("ai_share", recent.closed_by_ai, recent.conversations), "");
    return out;
}

std::vector<std::string> monitoring_service::projects() const {
    std::vector<std::string> out;
    for (const auto& [id, p] : projects_)
        out.push_back(id);
    return out;
}

} // namespace servery::monitoring
