#include "data_plane/guardrails/vault_board.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace servery::guardrails {
namespace {

constexpr millis usual_lifetime{24 * 3'600'000};
constexpr millis sandbox_lifetime{3'600'000};
constexpr millis between_looks{600'000};

} // namespace

millis vault_lifetime(std::string_view phase) {
    return phase.empty() || phase == "sandbox" ? sandbox_lifetime : usual_lifetime;
}

key32 conversation_key(const key32& project_key, const hash16& conversation) {
    field_bytes bytes;
    bytes.add("servery guard vault 1").add(bytes_view(conversation));
    return blake2b_256_keyed(project_key, bytes.view());
}

void vault_board::add(const hash16& conversation, std::shared_ptr<conversation_vault> vault,
                      instant expires) {
    if (by_use_.size() >= most_vaults) drop(by_use_.begin());
    by_use_.push_back({conversation, std::move(vault), expires});
    by_conversation_.insert_or_assign(conversation, std::prev(by_use_.end()));
}

void vault_board::drop(place at) {
    at->vault->keep_no_more();
    by_conversation_.erase(at->conversation);
    by_use_.erase(at);
}

// All of them now and then, because lifetimes differ.
void vault_board::drop_expired(instant now) {
    if (now - looked_at_ < between_looks) return;
    looked_at_ = now;
    for (auto at = by_use_.begin(); at != by_use_.end();) {
        const auto next = std::next(at);
        if (at->expires <= now) drop(at);
        at = next;
    }
}

std::shared_ptr<conversation_vault> vault_board::prolonged(const hash16& conversation, instant now,
                                                           millis lifetime) {
    const auto it = by_conversation_.find(conversation);
    if (it == by_conversation_.end()) return nullptr;
    const auto at = it->second;
    if (at->expires <= now) {
        drop(at);
        return nullptr;
    }
    at->expires = now + lifetime;
    at->vault->used(now, lifetime);
    by_use_.splice(by_use_.end(), by_use_, at);
    return at->vault;
}

std::shared_ptr<conversation_vault> vault_board::touch(const hash16& conversation, instant now,
                                                       millis lifetime) {
    const std::lock_guard lock(mutex_);
    return prolonged(conversation, now, lifetime);
}

std::shared_ptr<conversation_vault> vault_board::open(const key32& project_key,
                                                      const hash16& conversation, instant now,
                                                      millis lifetime) {
    const std::lock_guard lock(mutex_);
    drop_expired(now);
    if (auto kept = prolonged(conversation, now, lifetime)) return kept;
    const auto key = conversation_key(project_key, conversation);
    std::optional<vault_record> record;
    if (keeping_) record.emplace(keeping_, conversation, key);
    add(conversation, std::make_shared<conversation_vault>(key, std::move(record)), now + lifetime);
    return prolonged(conversation, now, lifetime);
}

std::shared_ptr<conversation_vault> vault_board::find(const hash16& conversation, instant now) {
    const std::lock_guard lock(mutex_);
    const auto it = by_conversation_.find(conversation);
    if (it == by_conversation_.end()) return nullptr;
    if (it->second->expires <= now) {
        drop(it->second);
        return nullptr;
    }
    by_use_.splice(by_use_.end(), by_use_, it->second);
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

vault_board::loaded vault_board::load(std::span<const store::vault_row> rows, instant now) {
    loaded out;
    if (!keeping_) return out;
    std::vector<kept> found;
    vault_keys keys;
    for (const auto& row : rows) {
        if (row.expires <= now) continue;
        if (row.what == store::vault_row::act::begin) {
            const auto opened = open_keys(*keeping_, row);
            if (!opened) {
                ++out.unreadable;
                continue;
            }
            keys = *opened;
            vault_record record(keeping_, row.conversation, keys, row.expires);
            found.push_back({row.conversation,
                             std::make_shared<conversation_vault>(keys.names, std::move(record)),
                             row.expires});
            continue;
        }
        if (found.empty() || found.back().conversation != row.conversation) {
            ++out.unreadable; // its keys did not open, or were lost
            continue;
        }
        if (auto value = open_value(*keeping_, keys, row)) {
            found.back().vault->put_back(row.placeholder, std::move(*value));
            ++out.placeholders;
        } else {
            ++out.unreadable;
        }
    }
    std::ranges::sort(found, {}, &kept::expires);
    const std::lock_guard lock(mutex_);
    for (auto& f : found)
        add(f.conversation, std::move(f.vault), f.expires);
    out.conversations = found.size();
    return out;
}

} // namespace servery::guardrails
