#include "control_plane/desk/book_view.h"

#include <algorithm>

namespace servery::desk {

book_view::shard& book_view::shard_of(const hash16& key) const {
    return shards_[key.back() % shards_.size()];
}

policy::conversation_state book_view::look(const hash16& conversation) const {
    const auto& s = shard_of(conversation);
    const std::shared_lock lock(s.lock);
    const auto found = s.entries.find(conversation);
    if (found == s.entries.end()) return {};
    auto out = found->second.state;
    out.consent_given =
        found->second.visitor && consented(found->second.project, *found->second.visitor);
    return out;
}

std::vector<events::message_added>
book_view::history(const hash16& conversation, std::int64_t after_seq, std::size_t limit) const {
    std::vector<events::message_added> out;
    const auto& s = shard_of(conversation);
    const std::shared_lock lock(s.lock);
    const auto found = s.entries.find(conversation);
    if (found == s.entries.end()) return out;
    const auto& all = found->second.messages;
    auto at =
        std::ranges::upper_bound(all, after_seq, {}, [](const auto& m) { return m->msg_seq; });
    for (; at != all.end() && out.size() < limit; ++at)
        out.push_back(**at);
    return out;
}

std::shared_ptr<void> book_view::watch(const hash16& conversation, std::int64_t after_seq,
                                       std::function<void()> wake) {
    auto who = std::make_shared<watcher>();
    who->wake = std::move(wake);
    bool at_once = false;
    {
        auto& s = shard_of(conversation);
        const std::unique_lock lock(s.lock);
        auto& e = s.entries[conversation];
        e.watchers.insert(who);
        at_once = !e.messages.empty() && e.messages.back()->msg_seq > after_seq;
    }
    std::shared_ptr<void> handle(who.get(), [this, conversation, who](void*) {
        forget(conversation, who);
        const std::lock_guard lock(who->calling);
        who->wake = nullptr;
    });
    if (at_once) {
        const std::lock_guard lock(who->calling);
        if (who->wake) who->wake();
    }
    return handle;
}

void book_view::forget(const hash16& conversation, const std::shared_ptr<watcher>& who) {
    auto& s = shard_of(conversation);
    const std::unique_lock lock(s.lock);
    const auto found = s.entries.find(conversation);
    if (found == s.entries.end()) return;
    found->second.watchers.erase(who);
    // An id that somebody made up and watched must not stay.
    if (!found->second.state.known && found->second.watchers.empty()) s.entries.erase(found);
}

void book_view::set(const hash16& conversation, const policy::conversation_state& state,
                    std::string_view project, const std::optional<hash16>& visitor) {
    auto& s = shard_of(conversation);
    const std::unique_lock lock(s.lock);
    auto& e = s.entries[conversation];
    const auto typing_until = e.state.typing_until;
    e.state = state;
    // Who was typing still is, unless it changed hands.
    if (state.owner == events::owner_kind::person) e.state.typing_until = typing_until;
    e.project = project;
    e.visitor = visitor;
}

void book_view::add(const hash16& conversation, const events::message_added& message) {
    std::vector<std::shared_ptr<watcher>> waiting;
    {
        auto& s = shard_of(conversation);
        const std::unique_lock lock(s.lock);
        auto& e = s.entries[conversation];
        e.messages.push_back(std::make_shared<const events::message_added>(message));
        e.state.typing_until = {};
        waiting.assign(e.watchers.begin(), e.watchers.end());
    }
    wake(waiting);
}

void book_view::wake(const std::vector<std::shared_ptr<watcher>>& waiting) {
    for (const auto& who : waiting) {
        const std::lock_guard lock(who->calling);
        // A copy: the wake may end its own watch while it runs.
        if (const auto call = who->wake) call();
    }
}

void book_view::set_typing(const hash16& conversation, instant until) {
    std::vector<std::shared_ptr<watcher>> waiting;
    {
        auto& s = shard_of(conversation);
        const std::unique_lock lock(s.lock);
        const auto found = s.entries.find(conversation);
        if (found == s.entries.end()) return;
        found->second.state.typing_until = until;
        waiting.assign(found->second.watchers.begin(), found->second.watchers.end());
    }
    wake(waiting);
}

void book_view::blank(const hash16& conversation, std::int64_t up_to) {
    auto& s = shard_of(conversation);
    const std::unique_lock lock(s.lock);
    const auto found = s.entries.find(conversation);
    if (found == s.entries.end()) return;
    std::erase_if(found->second.messages, [&](const auto& m) { return m->msg_seq <= up_to; });
}

void book_view::drop(const hash16& conversation) {
    std::vector<std::shared_ptr<watcher>> waiting;
    {
        auto& s = shard_of(conversation);
        const std::unique_lock lock(s.lock);
        const auto found = s.entries.find(conversation);
        if (found == s.entries.end()) return;
        waiting.assign(found->second.watchers.begin(), found->second.watchers.end());
        found->second.messages.clear();
        found->second.state = {};
        found->second.visitor.reset();
        if (waiting.empty()) s.entries.erase(found);
    }
    wake(waiting);
}

void book_view::set_name(std::string_view person, std::string name) {
    const std::unique_lock lock(name_lock_);
    names_[std::string(person)] = std::move(name);
}

std::string book_view::name_of(std::string_view person) const {
    const std::shared_lock lock(name_lock_);
    const auto found = names_.find(person);
    return found == names_.end() ? std::string() : found->second;
}

void book_view::set_consent(std::string_view project, const hash16& visitor, std::string version,
                            bool given) {
    const std::unique_lock lock(consent_lock_);
    std::pair key(std::string(project), visitor);
    if (given)
        consents_[std::move(key)] = std::move(version);
    else
        consents_.erase(key);
}

void book_view::require_consent(std::string_view project, std::string version) {
    const std::unique_lock lock(consent_lock_);
    required_[std::string(project)] = std::move(version);
}

bool book_view::consented(std::string_view project, const hash16& visitor) const {
    const std::shared_lock lock(consent_lock_);
    const auto found = consents_.find({std::string(project), visitor});
    if (found == consents_.end()) return false;
    const auto required = required_.find(project);
    return required == required_.end() || required->second.empty() ||
           required->second == found->second;
}

} // namespace servery::desk
