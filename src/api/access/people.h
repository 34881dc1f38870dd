// People, their roles, sessions and tokens: a fold of the events in records.h, with the commands.
// Knows no HTTP. Password hashing is not done here, because it takes tens of milliseconds: callers
// hash on a pool (password.h) and pass the result in. Thread: the control thread.
#pragma once

#include "api/access/capabilities.h"
#include "api/access/records.h"
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

struct person {
    std::string id;
    std::string name;
    std::string email;
    std::string password_hash;
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
    people(const clock& now, random_source& random, events::log& log);

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

    // --- first start: one link, an hour, one use, only while there is nobody ---
    // Errors: access.setup_done (conflict).
    [[nodiscard]] result<std::string> make_setup_link();
    // Errors: access.link_used (not_found: unknown, used, over, or somebody exists already).
    [[nodiscard]] status check_setup_link(std::string_view text) const;

  private:
    [[nodiscard]] events::context context(const events::actor& by, std::string_view project,
                                          std::string_view type, std::string_view id,
                                          const std::string& request_id = {}) const;
    void fold_session(const events::event& e);
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
    std::optional<std::pair<hash32, instant>> setup_;
};

} // namespace servery::api::access
