// The files of this folder, embedded in the binary by tools/embed_files.py.
// Thread: immutable, any thread.
#pragma once

#include <span>
#include <string_view>

namespace servery::plan {

struct embedded_file {
    std::string_view name; // relative to the folder, for example templates/faq-support.plan.yaml
    std::string_view text;
};

[[nodiscard]] std::span<const embedded_file> embedded_files();
// Empty if there is no such file.
[[nodiscard]] std::string_view embedded_text(std::string_view name);

} // namespace servery::plan
