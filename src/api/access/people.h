// People, their roles, sessions and tokens: a fold of the events in records.h, with the commands.
// Knows no HTTP. Password hashing is not done here, because it takes tens of milliseconds: callers
// hash on a pool (password.h) and pass the result in. Thread: the control thread.
#pragma once

#include "api/access/capabilities.h"
#include "api/access/records.h"
#include "api/access/second_factor.h"
#include "foundation/base/clock.h"
#include "foundation/base/hash.h"
#include "foundation/base/random.h"
#include "foundation/events/log.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace servery::api::access {

inline constexpr millis session_idle{8LL * 3'600'000};
inline constexpr millis session_absolute{24LL * 3'600'000};
inline constexpr millis token_lifetime{90LL * 86'400'000};
inline constexpr millis setup_link_lifetime{3'600'000};
inline constexpr millis invite_link_lifetime{72LL * 3'600'000};
// How long a second proof is good for, in the session it was given in.
inline constexpr millis step_up_lifetime{10LL * 60'000};
// Between the password and the code.
inline constexpr millis half_sign_in_lifetime{5LL * 60'000};

struct person {
    std::string id;
    std::string name;
    std::string email;
    std::string password_hash;
    std::string language; // "" = the browser's
    instant created_at;
    access::rights rights;
};

struct new_person {
    std::string id;
    std::string name;
    std::string email;
    std::string password_hash; // of hash_password(), or ""
    std::set<org_role> organisation;
};

struct session {
    std::string id;
    std::string person;
    std::string method;
    hash32 hash{};
    instant started;
    instant expires;   // absolute
    instant last_seen; // kept in memory; after a restart: `started`
    instant step_up_until;
};

enum class link_purpose { setup, invite };
BOOST_DESCRIBE_ENUM(link_purpose, setup, invite)

// Where a one-time link leads.
struct link {
    std::string person; // "" = the first person of an empty installation
    link_purpose purpose = link_purpose::setup;
    instant expires;
};

struct token {
    std::string id;
    std::string person;
    std::string name;
    hash32 hash{};
    instant created_at;
    instant expires;
};

class people {
  public:
    // with: for the seeds of the second factor; without them nobody can set one up.
    people(const clock& now, random_source& random, events::log& log, seals with = {});

    void apply(const events::event& e);

    [[nodiscard]] const person* find(std::string_view id) const;
    [[nodiscard]] const person* by_email(std::string_view email) const;
    [[nodiscard]] std::vector<const person*> all() const;
    [[nodiscard]] bool empty() const { return people_.empty(); }
    // Whom the local operator acts for when nobody is named: the first who owns a project, else the
    // first admin, else the first person.
    [[nodiscard]] const person* first_owner() const;
    [[nodiscard]] bool holds(std::string_view person, std::string_view capability,
                             std::string_view project) const;

    // The first person becomes admin whatever is asked.
    // Errors: person.id.invalid, person.exists, person.email.invalid, person.email.taken.
    [[nodiscard]] result<const person*> create(const events::actor& by, const new_person& wanted);
    // by_rights null = the system itself (demo, first start). Nobody gives a role above their own.
    // Errors: person.unknown, access.role (permission_denied), access.last_owner (conflict).
    [[nodiscard]] status set_roles(const events::actor& by, const rights* by_rights,
                                   const std::string& project, const std::string& person,
                                   const std::set<role>& roles);
    [[nodiscard]] status set_organisation(const events::actor& by, const rights* by_rights,
                                          const std::string& person,
                                          const std::set<org_role>& roles);
    // Ends all sessions of the person but `keep`.
    [[nodiscard]] status set_password(const events::actor& by, const std::string& person,
                                      const std::string& password_hash,
                                      std::string_view keep_session = {});

    // Name and language of one's own. Errors: person.unknown, person.name.invalid,
    // person.language.invalid.
    [[nodiscard]] status set_profile(const events::actor& by, const std::string& person,
                                     const std::string& name, const std::string& language);
    [[nodiscard]] second_factors& factors() { return factors_; }
    [[nodiscard]] const second_factors& factors() const { return factors_; }

    // --- sessions ---
    struct started_session {
        access::session session;
        std::string cookie; // the only place its text is seen
    };
    [[nodiscard]] result<started_session> start_session(const std::string& person,
                                                        const std::string& method,
                                                        const std::string& request_id);
    // The live session of a cookie; notes that it was seen. Null: unknown, idle, over.
    [[nodiscard]] const session* find_session(std::string_view cookie);
    [[nodiscard]] std::vector<const session*> sessions_of(std::string_view person) const;
    // Errors: session.unknown (not_found; also another person's).
    [[nodiscard]] status end_session(const std::string& person, const std::string& id,
                                     const std::string& reason);
    // All of the person's but `keep`.
    [[nodiscard]] status end_sessions(const std::string& person, std::string_view keep,
                                      const std::string& reason);
    // After a second proof: good for step_up_lifetime, under a new cookie. Errors: session.unknown.
    [[nodiscard]] result<started_session> renew_session(const std::string& id,
                                                        const std::string& request_id);
    // The password fitted and a code is still to come: a cookie that opens nothing else.
    [[nodiscard]] std::string begin_half_sign_in(const std::string& person);
    // Whose it is; "" = unknown or too late. It stays until ended.
    [[nodiscard]] std::string half_sign_in(std::string_view cookie) const;
    void end_half_sign_in(std::string_view cookie);
    [[nodiscard]] status note_refusal(const std::string& person, const std::string& address,
                                      const std::string& request_id);

    // --- tokens: for commands, never more than the person's rights ---
    struct made_token {
        access::token token;
        std::string text; // svt_…
    };
    [[nodiscard]] result<made_token> create_token(const std::string& person,
                                                  const std::string& name);
    [[nodiscard]] const token* find_token(std::string_view text) const;
    [[nodiscard]] std::vector<const token*> tokens_of(std::string_view person) const;
    [[nodiscard]] status revoke_token(const std::string& person, const std::string& id);

    // --- one-time links: 256 bits, one use ---
    // person "": the first start, only while there is nobody; else an invitation or a new password
    // for that person. Errors: access.setup_done (conflict), person.unknown.
    [[nodiscard]] result<std::string> make_link(const events::actor& by, const std::string& person,
                                                link_purpose purpose);
    // Errors: access.link_used (not_found: unknown, used or over).
    [[nodiscard]] result<link> check_link(std::string_view text) const;
    // What the link is for: sets the password (and name and e-mail, if given), or makes the first
    // person; ends that person's sessions and never touches the second factor.
    // Errors: those of check_link and create().
    [[nodiscard]] result<const person*> use_link(std::string_view text, const new_person& wanted);

  private:
    [[nodiscard]] events::context context(const events::actor& by, std::string_view project,
                                          std::string_view type, std::string_view id,
                                          const std::string& request_id = {}) const;
    void fold_session(const events::event& e);
    [[nodiscard]] status usable_email(const std::string& email, std::string_view own) const;
    [[nodiscard]] std::string secret(std::string_view prefix);
    [[nodiscard]] bool only_holder(const std::string& person, const std::string& project,
                                   role of) const;

    const clock& now_;
    random_source& random_;
    events::log& log_;
    std::vector<std::string> order_;
    std::map<std::string, person, std::less<>> people_;
    std::map<hash32, session> sessions_;
    std::map<hash32, token> tokens_;
    std::map<hash32, link> links_;
    std::map<hash32, std::pair<std::string, instant>> half_;
    second_factors factors_;
};

} // namespace servery::api::access
