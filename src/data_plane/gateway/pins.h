// Stickiness: the variant that a conversation began with, and whether its label was recorded.
// 100,000 conversations, oldest out, 24 h idle. Thread: any; striped locks, never held across a
// suspension.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/hash_slot.h"

#include <array>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace servery::gateway {

class pin_table {
  public:
    static constexpr std::size_t capacity = 100'000;
    static constexpr millis idle{24 * 3600 * 1000};

    [[nodiscard]] std::optional<hash32> find(const hash16& conversation, instant now);
    // The first pin stays; a later one for the same conversation is ignored.
    void pin(const hash16& conversation, const hash32& variant, instant now);
    void unpin(const hash16& conversation);

    // True the first time for this conversation and label version.
    [[nodiscard]] bool label_due(const hash16& conversation, const std::string& version,
                                 instant now);

    // Keys offered by the assistant's last question in this conversation, in order.
    void offer(const hash16& conversation, std::vector<std::string> keys, instant now);
    [[nodiscard]] std::vector<std::string> offered(const hash16& conversation, instant now);

    // Exchanges of the conversation seen so far, this one included.
    [[nodiscard]] std::uint32_t next_turn(const hash16& conversation, instant now);

    [[nodiscard]] std::size_t size() const;

  private:
    struct entry {
        std::optional<hash32> variant;
        std::string labelled;
        std::vector<std::string> offered;
        std::uint32_t turns = 0;
        instant used;
        std::list<hash16>::iterator age;
    };
    struct stripe {
        mutable std::mutex mutex;
        std::unordered_map<hash16, entry, hash16_slot> entries;
        std::list<hash16> by_age; // oldest first
    };
    static constexpr std::size_t stripe_count = 64;
    stripe& of(const hash16& conversation);
    entry* look(stripe& in, const hash16& conversation, instant now);
    entry& touch(stripe& in, const hash16& conversation, instant now);
    std::array<stripe, stripe_count> stripes_;
};

} // namespace servery::gateway
