// The one edit a stream suffers because we asked for usage ourselves: `"usage":null` is cut out of
// the events of a caller who did not ask for it. Thread: pure function.
#pragma once

#include <string>
#include <string_view>

namespace servery::gateway {

// The raw blocks without their `"usage":null` members; the same bytes if there is none.
[[nodiscard]] std::string without_null_usage(std::string_view raw);

} // namespace servery::gateway
