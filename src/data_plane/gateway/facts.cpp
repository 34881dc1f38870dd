#include "data_plane/gateway/facts.h"

#include <string>

namespace servery::gateway {

namespace {

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

} // namespace servery::gateway
