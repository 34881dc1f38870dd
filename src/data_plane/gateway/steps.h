// The steps of an exchange, in order; each is called once and none goes back:
//   open_exchange -> admit_exchange -> screen_exchange -> reserve_exchange -> (relay) -> conclude
// Thread: the exchange's reactor.
#pragma once

#include "data_plane/gateway/exchange.h"
#include "data_plane/gateway/fallback.h"
#include "data_plane/gateway/gateway.h"
#include "data_plane/gateway/relay.h"

#include <optional>
#include <string>

namespace servery::gateway {

// What the caller gets, before it is put into bytes.
struct reply {
    enum class kind {
        relayed,   // a stream that was passed on while it came
        passed_on, // an upstream's whole answer, byte for byte but for what a guard hid
        authored,  // a text of ours: fallback, approved answer, choices
        fault,     // the dialect's error
        nobody,    // the client left
    };
    kind what = kind::nobody;
    upstream_answer passed;
    authored_answer authored;
    error fault;
    int status = 200;

    std::string outcome;   // answer, ask, hand_over, draft, fallback: of turn_answer
    std::string candidate; // the text that waits for a person, or that the AI would have given
    bool person = false;   // the desk must be told
    std::optional<error> cause_fault; // why a fallback answers, where that was a failure
};

// Fills id, times, project and policy; nothing is decided yet.
void open_exchange(gateway& with, exchange& x, const std::string& exchange_id);

// What a drill or load asks where it names nothing: what is granted, else the default variant.
void name_granted(exchange& x);

// Row 1 to 10 of the table; writes the verdict into x. A reply means that no variant answers.
[[nodiscard]] std::optional<reply> admit_exchange(gateway& with, exchange& x);
// Redacts every text that leaves; false = a guardrail stops the exchange.
[[nodiscard]] bool screen_exchange(gateway& with, exchange& x);
// Sets money aside.
[[nodiscard]] std::optional<reply> reserve_exchange(gateway& with, exchange& x);

// The fallback of a cause, or the error where the key asked for errors.
[[nodiscard]] reply fall_back(gateway& with, exchange& x, const std::string& cause,
                              const std::string& reason, std::optional<error> why = {});

// What the built-in assistant's decision becomes under the project's autonomy.
[[nodiscard]] reply reply_to_decision(gateway& with, exchange& x,
                                      std::shared_ptr<const provider::assistant_answer> decided);

// Asks the targets for a whole answer and settles the money.
[[nodiscard]] task<reply> answer_whole(gateway& with, exchange& x);
// Relays a stream; comes back with a reply to write where nothing was sent.
[[nodiscard]] task<reply> answer_stream(gateway& with, exchange& x, http::responder& out);
// Admission, screening, money: a reply where no variant is asked.
[[nodiscard]] std::optional<reply> before_asking(gateway& with, exchange& x);

// An answer of an upstream after the guard: hidden values, or the fallback where it was stopped.
[[nodiscard]] reply guard_answer(gateway& with, exchange& x, upstream_answer got);

// A failure before anything was sent, as a reply; settles the money.
[[nodiscard]] reply reply_to_failure(gateway& with, exchange& x, upstream_failure why);

// After an answer of a variant: settles, pins, labels.
void take_variant_answer(gateway& with, exchange& x);

// The label of an AI answer that is about to be sent, once a conversation.
void announce_label(gateway& with, const exchange& x);

// A guardrail stopped this exchange. Over 200 a second on one core only the first of a rule and
// second is written, with the number of the others, so that nobody fills the audit chain.
void announce_block(gateway& with, const exchange& x, std::string direction, std::string rule);

// Events that must stand before the answer is sent: label shown, person requested, decision made.
void announce(gateway& with, exchange& x, const reply& r);

// The exchange as the conversation book is told of it.
[[nodiscard]] policy::turn_answer turn_answer_of(const exchange& x, const reply& r);

// Whether an answer of a variant waits for a person instead of being sent.
[[nodiscard]] bool is_draft(const exchange& x);

// Ends the row and hands it over.
void conclude(gateway& with, exchange& x, const reply& r, int status_sent);

} // namespace servery::gateway
