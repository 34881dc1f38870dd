// What must be told before an answer goes out: that the AI's label is shown, that a person is
// asked, what the assistant decided, and that a draft waits.
#include "data_plane/gateway/steps.h"
#include "foundation/events/decision_made.h"
#include "foundation/events/guard_blocked.h"

#include <map>
#include <utility>

namespace servery::gateway {

namespace {

events::context context_of(const exchange& x, instant now) {
    return {.at = now,
            .project = x.project->id,
            .by = {.kind = events::actor_kind::key, .id = x.row.key_id},
            .object_type = "conversation",
            .object_id = x.conversation_id,
            .phase = x.project->phase,
            .request_id = x.id};
}

bool is_visit(const exchange& x) {
    return x.purpose == events::purpose::visitor || x.purpose == events::purpose::staff;
}

// The desk hears of live visits only: a try in the sandbox is nobody's question.
bool is_live_visit(const exchange& x) {
    return x.kind != policy::key_kind::sandbox && is_visit(x);
}

template <typename Record>
void emit(gateway& with, const exchange& x, const Record& record) {
    if (!with.given().emit) return;
    with.given().emit(events::make_event(record, context_of(x, with.given().clock.now())));
}

void tell_decision(gateway& with, const exchange& x, const reply& r) {
    if (!x.decided) return;
    const auto& made = x.decided->made;
    events::decision_made out;
    out.exchange_id = x.id;
    out.release = made.release;
    out.calibration = made.calibration;
    out.recommended = json::enum_word(made.recommended);
    out.delivered = r.outcome;
    out.reason = json::enum_word(made.why);
    out.confidence = made.confidence;
    for (const auto& c : made.top)
        out.scores.push_back(c.score);
    out.top = x.decided->top_keys;
    out.features = json::to_json(made.evidence).get_object();
    out.lang = made.lang;
    out.legs = made.classifier_on ? "ABC" : "AB";
    out.took_us = made.took_us;
    emit(with, x, out);
}

// A draft of an API caller: the desk gets the conversation and the text that waits, through the
// same two calls as the visitor chat. Nobody waits for them.
void hand_draft_to_desk(gateway& with, const exchange& x, const reply& r) {
    auto* book = with.given().book;
    if (book == nullptr) return;
    policy::visitor_message message;
    message.project = x.project->id;
    message.conversation = x.conversation;
    message.conversation_id = x.conversation_id;
    message.visitor = x.who.visitor;
    message.staff = x.purpose == events::purpose::staff;
    message.eligible = x.verdict.eligible;
    message.client_id = x.id;
    message.text = x.question;
    message.lang = x.lang;
    message.channel = "api";
    message.stage = x.row.stage;
    auto answer = turn_answer_of(x, r);
    book->open_turn(std::move(message),
                    [book, project = x.project->id, answer](result<policy::opened_turn> opened) {
                        if (!opened || opened->turn.empty()) return;
                        book->close_turn(project, opened->turn, opened->epoch, answer,
                                         [](const result<policy::turn_result>&) {});
                    });
}

void tell_person(gateway& with, const exchange& x) {
    events::person_requested out;
    out.exchange_id = x.id;
    out.conversation_hash = x.conversation;
    out.conversation_id = x.conversation_id;
    out.visitor = x.who.visitor;
    out.cause = x.row.fallback_cause;
    out.question = x.question;
    out.lang = x.lang;
    emit(with, x, out);
}

} // namespace

void announce_label(gateway& with, const exchange& x) {
    if (x.row.label_version.empty() || !is_visit(x)) return;
    if (!with.pins().label_due(x.conversation, x.row.label_version, with.given().clock.now()))
        return;
    if (!with.given().emit) return;
    // It stands in the head of this very answer, so it is shown from the answer's beginning: in the
    // row's own clock, which the first text cannot precede.
    with.given().emit(
        events::make_event(events::label_shown{.conversation = x.conversation_id,
                                               .conversation_hash = x.conversation,
                                               .version = x.row.label_version,
                                               .lang = x.lang,
                                               .how = x.via_chat ? "widget" : "header"},
                           context_of(x, x.row.at)));
}

void announce_block(gateway& with, const exchange& x, std::string direction, std::string rule) {
    constexpr std::int64_t most_a_second = 200;
    struct second {
        std::int64_t at = 0;
        std::int64_t rows = 0;
        std::map<std::string, std::int64_t, std::less<>> unwritten; // by rule
    };
    thread_local second now;
    if (!with.given().emit) return;
    const auto at = x.row.at.ms / 1000;
    if (now.at != at) {
        now.at = at;
        now.rows = 0;
    }
    if (++now.rows > most_a_second) {
        ++now.unwritten[rule];
        return;
    }
    const auto merged = std::exchange(now.unwritten[rule], 0);
    auto context = context_of(x, x.row.at);
    if (context.by.id.empty() && x.key != nullptr) context.by.id = x.key->id;
    with.given().emit(events::make_event(events::guard_blocked{.exchange = x.id,
                                                               .conversation = x.conversation_id,
                                                               .conversation_hash = x.conversation,
                                                               .direction = std::move(direction),
                                                               .rule = std::move(rule),
                                                               .merged = merged},
                                         std::move(context)));
}

void announce(gateway& with, exchange& x, const reply& r) {
    tell_decision(with, x, r);
    announce_label(with, x);
    if (x.via_chat || !is_live_visit(x)) return;
    if (r.outcome == "draft" && !r.candidate.empty())
        hand_draft_to_desk(with, x, r);
    else if (r.person)
        tell_person(with, x);
}

policy::turn_answer turn_answer_of(const exchange& x, const reply& r) {
    policy::turn_answer out;
    const auto& row = x.row;
    out.outcome = r.outcome;
    out.reason =
        row.decision_reason.empty() || r.outcome == "fallback" ? row.reason : row.decision_reason;
    out.choices = r.authored.choices;
    out.sources = r.authored.sources;
    out.confidence = row.confidence;
    // Small talk is a fixed text: nothing that a person could judge.
    const bool small_talk = x.decided && x.decided->made.why == assistant::reason::small_talk;
    out.recommended = small_talk ? "" : row.decision;
    out.candidate = r.candidate;
    out.exchange_id = x.id;
    if (x.verdict.arm) out.variant = to_hex(*x.verdict.arm);
    out.stage = row.stage;
    out.phase = x.project->phase;
    out.release = row.release;
    if (r.outcome == "draft" || r.outcome == "hand_over") {
        // What a person approves later is text of the AI, and carries its label then.
        const auto* label = x.project->text("label", x.lang);
        if (label != nullptr) out.label_version = label->version;
    }
    if (r.outcome == "draft") {
        out.text = r.candidate;
        out.notice = r.authored.text;
    } else if (r.outcome == "answer" || r.outcome == "ask") {
        out.text = r.what == reply::kind::passed_on ? row.answer : r.authored.text;
        out.label_version = row.label_version;
    } else {
        out.notice = r.authored.text;
    }
    if (x.decided) {
        if (!row.entries.empty()) out.entries.push_back(row.entries);
        if (out.candidate.empty() && x.decided->made.recommended == assistant::outcome::answer)
            out.candidate = x.decided->candidate.text;
        if (out.entries.empty() && !x.decided->candidate.key.empty())
            out.entries.push_back(x.decided->candidate.key);
        if (r.outcome == "draft" && out.sources.empty()) {
            for (const auto& s : x.decided->candidate.sources)
                out.sources.push_back({s.title, s.url, s.checked_on});
        }
    }
    return out;
}

} // namespace servery::gateway
