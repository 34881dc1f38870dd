// The version of this build. Thread: a constant.
#pragma once

#include <string_view>

namespace servery::cli {

inline constexpr std::string_view version = "0.1.0";

} // namespace servery::cli
