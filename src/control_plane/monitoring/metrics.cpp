#include "control_plane/monitoring/metrics.h"

#include "foundation/base/counters.h"
#include "foundation/json/describe.h"

#include <array>

namespace servery::monitoring {
namespace {

std::string labelled(const std::string& project) {
    // Project ids are slugs: nothing in them needs escaping.
    return "project=\"" + project + "\"";
}

std::string labelled(const std::string& project, std::string_view key, std::string_view value) {
    return labelled(project) + "," + std::string(key) + "=\"" + std::string(value) + "\"";
}

void add(std::string_view family, const std::string& labels, std::int64_t n = 1) {
    if (n != 0) counters::counter(family, labels) += n;
}

constexpr std::array<std::string_view, 14> causes{
    "control",   "not_admitted", "killed", "budget", "provider_down", "timeout", "guardrail",
    "off_topic", "consent",      "person", "held",   "over_capacity", "error",   "phase"};

// A closed set: whatever else the gateway may call a cause becomes `other`.
std::string_view known_cause(std::string_view cause) {
    for (const auto c : causes)
        if (c == cause) return c;
    return "other";
}

bool is_currency(std::string_view c) {
    return c.size() == 3 && c[0] >= 'A' && c[0] <= 'Z' && c[1] >= 'A' && c[1] <= 'Z' &&
           c[2] >= 'A' && c[2] <= 'Z';
}

} // namespace

void describe_metrics() {
    using counters::describe;
    describe("servery_exchanges_total", "Exchanges of live visitors by outcome.");
    describe("servery_fallbacks_total", "Exchanges that the fallback answered, by cause.");
    describe("servery_conversations_total", "Conversations of live visitors.");
    describe("servery_handovers_total", "Conversations that went to a person.");
    describe("servery_unanswered_total", "Conversations with a message that nothing answered.");
    describe("servery_labels_total", "Labels by verdict.");
    describe("servery_feedback_total", "Thumbs of visitors.");
    describe("servery_guard_findings_total", "Exchanges that guardrails edited or stopped.");
    describe("servery_spend_micros_total", "Cost in micro-units by state and currency.");
    describe("servery_tokens_total", "Tokens by class.");
    describe("servery_available_minutes_total", "Minutes by what a visitor would have met.");
    describe("servery_phase", "1 for the phase that the project is in.");
    describe("servery_monitoring_lag_seconds", "Now less the time of the last event counted.");
}

void count_exchange(const std::string& project, const events::exchange& x) {
    add("servery_exchanges_total", labelled(project, "outcome", json::enum_word(x.outcome)));
    if (x.served == events::served_by::fallback)
        add("servery_fallbacks_total", labelled(project, "cause", known_cause(x.fallback_cause)));
    for (const auto [result, side] :
         {std::pair{x.guard_in, "input"}, std::pair{x.guard_out, "output"}})
        if (result == events::guard_result::edited || result == events::guard_result::stopped)
            add("servery_guard_findings_total",
                labelled(project, "class",
                         std::string(side) + "_" + std::string(json::enum_word(result))));
    if (x.cost_nano && is_currency(x.currency))
        add("servery_spend_micros_total",
            labelled(project, "state", json::enum_word(x.spend)) + ",currency=\"" + x.currency +
                "\"",
            nano_to_micros(*x.cost_nano).value);
    add("servery_tokens_total", labelled(project, "class", "input"), x.tokens_in.value_or(0));
    add("servery_tokens_total", labelled(project, "class", "output"), x.tokens_out.value_or(0));
    add("servery_tokens_total", labelled(project, "class", "cached"), x.tokens_cached.value_or(0));
}

void count_conversation(const std::string& project) {
    add("servery_conversations_total", labelled(project));
}
void count_handover(const std::string& project) {
    add("servery_handovers_total", labelled(project));
}
void count_unanswered(const std::string& project) {
    add("servery_unanswered_total", labelled(project));
}
void count_label(const std::string& project, std::string_view verdict) {
    add("servery_labels_total", labelled(project, "verdict", verdict));
}
void count_feedback(const std::string& project, std::string_view thumb) {
    add("servery_feedback_total", labelled(project, "thumb", thumb));
}
void count_minute(const std::string& project, events::minute_state state) {
    add("servery_available_minutes_total", labelled(project, "kind", json::enum_word(state)));
}

void set_phase(const std::string& project, std::string_view phase) {
    for (const std::string_view p : {"sandbox", "pilot", "rollout", "production"})
        counters::gauge("servery_phase", labelled(project, "phase", p)) = p == phase ? 1 : 0;
}

void set_lag_seconds(std::int64_t seconds) {
    counters::gauge("servery_monitoring_lag_seconds") = seconds;
}

} // namespace servery::monitoring
