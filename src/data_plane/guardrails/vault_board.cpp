#include "data_plane/guardrails/vault_board.h"

#include <iterator>

namespace servery::guardrails {

key32 conversation_key(const key32& project_key, const hash16& conversation) {
    field_bytes bytes;
    bytes.add("servery guard vault 1").add(bytes_view(conversation));
    return blake2b_256_keyed(project_key, bytes.view());
}

void vault_board::touch(place at, steady::time_point now) {
    at->used = now;
    by_use_.splice(by_use_.end(), by_use_, at);
}

void vault_board::drop(place at) {
    by_conversation_.erase(at->conversation);
    by_use_.erase(at);
}

std::shared_ptr<conversation_vault>
vault_board::open(const key32& project_key, const hash16& conversation, steady::time_point now) {
    const std::lock_guard lock(mutex_);
    if (const auto it = by_conversation_.find(conversation); it != by_conversation_.end())
        touch(it->second, now);
    while (!by_use_.empty() && now - by_use_.front().used > lifetime)
        drop(by_use_.begin());
    if (const auto it = by_conversation_.find(conversation); it != by_conversation_.end())
        return it->second->vault;
    if (by_use_.size() >= most_vaults) drop(by_use_.begin());
    auto made = std::make_shared<conversation_vault>(conversation_key(project_key, conversation));
    by_use_.push_back({conversation, made, now});
    by_conversation_.emplace(conversation, std::prev(by_use_.end()));
    return made;
}

std::shared_ptr<conversation_vault> vault_board::find(const hash16& conversation) {
    const std::lock_guard lock(mutex_);
    const auto it = by_conversation_.find(conversation);
    if (it == by_conversation_.end()) return nullptr;
    touch(it->second, steady::now());
    return it->second->vault;
}

void vault_board::erase(const hash16& conversation) {
    const std::lock_guard lock(mutex_);
    if (const auto it = by_conversation_.find(conversation); it != by_conversation_.end())
        drop(it->second);
}

std::size_t vault_board::size() const {
    const std::lock_guard lock(mutex_);
    return by_use_.size();
}

} // namespace servery::guardrails
