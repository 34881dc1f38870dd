#include "api/admission.h"

#include "control_plane/registry/registry_service.h"
#include "foundation/base/text.h"

#include <algorithm>

namespace servery::api {

namespace {

constexpr int refusals_a_minute = 10;
constexpr std::size_t most_noted = 10'000;

error refuse(error_code code, std::string id, std::string message, std::string remedy,
             std::string where = {}) {
    return {.code = code,
            .id = std::move(id),
            .message = std::move(message),
            .where = std::move(where),
            .remedy = std::move(remedy)};
}

std::string_view bearer_of(std::string_view header) {
    return header.starts_with("Bearer ") || header.starts_with("bearer ") ? trim(header.substr(7))
                                                                          : std::string_view();
}

bool changes_nothing(const route& r) {
    return r.verb == http::method::get || r.verb == http::method::head;
}

std::string caller_name(const call& c) {
    if (!c.who.person.empty()) return c.who.person;
    return c.who.key.empty() ? c.peer : c.who.key;
}

} // namespace

error not_found_here() {
    return refuse(error_code::not_found, "access.not_found", "there is nothing here for you",
                  "check the address, the project and whom you act for");
}

std::string cookie_value(std::string_view header, std::string_view name) {
    for (const auto part : split(header, ';')) {
        const auto pair = trim(part);
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name)
            return std::string(pair.substr(equals + 1));
    }
    return {};
}

// Security design, section 5. Whoever has no second factor needs none; whether they must have one
// is a condition of the gates.
status second_proof(backend& with, const call& c) {
    if (c.who.person.empty()) return {};
    auto& factors = with.people.factors();
    if (!factors.enrolled(c.who.person)) return {};
    if (with.now.now() < c.who.step_up_until) return {};
    if (c.code.empty())
        return std::unexpected(refuse(
            error_code::permission_denied, "access.step_up",
            "this act needs a code of your second factor",
            "send it with the act: --code 123456, or header x-servery-code; a session may also "
            "POST /api/v1/session/step-up"));
    auto good = factors.verify(c.who.person, c.code, c.request_id);
    if (good || good.error().id != "access.code") return good;
    return std::unexpected(refuse(error_code::permission_denied, "access.step_up",
                                  good.error().message, good.error().remedy, "x-servery-code"));
}

admission::admission(backend& with, const options& how)
    : with_(with), how_(how), limits_(with.now) {}

std::string_view cookie_name(const options& how) {
    return how.tls ? "__Host-servery" : "servery";
}

std::string_view device_cookie_name(const options& how) {
    return how.tls ? "__Host-servery-device" : "servery-device";
}

caller admission::by_bearer(std::string_view secret, const request_head& head) const {
    caller who;
    if (how_.admin_token && equal_constant_time(blake2b_256(as_bytes(secret)), *how_.admin_token)) {
        const auto* p = head.as.empty() ? with_.people.first_owner() : with_.people.find(head.as);
        who.by = proof::operator_;
        if (p != nullptr) {
            who.person = p->id;
            who.rights = p->rights;
        } else if (with_.people.empty() && head.as.empty()) {
            who.first_start = true;
            who.rights.organisation = {access::org_role::admin};
        } else {
            return {};
        }
        return who;
    }
    if (const auto* t = with_.people.find_token(secret)) {
        who.by = proof::token;
        who.person = t->person;
        who.rights = with_.people.find(t->person)->rights;
        return who;
    }
    if (secret.starts_with("svy_") && with_.ports.hash_key)
        if (const auto* k = with_.registry.find_key(with_.ports.hash_key(secret));
            k != nullptr && k->kind != policy::key_kind::public_) {
            who.by = proof::key;
            who.key = k->id;
        }
    return who;
}

caller admission::identify(const request_head& head) const {
    const auto bearer = bearer_of(head.authorization);
    // Two different secrets at once: nobody, rather than a guess which one was meant.
    if (!bearer.empty() && !head.api_key.empty() && bearer != head.api_key) return {};
    if (!bearer.empty()) return by_bearer(bearer, head);
    if (!head.api_key.empty()) return by_bearer(head.api_key, head);
    const auto cookie = cookie_value(head.cookie, cookie_name(how_));
    if (cookie.empty()) return {};
    const auto* s = with_.people.find_session(cookie);
    if (s == nullptr) return {};
    caller who;
    who.by = proof::session;
    who.person = s->person;
    who.session = s->id;
    who.step_up_until = s->step_up_until;
    who.rights = with_.people.find(s->person)->rights;
    return who;
}

status admission::same_origin(const call& c, const request_head& head) const {
    if (c.who.by != proof::session || changes_nothing(*c.rule)) return {};
    const bool origin_ok = head.origin.empty()
                               ? head.fetch_site == "same-origin"
                               : std::ranges::find(how_.origins, head.origin) != how_.origins.end();
    const auto type = lower_ascii(trim(head.content_type.substr(0, head.content_type.find(';'))));
    const bool body_ok = type == "application/json" || head.csrf == "1";
    if (origin_ok && body_ok) return {};
    return std::unexpected(
        refuse(error_code::permission_denied, "access.csrf", "this did not come from our own pages",
               origin_ok ? "send application/json, or the header x-servery-csrf: 1"
                         : "open the console under its own address"));
}

status admission::known_object(const call& c) const {
    if (c.rule->object != object_kind::project) return {};
    const auto project = c.project();
    if (with_.registry.find_project(project) != nullptr && c.who.rights.sees(project)) return {};
    return std::unexpected(not_found_here());
}

status admission::allowed(const call& c) const {
    const auto& rule = *c.rule;
    if (rule.capabilities.empty()) return {};
    for (const auto& capability : rule.capabilities)
        if (c.may(capability)) return {};
    std::string wanted;
    for (const auto& capability : rule.capabilities)
        wanted += (wanted.empty() ? "" : " or ") + capability;
    return std::unexpected(refuse(error_code::permission_denied, "access.role",
                                  "this needs the right " + wanted,
                                  "ask somebody who holds it, or an owner for the role", wanted));
}

void admission::note(const call& c, const error& fault) {
    const auto minute = with_.now.now().ms / 60'000;
    if (noted_.size() >= most_noted) noted_.clear();
    auto& [since, count] = noted_[caller_name(c)];
    if (since != minute) count = 0;
    since = minute;
    if (++count > refusals_a_minute) return;
    auto e = events::make_event(
        access::access_refused{.route = std::string(http::name(c.rule->verb)) + " " + c.rule->path,
                               .id = fault.id},
        {.at = with_.now.now(),
         .project = with_.registry.find_project(c.project()) == nullptr ? "" : c.project(),
         .by = c.who.actor(),
         .object_type = "route",
         .object_id = {},
         .phase = {},
         .request_id = c.request_id});
    e.refused = true;
    // The refusal stands whether or not its row could be written.
    (void)with_.log.commit({std::move(e)});
}

std::optional<admission::refusal> admission::admit(call& c, const request_head& head) {
    const auto& rule = *c.rule;
    c.who = identify(head);
    const bool unlimited = c.who.by == proof::operator_ && head.loopback;
    if (!unlimited) {
        const auto of = c.who.by == proof::none && rule.rate != access::rate_class::none
                            ? access::rate_class::open
                            : rule.rate;
        if (const auto wait = limits_.take(of, caller_name(c)))
            return refusal{refuse(error_code::rate_limited, "access.slow_down",
                                  "too many requests from here", "wait and try again"),
                           wait};
    }
    const auto stop = [&](error fault) {
        if (rule.step_up) note(c, fault);
        return refusal{std::move(fault), {}};
    };
    if (rule.who == caller_kind::public_) return {};
    if (rule.who == caller_kind::metrics) {
        const auto bearer = bearer_of(head.authorization);
        const bool good = how_.metrics_key &&
                          equal_constant_time(blake2b_256(as_bytes(bearer)), *how_.metrics_key);
        if (good || (head.loopback && !how_.metrics_key)) return {};
    } else if (c.who.by != proof::none &&
               (rule.who == caller_kind::any || c.who.by != proof::key)) {
        if (auto same = same_origin(c, head); !same) return stop(same.error());
        if (auto known = known_object(c); !known) return stop(known.error());
        if (auto may = allowed(c); !may) return stop(may.error());
        if (rule.step_up)
            if (auto proved = second_proof(with_, c); !proved) return stop(proved.error());
        return {};
    }
    return stop(refuse(error_code::unauthenticated, "access.sign_in", "sign in first",
                       "sign in, or send a token: Authorization: Bearer …"));
}

} // namespace servery::api
