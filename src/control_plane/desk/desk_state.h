// The desk's state: a fold of the log, and nothing else. Thread: the control thread.
#pragma once

#include "control_plane/desk/book_view.h"
#include "control_plane/desk/label_counts.h"
#include "control_plane/desk/reply_waits.h"
#include "foundation/base/clock.h"
#include "foundation/events/conversation_marked.h"
#include "foundation/events/desk.h"
#include "foundation/events/reply_held.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace servery::desk {

inline constexpr millis turn_time{20'000};
inline constexpr millis part_time{10'000};

// What the events of this module carry besides their record, for the desk alone. They stand in the
// same body, and the records' readers skip them.
struct message_extra { // message.added of a visitor
    bool eligible = false;
    std::string stage;
};
BOOST_DESCRIBE_STRUCT(message_extra, (), (eligible, stage))

struct draft_extra { // draft.changed
    std::string label_version;
    std::string variant;
    std::string release;
    std::string exchange_id;
    std::string message; // the visitor's message it answers
};
BOOST_DESCRIBE_STRUCT(draft_extra, (), (label_version, variant, release, exchange_id, message))

struct decision_extra { // decision.recorded: was the message drawn for the label queue, and how
    bool drawn = false;
    double q = 0;
};
BOOST_DESCRIBE_STRUCT(decision_extra, (), (drawn, q))

struct running_turn {
    std::string id;
    std::string message;
    bool eligible = false;
    std::string stage;
    instant deadline;
};

struct stored_message {
    instant at;
    events::message_added m;
    std::string thumb; // up, down or ""
};

struct stored_draft {
    instant at;
    std::string project;
    events::draft_changed d;
    draft_extra extra;
};

struct stored_decision {
    instant at;
    std::size_t index = 0; // among all decisions, in the order of the log
    std::string project;
    events::decision_recorded d;
    decision_extra extra;
    std::vector<events::label_recorded> labels; // oldest first
};

struct conversation {
    std::string id;
    std::string project;
    hash16 key{};
    std::optional<hash16> visitor;
    std::string channel;
    std::string lang;
    std::string variant;
    std::string stage;
    bool staff = false;

    events::owner_kind owner = events::owner_kind::ai;
    std::string person;
    std::int64_t epoch = 0;
    std::int64_t segment = 1;
    std::string status = "open"; // open, snoozed, closed
    bool counted_closed = false; // in desk_state::closed()
    std::string waiting_on = "none";
    std::optional<instant> waiting_since;
    std::optional<instant> waited_from; // of a wait that ended with the record at `changed_at`
    std::string reason;                 // of the last hand-over
    std::int64_t misses = 0;
    instant changed_at;
    std::vector<std::string> tags;
    std::optional<instant> snoozed_until;

    std::vector<stored_message> messages;                         // msg_seq 1, 2, 3 …
    std::map<std::string, std::size_t, std::less<>> by_client_id; // see client_key()
    std::optional<running_turn> turn;
    std::string pending_draft; // drf_… or ""

    [[nodiscard]] std::int64_t last_seq() const {
        return static_cast<std::int64_t>(messages.size());
    }
    // The message that came with this client id; null if none did.
    [[nodiscard]] const stored_message* sent_before(events::author_kind author,
                                                    std::string_view client_id) const;
    // Whether something was said after message number `seq` that this person of the staff may not
    // have read: neither their own, nor a notice such as "… has joined".
    [[nodiscard]] bool news_for(std::string_view who, std::int64_t seq) const;
};

class desk_state {
  public:
    // `consent_version` gives the version a project requires, "" = any.
    using version_of = std::function<std::string(std::string_view project)>;
    desk_state(book_view& view, version_of consent_version)
        : view_(view), consent_version_(std::move(consent_version)) {}

    void apply(const events::event& e);

    // Null also for a conversation of another project.
    [[nodiscard]] const conversation* find(std::string_view project, std::string_view id) const;
    [[nodiscard]] const conversation* find(const hash16& key) const;
    [[nodiscard]] const conversation* by_turn(std::string_view turn) const;
    [[nodiscard]] const stored_draft* draft(std::string_view id) const;
    [[nodiscard]] const stored_decision* decision(std::string_view project,
                                                  std::string_view message) const;
    [[nodiscard]] const std::map<std::string, conversation, std::less<>>& all() const {
        return conversations_;
    }
    // Conversations that are not closed, by id: few, however many there have been.
    [[nodiscard]] const std::map<std::string_view, const conversation*>& unfinished() const {
        return unfinished_;
    }
    // All conversations of a visitor, oldest first.
    [[nodiscard]] const std::vector<const conversation*>& of_visitor(const hash16& visitor) const;
    // How many of the project are closed.
    [[nodiscard]] std::int64_t closed(std::string_view project) const;
    // Decisions of visitors' messages, by their index.
    [[nodiscard]] const std::vector<const stored_decision*>& decisions() const { return frame_; }
    [[nodiscard]] const label_counts& labels(std::string_view project) const;
    // The conversation that holds this message of the project; null if there is none.
    [[nodiscard]] const conversation* by_message(std::string_view project,
                                                 std::string_view message) const;
    // Conversations with a turn that runs, and with a draft that waits; ids, in their order.
    [[nodiscard]] std::vector<std::string> with_turn() const;
    [[nodiscard]] std::vector<std::string> with_draft() const;
    [[nodiscard]] const conversation& at(std::string_view id) const {
        return conversations_.find(id)->second;
    }
    // Was a message of this visitor drawn in this week already?
    [[nodiscard]] bool drawn_in_week(std::string_view project, const hash16& visitor,
                                     instant at) const;
    void extend(std::string_view turn, instant deadline);
    // Replies that still wait, by their outbox id.
    [[nodiscard]] const std::map<std::string, events::reply_held, std::less<>>& held() const {
        return held_;
    }
    [[nodiscard]] const reply_waits& waits() const { return waits_; }
    // Asks again which version of the consent each project requires.
    void refresh_consent();

  private:
    void keep(conversation& c, const events::event& e, events::message_added m);
    void on_message(const events::event& e);
    void on_conversation(const events::event& e);
    void on_draft(const events::event& e);
    void on_decision(const events::event& e);
    void on_label(const events::event& e);
    void on_feedback(const events::event& e);
    void on_person_requested(const events::event& e);
    void on_consent(const events::event& e);
    void on_marked(const events::event& e);
    void on_held(const events::event& e);
    void on_erased(const events::event& e);
    void end_turn(conversation& c);
    void publish(conversation& c);
    conversation* find_mutable(std::string_view id);
    conversation& open_for_request(const events::event& e, const events::person_requested& r);

    book_view& view_;
    version_of consent_version_;
    std::map<std::string, conversation, std::less<>> conversations_;
    std::map<std::string_view, const conversation*> unfinished_;
    std::map<hash16, std::vector<const conversation*>> of_visitor_;
    std::map<std::string, std::int64_t, std::less<>> closed_; // by project
    std::map<hash16, std::string> by_key_;
    std::unordered_map<std::string, std::string> turns_;    // running turn -> conversation
    std::unordered_map<std::string, std::string> messages_; // message -> conversation
    std::set<std::string, std::less<>> with_draft_;
    std::map<std::string, events::reply_held, std::less<>> held_;
    reply_waits waits_;
    std::set<std::string, std::less<>> consent_projects_;
    std::map<std::string, stored_draft, std::less<>> drafts_;
    std::map<std::string, stored_decision, std::less<>> decisions_; // by message
    std::vector<const stored_decision*> frame_;
    std::map<std::string, label_counts, std::less<>> labels_;           // by project
    std::map<std::pair<std::string, hash16>, std::int64_t> drawn_week_; // last one
};

// Visitors and staff choose their client ids apart.
[[nodiscard]] std::string client_key(events::author_kind author, std::string_view client_id);

// Weeks of the draw begin on Monday 00:00 UTC.
[[nodiscard]] std::int64_t week_of(instant at);

} // namespace servery::desk
