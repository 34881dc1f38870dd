#include "control_plane/plan/faults.h"

#include <algorithm>

namespace servery::plan {

int nearest_line(const std::map<std::string, int>& lines, std::string_view path) {
    std::string at(path);
    while (true) {
        if (const auto it = lines.find(at); it != lines.end()) return it->second;
        const auto cut = at.find_last_of(".[");
        if (cut == std::string::npos) break;
        at.resize(cut);
    }
    const auto root = lines.find("");
    return root == lines.end() ? 0 : root->second;
}

std::string place(std::string_view file, int line, std::string_view path) {
    std::string out(file);
    if (line > 0) out += ":" + std::to_string(line);
    if (!path.empty()) out += ", " + std::string(path);
    return out;
}

void faults::add(std::string_view path, std::string message, std::string remedy,
                 std::string_view id) {
    if (full()) return;
    const int line = nearest_line(lines_, path);
    list_.push_back({line, list_.size(),
                     error{.code = error_code::unprocessable,
                           .id = std::string(id),
                           .message = std::move(message),
                           .where = place(file_, line, path),
                           .remedy = std::move(remedy)}});
}

std::unexpected<error> faults::take() {
    std::ranges::sort(list_, {}, [](const item& i) { return std::pair(i.line, i.order); });
    error first = std::move(list_.front().fault);
    for (std::size_t i = 1; i < list_.size(); ++i)
        first.more.push_back(std::move(list_[i].fault));
    return std::unexpected(std::move(first));
}

} // namespace servery::plan
