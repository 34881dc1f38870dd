// Collects the faults of one document, so that its author sees all of them at once. Internal to the
// module. Thread: one at a time.
#pragma once

#include "foundation/base/result.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace servery::plan {

// Line of the path or of its nearest known ancestor; 0 if none is known.
[[nodiscard]] int nearest_line(const std::map<std::string, int>& lines, std::string_view path);
// `plan.yaml:41, metrics[2].targets.pilot.rule`
[[nodiscard]] std::string place(std::string_view file, int line, std::string_view path);

class faults {
  public:
    static constexpr std::size_t limit = 200;

    faults(std::string_view file, const std::map<std::string, int>& lines)
        : file_(file), lines_(lines) {}

    void add(std::string_view path, std::string message, std::string remedy,
             std::string_view id = "plan.document.invalid");
    [[nodiscard]] bool empty() const { return list_.empty(); }
    [[nodiscard]] bool full() const { return list_.size() >= limit; }
    // The first as the error, the others in `more`, in the order of their lines.
    [[nodiscard]] std::unexpected<error> take();

  private:
    struct item {
        int line;
        std::size_t order;
        error fault;
    };
    std::string file_;
    const std::map<std::string, int>& lines_;
    std::vector<item> list_;
};

} // namespace servery::plan
