// One row for each exchange: a request through the gateway and its answer. Written once, at the
// end. Times are microseconds from the first request byte. std::nullopt means not known; zero means
// measured zero. Thread: plain values.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/hash.h"
#include "foundation/json/describe.h"

#include <cstdint>
#include <optional>
#include <string>

namespace servery::events {

enum class environment { sandbox, live };
BOOST_DESCRIBE_ENUM(environment, sandbox, live)

// All but `visitor` are left out of gates.
enum class purpose { visitor, staff, evaluation, draft, drill, load };
BOOST_DESCRIBE_ENUM(purpose, visitor, staff, evaluation, draft, drill, load)

enum class visitor_source { signed_id, asserted, body, none, invalid };
BOOST_DESCRIBE_ENUM(visitor_source, signed_id, asserted, body, none, invalid)

enum class served_by { variant, fallback, draft, error };
BOOST_DESCRIBE_ENUM(served_by, variant, fallback, draft, error)

enum class assigned_by { hash, pin, exception, forced, none };
BOOST_DESCRIBE_ENUM(assigned_by, hash, pin, exception, forced, none)

// Who wrote the text that the caller got.
enum class answered_by { ai, faq, person, fixed, nobody };
BOOST_DESCRIBE_ENUM(answered_by, ai, faq, person, fixed, nobody)

enum class guard_result { none, pass, edited, stopped };
BOOST_DESCRIBE_ENUM(guard_result, none, pass, edited, stopped)

enum class outcome {
    ok,
    client_gone,
    upstream_truncated,
    upstream_error,
    timeout,
    guard_stopped,
    killed,
    budget_stopped,
    rejected,
    shed,
    crashed
};
BOOST_DESCRIBE_ENUM(outcome, ok, client_gone, upstream_truncated, upstream_error, timeout,
                    guard_stopped, killed, budget_stopped, rejected, shed, crashed)

enum class tokens_source { provider, counted, factor, none };
BOOST_DESCRIBE_ENUM(tokens_source, provider, counted, factor, none)

// settled: from the provider's usage. estimated: work was done, usage did not arrive. unpriced:
// tokens known, no price. void_: nothing was dispatched, and the cost is known to be 0.
enum class spend_state { settled, estimated, unpriced, void_ };
BOOST_DESCRIBE_ENUM(spend_state, settled, estimated, unpriced, void_)

// What was asked, and by whom; never an address.
struct exchange_request {
    std::string exchange_id; // exc_…
    instant at;
    std::string project;
    environment env = environment::sandbox;
    std::string key_id;
    events::purpose purpose = purpose::visitor;
    std::uint8_t core = 0;
    std::uint64_t policy_version = 0;

    std::optional<hash16> visitor;
    visitor_source source = visitor_source::none;
    hash16 conversation{};
    std::string conversation_id; // as the caller knows it
    std::uint32_t turn = 0;

    std::string dialect;  // openai, widget
    std::string endpoint; // chat.completions, embeddings, messages
    std::string alias;    // the model that was asked for
    bool streamed = false;
    std::uint32_t bytes_in = 0;
    std::string question; // redacted; "" when the project stores no content
};
BOOST_DESCRIBE_STRUCT(exchange_request, (),
                      (exchange_id, at, project, env, key_id, purpose, core, policy_version,
                       visitor, source, conversation, conversation_id, turn, dialect, endpoint,
                       alias, streamed, bytes_in, question))

// Who was to answer, by which rule, and who did.
struct exchange_admission {
    std::string phase;
    std::string stage;
    std::string grant;
    std::string mode;                 // answer, draft, shadow
    std::optional<hash32> arm;        // variant assigned; none = control (the fallback)
    bool eligible = false;            // may enter a comparison
    std::uint32_t probability_e6 = 0; // probability of the arm, millionths
    std::uint16_t bucket = 0;         // 0..9999
    std::int64_t salt_id = 0;
    assigned_by assigned = assigned_by::none;
    served_by served = served_by::error;
    std::optional<hash32> served_variant;
    std::string reason; // deciding line of admission: bucket, sandbox, killed, …

    std::string fallback_cause;
    std::string fallback_step; // knowledge, person, fixed
    std::string fallback_ref;  // entry key or text version
    events::answered_by answered_by = events::answered_by::nobody;

    guard_result guard_in = guard_result::none;
    guard_result guard_out = guard_result::none;
    std::uint32_t guard_us = 0;
    std::string label_version; // "" = no AI label on this answer
    std::string consent;       // not_needed, given, missing

    // The built-in assistant's decision, when it was asked.
    std::string decision; // answer, ask, hand_over or ""
    std::string decision_reason;
    double confidence = 0;
    std::string entries; // keys of the entries cited, ';' between
    std::string release;
};
BOOST_DESCRIBE_STRUCT(exchange_admission, (),
                      (phase, stage, grant, mode, arm, eligible, probability_e6, bucket, salt_id,
                       assigned, served, served_variant, reason, fallback_cause, fallback_step,
                       fallback_ref, answered_by, guard_in, guard_out, guard_us, label_version,
                       consent, decision, decision_reason, confidence, entries, release))

// How it went; times are µs from the first request byte.
struct exchange_outcome {
    std::string provider_id;
    std::string upstream_model;
    std::uint8_t attempts = 0;
    std::optional<std::uint16_t> upstream_status;

    std::uint16_t status_sent = 0;
    events::outcome outcome = events::outcome::ok;
    std::string error_id;
    std::string finish_reason;
    std::string gone_in_state;

    std::uint32_t t_body = 0;
    std::uint32_t t_admit = 0;
    std::uint32_t t_dispatch = 0;
    std::optional<std::uint32_t> t_head;
    std::optional<std::uint32_t> t_first_token;
    std::optional<std::uint32_t> t_last_token;
    std::uint32_t t_done = 0;
    std::uint32_t gap_max = 0;

    std::uint32_t bytes_out = 0;
    std::uint32_t events_out = 0;
    std::string answer; // redacted; "" when the project stores no content
};
BOOST_DESCRIBE_STRUCT(exchange_outcome, (),
                      (provider_id, upstream_model, attempts, upstream_status, status_sent, outcome,
                       error_id, finish_reason, gone_in_state, t_body, t_admit, t_dispatch, t_head,
                       t_first_token, t_last_token, t_done, gap_max, bytes_out, events_out, answer))

struct exchange_money {
    std::optional<std::uint32_t> tokens_in;
    std::optional<std::uint32_t> tokens_cached;
    std::optional<std::uint32_t> tokens_out;
    events::tokens_source tokens_source = events::tokens_source::none;
    spend_state spend = spend_state::void_;
    std::int64_t reserve_nano = 0;
    std::optional<std::int64_t> cost_nano;
    std::string currency;
    std::string price_id;
    std::uint32_t rows_dropped_before = 0;
};
BOOST_DESCRIBE_STRUCT(exchange_money, (),
                      (tokens_in, tokens_cached, tokens_out, tokens_source, spend, reserve_nano,
                       cost_nano, currency, price_id, rows_dropped_before))

struct exchange : exchange_request, exchange_admission, exchange_outcome, exchange_money {
    std::int64_t seq = 0; // given by the log; one sequence over events and exchanges
};
BOOST_DESCRIBE_STRUCT(exchange,
                      (exchange_request, exchange_admission, exchange_outcome, exchange_money),
                      (seq))

} // namespace servery::events
