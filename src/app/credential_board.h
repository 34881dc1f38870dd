// Provider secrets, unsealed in memory, for the reactors. The control thread replaces the whole
// table when a credential changes. Thread: get() from any, set() from the control thread.
#pragma once

#include "data_plane/provider/credentials.h"

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace servery::app {

class credential_board {
  public:
    using table = std::map<std::string, provider::credential, std::less<>>;

    [[nodiscard]] std::optional<provider::credential> get(std::string_view provider) const {
        const auto now = table_.load(std::memory_order_acquire);
        const auto it = now->find(provider);
        if (it == now->end()) return std::nullopt;
        return it->second;
    }
    void set(table next) {
        table_.store(std::make_shared<const table>(std::move(next)), std::memory_order_release);
    }

  private:
    std::atomic<std::shared_ptr<const table>> table_{std::make_shared<const table>()};
};

} // namespace servery::app
