#include "api/access/people.h"

#include "foundation/base/ids.h"
#include "foundation/base/text.h"

#include <algorithm>

namespace servery::api::access {

namespace {

bool is_email(std::string_view text) {
    const auto at = text.find('@');
    return at != std::string_view::npos && at > 0 && at + 3 < text.size() + 1 &&
           text.find('@', at + 1) == std::string_view::npos && text.size() <= 254 &&
           text.find_first_of(" \t\r\n<>\",;") == std::string_view::npos;
}

template <typename Enum>
std::vector<std::string> words(const std::set<Enum>& of) {
    std::vector<std::string> out;
    for (const auto e : of)
        out.emplace_back(json::enum_word(e));
    return out;
}

template <typename Enum>
std::set<Enum> from_words(const std::vector<std::string>& of) {
    std::set<Enum> out;
    for (const auto& w : of)
        if (const auto e = json::enum_from<Enum>(w)) out.insert(*e);
    return out;
}

std::unexpected<error> unknown_person(std::string_view id) {
    return fail(error_code::not_found, "person.unknown",
                "there is no person '" + std::string(id) + "'", "person",
                "see `servery user list`");
}

std::unexpected<error> above_own_rights() {
    return fail(error_code::permission_denied, "access.role",
                "nobody can give a right they do not hold", "roles", "ask somebody who holds it");
}

std::unexpected<error> last_holder(std::string_view what) {
    return fail(error_code::conflict, "access.last_owner", "this is the last " + std::string(what),
                "roles", "give the role to somebody else first");
}

} // namespace

people::people(const clock& now, random_source& random, events::log& log, seals with)
    : now_(now), random_(random), log_(log), factors_(now, random, log, std::move(with)) {}

events::context people::context(const events::actor& by, std::string_view project,
                                std::string_view type, std::string_view id,
                                const std::string& request_id) const {
    return {.at = now_.now(),
            .project = std::string(project),
            .by = by,
            .object_type = std::string(type),
            .object_id = std::string(id),
            .phase = {},
            .request_id = request_id};
}

void people::apply(const events::event& e) {
    if (events::is<person_created>(e)) {
        const auto made = events::read<person_created>(e);
        if (people_.contains(made.id)) return;
        people_[made.id] = {.id = made.id,
                            .name = made.name,
                            .email = made.email,
                            .password_hash = made.password_hash,
                            .language = {},
                            .created_at = e.at,
                            .rights = {}};
        order_.push_back(made.id);
        std::erase_if(links_, [](const auto& l) { return l.second.person.empty(); });
    } else if (events::is<password_changed>(e)) {
        const auto record = events::read<password_changed>(e);
        if (const auto at = people_.find(record.person); at != people_.end())
            at->second.password_hash = record.password_hash;
        std::erase_if(links_, [&](const auto& l) { return l.second.person == record.person; });
    } else if (events::is<person_changed>(e)) {
        const auto record = events::read<person_changed>(e);
        const auto at = people_.find(record.person);
        if (at == people_.end()) return;
        at->second.name = record.name;
        at->second.email = record.email;
        at->second.language = record.language;
    } else if (events::is<roles_set>(e)) {
        const auto record = events::read<roles_set>(e);
        const auto at = people_.find(record.person);
        if (at == people_.end()) return;
        if (e.project.empty())
            at->second.rights.organisation = from_words<org_role>(record.roles);
        else
            at->second.rights.projects[e.project] = from_words<role>(record.roles);
    } else if (events::is<link_made>(e)) {
        const auto record = events::read<link_made>(e);
        // The newest link of a person is the only one.
        std::erase_if(links_, [&](const auto& l) { return l.second.person == record.person; });
        links_[record.hash] = {
            .person = record.person,
            .purpose = json::enum_from<link_purpose>(record.purpose).value_or(link_purpose::invite),
            .expires = record.expires};
    } else {
        factors_.apply(e);
        fold_session(e);
    }
}

const person* people::find(std::string_view id) const {
    const auto at = people_.find(id);
    return at == people_.end() ? nullptr : &at->second;
}

const person* people::by_email(std::string_view email) const {
    if (email.empty()) return nullptr;
    const auto wanted = lower_ascii(trim(email));
    for (const auto& [id, p] : people_)
        if (p.email == wanted) return &p;
    return nullptr;
}

std::vector<const person*> people::all() const {
    std::vector<const person*> out;
    for (const auto& id : order_)
        out.push_back(find(id));
    return out;
}

const person* people::first_owner() const {
    const person* admin = nullptr;
    for (const auto* p : all()) {
        for (const auto& [project, roles] : p->rights.projects)
            if (roles.contains(role::owner)) return p;
        if (admin == nullptr && p->rights.organisation.contains(org_role::admin)) admin = p;
    }
    if (admin != nullptr || order_.empty()) return admin;
    return find(order_.front());
}

bool people::holds(std::string_view id, std::string_view capability,
                   std::string_view project) const {
    const auto* p = find(id);
    return p != nullptr && p->rights.may(capability, project);
}

// `own`: the person who may have it already.
status people::usable_email(const std::string& email, std::string_view own) const {
    if (!email.empty() && !is_email(email))
        return fail(error_code::unprocessable, "person.email.invalid",
                    "this is not an e-mail address", "email", "for example rosa@example.com");
    if (const auto* other = by_email(email); other != nullptr && other->id != own)
        return fail(error_code::conflict, "person.email.taken",
                    "somebody has this e-mail address already", "email", "use another one");
    return {};
}

result<const person*> people::create(const events::actor& by, const new_person& wanted) {
    if (!is_slug(wanted.id))
        return fail(error_code::unprocessable, "person.id.invalid",
                    "a person's id has 1 to 64 of a-z, 0-9 and -", "id", "for example rosa");
    if (find(wanted.id) != nullptr)
        return fail(error_code::conflict, "person.exists",
                    "there is a person '" + wanted.id + "' already", "id", "choose another id");
    const auto email = lower_ascii(trim(wanted.email));
    if (auto good = usable_email(email, {}); !good) return std::unexpected(good.error());
    auto organisation = wanted.organisation;
    if (empty()) organisation.insert(org_role::admin);
    const person_created made{.id = wanted.id,
                              .name = to_nfc(trim(wanted.name.empty() ? wanted.id : wanted.name)),
                              .email = email,
                              .password_hash = wanted.password_hash};
    std::vector<events::event> batch{events::make_event(made, context(by, "", "person", made.id))};
    if (!organisation.empty())
        batch.push_back(
            events::make_event(roles_set{.person = made.id, .roles = words(organisation)},
                               context(by, "", "person", made.id)));
    const auto done = log_.commit(std::move(batch));
    if (!done) return std::unexpected(done.error());
    return find(wanted.id);
}

bool people::only_holder(const std::string& id, const std::string& project, role of) const {
    const auto has = [&](const person& p) {
        const auto at = p.rights.projects.find(project);
        return at != p.rights.projects.end() && at->second.contains(of);
    };
    const auto* p = find(id);
    return p != nullptr && has(*p) && std::ranges::none_of(people_, [&](const auto& other) {
               return other.first != id && has(other.second);
           });
}

status people::set_roles(const events::actor& by, const rights* by_rights,
                         const std::string& project, const std::string& person,
                         const std::set<role>& roles) {
    const auto* p = find(person);
    if (p == nullptr) return unknown_person(person);
    // An admin has no project rights and may still hand out roles (one's own included): the row in
    // the audit chain and the list of roles show it.
    if (by_rights != nullptr && !by_rights->organisation.contains(org_role::admin)) {
        const auto own = by_rights->projects.find(project);
        const bool owner = own != by_rights->projects.end() && own->second.contains(role::owner);
        if (!owner) return above_own_rights();
    }
    if (!roles.contains(role::owner) && only_holder(person, project, role::owner))
        return last_holder("owner of the project");
    const auto done =
        log_.commit({events::make_event(roles_set{.person = person, .roles = words(roles)},
                                        context(by, project, "person", person))});
    if (!done) return std::unexpected(done.error());
    return {};
}

status people::set_organisation(const events::actor& by, const rights* by_rights,
                                const std::string& person, const std::set<org_role>& roles) {
    const auto* p = find(person);
    if (p == nullptr) return unknown_person(person);
    if (by_rights != nullptr && !by_rights->organisation.contains(org_role::admin))
        return above_own_rights();
    const bool was_admin = p->rights.organisation.contains(org_role::admin);
    const auto admins = std::ranges::count_if(people_, [](const auto& other) {
        return other.second.rights.organisation.contains(org_role::admin);
    });
    if (was_admin && !roles.contains(org_role::admin) && admins == 1) return last_holder("admin");
    const auto done = log_.commit({events::make_event(
        roles_set{.person = person, .roles = words(roles)}, context(by, "", "person", person))});
    if (!done) return std::unexpected(done.error());
    return {};
}

status people::set_password(const events::actor& by, const std::string& person,
                            const std::string& password_hash, std::string_view keep_session) {
    if (find(person) == nullptr) return unknown_person(person);
    std::vector<events::event> batch{
        events::make_event(password_changed{.person = person, .password_hash = password_hash},
                           context(by, "", "person", person))};
    for (const auto* s : sessions_of(person))
        if (s->id != keep_session)
            batch.push_back(
                events::make_event(session_ended{.id = s->id, .reason = "password_changed"},
                                   context(by, "", "session", s->id)));
    const auto done = log_.commit(std::move(batch));
    if (!done) return std::unexpected(done.error());
    return {};
}

} // namespace servery::api::access
