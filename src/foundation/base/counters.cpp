#include "foundation/base/counters.h"

#include <map>
#include <memory>
#include <mutex>

namespace servery::counters {

namespace {

struct family {
    std::string help;
    bool is_gauge = false;
    std::map<std::string, std::unique_ptr<cell>, std::less<>> series;
};

struct registry {
    std::mutex mutex;
    std::map<std::string, family, std::less<>> families;
    std::size_t series = 0;
};

registry& all() {
    static registry r;
    return r;
}

constexpr std::size_t max_series = 2000;

cell& find(std::string_view name, std::string_view labels, bool is_gauge) {
    auto& r = all();
    const std::scoped_lock lock(r.mutex);
    auto& f = r.families[std::string(name)];
    f.is_gauge = is_gauge;
    std::string key(labels);
    if (!f.series.contains(key) && r.series >= max_series) {
        key = "other=\"other\"";
        auto& dropped = r.families["servery_metrics_series_dropped_total"];
        auto& count = dropped.series[""];
        if (!count) count = std::make_unique<cell>(0);
        count->fetch_add(1, std::memory_order_relaxed);
    }
    auto& slot = f.series[key];
    if (!slot) {
        slot = std::make_unique<cell>(0);
        ++r.series;
    }
    return *slot;
}

} // namespace

cell& counter(std::string_view name, std::string_view labels) {
    return find(name, labels, false);
}

cell& gauge(std::string_view name, std::string_view labels) {
    return find(name, labels, true);
}

void describe(std::string_view name, std::string_view help) {
    auto& r = all();
    const std::scoped_lock lock(r.mutex);
    r.families[std::string(name)].help = help;
}

std::string prometheus_text() {
    auto& r = all();
    const std::scoped_lock lock(r.mutex);
    std::string out;
    for (const auto& [name, f] : r.families) {
        if (f.series.empty()) continue;
        out += "# HELP " + name + " " + (f.help.empty() ? name : f.help) + "\n";
        out += "# TYPE " + name + (f.is_gauge ? " gauge\n" : " counter\n");
        for (const auto& [labels, value] : f.series) {
            out += name;
            if (!labels.empty()) out += "{" + labels + "}";
            out += " " + std::to_string(value->load(std::memory_order_relaxed)) + "\n";
        }
    }
    return out;
}

} // namespace servery::counters
