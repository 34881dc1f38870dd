// What the parts of the desk share: the state, the outer world, and how a batch of events about one
// conversation is put together. Inside this module only. Thread: the control thread.
#pragma once

#include "control_plane/desk/desk_service.h"
#include "control_plane/desk/desk_state.h"
#include "control_plane/desk/label_queue.h"
#include "control_plane/desk/viewers.h"

namespace servery::desk {

struct desk_core {
    desk_core(const clock& now_, random_source& random_, events::log& log_, surroundings around_);

    const clock& now;
    random_source& random;
    events::log& log;
    surroundings around;
    book_view view;
    desk_state state;
    label_queue queue;
    viewers looking;
    instant idle_checked_at;

    // visitor_turns.cpp
    [[nodiscard]] result<policy::opened_turn> open(const policy::visitor_message& m);
    [[nodiscard]] result<policy::turn_result> close(std::string_view project, std::string_view turn,
                                                    std::int64_t epoch,
                                                    const policy::turn_answer& answer);
    // hand_over.cpp: owner nobody, one notice, the reason; `text_key` names the notice.
    [[nodiscard]] status hand_over(const conversation& c, std::string_view reason,
                                   std::string_view text_key);
    void expire_turns(instant at, bool all);
    void expire_drafts(instant at);
    void close_silent(instant at);
    // marks.cpp: conversations whose sleep is over.
    void wake_snoozed(instant at);

    [[nodiscard]] project_settings settings(std::string_view project) const {
        return around.settings(project);
    }
    // visitor_acts.cpp: the display name of whoever an event names.
    void learn_name(const events::event& e);
    [[nodiscard]] visitor_text text(const conversation& c, std::string_view key) const;
    [[nodiscard]] std::string name_of(std::string_view person) const;
    [[nodiscard]] result<const conversation*> find(std::string_view project,
                                                   std::string_view id) const;
};

// Events about one conversation, committed together: first its change of state, then the rest in
// the order they were added.
class changes {
  public:
    changes(desk_core& desk, const conversation& c, events::actor by, std::string cause);

    // The change of state; begins as "nothing changes".
    events::conversation_changed& state() { return state_; }
    // A new owner is a new epoch.
    void owner(events::owner_kind kind, std::string_view person = {});

    // Gives the message its id and number; the returned reference is good until the next call.
    const events::message_added& message(events::message_added m, message_extra extra = {});
    void notice(std::string text);
    // A person's name and the wording `joined`.
    void joined(std::string_view person);

    // A new draft that waits for a person, under the epoch that state() has by now.
    void draft(events::draft_changed d, const draft_extra& extra);
    // The pending draft, if there is one: ends in this state, or goes along with a new epoch.
    void settle_draft(events::draft_state to, std::string_view by = {});
    void carry_draft();

    template <typename Record>
    events::event& add(const Record& record, std::string_view object_type,
                       std::string_view object_id) {
        events_.push_back(
            events::make_event(record, context(std::string(object_type), std::string(object_id))));
        return events_.back();
    }

    [[nodiscard]] status commit();

  private:
    [[nodiscard]] events::context context(std::string object_type, std::string object_id) const;

    desk_core& desk_;
    const conversation& c_;
    events::actor by_;
    std::string phase_;
    instant at_;
    events::conversation_changed state_;
    std::int64_t next_seq_;
    std::vector<events::event> events_;
    events::message_added last_;
};

[[nodiscard]] inline events::actor by_person(std::string_view id) {
    return {events::actor_kind::person, std::string(id)};
}
[[nodiscard]] inline events::actor by_system() {
    return {events::actor_kind::system, "desk"};
}
[[nodiscard]] ownership ownership_of(const conversation& c);

} // namespace servery::desk
