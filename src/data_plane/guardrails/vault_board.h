// The vaults of the conversations that are live, by the hash of the conversation. A vault whose
// lifetime after the last message is over is dropped, and so are the longest unused ones over the
// limit. With a keeping, what is in them is kept sealed and comes back with load().
// Thread: any; load() before the first message.
#pragma once

#include "data_plane/guardrails/vault.h"
#include "foundation/base/hash_slot.h"

#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <unordered_map>

namespace servery::guardrails {

// How long placeholders live after the last message of their conversation, by the project's phase.
[[nodiscard]] millis vault_lifetime(std::string_view phase);

class vault_board {
  public:
    static constexpr std::size_t most_vaults = 20'000;

    // null: in memory only.
    explicit vault_board(vault_keeping_ptr keeping = nullptr) : keeping_(std::move(keeping)) {}

    // The vault of a conversation that has a message now, made if there is none. Its key is derived
    // from the project's.
    [[nodiscard]] std::shared_ptr<conversation_vault>
    open(const key32& project_key, const hash16& conversation, instant now, millis lifetime);
    // The same without making one. null: nothing of this conversation was replaced, or its time is
    // over.
    [[nodiscard]] std::shared_ptr<conversation_vault> touch(const hash16& conversation, instant now,
                                                            millis lifetime);
    // Likewise, and prolongs nothing.
    [[nodiscard]] std::shared_ptr<conversation_vault> find(const hash16& conversation, instant now);
    // The visitor is forgotten: placeholders of this conversation are never restored again, and
    // nothing more is kept of it.
    void erase(const hash16& conversation);
    [[nodiscard]] std::size_t size() const;

    struct loaded {
        std::size_t conversations = 0;
        std::size_t placeholders = 0;
        std::size_t unreadable = 0; // rows that no key of this installation opens
    };
    // What was kept before the start: rows conversation by conversation, its keys first.
    loaded load(std::span<const store::vault_row> rows, instant now);

  private:
    struct kept {
        hash16 conversation;
        std::shared_ptr<conversation_vault> vault;
        instant expires;
    };
    using place = std::list<kept>::iterator;
    void add(const hash16& conversation, std::shared_ptr<conversation_vault> vault,
             instant expires);
    void drop(place at);
    void drop_expired(instant now);
    std::shared_ptr<conversation_vault> prolonged(const hash16& conversation, instant now,
                                                  millis lifetime);

    vault_keeping_ptr keeping_;
    mutable std::mutex mutex_;
    std::list<kept> by_use_; // the longest unused first
    std::unordered_map<hash16, place, hash16_slot> by_conversation_;
    instant looked_at_; // at all of them
};

// The key that names one conversation's placeholders.
[[nodiscard]] key32 conversation_key(const key32& project_key, const hash16& conversation);

} // namespace servery::guardrails
