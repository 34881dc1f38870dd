#include "data_plane/policy/kill_board.h"

#include "foundation/base/text.h"

namespace servery::policy {

namespace {

std::string variant_key(std::string_view project, const hash32& hash) {
    return "variant " + std::string(project) + "/" + to_hex(hash);
}

} // namespace

kill_word kill_board::get(std::string_view key) const {
    const auto current = words_.load(std::memory_order_acquire);
    const auto it = current->find(key);
    return it == current->end() ? kill_word::live : it->second;
}

void kill_board::set(std::string key, kill_word word) {
    auto current = words_.load(std::memory_order_acquire);
    for (;;) {
        auto next = std::make_shared<words>(*current);
        if (word == kill_word::live)
            next->erase(key);
        else
            (*next)[key] = word;
        std::shared_ptr<const words> frozen = std::move(next);
        if (words_.compare_exchange_strong(current, frozen)) return;
    }
}

kill_word kill_board::project(std::string_view id) const {
    return get("project " + std::string(id));
}

kill_word kill_board::variant(std::string_view project, const hash32& hash) const {
    const auto current = words_.load(std::memory_order_acquire);
    if (current->empty()) return kill_word::live;
    return get(variant_key(project, hash));
}

void kill_board::set_project(std::string_view id, kill_word word) {
    set("project " + std::string(id), word);
}

void kill_board::set_variant(std::string_view project, const hash32& hash, kill_word word) {
    set(variant_key(project, hash), word);
}

std::string kill_board::to_text() const {
    std::string out;
    for (const auto& [key, word] : *words_.load(std::memory_order_acquire)) {
        out += word == kill_word::killed ? "killed " : "rolled_back ";
        out += key + "\n";
    }
    return out;
}

void kill_board::from_text(std::string_view text) {
    for (const auto line : split(text, '\n')) {
        if (line.starts_with("killed ")) set(std::string(line.substr(7)), kill_word::killed);
        if (line.starts_with("rolled_back "))
            set(std::string(line.substr(12)), kill_word::rolled_back);
    }
}

} // namespace servery::policy
