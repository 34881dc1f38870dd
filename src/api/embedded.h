// Files of this folder inside the binary, written by tools/embed_files.py. Thread: constants.
#pragma once

#include <span>
#include <string_view>

namespace servery::api {

struct embedded_file {
    std::string_view name;
    std::string_view text;
};
[[nodiscard]] std::span<const embedded_file> embedded_files();
// Empty if there is no such file.
[[nodiscard]] std::string_view embedded_text(std::string_view name);

} // namespace servery::api
