// Answers that need not be paid twice: by variant, turns, parameters and epoch. The epoch is part
// of the key, so that repeats stay real repeats. Thread: any.
#pragma once

#include "control_plane/evaluation/answer.h"
#include "foundation/base/clock.h"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace servery::evaluation {

// BLAKE2b-256 in hex over variant hash, turns in order and epoch.
[[nodiscard]] std::string answer_key(const answer_request& request, std::uint32_t epoch);

class answer_cache {
  public:
    virtual ~answer_cache() = default;
    [[nodiscard]] virtual std::optional<answer_result> find(const std::string& key) = 0;
    virtual void put(const std::string& key, const answer_result& result) = 0;
};

// In memory, at most `most` answers (the oldest leave first).
class memory_cache final : public answer_cache {
  public:
    explicit memory_cache(std::size_t most = 100'000) : most_(most) {}
    std::optional<answer_result> find(const std::string& key) override;
    void put(const std::string& key, const answer_result& result) override;

  private:
    std::mutex mutex_;
    std::size_t most_;
    std::vector<std::string> order_;
    std::size_t oldest_ = 0;
    std::unordered_map<std::string, answer_result> answers_;
};

} // namespace servery::evaluation
