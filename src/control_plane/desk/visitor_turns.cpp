// The rows of the ownership table that visitors and the AI bring about: a message, an answer, an
// ask, a hand-over, a draft, a fallback (desk, section 3).
#include "control_plane/desk/desk_core.h"
#include "foundation/base/counters.h"
#include "foundation/base/ids.h"

#include <algorithm>

namespace servery::desk {
namespace {

// An answer the assistant is less sure of than this is not worth a person's time as a suggestion.
constexpr double suggestion_confidence = 0.30;

policy::opened_turn opened(const conversation& c, const events::message_added& m, bool repeated) {
    return {.conversation = c.id,
            .turn = m.turn,
            .message = m.message,
            .msg_seq = m.msg_seq,
            .epoch = c.epoch,
            .owner = c.owner,
            .misses = c.misses,
            .repeated = repeated};
}

conversation fresh(const policy::visitor_message& m, instant at, random_source& random) {
    conversation c;
    c.id = make_id("cv", at, random);
    c.project = m.project;
    c.key = m.conversation;
    c.visitor = m.visitor;
    c.channel = m.channel;
    c.lang = m.lang;
    c.stage = m.stage;
    c.staff = m.staff;
    return c;
}

void describe_opening(events::conversation_changed& state, const conversation& c) {
    state.cause = "opened";
    state.conversation_status = "open";
    state.visitor = c.visitor;
    state.conversation_hash = c.key;
    state.channel = c.channel;
    state.lang = c.lang;
    state.stage = c.stage;
    state.staff = c.staff;
}

bool is_text_of_ai(const policy::turn_answer& a) {
    return a.outcome == "answer" || a.outcome == "ask";
}

events::message_added answer_message(const policy::turn_answer& a, std::string_view turn) {
    events::message_added m;
    m.turn = turn;
    m.text = a.text;
    m.entries = a.entries;
    m.sources = a.sources;
    m.choices = a.choices;
    m.exchange_id = a.exchange_id;
    m.release = a.release;
    if (!is_text_of_ai(a)) {
        m.author = events::author_kind::system; // an approved answer or a fixed text
        return m;
    }
    m.author = events::author_kind::ai;
    m.message_kind_ = a.outcome == "ask" ? events::message_kind::ask : events::message_kind::text;
    m.variant = a.variant;
    m.label_version = a.label_version;
    return m;
}

events::draft_changed draft_of(const policy::turn_answer& a, std::string_view turn,
                               const std::string& text) {
    events::draft_changed d;
    d.turn = turn;
    d.text = text;
    d.entries = a.entries;
    d.sources = a.sources;
    d.confidence = a.confidence;
    return d;
}

draft_extra origin_of(const policy::turn_answer& a, std::string_view message) {
    return {.label_version = a.label_version,
            .variant = a.variant,
            .release = a.release,
            .exchange_id = a.exchange_id,
            .message = std::string(message)};
}

bool is_live(std::string_view phase) {
    return phase == "pilot" || phase == "rollout" || phase == "production";
}

// What the assistant recommended for the message, and whether the message is drawn for a label.
void record_decision(desk_core& desk, changes& batch, const conversation& c,
                     const policy::turn_answer& a) {
    const auto settings = desk.settings(c.project);
    events::decision_recorded d;
    d.recommended = a.recommended;
    if (d.recommended.empty() && (is_text_of_ai(a) || a.outcome == "draft"))
        d.recommended = a.outcome == "ask" ? "ask" : "answer";
    if (d.recommended.empty()) return; // no variant was asked: nothing to judge
    d.conversation = c.id;
    d.message = c.turn->message;
    d.exchange_id = a.exchange_id;
    d.delivered = a.outcome;
    d.reason = a.reason;
    d.confidence = a.confidence;
    d.entries = a.entries;
    d.text = a.candidate.empty() ? a.text : a.candidate;
    d.release = a.release;
    d.variant = a.variant;
    d.stage = a.stage.empty() ? c.turn->stage : a.stage;
    d.phase = a.phase.empty() ? settings.phase : a.phase;
    d.visitor = c.visitor;
    d.eligible = c.turn->eligible;
    d.staff = c.staff;
    decision_extra extra{.drawn = false, .q = settings.label_share};
    extra.drawn = !d.staff && is_live(d.phase) && !d.variant.empty() &&
                  draw(settings.sampling_seed, d.message) < extra.q &&
                  !(d.visitor && desk.state.drawn_in_week(c.project, *d.visitor, desk.now.now()));
    auto& e = batch.add(d, "message", d.message);
    json::to_json_members(e.body, extra);
}

void deliver_text(changes& batch, const conversation& c, const policy::turn_answer& a) {
    batch.state().waiting_on = "visitor";
    batch.state().misses = a.outcome == "ask" ? c.misses + 1 : 0;
    auto m = answer_message(a, c.turn->id);
    if (m.text.empty()) m.text = a.notice;
    batch.message(std::move(m));
}

void deliver_hand_over(const desk_core& desk, changes& batch, const conversation& c,
                       const policy::turn_answer& a) {
    batch.owner(events::owner_kind::nobody);
    batch.state().reason = a.reason;
    batch.state().waiting_on = "us";
    batch.notice(a.notice.empty() ? desk.text(c, "handoff").text : a.notice);
    if (!a.candidate.empty() && a.confidence >= suggestion_confidence)
        batch.draft(draft_of(a, c.turn->id, a.candidate), origin_of(a, c.turn->message));
}

void deliver_draft(const desk_core& desk, changes& batch, const conversation& c,
                   const policy::turn_answer& a) {
    batch.state().waiting_on = "us";
    const bool approve = desk.settings(c.project).autonomy == "approve";
    batch.notice(a.notice.empty() ? desk.text(c, approve ? "approve" : "draft").text : a.notice);
    batch.draft(draft_of(a, c.turn->id, a.text.empty() ? a.candidate : a.text),
                origin_of(a, c.turn->message));
}

status check_answer(const policy::turn_answer& a) {
    constexpr std::string_view known[] = {"answer", "ask", "hand_over", "draft", "fallback"};
    if (std::ranges::find(known, a.outcome) == std::end(known))
        return fail(error_code::invalid_argument, "desk.answer.outcome",
                    "unknown outcome '" + a.outcome + "'", "outcome",
                    "answer, ask, hand_over, draft or fallback");
    if (is_text_of_ai(a) && a.label_version.empty())
        return fail(error_code::invalid_argument, "desk.answer.no_label",
                    "a text of the AI must carry its label", "label_version",
                    "give the version of the label that was shown with it");
    return {};
}

} // namespace

result<policy::opened_turn> desk_core::open(const policy::visitor_message& m) {
    const auto* known = state.find(m.conversation);
    if (known != nullptr)
        if (const auto* before = known->sent_before(events::author_kind::visitor, m.client_id))
            return opened(*known, before->m, true);

    const auto made = known == nullptr ? fresh(m, now.now(), random) : conversation{};
    const auto& c = known == nullptr ? made : *known;
    changes batch(*this, c,
                  {events::actor_kind::visitor, m.visitor ? to_hex(*m.visitor) : std::string()},
                  "visitor_message");
    auto owner = c.owner;
    if (known == nullptr || c.status == "closed") {
        owner = events::owner_kind::ai;
        batch.owner(owner);
        batch.state().misses = 0;
    }
    if (known == nullptr) {
        describe_opening(batch.state(), c);
    } else if (c.status != "open") {
        batch.state().cause = "reopened";
        batch.state().conversation_status = "open";
        if (c.status == "closed") ++batch.state().segment;
    }
    batch.settle_draft(events::draft_state::superseded);
    events::message_added added;
    added.author = events::author_kind::visitor;
    added.text = m.text;
    added.client_id = m.client_id;
    if (owner == events::owner_kind::ai) added.turn = make_id("trn", now.now(), random);
    added = batch.message(std::move(added), {.eligible = m.eligible, .stage = m.stage});
    // A new wait for nobody in particular is not silent; a wait that goes on was announced.
    if (owner == events::owner_kind::nobody && c.waiting_on != "us")
        batch.notice(text(c, "handoff").text);
    batch.state().waiting_on = "us";
    if (auto done = batch.commit(); !done) return std::unexpected(done.error());
    return opened(*state.find(m.conversation), added, false);
}

result<policy::turn_result> desk_core::close(std::string_view project, std::string_view turn,
                                             std::int64_t epoch,
                                             const policy::turn_answer& answer) {
    if (auto good = check_answer(answer); !good) return std::unexpected(good.error());
    const auto* c = state.by_turn(turn);
    if (c == nullptr || c->project != project || c->epoch != epoch ||
        c->owner != events::owner_kind::ai) {
        static auto& superseded = counters::counter("servery_desk_answers_superseded_total");
        ++superseded;
        return policy::turn_result::superseded;
    }
    changes batch(*this, *c, {events::actor_kind::system, "ai"}, answer.outcome);
    if (answer.outcome == "hand_over")
        deliver_hand_over(*this, batch, *c, answer);
    else if (answer.outcome == "draft")
        deliver_draft(*this, batch, *c, answer);
    else
        deliver_text(batch, *c, answer);
    record_decision(*this, batch, *c, answer);
    if (auto done = batch.commit(); !done) return std::unexpected(done.error());
    return policy::turn_result::committed;
}

} // namespace servery::desk
