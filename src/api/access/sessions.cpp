// Sessions and tokens: secrets that are stored hashed only.
#include "api/access/people.h"
#include "foundation/base/ids.h"
#include "foundation/base/text.h"

#include <algorithm>

namespace servery::api::access {

namespace {

hash32 hash_of(std::string_view text) {
    return blake2b_256(as_bytes(text));
}

events::actor themselves(const std::string& person) {
    return {.kind = events::actor_kind::person, .id = person};
}

std::unexpected<error> nothing_here(std::string id, std::string what) {
    return fail(error_code::not_found, std::move(id), "there is no such " + what, what,
                "it may have ended already");
}

} // namespace

// 256 random bits behind a prefix by which a leaked one is recognised.
std::string people::secret(std::string_view prefix) {
    hash32 bits{};
    random_.fill(bits);
    return std::string(prefix) + to_base32(bits);
}

void people::fold_session(const events::event& e) {
    if (events::is<session_started>(e)) {
        const auto made = events::read<session_started>(e);
        // What has run out is forgotten when the next one starts, so the map stays small.
        std::erase_if(sessions_, [&](const auto& s) { return s.second.expires <= e.at; });
        sessions_[made.hash] = {.id = made.id,
                                .person = made.person,
                                .method = made.method,
                                .hash = made.hash,
                                .started = e.at,
                                .expires = made.expires,
                                .last_seen = e.at,
                                .step_up_until = {}};
    } else if (events::is<session_ended>(e)) {
        const auto ended = events::read<session_ended>(e).id;
        std::erase_if(sessions_, [&](const auto& s) { return s.second.id == ended; });
    } else if (events::is<session_renewed>(e)) {
        const auto renewed = events::read<session_renewed>(e);
        const auto at = std::ranges::find_if(
            sessions_, [&](const auto& s) { return s.second.id == renewed.id; });
        if (at == sessions_.end()) return;
        auto moved = sessions_.extract(at);
        moved.key() = renewed.hash;
        moved.mapped().hash = renewed.hash;
        moved.mapped().step_up_until = renewed.step_up_until;
        sessions_.insert(std::move(moved));
    } else if (events::is<token_created>(e)) {
        const auto made = events::read<token_created>(e);
        tokens_[made.hash] = {.id = made.id,
                              .person = made.person,
                              .name = made.name,
                              .hash = made.hash,
                              .created_at = e.at,
                              .expires = made.expires};
    } else if (events::is<token_revoked>(e)) {
        const auto ended = events::read<token_revoked>(e).id;
        std::erase_if(tokens_, [&](const auto& t) { return t.second.id == ended; });
    }
}

result<people::started_session> people::start_session(const std::string& person,
                                                      const std::string& method,
                                                      const std::string& request_id) {
    const auto cookie = secret("");
    const session_started made{.id = make_id("ses", now_.now(), random_),
                               .person = person,
                               .hash = hash_of(cookie),
                               .method = method,
                               .expires = now_.now() + session_absolute};
    const auto done = log_.commit({events::make_event(
        made, context(themselves(person), "", "session", made.id, request_id))});
    if (!done) return std::unexpected(done.error());
    return started_session{.session = sessions_.at(made.hash), .cookie = cookie};
}

const session* people::find_session(std::string_view cookie) {
    const auto at = sessions_.find(hash_of(cookie));
    if (at == sessions_.end() || find(at->second.person) == nullptr) return nullptr;
    auto& s = at->second;
    const auto now = now_.now();
    if (s.expires <= now || now - s.last_seen >= session_idle) return nullptr;
    s.last_seen = std::max(s.last_seen, now);
    return &s;
}

std::vector<const session*> people::sessions_of(std::string_view person) const {
    std::vector<const session*> out;
    const auto now = now_.now();
    for (const auto& [hash, s] : sessions_)
        if (s.person == person && now < s.expires && now - s.last_seen < session_idle)
            out.push_back(&s);
    std::ranges::sort(out, {}, [](const session* s) { return s->id; });
    return out;
}

status people::end_session(const std::string& person, const std::string& id,
                           const std::string& reason) {
    const auto at = std::ranges::find_if(
        sessions_, [&](const auto& s) { return s.second.id == id && s.second.person == person; });
    if (at == sessions_.end()) return nothing_here("session.unknown", "session");
    const auto done =
        log_.commit({events::make_event(session_ended{.id = id, .reason = reason},
                                        context(themselves(person), "", "session", id))});
    if (!done) return std::unexpected(done.error());
    return {};
}

status people::end_sessions(const std::string& person, std::string_view keep,
                            const std::string& reason) {
    std::vector<events::event> batch;
    for (const auto* s : sessions_of(person))
        if (s->id != keep)
            batch.push_back(events::make_event(session_ended{.id = s->id, .reason = reason},
                                               context(themselves(person), "", "session", s->id)));
    if (batch.empty()) return {};
    const auto done = log_.commit(std::move(batch));
    if (!done) return std::unexpected(done.error());
    return {};
}

result<people::started_session> people::renew_session(const std::string& id,
                                                      const std::string& request_id) {
    const auto at =
        std::ranges::find_if(sessions_, [&](const auto& s) { return s.second.id == id; });
    if (at == sessions_.end()) return nothing_here("session.unknown", "session");
    const auto person = at->second.person;
    const auto cookie = secret("");
    const session_renewed made{
        .id = id, .hash = hash_of(cookie), .step_up_until = now_.now() + step_up_lifetime};
    const auto done = log_.commit(
        {events::make_event(made, context(themselves(person), "", "session", id, request_id))});
    if (!done) return std::unexpected(done.error());
    return started_session{.session = sessions_.at(made.hash), .cookie = cookie};
}

std::string people::begin_half_sign_in(const std::string& person) {
    const auto now = now_.now();
    std::erase_if(half_, [&](const auto& h) { return h.second.second <= now; });
    auto cookie = secret("");
    half_[hash_of(cookie)] = {person, now + half_sign_in_lifetime};
    return cookie;
}

std::string people::half_sign_in(std::string_view cookie) const {
    const auto at = half_.find(hash_of(cookie));
    if (at == half_.end() || at->second.second <= now_.now()) return {};
    return at->second.first;
}

void people::end_half_sign_in(std::string_view cookie) {
    half_.erase(hash_of(cookie));
}

status people::note_refusal(const std::string& person, const std::string& address,
                            const std::string& request_id) {
    auto e = events::make_event(sign_in_refused{.person = person, .address = address},
                                context({}, "", "person", person, request_id));
    e.refused = true;
    const auto done = log_.commit({std::move(e)});
    if (!done) return std::unexpected(done.error());
    return {};
}

result<people::made_token> people::create_token(const std::string& person,
                                                const std::string& name) {
    if (trim(name).empty() || name.size() > 100)
        return fail(error_code::unprocessable, "token.name.missing",
                    "a token needs a name of 1 to 100 characters", "name", "say where it is used");
    const auto text = secret("svt_");
    const token_created made{.id = make_id("tok", now_.now(), random_),
                             .person = person,
                             .name = to_nfc(trim(name)),
                             .hash = hash_of(text),
                             .expires = now_.now() + token_lifetime};
    const auto done =
        log_.commit({events::make_event(made, context(themselves(person), "", "token", made.id))});
    if (!done) return std::unexpected(done.error());
    return made_token{.token = tokens_.at(made.hash), .text = text};
}

const token* people::find_token(std::string_view text) const {
    if (!text.starts_with("svt_")) return nullptr;
    const auto at = tokens_.find(hash_of(text));
    if (at == tokens_.end() || at->second.expires <= now_.now()) return nullptr;
    return find(at->second.person) == nullptr ? nullptr : &at->second;
}

std::vector<const token*> people::tokens_of(std::string_view person) const {
    std::vector<const token*> out;
    for (const auto& [hash, t] : tokens_)
        if (t.person == person && now_.now() < t.expires) out.push_back(&t);
    std::ranges::sort(out, {}, [](const token* t) { return t->id; });
    return out;
}

status people::revoke_token(const std::string& person, const std::string& id) {
    const auto at = std::ranges::find_if(
        tokens_, [&](const auto& t) { return t.second.id == id && t.second.person == person; });
    if (at == tokens_.end()) return nothing_here("token.unknown", "token");
    const auto done = log_.commit({events::make_event(
        token_revoked{.id = id}, context(themselves(person), "", "token", id))});
    if (!done) return std::unexpected(done.error());
    return {};
}

} // namespace servery::api::access
