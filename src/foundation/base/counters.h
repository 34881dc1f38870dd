// Process-wide counters and gauges, read by /metrics. Labels come from closed sets only. A counter
// is looked up once and kept: incrementing is one relaxed atomic add. Thread: any.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace servery::counters {

using cell = std::atomic<std::int64_t>;

// name: Prometheus family name; labels: `project="a",outcome="ok"` already escaped, or empty.
// The returned reference lives as long as the process. At most 2,000 series: beyond that the
// family's `other` series is returned and the drop is counted.
cell& counter(std::string_view name, std::string_view labels = {});
cell& gauge(std::string_view name, std::string_view labels = {});
void describe(std::string_view name, std::string_view help);

// The whole registry in Prometheus text format 0.0.4.
[[nodiscard]] std::string prometheus_text();

} // namespace servery::counters
