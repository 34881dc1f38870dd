// The vaults of the conversations that are live, by the hash of the conversation. A vault that
// nobody used for a day is dropped, and so are the longest unused ones over the limit.
// Thread: any.
#pragma once

#include "data_plane/guardrails/vault.h"
#include "foundation/base/hash_slot.h"

#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace servery::guardrails {

class vault_board {
  public:
    static constexpr std::size_t most_vaults = 20'000;
    static constexpr std::chrono::hours lifetime{24};
    using steady = std::chrono::steady_clock;

    // The vault of a conversation, made if there is none. Its key is derived from the project's.
    // What nobody used for `lifetime` before `now` is dropped on the way.
    [[nodiscard]] std::shared_ptr<conversation_vault> open(const key32& project_key,
                                                           const hash16& conversation,
                                                           steady::time_point now = steady::now());
    // null: nothing of this conversation was replaced.
    [[nodiscard]] std::shared_ptr<conversation_vault> find(const hash16& conversation);
    // The visitor is forgotten: placeholders of this conversation are never restored again.
    void erase(const hash16& conversation);
    [[nodiscard]] std::size_t size() const;

  private:
    struct kept {
        hash16 conversation;
        std::shared_ptr<conversation_vault> vault;
        steady::time_point used;
    };
    using place = std::list<kept>::iterator;
    void touch(place at, steady::time_point now);
    void drop(place at);

    mutable std::mutex mutex_;
    std::list<kept> by_use_; // the longest unused first
    std::unordered_map<hash16, place, hash16_slot> by_conversation_;
};

// The key of one conversation's placeholders.
[[nodiscard]] key32 conversation_key(const key32& project_key, const hash16& conversation);

} // namespace servery::guardrails
