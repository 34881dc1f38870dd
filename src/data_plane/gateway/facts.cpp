#include "data_plane/gateway/facts.h"

#include <string>

namespace servery::gateway {

namespace {

constexpr millis a_day{86'400'000};
constexpr std::int64_t a_week = 7;
constexpr std::size_t most_remembered = 10'000;

std::int64_t day_of(instant at) {
    return at.ms / a_day.count();
}

bool is_injection(std::string_view rule) {
    return rule.starts_with("injection.") || rule.starts_with("control_token.") ||
           rule == "hidden_text" || rule == "image_template";
}

bool is_ai_text(const events::exchange& row) {
    return row.answered_by == events::answered_by::ai ||
           row.answered_by == events::answered_by::faq;
}

} // namespace

void label_coverage::apply(const events::event& e) {
    if (!events::is<events::label_shown>(e)) return;
    const auto shown = events::read<events::label_shown>(e);
    auto& c = projects_[e.project][shown.conversation_hash];
    if (!c.labelled || e.at < *c.labelled) c.labelled = e.at;
}

void label_coverage::apply(const events::exchange& row) {
    if (row.purpose != events::purpose::visitor || !is_ai_text(row)) return;
    auto& c = projects_[row.project][row.conversation];
    // The row carries the time of the request; its text came later.
    const auto at = row.at + millis{row.t_done / 1000};
    if (!c.first_text || at < *c.first_text) {
        c.first_text = at;
        c.phase = row.env == events::environment::sandbox ? "sandbox" : row.phase;
        c.env = row.env;
    }
    c.unlabelled_message = c.unlabelled_message || row.label_version.empty();
}

events::fact label_coverage::fact(std::string_view project, events::environment env, instant from,
                                  instant to) const {
    events::fact out;
    out.key = "guardrails.label_coverage";
    out.as_of = to;
    out.window_from = from;
    out.window_to = to;
    const auto it = projects_.find(project);
    if (it == projects_.end()) return out;
    std::int64_t unlabelled = 0;
    for (const auto& [hash, c] : it->second) {
        if (c.env != env || !c.first_text || *c.first_text < from || *c.first_text >= to) continue;
        ++out.n;
        out.phase = c.phase;
        const bool shown = c.labelled && *c.labelled <= *c.first_text;
        if (shown && !c.unlabelled_message) out.sum += 1;
        unlabelled += c.unlabelled_message ? 1 : 0;
    }
    if (out.n == 0) return out;
    out.value = out.sum / static_cast<double>(out.n);
    out.note = std::to_string(static_cast<std::int64_t>(out.sum)) + " of " + std::to_string(out.n) +
               " conversations; without a version on a message: " + std::to_string(unlabelled);
    return out;
}

void fallback_drills::apply(const events::exchange& row) {
    // A synthetic visitor that met a fallback for another reason drilled nothing.
    if (row.purpose != events::purpose::drill || row.reason != "drill") return;
    auto& d = projects_[row.project][row.fallback_cause];
    d.at = row.at;
    d.served = row.served == events::served_by::fallback && row.status_sent == 200 &&
               row.answered_by != events::answered_by::nobody;
    d.recovery_us = row.t_done;
    d.phase = row.phase;
    d.variant = row.arm ? to_hex(*row.arm) : "";
    ++d.count;
    d.good += d.served ? 1 : 0;
}

std::vector<events::fact> fallback_drills::facts(std::string_view project, instant now) const {
    std::vector<events::fact> out;
    const auto it = projects_.find(project);
    if (it == projects_.end()) return out;
    for (const auto& [cause, d] : it->second) {
        events::fact f;
        f.key = "gateway.fallback_drill";
        f.filter = cause;
        f.variant = d.variant;
        f.phase = d.phase;
        f.n = d.count;
        f.sum = static_cast<double>(d.good);
        f.value = d.served ? 1 : 0; // the last drill counts
        f.as_of = std::min(d.at, now);
        f.note = std::to_string(d.good) + " of " + std::to_string(d.count) +
                 " drills; the last was answered after " + std::to_string(d.recovery_us / 1000) +
                 " ms";
        out.push_back(std::move(f));
    }
    return out;
}

void guard_tally::apply(const events::event& e) {
    if (!events::is<events::guard_blocked>(e)) return;
    const auto blocked = events::read<events::guard_blocked>(e);
    if (!is_injection(blocked.rule)) return;
    // Of rows that never came only so many are remembered.
    if (stopped_.size() >= most_remembered) stopped_.clear();
    stopped_[blocked.exchange] = 1 + blocked.merged;
}

void guard_tally::apply(const events::exchange& row) {
    if (row.purpose != events::purpose::visitor || row.guard_in == events::guard_result::none)
        return;
    auto& of = projects_[row.project];
    auto& cell = (row.env == events::environment::sandbox ? of.sandbox : of.live)[day_of(row.at)];
    ++cell.exchanges;
    cell.personal += row.guard_in == events::guard_result::edited ? 1 : 0;
    const bool stopped = row.guard_in == events::guard_result::stopped ||
                         row.guard_out == events::guard_result::stopped;
    cell.stopped += stopped ? 1 : 0;
    if (const auto it = stopped_.find(row.exchange_id); it != stopped_.end()) {
        cell.injections += it->second;
        stopped_.erase(it);
    }
    cell.consent_given += row.consent == "given" ? 1 : 0;
    cell.consent_needed += row.consent == "given" || row.consent == "missing" ? 1 : 0;
}

guard_tally::day_cell guard_tally::sum(const cells& of, std::int64_t first, std::int64_t last) {
    day_cell out;
    for (auto it = of.lower_bound(first); it != of.end() && it->first <= last; ++it) {
        out.exchanges += it->second.exchanges;
        out.personal += it->second.personal;
        out.stopped += it->second.stopped;
        out.injections += it->second.injections;
        out.consent_needed += it->second.consent_needed;
        out.consent_given += it->second.consent_given;
    }
    return out;
}

std::vector<events::fact> guard_tally::facts(std::string_view project, events::environment env,
                                             instant now) const {
    const auto it = projects_.find(project);
    if (it == projects_.end()) return {};
    const bool sandbox = env == events::environment::sandbox;
    const auto& of = sandbox ? it->second.sandbox : it->second.live;
    const auto today = day_of(now);
    const auto week = sum(of, today - a_week + 1, today);
    const auto day = sum(of, today, today);
    if (sandbox && week.exchanges == 0) return {};
    const auto made = [&](std::string_view key, std::int64_t n, std::int64_t good,
                          std::int64_t days) {
        events::fact f;
        f.key = key;
        f.phase = sandbox ? "sandbox" : "";
        f.n = n;
        f.sum = static_cast<double>(good);
        f.window_from = instant{(today - days + 1) * a_day.count()};
        f.window_to = f.as_of = now;
        return f;
    };
    auto scan = made("guardrails.pii_scan", week.exchanges, week.personal, a_week);
    scan.usable = week.exchanges > 0;
    scan.why_not = scan.usable ? "" : "no traffic was looked at in the window";
    scan.value = static_cast<double>(week.personal);
    scan.note = std::to_string(week.personal) + " of " + std::to_string(week.exchanges) +
                " messages held personal data; it was hidden";
    auto alerts = made("guardrails.injection_alerts", week.exchanges, week.injections, a_week);
    alerts.usable = scan.usable;
    alerts.why_not = scan.why_not;
    alerts.value = static_cast<double>(week.injections);
    alerts.note = std::to_string(week.injections) + " messages were stopped as injections";
    auto blocks = made("guardrails.block_rate", week.exchanges, week.stopped, a_week);
    if (blocks.n > 0) blocks.value = blocks.sum / static_cast<double>(blocks.n);
    auto consent = made("guardrails.consent_coverage", day.consent_needed, day.consent_given, 1);
    if (consent.n > 0) consent.value = consent.sum / static_cast<double>(consent.n);
    return {std::move(scan), std::move(alerts), std::move(blocks), std::move(consent)};
}

} // namespace servery::gateway
