#include "data_plane/gateway/part_board.h"

#include <atomic>
#include <map>
#include <mutex>
#include <vector>

namespace servery::gateway {

using wake_call = std::function<void()>;

struct part_board::table {
    struct entry {
        part_in_progress part;
        std::vector<std::weak_ptr<wake_call>> watchers;
    };

    template <typename Change>
    void change(const hash16& conversation, Change what) {
        std::vector<std::shared_ptr<wake_call>> waiting;
        {
            const std::lock_guard hold(lock);
            auto& e = entries[conversation];
            what(e.part);
            for (const auto& w : e.watchers) {
                if (auto alive = w.lock()) waiting.push_back(std::move(alive));
            }
            tidy(conversation);
        }
        for (const auto& wake : waiting)
            (*wake)();
    }
    // Under the lock: what nobody writes and nobody watches is forgotten.
    void tidy(const hash16& conversation) {
        const auto found = entries.find(conversation);
        if (found == entries.end()) return;
        auto& e = found->second;
        std::erase_if(e.watchers, [](const auto& w) { return w.expired(); });
        if (e.part.turn.empty() && e.watchers.empty()) entries.erase(found);
    }

    mutable std::mutex lock;
    std::map<hash16, entry> entries;
    std::atomic<bool> closed = false;
};

part_board::part_board() : table_(std::make_shared<table>()) {}
part_board::~part_board() = default;

void part_board::begin(const hash16& conversation, std::string turn, std::string label_version) {
    table_->change(conversation, [&](part_in_progress& part) {
        part = {.turn = std::move(turn), .text = {}, .label_version = std::move(label_version)};
    });
}

void part_board::show(const hash16& conversation, std::string_view turn, std::string_view text) {
    table_->change(conversation, [&](part_in_progress& part) {
        if (part.turn == turn) part.text = text;
    });
}

void part_board::end(const hash16& conversation, std::string_view turn) {
    table_->change(conversation, [&](part_in_progress& part) {
        if (part.turn == turn) part = {};
    });
}

part_in_progress part_board::look(const hash16& conversation) const {
    const std::lock_guard hold(table_->lock);
    const auto found = table_->entries.find(conversation);
    return found == table_->entries.end() ? part_in_progress{} : found->second.part;
}

std::shared_ptr<void> part_board::watch(const hash16& conversation, std::function<void()> wake) {
    auto call = std::make_shared<wake_call>(std::move(wake));
    {
        const std::lock_guard hold(table_->lock);
        table_->entries[conversation].watchers.push_back(call);
    }
    auto* const key = call.get();
    return {key,
            [call = std::move(call), conversation, where = std::weak_ptr(table_)](void*) mutable {
                call.reset();
                const auto there = where.lock();
                if (!there) return;
                const std::lock_guard hold(there->lock);
                there->tidy(conversation);
            }};
}

void part_board::close() {
    table_->closed = true;
    std::vector<hash16> all;
    {
        const std::lock_guard hold(table_->lock);
        for (const auto& [conversation, e] : table_->entries)
            all.push_back(conversation);
    }
    for (const auto& conversation : all)
        table_->change(conversation, [](part_in_progress&) {});
}

bool part_board::closed() const {
    return table_->closed;
}

} // namespace servery::gateway
