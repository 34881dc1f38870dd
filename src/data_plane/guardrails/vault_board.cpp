#include "data_plane/guardrails/vault_board.h"

#include <algorithm>

namespace servery::guardrails {

key32 conversation_key(const key32& project_key, const hash16& conversation) {
    field_bytes bytes;
    bytes.add("servery guard vault 1").add(bytes_view(conversation));
    return blake2b_256_keyed(project_key, bytes.view());
}

std::shared_ptr<conversation_vault> vault_board::open(const key32& project_key,
                                                      const hash16& conversation) {
    const auto now = steady::now();
    const std::lock_guard lock(mutex_);
    if (const auto it = vaults_.find(conversation); it != vaults_.end()) {
        it->second.used = now;
        return it->second.vault;
    }
    if (vaults_.size() >= most_vaults) {
        const auto oldest = std::ranges::min_element(
            vaults_, {}, [](const auto& entry) { return entry.second.used; });
        vaults_.erase(oldest);
    }
    auto made = std::make_shared<conversation_vault>(conversation_key(project_key, conversation));
    vaults_.emplace(conversation, kept{made, now});
    return made;
}

std::shared_ptr<conversation_vault> vault_board::find(const hash16& conversation) const {
    const std::lock_guard lock(mutex_);
    const auto it = vaults_.find(conversation);
    if (it == vaults_.end()) return nullptr;
    it->second.used = steady::now();
    return it->second.vault;
}

void vault_board::erase(const hash16& conversation) {
    const std::lock_guard lock(mutex_);
    vaults_.erase(conversation);
}

void vault_board::drop_unused(steady::time_point now) {
    const std::lock_guard lock(mutex_);
    std::erase_if(vaults_, [&](const auto& entry) { return now - entry.second.used > lifetime; });
}

std::size_t vault_board::size() const {
    const std::lock_guard lock(mutex_);
    return vaults_.size();
}

} // namespace servery::guardrails
