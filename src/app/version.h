// The version of this build, as /healthz, `servery version` and the package say it.
// Thread: a constant.
#pragma once

#include <string_view>

namespace servery::app {

inline constexpr std::string_view version = "0.1.0";

} // namespace servery::app
