// The events of people and sign-in. Audit class. No e-mail address and no name ever stands in an
// actor; both stand in the body of the person's own rows only.
#pragma once

#include "foundation/events/event.h"

#include <string>
#include <vector>

namespace servery::api::access {

struct person_created {
    static constexpr std::string_view kind = "person.created";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string id; // slug
    std::string name;
    std::string email;         // lower case, "" = cannot sign in by e-mail
    std::string password_hash; // argon2id string of libsodium, "" = none
};
BOOST_DESCRIBE_STRUCT(person_created, (), (id, name, email, password_hash))

struct password_changed {
    static constexpr std::string_view kind = "password.changed";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string person;
    std::string password_hash;
};
BOOST_DESCRIBE_STRUCT(password_changed, (), (person, password_hash))

// All roles of a person in one project, or in the organisation when the event's project is "".
struct roles_set {
    static constexpr std::string_view kind = "roles.set";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string person;
    std::vector<std::string> roles;
};
BOOST_DESCRIBE_STRUCT(roles_set, (), (person, roles))

struct session_started {
    static constexpr std::string_view kind = "session.started";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string id; // ses_…
    std::string person;
    hash32 hash{};      // BLAKE2b-256 of the cookie
    std::string method; // password, password+code, link
    instant expires;
};
BOOST_DESCRIBE_STRUCT(session_started, (), (id, person, hash, method, expires))

struct session_ended {
    static constexpr std::string_view kind = "session.ended";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string id;
    std::string reason; // signed_out, ended, everywhere, password_changed
};
BOOST_DESCRIBE_STRUCT(session_ended, (), (id, reason))

struct sign_in_refused {
    static constexpr std::string_view kind = "sign_in.refused";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string person; // "" if the e-mail is nobody's
    std::string address;
};
BOOST_DESCRIBE_STRUCT(sign_in_refused, (), (person, address))

struct token_created {
    static constexpr std::string_view kind = "token.created";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string id; // tok_…
    std::string person;
    std::string name;
    hash32 hash{};
    instant expires;
};
BOOST_DESCRIBE_STRUCT(token_created, (), (id, person, name, hash, expires))

struct token_revoked {
    static constexpr std::string_view kind = "token.revoked";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string id;
};
BOOST_DESCRIBE_STRUCT(token_revoked, (), (id))

// What a person says about themselves.
struct person_changed {
    static constexpr std::string_view kind = "person.changed";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string person;
    std::string name;
    std::string email;
    std::string language; // of the console: "en", "de" …; "" = the browser's
};
BOOST_DESCRIBE_STRUCT(person_changed, (), (person, name, email, language))

// A one-time link: whoever opens it sets the password of that person, or becomes the first person
// ("" = nobody yet). Used up by the password.changed or person.created that follows.
struct link_made {
    static constexpr std::string_view kind = "link.made";
    static constexpr events::record_class cls = events::record_class::audit;

    hash32 hash{};
    std::string person;
    std::string purpose; // setup, invite
    instant expires;
};
BOOST_DESCRIBE_STRUCT(link_made, (), (hash, person, purpose, expires))

// A second proof was given: the session goes on under a new cookie.
struct session_renewed {
    static constexpr std::string_view kind = "session.renewed";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string id;
    hash32 hash{};
    instant step_up_until;
};
BOOST_DESCRIBE_STRUCT(session_renewed, (), (id, hash, step_up_until))

// An act that was refused although its route needs a second proof, or a sign-in.
struct access_refused {
    static constexpr std::string_view kind = "access.refused";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string route; // "POST /api/v1/…" as a pattern
    std::string id;    // error id
};
BOOST_DESCRIBE_STRUCT(access_refused, (), (route, id))

} // namespace servery::api::access
