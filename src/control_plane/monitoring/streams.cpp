#include "control_plane/monitoring/streams.h"

#include "control_plane/monitoring/project_state.h"

#include <algorithm>

namespace servery::monitoring {
namespace {

constexpr millis silence{3'600'000};

std::string unit_of(const std::optional<hash16>& visitor, const std::string& otherwise) {
    return visitor ? to_hex(*visitor) : otherwise;
}

} // namespace

std::string observer::key_of(const std::string& conversation_id) const {
    const auto at = key_of_id_.find(conversation_id);
    return at == key_of_id_.end() ? conversation_id : at->second;
}

observer::open_conversation& observer::open(const std::string& key, instant at) {
    const auto [found, fresh] = open_.try_emplace(key);
    auto& c = found->second;
    if (fresh) {
        c.last = at;
        by_last_.emplace(at, key);
    } else if (at > c.last) {
        by_last_.erase({c.last, key});
        c.last = at;
        by_last_.emplace(at, key);
    }
    return c;
}

void observer::settle(instant now) {
    while (!by_last_.empty() && by_last_.begin()->first + silence <= now)
        end(std::string(by_last_.begin()->second), by_last_.begin()->first + silence);
}

void observer::end(const std::string& key, instant at) {
    const auto found = open_.find(key);
    if (found == open_.end()) return;
    const auto c = found->second;
    by_last_.erase({c.last, key});
    open_.erase(found);
    if (c.staff || !c.has_exchange) return;
    const auto unit = unit_of(c.visitor, key);
    emit(stream::hand_over, at, unit, c.handed_over, key);
    emit(stream::ask_or_refuse, at, unit, c.unanswered, key);
    emit(stream::guard_stop, at, unit, c.stopped, key);
}

void observer::emit(stream s, instant at, const std::string& unit, bool bad,
                    const std::string& key) {
    if (const auto day = day_number(at); day > day_) {
        day_ = day;
        for (auto& units : seen_)
            units.clear();
    }
    if (!seen_.at(index_of(s)).insert(unit).second) return;
    const auto id = id_of_key_.find(key);
    to_({.stream = s,
         .at = at,
         .bad = bad,
         .conversation = id == id_of_key_.end() ? key : id->second});
}

void observer::take(const events::exchange& x, std::optional<double> slow_ms) {
    // Whom the fallback serves on purpose (outside the audience, held, killed) says nothing about
    // it.
    if (!counts(x) || !x.arm) return;
    settle(x.at);
    const auto key = x.conversation == hash16{} ? x.exchange_id : to_hex(x.conversation);
    auto& c = open(key, x.at);
    if (!c.visitor) c.visitor = x.visitor;
    c.has_exchange = true;
    c.handed_over = c.handed_over || went_to_person(x);
    c.unanswered = c.unanswered || went_unanswered(x);
    c.stopped = c.stopped || was_stopped(x);
    if (c.staff) return;
    const auto unit = unit_of(c.visitor, key);
    emit(stream::errors, x.at, unit, was_error(x), key);
    if (!slow_ms || was_error(x)) return;
    const double first_ms = x.t_first_token.value_or(x.t_done) / 1000.0;
    emit(stream::slow, x.at, unit, first_ms > *slow_ms, key);
}

void observer::take(const events::event& e) {
    if (events::is<events::conversation_changed>(e)) {
        take_conversation(e);
    } else if (events::is<events::person_requested>(e)) {
        const auto r = events::read<events::person_requested>(e);
        if (r.conversation_hash == hash16{}) return;
        settle(e.at);
        open(to_hex(r.conversation_hash), e.at).handed_over = true;
    } else if (events::is<events::feedback_given>(e)) {
        const auto r = events::read<events::feedback_given>(e);
        const auto key = key_of(r.conversation);
        const auto c = open_.find(key);
        if (c != open_.end() && c->second.staff) return;
        emit(stream::thumbs_down, e.at,
             unit_of(c == open_.end() ? std::optional<hash16>{} : c->second.visitor, key),
             r.thumb == "down", key);
    } else if (events::is<events::label_recorded>(e)) {
        take_label(e);
    }
}

void observer::take_conversation(const events::event& e) {
    const auto r = events::read<events::conversation_changed>(e);
    if (r.cause == "opened" && r.conversation_hash != hash16{}) {
        key_of_id_[r.conversation] = to_hex(r.conversation_hash);
        id_of_key_[to_hex(r.conversation_hash)] = r.conversation;
    }
    settle(e.at);
    const auto key = key_of(r.conversation);
    const bool closed = r.conversation_status == "closed";
    // What is done to a conversation that has ended does not begin it anew.
    if (r.cause != "opened" && !open_.contains(key)) return;
    auto& c = open(key, e.at);
    c.staff = c.staff || r.staff;
    if (r.visitor) c.visitor = r.visitor;
    const bool person = r.owner && *r.owner != events::owner_kind::ai;
    c.handed_over = c.handed_over || ((person || r.cause == "handed_over") && r.cause != "opened");
    if (closed) end(key, e.at);
}

void observer::take_label(const events::event& e) {
    const auto r = events::read<events::label_recorded>(e);
    if (!says_something(r)) return;
    const auto key = key_of(r.conversation);
    const auto unit = unit_of(r.visitor, key);
    emit(stream::wrong, e.at, unit, r.verdict != events::label_verdict::right, key);
    emit(stream::harm, e.at, unit, r.harm, key);
}

} // namespace servery::monitoring
