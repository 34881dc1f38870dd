#include "control_plane/desk/reply_waits.h"

#include <algorithm>

namespace servery::desk {

namespace {

constexpr millis a_day{86'400'000};
constexpr millis kept = 31 * a_day;
constexpr millis window = 7 * a_day;

double seconds(millis ms) {
    return static_cast<double>(ms.count()) / 1000;
}

// Of an even number the mean of the two in the middle.
double median(std::vector<double> all) {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::ranges::nth_element(all, middle);
    if (all.size() % 2 == 1) return *middle;
    return (*middle + *std::max_element(all.begin(), middle)) / 2;
}

} // namespace

void reply_waits::add(std::string_view project, instant at, millis waited) {
    auto it = by_project_.find(project);
    if (it == by_project_.end())
        it = by_project_.emplace(std::string(project), std::vector<wait>{}).first;
    auto& all = it->second;
    std::erase_if(all, [&](const wait& w) { return at - w.at > kept; });
    all.push_back({at, std::max(waited, millis{0})});
}

events::fact reply_waits::fact(std::string_view project, instant now) const {
    events::fact out;
    out.key = "desk.median_wait_s";
    out.as_of = out.window_to.emplace(now);
    out.window_from = now - window;
    std::vector<double> waits;
    if (const auto it = by_project_.find(project); it != by_project_.end())
        for (const auto& w : it->second)
            if (w.at >= *out.window_from && w.at <= now) waits.push_back(seconds(w.waited));
    out.n = static_cast<std::int64_t>(waits.size());
    if (waits.empty()) return out;
    out.value = median(std::move(waits));
    return out;
}

} // namespace servery::desk
