// How long visitors who were handed over waited for the first words of a person. Part of the fold
// of the desk. Thread: the control thread.
#pragma once

#include "foundation/events/fact.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace servery::desk {

class reply_waits {
  public:
    // A person answered at `at`, in order of time; of longer ago than a month nothing is kept.
    void add(std::string_view project, instant at, millis waited);
    // desk.median_wait_s over seven days, round the clock: hours of service are not known.
    [[nodiscard]] events::fact fact(std::string_view project, instant now) const;

  private:
    struct wait {
        instant at;
        millis waited;
    };
    std::map<std::string, std::vector<wait>, std::less<>> by_project_;
};

} // namespace servery::desk
