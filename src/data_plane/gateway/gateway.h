// The gateway: takes every call of the business's application, decides who answers, relays the
// answer and writes one row about it. One entry serves the API, the visitor chat, and evaluation
// and drafts, so that all of them meet the same admission, guardrails and ledger.
// Thread: any reactor; one object for the process.
#pragma once

#include "data_plane/gateway/answers.h"
#include "data_plane/gateway/in_flight.h"
#include "data_plane/gateway/ledger.h"
#include "data_plane/gateway/limits.h"
#include "data_plane/gateway/part_board.h"
#include "data_plane/gateway/pins.h"
#include "data_plane/gateway/text_guard.h"
#include "data_plane/gateway/visitor_chat/visitor_ports.h"
#include "data_plane/policy/conversation_book.h"
#include "data_plane/policy/kill_board.h"
#include "data_plane/policy/snapshot.h"
#include "data_plane/provider/assistant_provider.h"
#include "data_plane/provider/breaker.h"
#include "data_plane/provider/provider.h"
#include "foundation/base/random.h"
#include "foundation/base/task.h"
#include "foundation/events/event.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace servery::http {
class request;
class responder;
class router;
} // namespace servery::http
namespace servery::net {
class reactor;
}

namespace servery::gateway {

struct exchange;

struct thumb_given {
    std::string message; // msg_… of the AI
    std::string direction;
    std::string reason;
};

// Everything the gateway is given. All callables are called on reactors and must not block.
struct ports {
    const servery::clock& clock;
    random_source& random;
    const policy::snapshot_board& policy;
    const policy::kill_board& kills;
    ledger& spend;
    key32 pepper{};      // of key hashes
    key32 visitor_key{}; // of signed visitor ids
    provider::connectors upstreams;
    provider::serving_source serving; // may be empty: no built-in assistant
    text_guard guard;
    in_flight_file* in_flight = nullptr;       // null: a crash loses what was under way
    policy::conversation_book* book = nullptr; // null: the AI owns every conversation
    std::function<void(events::exchange)> record;
    millis keep_alive{15'000}; // a silent stream gets a comment after this
    // Breakers, throttles and retry budgets of the upstreams.
    std::shared_ptr<provider::health_board> health = std::make_shared<provider::health_board>();
    // label.shown, person.requested, decision.made.
    std::function<void(events::event)> emit;
    // Consent of a visitor who has no conversation yet; may be empty.
    std::function<bool(std::string_view project, const hash16& visitor)> consented;
    // A thumb ("up", "down") under a message, and "talk to a person"; may be empty. As with the
    // book, `done` comes on another thread.
    std::function<void(std::string project, hash16 conversation, thumb_given thumb,
                       std::function<void(status)> done)>
        feedback;
    std::function<void(std::string project, hash16 conversation, std::function<void(status)> done)>
        ask_for_person;
    // A turn is delivering text: the book gives it more time. May be empty; any thread.
    std::function<void(std::string turn)> extend_turn;
    // What else visitors do in the chat; may be empty.
    visitor_ports visitors;
};

// What came of an exchange that was not relayed as it came: the entry of visitor chat, evaluation
// and drafts.
struct turn_question {
    std::string project;
    // oldest first; role user or assistant; the last is the visitor's
    struct said {
        std::string role;
        std::string text;
    };
    std::vector<said> turns;
    events::purpose purpose = events::purpose::visitor;
    std::optional<hash32> variant; // evaluation and drafts: whom to ask
    std::optional<hash16> visitor;
    bool staff = false;
    std::vector<std::string> groups;
    std::string conversation_id;
    std::string lang;
    std::string channel; // widget, page, api
    std::string key_id;
    std::optional<policy::conversation_state> owner; // visitor chat: what open_turn said
    std::vector<std::string> offered;
    std::int64_t misses = 0;
    millis timeout{60'000};
    // A trial on a page of ours while the project is in its sandbox: asked as by a sandbox key.
    bool trial = false;
    // Told the text so far while it comes, as far as the guard has read it; may be empty.
    std::function<void(std::string_view)> show;
};

struct turn_reply {
    policy::turn_answer answer; // outcome, reason, text, choices, sources, entries, label …
    events::answered_by answered_by = events::answered_by::nobody;
    std::string recommended;    // of the built-in assistant, "" if it was not asked
    events::exchange row;       // as recorded
    std::optional<error> fault; // only where the exchange ended in an error (evaluation)
};

class gateway {
  public:
    explicit gateway(ports given);
    gateway(const gateway&) = delete;
    gateway& operator=(const gateway&) = delete;
    ~gateway();

    // POST /v1/chat/completions, /v1/embeddings; GET /v1/models, /v1/models/{id}; 501 for
    // /v1/responses and /v1/messages; OPTIONS of each for browsers.
    void add_routes(http::router& to);

    // One turn, in process. `home` may be null where no upstream needs a loop.
    [[nodiscard]] task<turn_reply> answer_turn(net::reactor* home, turn_question asked);

    [[nodiscard]] const ports& given() const { return ports_; }
    [[nodiscard]] pin_table& pins() { return pins_; }
    [[nodiscard]] rate_table& rates() { return rates_; }
    [[nodiscard]] in_flight_table& places() { return places_; }
    [[nodiscard]] part_board& parts() { return parts_; }

  private:
    task<void> chat_completions(http::request& in, http::responder& out);
    task<void> embeddings(http::request& in, http::responder& out);
    task<void> models(http::request& in, http::responder& out, std::string one);
    task<void> not_built(http::request& in, http::responder& out);

    ports ports_;
    pin_table pins_;
    rate_table rates_;
    in_flight_table places_;
    part_board parts_;
};

} // namespace servery::gateway
