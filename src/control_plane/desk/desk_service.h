// The desk: every conversation, who owns it, drafts and their approval, and the labels that gates
// rest on. It implements the conversation book for the data plane and the staff's commands for
// api/.
//
// State is a fold: apply() alone changes it, from message.added, conversation.changed,
// draft.changed, decision.recorded, label.recorded, feedback.given, person.requested and
// consent.changed. Commands check the state, build one batch of events and commit it.
//
// Thread: the control thread, except the calls of policy::conversation_book and feedback(), which
// may come from any thread: look(), history() and watch() take one lock of a shard; the others are
// carried to the control thread by surroundings.post.
#pragma once

#include "control_plane/desk/desk_types.h"
#include "data_plane/policy/conversation_book.h"
#include "foundation/base/clock.h"
#include "foundation/base/random.h"
#include "foundation/events/fact.h"
#include "foundation/events/log.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace servery::desk {

struct desk_core;

class desk_service final : public policy::conversation_book {
  public:
    desk_service(const clock& now, random_source& random, events::log& log, surroundings around);
    ~desk_service() override;

    // ---- fold and time ------------------------------------------------------------------------
    void apply(const events::event& e);
    // Once, after the replay and before the first request: turns that a crash left open are handed
    // over with an honest text.
    void recover();
    // Every second or so: turns without an answer for 20 s, drafts undecided for too long, visitors
    // silent for 48 h.
    void on_tick(instant at);
    // A turn that is delivering text has 10 s more, counted from `at`.
    void extend_turn(std::string_view turn, instant at);
    // The kill switch: every running turn is handed over now. variant: hex, "" = the whole project.
    [[nodiscard]] status on_kill(std::string_view project, std::string_view variant);

    // ---- conversation book ---------------------------------------------------------------------
    [[nodiscard]] policy::conversation_state look(const hash16& conversation) const override;
    void open_turn(policy::visitor_message message,
                   std::function<void(result<policy::opened_turn>)> done) override;
    void close_turn(std::string project, std::string turn, std::int64_t epoch,
                    policy::turn_answer answer,
                    std::function<void(result<policy::turn_result>)> done) override;
    void consent(std::string project, events::consent_changed record,
                 std::function<void(status)> done) override;
    [[nodiscard]] std::shared_ptr<void> watch(const hash16& conversation, std::int64_t after_seq,
                                              std::function<void()> wake) override;
    [[nodiscard]] std::vector<events::message_added>
    history(const hash16& conversation, std::int64_t after_seq, std::size_t limit) const override;
    [[nodiscard]] std::string name_of(std::string_view person) const override;

    // Did the visitor consent to the chat, in the version required? Any thread. For conversations
    // that do not exist yet, of which look() cannot know the visitor.
    [[nodiscard]] bool consent_given(std::string_view project, const hash16& visitor) const;
    // A thumb under an answer, from the visitor of that conversation. Any thread.
    // Errors: desk.message.unknown (also for another visitor's), desk.thumb.invalid.
    void feedback(std::string project, hash16 conversation, thumb given,
                  std::function<void(status)> done);
    // "Report" under an answer: staff read the visitor's words as a note in the conversation, and
    // it counts as a thumb down. Any thread. Errors: desk.message.unknown.
    void report(std::string project, hash16 conversation, std::string message, std::string text,
                std::function<void(status)> done);
    // "Talk to a person": the hand-over without a message. Any thread.
    // Errors: desk.conversation.unknown.
    void ask_for_person(std::string project, hash16 conversation,
                        std::function<void(result<ownership>)> done);

    // ---- staff: ownership ----------------------------------------------------------------------
    // All: desk.conversation.unknown (not_found; also another project's), audit.store.down.
    // epoch: what the person saw; if it moved: desk.epoch.moved (conflict).
    // claim and reply: desk.conversation.owned (conflict; names the colleague).
    [[nodiscard]] result<ownership> claim(std::string_view project, std::string_view conversation,
                                          std::string_view person, std::int64_t epoch,
                                          if_owned owned = if_owned::refuse);
    // Something was said after if_seq that the writer may not have read: desk.messages.newer
    // (conflict). The same client_id gives the first message again.
    [[nodiscard]] result<events::message_added> reply(std::string_view project,
                                                      const staff_reply& reply);
    [[nodiscard]] result<events::message_added> note(std::string_view project,
                                                     const staff_reply& note);
    [[nodiscard]] result<ownership> release(std::string_view project, std::string_view conversation,
                                            std::string_view person);
    [[nodiscard]] result<ownership> assign(std::string_view project, std::string_view conversation,
                                           std::string_view by, std::string_view person);
    [[nodiscard]] result<ownership> return_to_ai(std::string_view project,
                                                 std::string_view conversation,
                                                 std::string_view person, std::int64_t epoch);
    // reason: solved, no_reply, spam, duplicate, erased; else desk.close.reason.
    [[nodiscard]] result<ownership> close(std::string_view project, std::string_view conversation,
                                          std::string_view person, std::string_view reason);

    // ---- staff: marks, replies that wait, who looks
    // ---------------------------------------------- Sleeps until a moment ahead, or until the
    // visitor writes. Errors: desk.snooze.until.
    [[nodiscard]] result<ownership> snooze(std::string_view project, std::string_view conversation,
                                           std::string_view person, instant until);
    // All tags of a conversation: at most 16 of 1-40 code points. Errors: desk.tags.invalid.
    [[nodiscard]] status tag(std::string_view project, std::string_view conversation,
                             std::string_view person, std::vector<std::string> tags);
    // As reply(), sent when `hold` (at most 10 s) is over; claims at once. A repeated client_id
    // answers the reply that waits.
    [[nodiscard]] result<held_reply> hold_reply(std::string_view project, const staff_reply& reply,
                                                millis hold);
    // Takes a held reply back. Errors: desk.outbox.gone (conflict: sent, or not this person's).
    [[nodiscard]] status take_back(std::string_view project, std::string_view outbox,
                                   std::string_view person);
    // This person has the conversation in front of them, for the next 30 s. Memory only.
    [[nodiscard]] status viewing(std::string_view project, std::string_view conversation,
                                 std::string_view person, typing now_typing);

    // ---- staff: drafts -------------------------------------------------------------------------
    // Errors: desk.draft.gone (conflict; names who decided), desk.draft.reason (unprocessable).
    [[nodiscard]] result<events::message_added> approve(std::string_view project,
                                                        const draft_decision& decision);
    [[nodiscard]] result<ownership> reject(std::string_view project,
                                           const draft_decision& decision);

    // ---- labels --------------------------------------------------------------------------------
    // The next message of the blind queue, locked for this person for 15 minutes; an empty object
    // when the queue is empty. {message, text, lang, context:[{author, text}], answer, progress}
    [[nodiscard]] json::object next_label(std::string_view project, std::string_view person);
    // Back into the queue for others; the third skip of a message records `unsure`.
    [[nodiscard]] status skip_label(std::string_view project, std::string_view message,
                                    std::string_view person);
    // Random if the queue gave this message to this person, targeted otherwise. Answers
    // {id, message, verdict, sampling}. A later label of the same message corrects the earlier.
    // Errors: desk.label.message_unknown (not_found), desk.label.harm_needs_wrong,
    // desk.label.locked (conflict: another person has it on screen).
    [[nodiscard]] result<json::object> record_label(std::string_view project,
                                                    const new_label& label);
    // The facts of the random labels as they stand, one for each variant, phase and stage, and one
    // for each variant and phase over all stages (stage ""). Keys desk.answer_accuracy and
    // desk.harm_rate; sum = right ones, or harmful ones.
    [[nodiscard]] std::vector<events::fact> label_facts(std::string_view project) const;
    // desk.median_wait_s of the last seven days.
    [[nodiscard]] events::fact wait_fact(std::string_view project) const;
    // Commits the label facts; record_label does it by itself.
    [[nodiscard]] status emit_facts(std::string_view project);

    // ---- reading, for api/ ---------------------------------------------------------------------
    // {items:[…], counts:{needs_you, drafts, ai_answering, waiting, snoozed, closed}, next}
    [[nodiscard]] json::object list(const list_request& request) const;
    // {conversation:{…}, messages:[…], draft:{…}|null, context:{past, entries, viewers}}.
    // Errors: desk.conversation.unknown.
    [[nodiscard]] result<json::object> show(std::string_view project, std::string_view conversation,
                                            std::int64_t after_seq = 0) const;
    // The last 24 hours: {since, messages, answered, asked, handed_over, drafted, replied,
    // thumbs_up, thumbs_down, waiting}
    [[nodiscard]] json::object today(std::string_view project) const;
    // {drawn, labelled, unsure, waiting}
    [[nodiscard]] json::object label_progress(std::string_view project) const;

  private:
    void send_due(instant at);

    std::unique_ptr<desk_core> inner_;
};

} // namespace servery::desk
