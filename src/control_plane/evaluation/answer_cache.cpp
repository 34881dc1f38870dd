#include "control_plane/evaluation/answer_cache.h"

#include "foundation/base/hash.h"

namespace servery::evaluation {

std::string answer_key(const answer_request& request, std::uint32_t epoch) {
    field_bytes bytes;
    bytes.add(std::string_view(request.variant));
    bytes.add_u64(request.turns.size());
    for (const auto& t : request.turns)
        bytes.add(std::string_view(t.role)).add(std::string_view(t.text));
    bytes.add_u64(request.attributes.size());
    for (const auto& [name, value] : request.attributes)
        bytes.add(std::string_view(name)).add(std::string_view(value));
    bytes.add_u64(epoch);
    return to_hex(blake2b_256(bytes.view()));
}

std::optional<answer_result> memory_cache::find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto at = answers_.find(key);
    if (at == answers_.end()) return std::nullopt;
    return at->second;
}

void memory_cache::put(const std::string& key, const answer_result& result) {
    const std::lock_guard lock(mutex_);
    if (most_ == 0 || !answers_.emplace(key, result).second) return;
    if (order_.size() < most_) {
        order_.push_back(key);
        return;
    }
    answers_.erase(order_[oldest_]);
    order_[oldest_] = key;
    oldest_ = (oldest_ + 1) % most_;
}

} // namespace servery::evaluation
