#include "data_plane/gateway/commit_window.h"

#include <utility>

namespace servery::gateway {

void commit_window::add(std::string_view raw, bool has_content) {
    held_ += raw;
    ++events_;
    if (has_content || events_ >= most_events || held_.size() >= most_bytes) committed_ = true;
}

std::string commit_window::take() {
    return std::exchange(held_, {});
}

} // namespace servery::gateway
