// The demo's files, embedded. Thread: immutable.
#pragma once

#include <span>
#include <string_view>

namespace servery::app::examples {

struct embedded_file {
    std::string_view name;
    std::string_view text;
};

[[nodiscard]] std::span<const embedded_file> embedded_files();
// Empty if there is no such file.
[[nodiscard]] std::string_view embedded_text(std::string_view name);

} // namespace servery::app::examples
