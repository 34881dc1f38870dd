#include "control_plane/monitoring/metrics.h"

#include "foundation/json/describe.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace servery::monitoring {
namespace {

std::string labelled(const std::string& project) {
    // Project ids are slugs: nothing in them needs escaping.
    return "project=\"" + project + "\"";
}

std::string labelled(const std::string& project, std::string_view key, std::string_view value) {
    return labelled(project) + "," + std::string(key) + "=\"" + std::string(value) + "\"";
}

// labels: makes the text of the labels, when the counter is looked up.
template <typename Labels>
void add(counters::cell*& kept, std::string_view family, const Labels& labels, std::int64_t n = 1) {
    if (n == 0) return;
    if (kept == nullptr) kept = &counters::counter(family, labels());
    kept->fetch_add(n, std::memory_order_relaxed);
}

template <typename Enum>
std::size_t index_of(Enum value) {
    return static_cast<std::size_t>(value);
}

constexpr std::array<std::string_view, 14> causes{
    "control",   "not_admitted", "killed", "budget", "provider_down", "timeout", "guardrail",
    "off_topic", "consent",      "person", "held",   "over_capacity", "error",   "phase"};

// A closed set: whatever else the gateway may call a cause becomes `other`, the one behind them.
std::size_t known_cause(std::string_view cause) {
    return static_cast<std::size_t>(std::ranges::find(causes, cause) - causes.begin());
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
    describe("servery_alerts_open", "Alerts that nobody has resolved, by severity.");
    describe("servery_monitoring_lag_seconds", "Now less the time of the last event counted.");
}

void project_metrics::exchange(const std::string& project, const events::exchange& x) {
    add(outcomes_.at(index_of(x.outcome)), "servery_exchanges_total",
        [&] { return labelled(project, "outcome", json::enum_word(x.outcome)); });
    if (x.served == events::served_by::fallback) {
        const auto cause = known_cause(x.fallback_cause);
        add(fallbacks_.at(cause), "servery_fallbacks_total", [&] {
            return labelled(project, "cause", cause < causes.size() ? causes[cause] : "other");
        });
    }
    for (const auto [result, side] : {std::pair{x.guard_in, 0U}, std::pair{x.guard_out, 1U}}) {
        const bool stopped = result == events::guard_result::stopped;
        if (!stopped && result != events::guard_result::edited) continue;
        add(findings_.at(2 * side + (stopped ? 1 : 0)), "servery_guard_findings_total", [&] {
            return labelled(project, "class",
                            std::string(side == 0 ? "input_" : "output_") +
                                std::string(json::enum_word(result)));
        });
    }
    if (x.cost_nano && is_currency(x.currency))
        add(
            spend_of(x.spend, x.currency), "servery_spend_micros_total",
            [&] {
                return labelled(project, "state", json::enum_word(x.spend)) + ",currency=\"" +
                       x.currency + "\"";
            },
            nano_to_micros(*x.cost_nano).value);
    static constexpr std::string_view classes[] = {"input", "output", "cached"};
    const std::optional<std::uint32_t> tokens[] = {x.tokens_in, x.tokens_out, x.tokens_cached};
    for (std::size_t i = 0; i < tokens_.size(); ++i)
        add(
            tokens_[i], "servery_tokens_total",
            [&] { return labelled(project, "class", classes[i]); }, tokens[i].value_or(0));
}

project_metrics::cell& project_metrics::spend_of(events::spend_state state,
                                                 const std::string& currency) {
    for (auto& s : spend_)
        if (s.state == state && s.currency == currency) return s.kept;
    return spend_.emplace_back(state, currency).kept;
}

void project_metrics::conversation(const std::string& project) {
    add(conversations_, "servery_conversations_total", [&] { return labelled(project); });
}
void project_metrics::handover(const std::string& project) {
    add(handovers_, "servery_handovers_total", [&] { return labelled(project); });
}
void project_metrics::unanswered(const std::string& project) {
    add(unanswered_, "servery_unanswered_total", [&] { return labelled(project); });
}
void project_metrics::label(const std::string& project, events::label_verdict verdict) {
    add(labels_.at(index_of(verdict)), "servery_labels_total",
        [&] { return labelled(project, "verdict", json::enum_word(verdict)); });
}
void project_metrics::feedback(const std::string& project, bool up) {
    add(thumbs_[up ? 1 : 0], "servery_feedback_total",
        [&] { return labelled(project, "thumb", up ? "up" : "down"); });
}
void project_metrics::minute(const std::string& project, events::minute_state state) {
    add(minutes_.at(index_of(state)), "servery_available_minutes_total",
        [&] { return labelled(project, "kind", json::enum_word(state)); });
}

void set_phase(const std::string& project, std::string_view phase) {
    for (const std::string_view p : {"sandbox", "pilot", "rollout", "production"})
        counters::gauge("servery_phase", labelled(project, "phase", p)) = p == phase ? 1 : 0;
}

void set_lag_seconds(std::int64_t seconds) {
    counters::gauge("servery_monitoring_lag_seconds") = seconds;
}

void set_open_alerts(const std::string& project, const std::array<std::int64_t, 3>& open) {
    static constexpr std::string_view severities[] = {"info", "warning", "critical"};
    for (std::size_t i = 0; i < open.size(); ++i)
        counters::gauge("servery_alerts_open", labelled(project, "severity", severities[i])) =
            open[i];
}

} // namespace servery::monitoring
