// What the desk is told by the rest of Servery, and what its commands take and give.
// Thread: plain values.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/hash.h"
#include "foundation/base/result.h"
#include "foundation/events/desk.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::desk {

// What the plan and the policy say about a project, as far as the desk needs it.
struct project_settings {
    std::string phase;             // phase now
    std::string autonomy = "auto"; // auto, approve, draft
    std::string language = "en";
    bool consent_required = false;
    std::string consent_version;      // "" = any version counts
    double label_share = 1.0;         // q: share of visitors' messages that go to the label queue
    hash32 sampling_seed{};           // of the draw; fixed for the life of the project
    millis approval_timeout{180'000}; // autonomy approve: undecided drafts go to a person
};

// A text that visitors read, with the version it came from.
struct visitor_text {
    std::string text;
    std::string version;
};

// All callables are called on the control thread.
struct surroundings {
    std::function<project_settings(std::string_view project)> settings;
    // Keys: handoff, joined, returned, closed, watchdog, killed, approve, draft, label. Empty text
    // = the desk's own English or German wording; `{name}` is replaced in `joined`.
    std::function<visitor_text(std::string_view project, std::string_view key,
                               std::string_view lang)>
        text;
    // Display name of a person; "" = the id is shown.
    std::function<std::string(std::string_view person)> person_name;
    // Runs a closure on the control thread, later or now; any thread.
    std::function<void(std::function<void()>)> post;
};

enum class if_owned { refuse, take_over };
BOOST_DESCRIBE_ENUM(if_owned, refuse, take_over)

// Who owns the conversation after a command, and under which epoch.
struct ownership {
    std::string conversation;
    events::owner_kind owner = events::owner_kind::ai;
    std::string person;
    std::int64_t epoch = 0;
};
BOOST_DESCRIBE_STRUCT(ownership, (), (conversation, owner, person, epoch))

struct staff_reply {
    std::string conversation;
    std::string person;
    std::string client_id;
    std::string text;
    std::int64_t if_seq = 0; // last msg_seq the writer has seen
};

struct draft_decision {
    std::string draft;
    std::string person;
    std::int64_t epoch = 0;
    std::optional<std::string> text; // approve: the edited text
    std::string reason;              // reject: wrong, incomplete, tone, out_of_date, not_ours
};

struct new_label {
    std::string message; // the visitor's message
    std::string person;
    events::label_verdict verdict = events::label_verdict::unsure;
    bool harm = false;
    std::vector<std::string> entries;
    std::string note;
    std::int64_t seconds = 0;
};

struct thumb {
    std::string message;   // of the AI
    std::string direction; // up, down
    std::string reason;    // wrong, not_asked, unclear, out_of_date, unfair, or ""
};

enum class view { needs_you, drafts, ai_answering, waiting, snoozed, closed };
BOOST_DESCRIBE_ENUM(view, needs_you, drafts, ai_answering, waiting, snoozed, closed)

struct list_request {
    std::string project;
    desk::view view = view::needs_you;
    std::string person; // who looks
    std::string search; // words of the messages, a tag or a reason; "" = all
    std::string cursor;
    std::int64_t limit = 50;
};

// A reply that is sent at `due` unless its writer takes it back.
struct held_reply {
    std::string outbox; // out_…
    std::string conversation;
    instant due;
};
BOOST_DESCRIBE_STRUCT(held_reply, (), (outbox, conversation, due))

enum class typing { no, yes };

} // namespace servery::desk
