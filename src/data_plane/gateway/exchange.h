// One request and its answer, from the key to the row: the context that every step is given. It
// lives on the frame of the coroutine that serves it. Thread: the reactor of the request.
#pragma once

#include "data_plane/gateway/identity.h"
#include "data_plane/gateway/in_flight.h"
#include "data_plane/gateway/ledger.h"
#include "data_plane/gateway/limits.h"
#include "data_plane/gateway/slices.h"
#include "data_plane/gateway/splice.h"
#include "data_plane/policy/admit.h"
#include "data_plane/policy/conversation_book.h"
#include "data_plane/policy/snapshot.h"
#include "data_plane/provider/assistant_provider.h"
#include "data_plane/provider/provider.h"
#include "data_plane/provider/usage.h"
#include "foundation/events/exchange.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::net {
class reactor;
class timer;
} // namespace servery::net

namespace servery::gateway {

// Where an exchange stands; the word goes into the row when the client leaves.
enum class stage_of_life {
    reading_body,
    admitting,
    screening,
    connecting,
    backing_off,
    waiting_for_head,
    first_token,
    mid_stream,
    answering,
    done,
};
[[nodiscard]] std::string_view name(stage_of_life s);

struct exchange {
    std::string id; // exc_…
    net::reactor* home = nullptr;
    std::chrono::steady_clock::time_point begun;

    std::shared_ptr<const policy::snapshot> policy; // keeps the views below alive
    const policy::key_view* key = nullptr;          // null: evaluation and visitor chat by widget
    const policy::project_view* project = nullptr;
    policy::key_kind kind = policy::key_kind::live;
    policy::on_failure failure = policy::on_failure::fallback;
    events::purpose purpose = events::purpose::visitor;

    std::string origin; // of the page, for the CORS headers of the answer
    identity who;
    attributes facts; // x-servery-attributes
    std::vector<std::string> groups;
    std::string conversation_id;
    hash16 conversation{};
    bool conversation_minted = false;
    std::string lang;
    policy::conversation_state owner;
    std::vector<std::string> offered;
    bool choice_made = false; // the visitor pressed an offered choice

    std::string_view body;
    request_slices asked;
    std::string question;                      // the last user message, redacted
    std::vector<redaction> redactions;         // of the body's texts, in order
    std::optional<policy::named_target> named; // by a sandbox key or an evaluation

    policy::admission verdict;
    reservation money;
    call_slot slot;        // outlives a crash
    in_flight_place place; // of its visitor
    const policy::price_row* price = nullptr;
    bool free_of_charge = false;
    std::optional<provider::usage> used;

    provider::deadlines times;
    millis sdk_timeout{0};          // of a whole answer; 0 = not told
    std::int64_t most_attempts = 3; // calls in all; an SDK that retries by itself leaves fewer
    millis try_again_after{0};      // of a 429 or 503 that we send; 0 = a second
    std::string upstream_request_id;
    std::shared_ptr<const provider::assistant_answer> decided;

    provider::upstream* running = nullptr; // what leave() cancels
    net::timer* waiting = nullptr;         // a backoff that leave() ends
    stage_of_life state = stage_of_life::reading_body;
    bool gone = false;     // the client left
    bool finish = false;   // x-servery-on-cancel: finish
    bool drilled = false;  // a drill made a target fail
    bool as_draft = false; // asked in the background, whole, for a person to look at
    bool via_chat = false; // visitor chat: the book has the conversation, no person_requested

    events::exchange row; // filled as it goes

    [[nodiscard]] std::uint32_t elapsed_us() const;
    [[nodiscard]] bool is_public() const { return kind == policy::key_kind::public_; }
    // The client is gone: stops the upstream unless the caller asked to finish.
    void leave() noexcept;
};

} // namespace servery::gateway
