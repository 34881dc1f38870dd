// Texts whose time is over are let go once a day, project by project. Numbers, times, consents and
// labels stay; they are kept for reasons of their own (docs/PRIVACY.md).
#include "control_plane/privacy/blanking.h"
#include "control_plane/privacy/privacy_service.h"
#include "foundation/base/log.h"
#include "foundation/events/content_erased.h"
#include "foundation/events/desk.h"

#include <algorithm>
#include <array>
#include <utility>

namespace servery::privacy {

namespace {

constexpr millis day{86'400'000};
constexpr millis between_looks{60'000};

// Security design, section 13: days a text is kept, by phase.
constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> defaults{
    {{"sandbox", 7}, {"pilot", 30}, {"rollout", 60}, {"production", 90}}};

std::int64_t days_of(const std::vector<retention_rule>& rules, std::string_view phase) {
    for (const auto& r : rules)
        if (r.phase == phase) return r.days;
    return rules.front().days; // before the sandbox, and of an unknown phase: the shortest
}

// One project's rows that are too old, while the log is read.
struct old_rows {
    std::vector<retention_rule> rules;
    std::string phase_now;
    std::map<std::string, std::int64_t, std::less<>> up_to; // conversation -> msg_seq
    std::vector<std::pair<std::int64_t, json::object>> bodies;

    void add(const events::event& e, instant now) {
        if (e.cls != events::record_class::traffic || !e.body.contains("conversation")) return;
        const auto phase = e.phase.empty() ? phase_now : e.phase;
        if (e.at + days_of(rules, phase) * day > now) return;
        static const replacements none;
        auto left = blanked(e.body, none);
        if (left == e.body) return; // done on another night
        const auto conversation = json::text_or(e.body, "conversation");
        auto& last = up_to[conversation];
        last = std::max(last, json::int_or(e.body, "msg_seq", 0));
        bodies.emplace_back(e.seq, std::move(left));
    }
};

events::content_erased gone_of(const old_rows& rows) {
    events::content_erased out{.request = {}, .whole = false, .conversations = {}};
    for (const auto& [id, seq] : rows.up_to)
        out.conversations.push_back({.conversation = id, .up_to = seq});
    return out;
}

} // namespace

std::vector<retention_rule> privacy_service::rules(std::string_view project) const {
    const auto planned = seams_.plan_days(project);
    std::vector<retention_rule> out;
    for (const auto& [phase, days] : defaults)
        out.push_back({.phase = std::string(phase),
                       .days = planned.value_or(days),
                       .from = planned ? "plan" : "default"});
    return out;
}

json::object privacy_service::retention(std::string_view project) const {
    json::object out{{"rules", json::to_json(rules(project))}, {"last", nullptr}};
    if (const auto at = ran_.find(project); at != ran_.end())
        out["last"] = json::object{{"at", to_rfc3339(at->second.at)},
                                   {"conversations", at->second.counts.conversations},
                                   {"rows", at->second.counts.rows},
                                   {"exchanges", at->second.counts.exchanges}};
    return out;
}

void privacy_service::on_tick(instant now) {
    if (now - looked_at_ < between_looks) return;
    looked_at_ = now;
    const auto projects = seams_.projects();
    const bool due = std::ranges::any_of(projects, [&](const auto& p) {
        const auto at = ran_.find(p);
        return at == ran_.end() || now - at->second.at >= day;
    });
    if (due) (void)run_retention();
}

status privacy_service::run_retention() {
    if (retention_running_)
        return fail(error_code::conflict, "privacy.retention.running",
                    "texts are being let go already", {}, "wait until it is done");
    retention_running_ = true;
    std::map<std::string, std::vector<retention_rule>> by_project;
    for (const auto& p : seams_.projects())
        by_project[p] = rules(p);
    seams_.in_background([this, by_project = std::move(by_project), now = now_.now()] {
        if (auto done = let_go(by_project, now); !done)
            log::error("privacy.retention_failed", {{"why", to_line(done.error())}});
        (void)control([&]() -> status {
            retention_running_ = false;
            return {};
        });
    });
    return {};
}

status privacy_service::let_go(const std::map<std::string, std::vector<retention_rule>>& by_project,
                               instant now) {
    std::map<std::string, old_rows, std::less<>> found;
    auto read = control([&]() -> status {
        for (const auto& [project, of] : by_project)
            found[project] = {
                .rules = of, .phase_now = seams_.phase(project), .up_to = {}, .bodies = {}};
        return {};
    });
    if (read)
        read = read_log(
            [&](events::event&& e) {
                if (const auto at = found.find(e.project); at != found.end())
                    at->second.add(e, now);
            },
            [](events::exchange&&) {});
    if (!read) return read;
    for (auto& [project, rows] : found) {
        if (!rows.up_to.empty()) {
            auto said = control([&]() -> status {
                auto done =
                    log_.commit({events::make_event(gone_of(rows), context({}, project, ""))});
                if (!done) return std::unexpected(done.error());
                return {};
            });
            if (!said) return said;
        }
        store::erasure what;
        what.bodies = std::move(rows.bodies);
        for (const auto& r : rows.rules)
            what.cuts.push_back(
                {.project = project, .phase = r.phase, .before = now - r.days * day});
        const auto counts = store_.erase(what);
        if (!counts) return std::unexpected(counts.error());
        const retention_ran ran{.conversations = static_cast<std::int64_t>(rows.up_to.size()),
                                .rows = counts->events,
                                .exchanges = counts->exchanges};
        auto reported = control([&]() -> status {
            auto done = log_.commit({events::make_event(ran, context({}, project, ""))});
            if (!done) return std::unexpected(done.error());
            return {};
        });
        if (!reported) return reported;
    }
    return {};
}

} // namespace servery::privacy
