// One-time links: the first person of an installation, invitations, new passwords.
#include "api/access/people.h"
#include "foundation/base/text.h"

#include <algorithm>

namespace servery::api::access {

namespace {

hash32 hash_of(std::string_view text) {
    return blake2b_256(as_bytes(text));
}

// "en", "de", "pt-BR".
bool is_language(std::string_view text) {
    return text.size() <= 8 && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
           });
}

} // namespace

result<std::string> people::make_link(const events::actor& by, const std::string& person,
                                      link_purpose purpose) {
    if (person.empty() && !empty())
        return fail(error_code::conflict, "access.setup_done", "there is somebody here already", {},
                    "sign in, or let an admin make a link for you: servery user link ID");
    if (!person.empty() && find(person) == nullptr)
        return fail(error_code::not_found, "person.unknown", "there is no person '" + person + "'",
                    "person", "see `servery user list`");
    const auto text = secret("svl_");
    const auto lifetime =
        purpose == link_purpose::setup ? setup_link_lifetime : invite_link_lifetime;
    const link_made made{.hash = hash_of(text),
                         .person = person,
                         .purpose = std::string(json::enum_word(purpose)),
                         .expires = now_.now() + lifetime};
    const auto done = log_.commit({events::make_event(made, context(by, "", "person", person))});
    if (!done) return std::unexpected(done.error());
    return text;
}

result<link> people::check_link(std::string_view text) const {
    const auto at = links_.find(hash_of(text));
    if (at != links_.end() && now_.now() < at->second.expires) return at->second;
    return fail(error_code::not_found, "access.link_used", "this link is used, over or unknown", {},
                "ask for a new one; on the machine itself: servery user link");
}

result<const person*> people::use_link(std::string_view text, const new_person& wanted) {
    const auto leads = check_link(text);
    if (!leads) return std::unexpected(leads.error());
    if (leads->person.empty()) return create({}, wanted);
    const auto* p = find(leads->person);
    const events::actor self{.kind = events::actor_kind::person, .id = p->id};
    person_changed about{
        .person = p->id, .name = p->name, .email = p->email, .language = p->language};
    if (const auto name = to_nfc(trim(wanted.name)); !name.empty()) about.name = name;
    if (const auto email = lower_ascii(trim(wanted.email)); !email.empty()) about.email = email;
    if (auto good = usable_email(about.email, p->id); !good) return std::unexpected(good.error());
    std::vector<events::event> batch;
    if (about.name != p->name || about.email != p->email)
        batch.push_back(events::make_event(about, context(self, "", "person", p->id)));
    batch.push_back(
        events::make_event(password_changed{.person = p->id, .password_hash = wanted.password_hash},
                           context(self, "", "person", p->id)));
    for (const auto* s : sessions_of(p->id))
        batch.push_back(events::make_event(session_ended{.id = s->id, .reason = "password_changed"},
                                           context(self, "", "session", s->id)));
    const auto done = log_.commit(std::move(batch));
    if (!done) return std::unexpected(done.error());
    return p;
}

status people::set_profile(const events::actor& by, const std::string& person,
                           const std::string& name, const std::string& language) {
    const auto* p = find(person);
    if (p == nullptr)
        return fail(error_code::not_found, "person.unknown", "there is no person '" + person + "'",
                    "person", "see `servery user list`");
    const auto shown = to_nfc(trim(name));
    if (shown.empty() || code_points(shown) > 100)
        return fail(error_code::unprocessable, "person.name.invalid",
                    "a name has 1 to 100 characters", "name", "for example Rosa Blum");
    if (!is_language(language))
        return fail(error_code::unprocessable, "person.language.invalid",
                    "'" + language + "' is no language", "language", "for example en or de");
    const person_changed made{
        .person = person, .name = shown, .email = p->email, .language = language};
    const auto done = log_.commit({events::make_event(made, context(by, "", "person", person))});
    if (!done) return std::unexpected(done.error());
    return {};
}

} // namespace servery::api::access
