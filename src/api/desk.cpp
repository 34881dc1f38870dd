// The desk: conversations, drafts, labels and the review queue.
#include "api/resources.h"
#include "control_plane/desk/desk_service.h"

namespace servery::api {

namespace {

std::string base() {
    return std::string(in_project) + "/desk";
}

result<reply> owned(const result<desk::ownership>& done) {
    if (!done) return std::unexpected(done.error());
    return ok(json::to_json(*done).as_object());
}

std::int64_t epoch_in(const call& c) {
    return json::int_or(c.in, "epoch", 0);
}

result<reply> list(backend& with, call& c) {
    desk::list_request wanted{.project = c.project(),
                              .view = desk::view::needs_you,
                              .person = c.who.person,
                              .cursor = c.word("cursor"),
                              .limit = 50};
    const auto word = c.word("view", "needs_you");
    const auto view = json::enum_from<desk::view>(word);
    if (!view)
        return fail(error_code::invalid_argument, "desk.view.unknown",
                    "there is no view '" + word + "'", "view",
                    "needs_you, drafts, ai_answering, waiting, snoozed or closed");
    wanted.view = *view;
    wanted.search = c.word("q");
    if (const auto limit = std::atoll(c.word("limit", "50").c_str()); limit > 0 && limit <= 200)
        wanted.limit = limit;
    return ok(with.desk->list(wanted));
}

desk::staff_reply reply_in(const call& c) {
    return {.conversation = c.param("conversation"),
            .person = c.who.person,
            .client_id = c.in.contains("client_id") ? text_in(c, "client_id") : c.request_id,
            .text = text_in(c, "text"),
            .if_seq = json::int_or(c.in, "if_seq", 0)};
}

result<reply> sent(const result<events::message_added>& done) {
    if (!done) return std::unexpected(done.error());
    return ok(json::to_json(*done).as_object(), 201);
}

// With hold_ms the reply waits that long and can be taken back.
result<reply> reply_to(backend& with, call& c) {
    const millis hold{json::int_or(c.in, "hold_ms", 0)};
    if (hold <= millis{0}) return sent(with.desk->reply(c.project(), reply_in(c)));
    return answer_json(with.desk->hold_reply(c.project(), reply_in(c), hold), 202);
}

result<reply> snooze(backend& with, call& c) {
    const auto text = need_text(c, "until");
    if (!text) return std::unexpected(text.error());
    const auto until = parse_rfc3339(*text);
    if (!until)
        return fail(error_code::unprocessable, "desk.snooze.until", "'" + *text + "' is no moment",
                    "until", "send a time in the future, such as 2027-01-31T09:00:00Z");
    return owned(with.desk->snooze(c.project(), c.param("conversation"), c.who.person, *until));
}

result<reply> set_tags(backend& with, call& c) {
    std::vector<std::string> tags;
    const auto* given = c.in.if_contains("tags");
    if (given == nullptr || !given->is_array())
        return fail(error_code::unprocessable, "desk.tags.invalid", "'tags' is a list of texts",
                    "tags", "send all tags of the conversation");
    for (const auto& t : given->get_array())
        tags.push_back(t.is_string() ? std::string(t.get_string()) : std::string());
    const auto done =
        with.desk->tag(c.project(), c.param("conversation"), c.who.person, std::move(tags));
    if (!done) return std::unexpected(done.error());
    return no_content();
}

void add_marks(route_table& to, backend& with) {
    const auto path = base() + "/conversations/{conversation}/";
    to.add(change(http::method::post, path + "snooze", {"desk.work"}, "conversation.changed",
                  "let it sleep: until", [&with](call& c) { return snooze(with, c); }));
    to.add(change(http::method::post, path + "tags", {"desk.work"}, "conversation.marked",
                  "all tags of it: tags", [&with](call& c) { return set_tags(with, c); }));
    to.add(change(http::method::post, path + "viewing", {"desk.work"}, "",
                  "I have it in front of me: typing?", [&with](call& c) -> result<reply> {
                      const auto done = with.desk->viewing(
                          c.project(), c.param("conversation"), c.who.person,
                          json::bool_or(c.in, "typing", false) ? desk::typing::yes
                                                               : desk::typing::no);
                      if (!done) return std::unexpected(done.error());
                      return no_content();
                  }));
    to.add(change(http::method::del, base() + "/outbox/{outbox}", {"desk.work"}, "reply.held",
                  "take a reply back that still waits", [&with](call& c) -> result<reply> {
                      const auto done =
                          with.desk->take_back(c.project(), c.param("outbox"), c.who.person);
                      if (!done) return std::unexpected(done.error());
                      return no_content();
                  }));
    to.add(read(base() + "/today", "desk.read", "what happened in the last 24 hours",
                [&with](call& c) -> result<reply> { return ok(with.desk->today(c.project())); }));
}

void add_conversations(route_table& to, backend& with) {
    const auto path = base() + "/conversations";
    to.add(read(path, "desk.read", "conversations; ?view=needs_you&q=&cursor=&limit=",
                [&with](call& c) { return list(with, c); }));
    to.add(read(path + "/{conversation}", "desk.read", "messages, draft and context; ?after=seq",
                [&with](call& c) -> result<reply> {
                    auto found = with.desk->show(c.project(), c.param("conversation"),
                                                 std::atoll(c.word("after", "0").c_str()));
                    if (!found) return std::unexpected(found.error());
                    return ok(std::move(*found));
                }));
    const auto act = [&](const std::string& verb, std::string summary, action work) {
        to.add(change(http::method::post, path + "/{conversation}/" + verb, {"desk.work"},
                      "conversation.changed", std::move(summary), std::move(work)));
    };
    act("claim", "take it: epoch, force?", [&with](call& c) {
        return owned(
            with.desk->claim(c.project(), c.param("conversation"), c.who.person, epoch_in(c),
                             json::bool_or(c.in, "force", false) ? desk::if_owned::take_over
                                                                 : desk::if_owned::refuse));
    });
    act("release", "give it back to the queue", [&with](call& c) {
        return owned(with.desk->release(c.project(), c.param("conversation"), c.who.person));
    });
    act("assign", "give it to a colleague: person", [&with](call& c) -> result<reply> {
        const auto person = need_text(c, "person");
        if (!person) return std::unexpected(person.error());
        if (!with.people.holds(*person, "desk.work", c.project()))
            return fail(error_code::unprocessable, "desk.assign.not_staff",
                        "this person does not answer conversations here", "person",
                        "name somebody with the role agent or more");
        return owned(
            with.desk->assign(c.project(), c.param("conversation"), c.who.person, *person));
    });
    act("return", "back to the AI: epoch", [&with](call& c) {
        return owned(with.desk->return_to_ai(c.project(), c.param("conversation"), c.who.person,
                                             epoch_in(c)));
    });
    act("close", "close it: reason", [&with](call& c) {
        return owned(with.desk->close(c.project(), c.param("conversation"), c.who.person,
                                      text_in(c, "reason")));
    });
    act("reply", "answer the visitor: text, if_seq, client_id?, hold_ms?",
        [&with](call& c) { return reply_to(with, c); });
    act("note", "a note that the visitor never sees: text",
        [&with](call& c) { return sent(with.desk->note(c.project(), reply_in(c))); });
}

desk::draft_decision decision_in(const call& c) {
    desk::draft_decision out{.draft = c.param("draft"),
                             .person = c.who.person,
                             .epoch = epoch_in(c),
                             .text = {},
                             .reason = text_in(c, "reason")};
    if (c.in.contains("text")) out.text = text_in(c, "text");
    return out;
}

void add_drafts(route_table& to, backend& with) {
    to.add(
        change(http::method::post, base() + "/drafts/{draft}/approve", {"desk.work"},
               "draft.changed", "send a draft, edited or as it is: epoch, text?",
               [&with](call& c) { return sent(with.desk->approve(c.project(), decision_in(c))); }));
    to.add(change(http::method::post, base() + "/drafts/{draft}/reject", {"desk.work"},
                  "draft.changed", "do not send it: epoch, reason", [&with](call& c) {
                      return owned(with.desk->reject(c.project(), decision_in(c)));
                  }));
}

struct label_body {
    std::string message;
    events::label_verdict verdict = events::label_verdict::unsure;
    bool harm = false;
    std::vector<std::string> entries;
    std::string note;
    std::int64_t seconds = 0;
};
BOOST_DESCRIBE_STRUCT(label_body, (), (message, verdict, harm, entries, note, seconds))

result<reply> label(backend& with, call& c) {
    auto body = json::from_json<label_body>(json::value(c.in));
    if (!body) return std::unexpected(body.error());
    auto done = with.desk->record_label(c.project(), {.message = body->message,
                                                      .person = c.who.person,
                                                      .verdict = body->verdict,
                                                      .harm = body->harm,
                                                      .entries = body->entries,
                                                      .note = body->note,
                                                      .seconds = body->seconds});
    if (!done) return std::unexpected(done.error());
    return ok(std::move(*done), 201);
}

void add_labels(route_table& to, backend& with) {
    to.add(read(base() + "/review/next", "label.write", "the next message to judge; 204 if none",
                [&with](call& c) -> result<reply> {
                    auto next = with.desk->next_label(c.project(), c.who.person);
                    return next.empty() ? no_content() : ok(std::move(next));
                }));
    to.add(read(
        base() + "/review", "desk.read", "how far the review is",
        [&with](call& c) -> result<reply> { return ok(with.desk->label_progress(c.project())); }));
    to.add(change(
        http::method::post, base() + "/review/{message}/skip", {"label.write"}, "label.recorded",
        "back into the queue for others", [&with](call& c) -> result<reply> {
            const auto done = with.desk->skip_label(c.project(), c.param("message"), c.who.person);
            if (!done) return std::unexpected(done.error());
            return no_content();
        }));
    to.add(change(http::method::post, base() + "/labels", {"label.write"}, "label.recorded",
                  "judge an answer: message, verdict, harm?, entries?",
                  [&with](call& c) { return label(with, c); }));
}

} // namespace

void add_desk(route_table& to, backend& with) {
    add_conversations(to, with);
    add_marks(to, with);
    add_drafts(to, with);
    add_labels(to, with);
}

} // namespace servery::api
