// What the data plane sees of conversations, behind locks of shards: owner and epoch, consent, the
// public messages, and who waits for more of them.
// Thread: any; written by the control thread only.
#pragma once

#include "data_plane/policy/conversation_book.h"
#include "foundation/base/hash_slot.h"

#include <array>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <unordered_map>

namespace servery::desk {

class book_view {
  public:
    [[nodiscard]] policy::conversation_state look(const hash16& conversation) const;
    [[nodiscard]] std::vector<events::message_added>
    history(const hash16& conversation, std::int64_t after_seq, std::size_t limit) const;
    [[nodiscard]] std::shared_ptr<void> watch(const hash16& conversation, std::int64_t after_seq,
                                              std::function<void()> wake);

    // consent_given of `state` is not looked at: look() asks the consents.
    void set(const hash16& conversation, const policy::conversation_state& state,
             std::string_view project, const std::optional<hash16>& visitor);
    // A public message; wakes who watches.
    void add(const hash16& conversation, const events::message_added& message);

    // Texts are erased: of messages up to this msg_seq, or with the whole conversation.
    void blank(const hash16& conversation, std::int64_t up_to);
    void drop(const hash16& conversation);

    // What visitors call a colleague.
    void set_name(std::string_view person, std::string name);
    [[nodiscard]] std::string name_of(std::string_view person) const;
    // The colleague who owns it is typing, until then; wakes who watches.
    void set_typing(const hash16& conversation, instant until);

    // Consent to the chat, by project and visitor, in the version that was shown.
    void set_consent(std::string_view project, const hash16& visitor, std::string version,
                     bool given);
    // The version a project requires from now on; "" = any.
    void require_consent(std::string_view project, std::string version);
    [[nodiscard]] bool consented(std::string_view project, const hash16& visitor) const;

  private:
    struct watcher {
        std::recursive_mutex calling; // a wake may end its own watch
        std::function<void()> wake;
    };
    struct entry {
        policy::conversation_state state;
        std::string project;
        std::optional<hash16> visitor;
        std::vector<std::shared_ptr<const events::message_added>> messages; // public, by msg_seq
        std::set<std::shared_ptr<watcher>> watchers;
    };
    struct shard {
        mutable std::shared_mutex lock;
        std::unordered_map<hash16, entry, hash16_slot> entries;
    };
    [[nodiscard]] shard& shard_of(const hash16& key) const;
    void forget(const hash16& conversation, const std::shared_ptr<watcher>& who);
    static void wake(const std::vector<std::shared_ptr<watcher>>& waiting);

    mutable std::array<shard, 64> shards_;
    mutable std::shared_mutex name_lock_;
    std::map<std::string, std::string, std::less<>> names_;
    mutable std::shared_mutex consent_lock_;
    std::map<std::pair<std::string, hash16>, std::string> consents_;
    std::map<std::string, std::string, std::less<>> required_;
};

} // namespace servery::desk
