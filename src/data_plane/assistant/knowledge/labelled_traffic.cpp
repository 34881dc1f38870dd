#include "data_plane/assistant/knowledge/labelled_traffic.h"

#include <algorithm>
#include <limits>
#include <set>

namespace servery::assistant {

namespace {

constexpr millis month{std::int64_t{30} * 86'400'000};
constexpr std::size_t most_recent_scored = 5000;

// Messages that a rule takes before retrieval are never answered, so they have confidence 0.
decision scored(const knowledge_index& index, const pilot_message& message,
                const project_knowledge& base) {
    thresholds none;
    none.t_answer = std::numeric_limits<double>::infinity();
    none.t_ask = 0;
    query asked;
    asked.text = message.text;
    asked.lang_hint = message.lang;
    asked.now = message.at;
    asked.always_a_person = &base.settings.always_a_person;
    return decide(index, none, asked);
}

std::int64_t week_of(instant at) {
    constexpr std::int64_t day = 86'400'000;
    return (at.ms / day + 3) / 7; // 1970-01-01 was a Thursday: weeks begin on Monday
}

bool is_random(const label_seen& seen) {
    return seen.label.sampling == events::label_sampling::random && !seen.label.staff;
}

} // namespace

labelled_traffic score_traffic(const project_knowledge& base, const knowledge_index& index,
                               instant now) {
    labelled_traffic out;
    std::vector<const label_seen*> in_time;
    for (const auto& [message, seen] : base.labels)
        if (is_random(seen)) in_time.push_back(&seen);
    std::ranges::sort(in_time, [](const label_seen* a, const label_seen* b) {
        return a->at.ms != b->at.ms ? a->at.ms < b->at.ms : a->label.message < b->label.message;
    });
    std::set<std::pair<hash16, std::int64_t>> seen_visitors;
    for (const auto* seen : in_time) {
        const auto& label = seen->label;
        if (label.verdict == events::label_verdict::unsure) {
            ++out.unsure;
            continue;
        }
        const auto message = base.messages.find(label.message);
        if (message == base.messages.end()) {
            ++out.text_gone;
            continue;
        }
        if (index.has_text(message->second.text)) {
            ++out.known_wording;
            continue;
        }
        if (label.visitor &&
            !seen_visitors.emplace(*label.visitor, week_of(message->second.at)).second) {
            ++out.second_of_visitor;
            continue;
        }
        auto right_keys = label.entries;
        if (right_keys.empty() && label.verdict == events::label_verdict::right)
            right_keys = message->second.decided;
        const auto made = scored(index, message->second, base);
        const auto right = [&](const candidate& c) {
            const auto& key = index.entries()[c.entry].key;
            return std::ranges::find(right_keys, key) != right_keys.end();
        };
        const bool first = !made.top.empty() && right(made.top.front());
        out.labelled.push_back({made.confidence, first});
        out.choices.push_back({made.confidence, std::ranges::any_of(made.top, right)});
    }
    for (auto at = base.message_order.rbegin();
         at != base.message_order.rend() && out.recent.size() < most_recent_scored; ++at) {
        const auto& message = base.messages.at(*at);
        if (now - message.at > month) break;
        out.recent.push_back(scored(index, message, base).confidence);
    }
    return out;
}

} // namespace servery::assistant
