#include "data_plane/assistant/knowledge/entry_usage.h"

#include "foundation/stats/rate.h"

namespace servery::assistant {

namespace {

constexpr millis asked_within{std::int64_t{30} * 86'400'000};

} // namespace

std::map<std::string, entry_usage, std::less<>> usage_of_entries(const project_knowledge& base,
                                                                 instant now) {
    std::map<std::string, entry_usage, std::less<>> out;
    for (const auto& [id, message] : base.messages) {
        const auto label = base.labels.find(id);
        const bool judged = label != base.labels.end() &&
                            label->second.label.verdict != events::label_verdict::unsure;
        for (const auto& key : message.decided) {
            auto& one = out[key];
            if (now - message.at <= asked_within) ++one.asked;
            if (!judged) continue;
            ++one.labelled;
            if (label->second.label.verdict == events::label_verdict::right) ++one.right;
        }
    }
    return out;
}

json::object to_json(const entry_usage& of) {
    json::object out{{"asked", of.asked},
                     {"labelled", of.labelled},
                     {"right", of.right},
                     {"lower", nullptr},
                     {"upper", nullptr}};
    if (of.labelled == 0) return out;
    const auto range = stats::rate_interval({.good = of.right, .n = of.labelled});
    out["lower"] = range.lower;
    out["upper"] = range.upper;
    return out;
}

} // namespace servery::assistant
