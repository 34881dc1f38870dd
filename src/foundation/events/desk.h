// What happens in conversations: messages, ownership, drafts, labels, thumbs. Texts are in the
// guardrails' redacted form. Written by control_plane/desk; read by the fold of desk, rollout,
// monitoring and assistant.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace servery::events {

enum class owner_kind { ai, nobody, person };
BOOST_DESCRIBE_ENUM(owner_kind, ai, nobody, person)

enum class author_kind { visitor, ai, person, system };
BOOST_DESCRIBE_ENUM(author_kind, visitor, ai, person, system)

enum class message_kind { text, ask, notice, note, survey, contact };
BOOST_DESCRIBE_ENUM(message_kind, text, ask, notice, note, survey, contact)

struct source_link {
    std::string title;
    std::string url;
    std::string checked_on;
};
BOOST_DESCRIBE_STRUCT(source_link, (), (title, url, checked_on))

// A choice of an *ask*: what the visitor may press.
struct choice {
    std::string key;
    std::string question;
};
BOOST_DESCRIBE_STRUCT(choice, (), (key, question))

struct message_added {
    static constexpr std::string_view kind = "message.added";
    static constexpr record_class cls = record_class::traffic;

    std::string conversation; // cv_…
    std::string message;      // msg_…
    std::int64_t msg_seq = 0; // gapless in its conversation, from 1
    std::string turn;         // trn_… or ""
    author_kind author = author_kind::visitor;
    std::string author_id;
    message_kind message_kind_ = message_kind::text;
    std::string text;
    std::vector<choice> choices;
    std::vector<source_link> sources;
    std::vector<std::string> entries;
    bool staff_only = false;
    std::string release;
    std::string exchange_id;
    std::string label_version; // never empty on a message of the AI
    std::string approved_by;
    bool drafted = false;
    std::string client_id;
    std::string variant; // hash in hex, of messages of the AI
};
BOOST_DESCRIBE_STRUCT(message_added, (),
                      (conversation, message, msg_seq, turn, author, author_id, message_kind_, text,
                       choices, sources, entries, staff_only, release, exchange_id, label_version,
                       approved_by, drafted, client_id, variant))

// Any change of a conversation's state; absent members did not change.
struct conversation_changed {
    static constexpr std::string_view kind = "conversation.changed";
    static constexpr record_class cls = record_class::traffic;

    std::string conversation;
    std::string cause; // opened, claimed, released, handed_over, returned, closed, …
    std::optional<owner_kind> owner;
    std::string owner_person;
    std::int64_t epoch = 0;
    std::int64_t segment = 0;
    std::optional<std::string> conversation_status; // open, snoozed, closed
    std::optional<std::string> waiting_on;          // us, visitor, none
    std::string reason;
    std::int64_t misses = 0;
    // set once, when it is opened
    std::optional<hash16> visitor;
    hash16 conversation_hash{};
    std::string channel;
    std::string lang;
    std::string variant;
    std::string stage;
    bool staff = false; // a colleague's conversation: never counted as a visitor's
};
BOOST_DESCRIBE_STRUCT(conversation_changed, (),
                      (conversation, cause, owner, owner_person, epoch, segment,
                       conversation_status, waiting_on, reason, misses, visitor, conversation_hash,
                       channel, lang, variant, stage, staff))

// What the assistant recommended for a visitor's message, whether it was sent or not. The frame of
// the random labels: a message that reached a decision.
struct decision_recorded {
    static constexpr std::string_view kind = "decision.recorded";
    static constexpr record_class cls = record_class::traffic;

    std::string conversation;
    std::string message; // the visitor's message
    std::string exchange_id;
    std::string recommended; // answer, ask, hand_over
    std::string delivered;   // answer, ask, hand_over, draft, fallback
    std::string reason;
    double confidence = 0;
    std::vector<std::string> entries; // of the recommended answer, best first
    std::string text;                 // the text the AI would have given
    std::string release;
    std::string variant;
    std::string stage;
    std::string phase;
    std::optional<hash16> visitor;
    bool eligible = false;
    bool staff = false;
};
BOOST_DESCRIBE_STRUCT(decision_recorded, (),
                      (conversation, message, exchange_id, recommended, delivered, reason,
                       confidence, entries, text, release, variant, stage, phase, visitor, eligible,
                       staff))

enum class draft_state { pending, approved, edited, rejected, expired, superseded };
BOOST_DESCRIBE_ENUM(draft_state, pending, approved, edited, rejected, expired, superseded)

struct draft_changed {
    static constexpr std::string_view kind = "draft.changed";
    static constexpr record_class cls = record_class::traffic;

    std::string draft; // drf_…
    std::string conversation;
    std::string turn;
    std::int64_t epoch = 0;
    draft_state state = draft_state::pending;
    std::string text;
    std::vector<std::string> entries;
    std::vector<source_link> sources;
    double confidence = 0;
    std::string decided_by;
    std::string reason;
    double edit_share = 0;
};
BOOST_DESCRIBE_STRUCT(draft_changed, (),
                      (draft, conversation, turn, epoch, state, text, entries, sources, confidence,
                       decided_by, reason, edit_share))

enum class label_verdict { right, wrong, out_of_scope, missing, unsure };
BOOST_DESCRIBE_ENUM(label_verdict, right, wrong, out_of_scope, missing, unsure)

enum class label_sampling { random, targeted, staff_action };
BOOST_DESCRIBE_ENUM(label_sampling, random, targeted, staff_action)

// A person's verdict on what the AI answered, or would have answered, to a visitor's message.
struct label_recorded {
    static constexpr std::string_view kind = "label.recorded";
    static constexpr record_class cls = record_class::audit;

    std::string label; // lb_…
    std::string conversation;
    std::string message; // the visitor's message
    label_verdict verdict = label_verdict::unsure;
    bool harm = false;
    std::vector<std::string> entries; // the right ones
    label_sampling sampling = label_sampling::targeted;
    double q = 0; // probability of having been drawn
    std::int64_t seconds = 0;
    std::string note;
    // copied from the decision, so that folds need no look-up
    std::string variant;
    std::string stage;
    std::string phase_at;
    std::string recommended;
    std::string delivered;
    double confidence = 0;
    std::string release;
    std::optional<hash16> visitor;
    bool eligible = false;
    bool staff = false;
};
BOOST_DESCRIBE_STRUCT(label_recorded, (),
                      (label, conversation, message, verdict, harm, entries, sampling, q, seconds,
                       note, variant, stage, phase_at, recommended, delivered, confidence, release,
                       visitor, eligible, staff))

struct feedback_given {
    static constexpr std::string_view kind = "feedback.given";
    static constexpr record_class cls = record_class::traffic;

    std::string conversation;
    std::string message;
    std::string thumb; // up, down
    std::string reason;
    std::string variant;
};
BOOST_DESCRIBE_STRUCT(feedback_given, (), (conversation, message, thumb, reason, variant))

// A fallback chain reached the step `person` outside the visitor chat.
struct person_requested {
    static constexpr std::string_view kind = "person.requested";
    static constexpr record_class cls = record_class::traffic;

    std::string exchange_id;
    hash16 conversation_hash{};
    std::string conversation_id;
    std::optional<hash16> visitor;
    std::string cause;
    std::string question; // redacted
    std::string lang;
};
BOOST_DESCRIBE_STRUCT(person_requested, (),
                      (exchange_id, conversation_hash, conversation_id, visitor, cause, question,
                       lang))

struct consent_changed {
    static constexpr std::string_view kind = "consent.changed";
    static constexpr record_class cls = record_class::audit;

    std::optional<hash16> visitor;
    std::string purpose; // chat, improve, special
    std::string state;   // given, refused, withdrawn
    std::string version;
    std::string lang;
    std::string channel;
};
BOOST_DESCRIBE_STRUCT(consent_changed, (), (visitor, purpose, state, version, lang, channel))

// Once a conversation, before or with its first AI text.
struct label_shown {
    static constexpr std::string_view kind = "label.shown";
    static constexpr record_class cls = record_class::audit;

    std::string conversation;
    hash16 conversation_hash{};
    std::string version;
    std::string lang;
    std::string how; // header, widget, text
};
BOOST_DESCRIBE_STRUCT(label_shown, (), (conversation, conversation_hash, version, lang, how))

} // namespace servery::events
