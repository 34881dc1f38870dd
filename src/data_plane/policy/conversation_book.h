// The third crossing of the two planes: who owns a conversation, and whether its visitor consented.
// The interface lies here because the data plane calls it; control_plane/desk implements it.
// Thread: look() from any thread (memory, about a microsecond); the others may be called from any
// thread, and their callback runs on the control thread once the commit is durable (a caller on a
// reactor posts itself back).
#pragma once

#include "foundation/base/clock.h"
#include "foundation/events/desk.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::policy {

struct conversation_state {
    bool known = false;
    std::string id; // cv_…
    events::owner_kind owner = events::owner_kind::ai;
    std::int64_t epoch = 0;
    std::int64_t misses = 0;
    bool consent_given = false; // of its visitor, in the version required
    std::string person;         // who owns it, if a person does: id
    instant typing_until;       // until then this person counts as typing
};

// A visitor's message, already screened: `text` is the redacted form.
struct visitor_message {
    std::string project;
    hash16 conversation{};       // internal key: hash of (project, visitor, id)
    std::string conversation_id; // as the caller names it
    std::optional<hash16> visitor;
    bool staff = false;
    bool eligible = false;
    std::string client_id; // idempotency within the conversation
    std::string text;
    std::string lang;
    std::string channel = "api"; // widget, page, api
    std::string stage;
};

struct opened_turn {
    std::string conversation; // cv_…
    std::string turn;         // trn_…
    std::string message;      // msg_…
    std::int64_t msg_seq = 0;
    std::int64_t epoch = 0;
    events::owner_kind owner = events::owner_kind::ai;
    std::int64_t misses = 0;
    bool repeated = false; // the client_id was seen before: nothing was added
};

// What came of the turn: the AI's text, or why there is none.
struct turn_answer {
    std::string outcome; // answer, ask, hand_over, draft, fallback
    std::string reason;  // low_confidence, human_request, provider_down …
    std::string text;    // what the visitor reads; for a draft: what waits for a person
    std::string notice;  // with hand_over, draft, fallback: what the visitor is told
    std::vector<events::choice> choices;
    std::vector<events::source_link> sources;
    std::vector<std::string> entries;
    double confidence = 0;
    std::string recommended; // the assistant's recommendation, "" if it was not asked
    std::string candidate;   // the text the AI would have given
    std::string exchange_id;
    std::string variant; // hash in hex
    std::string stage;
    std::string phase;
    std::string release;
    std::string label_version; // never empty with outcome answer or ask
};

enum class turn_result { committed, superseded };

class conversation_book {
  public:
    virtual ~conversation_book() = default;

    [[nodiscard]] virtual conversation_state look(const hash16& conversation) const = 0;

    // Commits the visitor's message. Owner ai: a turn runs until close_turn or the watchdog.
    virtual void open_turn(visitor_message message,
                           std::function<void(result<opened_turn>)> done) = 0;

    // Commits the answer only if the conversation's epoch is still `epoch`.
    virtual void close_turn(std::string project, std::string turn, std::int64_t epoch,
                            turn_answer answer, std::function<void(result<turn_result>)> done) = 0;

    virtual void consent(std::string project, events::consent_changed record,
                         std::function<void(status)> done) = 0;

    // Calls `wake` (any thread, cheap, possibly spuriously) when the conversation has messages
    // after `after_seq`, or at once if it already has. Ends when the returned handle dies.
    [[nodiscard]] virtual std::shared_ptr<void>
    watch(const hash16& conversation, std::int64_t after_seq, std::function<void()> wake) = 0;

    // Public messages of the conversation after `after_seq`, oldest first, at most `limit`.
    [[nodiscard]] virtual std::vector<events::message_added>
    history(const hash16& conversation, std::int64_t after_seq, std::size_t limit) const = 0;

    // What visitors call a colleague: the display name, "" for an unknown id. Any thread.
    [[nodiscard]] virtual std::string name_of([[maybe_unused]] std::string_view person) const {
        return {};
    }
};

} // namespace servery::policy
