// Screens one whole text: finds personal data and edits it as the policy says. Input before it
// leaves for a variant, output before it is shown.
//
// Thread: pure, any thread; a compiled policy is immutable and may be shared between threads.
#pragma once

#include "data_plane/guardrails/detect/finding.h"
#include "foundation/base/hash.h"
#include "foundation/base/result.h"
#include "foundation/json/json.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace servery::guardrails {

// What happens to a span, weakest first.
//   keep    unchanged, counted
//   mask    `***`; CREDIT_CARD, IBAN_CODE and PHONE_NUMBER keep their last four characters
//   pseudonymise  `[EMAIL_7K2Q]`, the same for the same value in a conversation (vault.h); without
//                 a vault it is redacted
//   redact  `[EMAIL]`
enum class span_action : std::uint8_t { keep, mask, pseudonymise, redact };
BOOST_DESCRIBE_ENUM(span_action, keep, mask, pseudonymise, redact)

// What happens to the exchange, weakest first.
enum class exchange_action : std::uint8_t { pass, flag, review, hand_over, block };
BOOST_DESCRIBE_ENUM(exchange_action, pass, flag, review, hand_over, block)

// system: written by us. user: the visitor. document: fetched. output: the answer. assistant: an
// earlier answer that is sent again.
enum class lane : std::uint8_t { user, system, document, output, tool_args, assistant };
BOOST_DESCRIBE_ENUM(lane, user, system, document, output, tool_args, assistant)

// What an injection does to an exchange. shadow: it is scored and recorded, nothing more.
enum class injection_use : std::uint8_t { off, shadow, flag, block };
BOOST_DESCRIBE_ENUM(injection_use, off, shadow, flag, block)

// One direction of a policy, ready to use. Built by compile() or by hand.
struct pii_rules {
    std::array<span_action, pii_type_count> actions{};
    [[nodiscard]] span_action of(pii_type type) const {
        return actions[static_cast<std::size_t>(type)];
    }
};

struct screen_policy {
    pii_rules input;
    pii_rules output;
    int act = 40;                   // a score from here on is acted upon
    int flag = 20;                  // from here on it is counted
    std::size_t max_chars = 32'000; // code points of a user text; more: block, rule `too_long`
    bool shadow = false;            // everything is computed and recorded, nothing is changed
    // The model's word in a visitor's and in a fetched text, at the thresholds of its card; marks
    // of chat formats need no model and always count.
    injection_use injection_user = injection_use::flag;
    injection_use injection_document = injection_use::flag;
    injection_use control_tokens = injection_use::block;
    // Normalised values that are never hidden: the shop's own number and address.
    std::unordered_set<std::string> public_values;
    std::string hash; // first 12 hex digits of the policy's hash; "" for one built by hand

    // Any spelling; kept in every normal form it may be compared in.
    void add_public_value(std::string_view value);
    [[nodiscard]] bool is_public(pii_type type, std::string_view value) const;
    // Some input is replaced by placeholders that are put back for its visitor.
    [[nodiscard]] bool pseudonymises() const;
};

// Without a phase, and in the sandbox (no real person belongs there): input and output redact, URL
// kept, injections flagged. In pilot, rollout and production what a visitor gives is pseudonymised,
// cards redacted; the injection model runs in shadow in the pilot and blocks from the rollout on.
[[nodiscard]] screen_policy default_policy(std::string_view phase = {});

// Reads a guard policy document (members input, output, thresholds, mode as guardrails.md of the
// docs shows them). Unknown types, actions and members are refused, all of them at once.
// Errors: guard.policy_invalid (unprocessable), each fault in `more` with its path.
[[nodiscard]] result<screen_policy> compile(const json::value& document,
                                            std::string_view phase = {});

// The same from the document's JSON text; "" = the shipped rules of the phase. Errors: json.* too.
[[nodiscard]] result<screen_policy> policy_of(std::string_view document,
                                              std::string_view phase = {});

struct screened_span {
    finding found;
    span_action action = span_action::keep; // what happened to it (keep in shadow mode)
    span_action would_be = span_action::keep;
    bool public_value = false;
};

struct screen_result {
    exchange_action action = exchange_action::pass;
    // Of an action above pass: "too_long", "control_token.im_start", "injection.model" …
    std::string_view rule;
    exchange_action would_be = exchange_action::pass; // what enforcing everything would do
    std::optional<double> injection; // of user and document texts: 0..1, by their lane's head
    bool edited = false;             // text_out differs from the text
    std::string text_out;            // filled only when edited: an untouched text is not copied
    std::vector<screened_span> spans;
};

class conversation_vault;

// The lane decides whether the input or the output rules hold; a system text is never edited. With
// a vault, `pseudonymise` uses it; a full vault redacts.
[[nodiscard]] screen_result screen(std::string_view text, const screen_policy& policy,
                                   lane from = lane::user, conversation_vault* vault = nullptr);

// The same of a text that arrives in pieces: they change nothing about the result.
[[nodiscard]] screen_result screen(std::span<const std::string_view> pieces,
                                   const screen_policy& policy, lane from = lane::user,
                                   conversation_vault* vault = nullptr);

// The text to use after screening: text_out when edited, else the text itself.
[[nodiscard]] inline std::string_view text_of(const screen_result& r, std::string_view original) {
    return r.edited ? std::string_view(r.text_out) : original;
}

// How a text is cut before it is read. seed: of the random places.
struct chunking {
    enum class kind : std::uint8_t { whole, bytes, random };
    kind how = kind::whole;
    std::uint64_t seed = 1;
};

enum class offset_unit : std::uint8_t { codepoint, utf16, byte };
BOOST_DESCRIBE_ENUM(offset_unit, codepoint, utf16, byte)

// `guard check` on one text: {action, text_out, findings:[{type, start, end, score, rule, action}],
// scores:{}, would_be?}. would_be is there in shadow mode. Equal input gives equal bytes.
// Errors: guard.text_too_long (too_large, over 64 KB), request.invalid_json (not UTF-8).
[[nodiscard]] result<json::object> check_json(std::string_view text, const screen_policy& policy,
                                              lane from = lane::user,
                                              offset_unit unit = offset_unit::codepoint,
                                              const chunking& cut = {});

} // namespace servery::guardrails
