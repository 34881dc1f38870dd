#include "control_plane/desk/desk_state.h"

#include "foundation/events/content_erased.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace servery::desk {
namespace {

// Ids made by the fold itself: the same for the same event, however often the log is read.
std::string id_from(std::string_view prefix, std::string_view seed) {
    const auto digest = blake2b_256(field_bytes().add(prefix).add(seed).view());
    return std::string(prefix) + '_' + to_base32(bytes_view(digest).first(16));
}

bool is_public(const events::message_added& m) {
    return !m.staff_only;
}

} // namespace

std::int64_t week_of(instant at) {
    constexpr std::int64_t day = 24LL * 3600 * 1000;
    return (at.ms / day + 3) / 7; // 1 January 1970 was a Thursday
}

std::string client_key(events::author_kind author, std::string_view client_id) {
    const bool visitor = author == events::author_kind::visitor;
    return (visitor ? "visitor " : "staff ") + std::string(client_id);
}

const stored_message* conversation::sent_before(events::author_kind author,
                                                std::string_view client_id) const {
    if (client_id.empty()) return nullptr;
    const auto found = by_client_id.find(client_key(author, client_id));
    return found == by_client_id.end() ? nullptr : &messages[found->second];
}

bool conversation::news_for(std::string_view who, std::int64_t seq) const {
    if (seq < 0 || seq > last_seq()) return true;
    return std::ranges::any_of(messages | std::views::drop(seq), [&](const stored_message& said) {
        return said.m.message_kind_ != events::message_kind::notice && said.m.author_id != who;
    });
}

void desk_state::apply(const events::event& e) {
    using namespace events;
    if (is<message_added>(e)) return on_message(e);
    if (is<conversation_changed>(e)) return on_conversation(e);
    if (is<draft_changed>(e)) return on_draft(e);
    if (is<decision_recorded>(e)) return on_decision(e);
    if (is<label_recorded>(e)) return on_label(e);
    if (is<feedback_given>(e)) return on_feedback(e);
    if (is<person_requested>(e)) return on_person_requested(e);
    if (is<consent_changed>(e)) return on_consent(e);
    if (is<conversation_marked>(e)) return on_marked(e);
    if (is<reply_held>(e)) return on_held(e);
    if (is<content_erased>(e)) return on_erased(e);
}

// ---- looking things up -------------------------------------------------------------------------

const conversation* desk_state::find(std::string_view project, std::string_view id) const {
    const auto found = conversations_.find(id);
    if (found == conversations_.end() || found->second.project != project) return nullptr;
    return &found->second;
}

const conversation* desk_state::find(const hash16& key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : &conversations_.at(found->second);
}

const conversation* desk_state::by_turn(std::string_view turn) const {
    const auto found = turns_.find(std::string(turn));
    return found == turns_.end() ? nullptr : &conversations_.at(found->second);
}

const stored_draft* desk_state::draft(std::string_view id) const {
    const auto found = drafts_.find(id);
    return found == drafts_.end() ? nullptr : &found->second;
}

const stored_decision* desk_state::decision(std::string_view project,
                                            std::string_view message) const {
    const auto found = decisions_.find(message);
    if (found == decisions_.end() || found->second.project != project) return nullptr;
    return &found->second;
}

const label_counts& desk_state::labels(std::string_view project) const {
    static const label_counts none;
    const auto found = labels_.find(project);
    return found == labels_.end() ? none : found->second;
}

const conversation* desk_state::by_message(std::string_view project,
                                           std::string_view message) const {
    const auto found = messages_.find(std::string(message));
    return found == messages_.end() ? nullptr : find(project, found->second);
}

std::vector<std::string> desk_state::with_turn() const {
    std::vector<std::string> out;
    for (const auto& [turn, id] : turns_)
        out.push_back(id);
    std::ranges::sort(out);
    return out;
}

std::vector<std::string> desk_state::with_draft() const {
    return {with_draft_.begin(), with_draft_.end()};
}

bool desk_state::drawn_in_week(std::string_view project, const hash16& visitor, instant at) const {
    const auto found = drawn_week_.find({std::string(project), visitor});
    return found != drawn_week_.end() && found->second == week_of(at);
}

void desk_state::extend(std::string_view turn, instant deadline) {
    const auto found = turns_.find(std::string(turn));
    if (found == turns_.end()) return;
    auto& running = conversations_.at(found->second).turn;
    if (running) running->deadline = std::max(running->deadline, deadline);
}

conversation* desk_state::find_mutable(std::string_view id) {
    const auto found = conversations_.find(id);
    return found == conversations_.end() ? nullptr : &found->second;
}

// ---- the fold ----------------------------------------------------------------------------------

void desk_state::end_turn(conversation& c) {
    if (c.turn) turns_.erase(c.turn->id);
    c.turn.reset();
}

const std::vector<const conversation*>& desk_state::of_visitor(const hash16& visitor) const {
    static const std::vector<const conversation*> none;
    const auto found = of_visitor_.find(visitor);
    return found == of_visitor_.end() ? none : found->second;
}

std::int64_t desk_state::closed(std::string_view project) const {
    const auto found = closed_.find(project);
    return found == closed_.end() ? 0 : found->second;
}

// To be called after each change of owner, epoch or status.
void desk_state::publish(conversation& c) {
    const bool is_closed = c.status == "closed";
    if (is_closed)
        unfinished_.erase(c.id);
    else
        unfinished_.emplace(c.id, &c);
    if (is_closed != c.counted_closed) closed_[c.project] += is_closed ? 1 : -1;
    c.counted_closed = is_closed;
    policy::conversation_state out;
    out.known = true;
    out.id = c.id;
    out.owner = c.owner;
    out.epoch = c.epoch;
    out.misses = c.misses;
    out.person = c.person;
    view_.set(c.key, out, c.project, c.visitor);
}

void desk_state::keep(conversation& c, const events::event& e, events::message_added m) {
    if (!m.client_id.empty())
        c.by_client_id.emplace(client_key(m.author, m.client_id), c.messages.size());
    messages_[m.message] = c.id;
    c.changed_at = e.at;
    if (is_public(m)) view_.add(c.key, m);
    c.messages.push_back({.at = e.at, .m = std::move(m), .thumb = {}});
}

void desk_state::on_message(const events::event& e) {
    const auto m = events::read<events::message_added>(e);
    auto* c = find_mutable(m.conversation);
    if (c == nullptr) return;
    if (m.author == events::author_kind::visitor) {
        // The new turn covers the messages of the old one, and owes them an answer as early.
        const auto deadline = c->turn ? c->turn->deadline : e.at + turn_time;
        end_turn(*c);
        if (!m.turn.empty()) {
            const auto extra = events::read<message_extra>(e);
            c->turn = running_turn{.id = m.turn,
                                   .message = m.message,
                                   .eligible = extra.eligible,
                                   .stage = extra.stage,
                                   .deadline = deadline};
            turns_[m.turn] = c->id;
        }
    } else if (is_public(m)) {
        // A reply comes behind the change that ends the wait, in the same moment; the notice that
        // somebody has joined may stand between.
        if (m.author == events::author_kind::person) {
            const auto from = std::exchange(c->waited_from, {});
            if (from && e.at == c->changed_at) waits_.add(c->project, e.at, e.at - *from);
        }
        end_turn(*c);
    }
    keep(*c, e, m);
}

void desk_state::on_conversation(const events::event& e) {
    const auto change = events::read<events::conversation_changed>(e);
    auto* c = find_mutable(change.conversation);
    if (c == nullptr) {
        c = &conversations_[change.conversation];
        c->id = change.conversation;
        c->project = e.project;
        c->key = change.conversation_hash;
        c->visitor = change.visitor;
        c->channel = change.channel;
        c->lang = change.lang;
        c->variant = change.variant;
        c->stage = change.stage;
        c->staff = change.staff;
        by_key_[c->key] = c->id;
        if (c->visitor) of_visitor_[*c->visitor].push_back(c);
    }
    if (change.epoch != c->epoch) end_turn(*c);
    c->epoch = change.epoch;
    c->segment = change.segment;
    c->misses = change.misses;
    c->changed_at = e.at;
    if (change.owner) {
        c->owner = *change.owner;
        c->person = change.owner_person;
    }
    if (change.conversation_status) c->status = *change.conversation_status;
    if (c->status != "snoozed") c->snoozed_until.reset();
    if (!change.reason.empty()) c->reason = change.reason;
    if (change.waiting_on) {
        c->waiting_on = *change.waiting_on;
        if (c->waiting_on != "us")
            c->waited_from = std::exchange(c->waiting_since, {});
        else if (!c->waiting_since)
            c->waiting_since = e.at;
    }
    publish(*c);
}

void desk_state::on_draft(const events::event& e) {
    const auto d = events::read<events::draft_changed>(e);
    auto& stored = drafts_[d.draft];
    // Members of the text stand in the first record; a decision brings what it decides.
    if (stored.d.draft.empty()) {
        stored.at = e.at;
        stored.project = e.project;
        stored.extra = events::read<draft_extra>(e);
    }
    stored.d = d;
    auto* c = find_mutable(d.conversation);
    if (c == nullptr) return;
    if (d.state == events::draft_state::pending) {
        c->pending_draft = d.draft;
        with_draft_.insert(c->id);
        end_turn(*c);
    } else if (c->pending_draft == d.draft) {
        c->pending_draft.clear();
        with_draft_.erase(c->id);
    }
}

void desk_state::on_decision(const events::event& e) {
    const auto d = events::read<events::decision_recorded>(e);
    const auto [at, added] = decisions_.try_emplace(d.message);
    if (!added) return;
    at->second = {.at = e.at,
                  .index = frame_.size(),
                  .project = e.project,
                  .d = d,
                  .extra = events::read<decision_extra>(e),
                  .labels = {}};
    frame_.push_back(&at->second);
    labels_[e.project].decided(at->second);
    if (at->second.extra.drawn && d.visitor) drawn_week_[{e.project, *d.visitor}] = week_of(e.at);
}

void desk_state::on_label(const events::event& e) {
    const auto label = events::read<events::label_recorded>(e);
    const auto found = decisions_.find(label.message);
    if (found == decisions_.end()) return;
    found->second.labels.push_back(label);
    if (label.sampling == events::label_sampling::random)
        labels_[found->second.project].labelled(found->second, label);
}

void desk_state::on_feedback(const events::event& e) {
    const auto given = events::read<events::feedback_given>(e);
    auto* c = find_mutable(given.conversation);
    if (c == nullptr) return;
    for (auto& m : c->messages)
        if (m.m.message == given.message) m.thumb = given.thumb;
}

void desk_state::on_consent(const events::event& e) {
    const auto record = events::read<events::consent_changed>(e);
    if (record.purpose != "chat" || !record.visitor) return;
    consent_projects_.insert(e.project);
    view_.require_consent(e.project, consent_version_(e.project));
    view_.set_consent(e.project, *record.visitor, record.version, record.state == "given");
}

void desk_state::on_marked(const events::event& e) {
    const auto marked = events::read<events::conversation_marked>(e);
    auto* c = find_mutable(marked.conversation);
    if (c == nullptr) return;
    if (marked.tags) c->tags = *marked.tags;
    if (marked.snoozed_until) c->snoozed_until = marked.snoozed_until;
}

void desk_state::on_held(const events::event& e) {
    auto held = events::read<events::reply_held>(e);
    if (held.state == events::held_state::held)
        held_[held.outbox] = std::move(held);
    else
        held_.erase(held.outbox);
}

void desk_state::refresh_consent() {
    for (const auto& project : consent_projects_)
        view_.require_consent(project, consent_version_(project));
}

// A front end of somebody else reached the step `person`: the conversation begins, or goes on, with
// nobody as its owner.
conversation& desk_state::open_for_request(const events::event& e,
                                           const events::person_requested& r) {
    const auto known = by_key_.find(r.conversation_hash);
    if (known != by_key_.end()) return conversations_.at(known->second);
    const auto id = id_from("cv", r.exchange_id);
    auto& c = conversations_[id];
    c.id = id;
    c.project = e.project;
    c.key = r.conversation_hash;
    c.visitor = r.visitor;
    c.channel = "api";
    c.lang = r.lang;
    by_key_[c.key] = id;
    if (c.visitor) of_visitor_[*c.visitor].push_back(&c);
    return c;
}

void desk_state::on_person_requested(const events::event& e) {
    const auto r = events::read<events::person_requested>(e);
    auto& c = open_for_request(e, r);
    events::message_added m;
    m.conversation = c.id;
    m.message = id_from("msg", r.exchange_id);
    m.msg_seq = c.last_seq() + 1;
    m.author = events::author_kind::visitor;
    m.text = r.question;
    m.exchange_id = r.exchange_id;
    end_turn(c);
    if (c.status == "closed") ++c.segment;
    c.status = "open";
    if (c.owner == events::owner_kind::ai) {
        c.owner = events::owner_kind::nobody;
        ++c.epoch;
    }
    c.reason = r.cause;
    c.waiting_on = "us";
    if (!c.waiting_since) c.waiting_since = e.at;
    publish(c);
    keep(c, e, std::move(m));
}

} // namespace servery::desk
