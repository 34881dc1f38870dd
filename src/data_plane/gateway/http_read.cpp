#include "data_plane/gateway/authenticate.h"
#include "data_plane/gateway/back_home.h"
#include "data_plane/gateway/http_parts.h"
#include "foundation/base/ids.h"
#include "foundation/base/number_text.h"
#include "foundation/base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace servery::gateway {

namespace {

constexpr std::size_t body_limit = 4 * 1024 * 1024;

std::unexpected<error> bad_header(std::string name, const std::string& wanted) {
    return fail(error_code::invalid_argument, "request.invalid_header",
                "the header " + name + " must be " + wanted, name, "correct it or leave it out");
}

std::unexpected<error> forbidden_header(std::string name, const std::string& scope) {
    return fail(error_code::permission_denied, "key.header_forbidden",
                "this key may not send " + name, name, "use a key with the scope " + scope);
}

// What official SDKs tell of themselves: hints, so a malformed one is passed over.
void read_sdk_hints(exchange& x, const http::request& in) {
    const auto number = [&](std::string_view name) {
        const auto n = number_in<std::int64_t>(in.header(name).value_or(""));
        return std::max<std::int64_t>(n.value_or(0), 0);
    };
    x.most_attempts = std::max<std::int64_t>(1, 3 - number("x-stainless-retry-count"));
    const auto seconds = number("x-stainless-timeout");
    if (seconds > 0 && seconds <= 3600) x.sdk_timeout = millis{seconds * 1000};
}

status read_timeout(exchange& x, const http::request& in) {
    x.times.total = millis{0};
    const auto value = in.header("x-servery-timeout-ms");
    if (!value) return {};
    const auto ms = number_in<std::int64_t>(*value);
    if (!ms || *ms < 100 || *ms > 600'000)
        return bad_header("x-servery-timeout-ms", "a number of milliseconds, 100 to 600000");
    x.times.total = millis{*ms};
    return {};
}

status read_purpose(exchange& x, const http::request& in) {
    const auto value = in.header("x-servery-purpose");
    if (!value) return {};
    if (!x.key->may("purpose:assert"))
        return forbidden_header("x-servery-purpose", "purpose:assert");
    const auto purpose = json::enum_from<events::purpose>(*value);
    if (!purpose)
        return bad_header("x-servery-purpose", "visitor, staff, evaluation, draft, drill or load");
    x.purpose = *purpose;
    return {};
}

status read_attributes(exchange& x, const http::request& in) {
    const auto value = in.header("x-servery-attributes");
    if (!value) return {};
    if (!x.key->may("visitor:assert"))
        return forbidden_header("x-servery-attributes", "visitor:assert");
    auto read = parse_attributes(*value);
    if (!read) return std::unexpected(read.error());
    x.facts = std::move(*read);
    for (const auto& [name, text] : x.facts) {
        if (name == "group") x.groups.push_back(text);
        if (name == "language") x.lang = text;
    }
    return {};
}

status read_cancel(exchange& x, const http::request& in) {
    const auto value = in.header("x-servery-on-cancel");
    if (!value || *value == "abort") return {};
    if (*value != "finish") return bad_header("x-servery-on-cancel", "abort or finish");
    x.finish = true;
    return {};
}

std::string known_models(const exchange& x) {
    std::string out;
    for (const auto& a : x.project->aliases)
        out += (out.empty() ? "" : ", ") + a;
    for (const auto& hash : x.project->variants)
        out += (out.empty() ? "variant:" : ", variant:") + to_hex(hash).substr(0, 12);
    for (const auto& p : x.policy->providers) {
        for (const auto& m : p.sandbox_models)
            out += (out.empty() ? "" : ", ") + p.id + "/" + m;
    }
    return out;
}

std::unexpected<error> unknown_model(const exchange& x, const std::string& asked) {
    return fail(error_code::not_found, "request.unknown_model",
                "there is no model '" + asked + "' here; known: " + known_models(x), "model",
                "use one of these");
}

// provider/model, if the provider allows it in the sandbox.
std::optional<policy::variant_target> sandbox_model(const exchange& x, std::string_view asked) {
    for (const auto& p : x.policy->providers) {
        if (!asked.starts_with(p.id + "/")) continue;
        const auto model = asked.substr(p.id.size() + 1);
        if (std::ranges::find(p.sandbox_models, model) != p.sandbox_models.end())
            return policy::variant_target{p.id, std::string(model)};
    }
    return std::nullopt;
}

status name_variant(exchange& x, std::string_view hex) {
    const auto* v = x.policy->variant_by_prefix(hex);
    if (v == nullptr ||
        std::ranges::find(x.project->variants, v->hash) == x.project->variants.end())
        return unknown_model(x, "variant:" + std::string(hex));
    x.named = policy::named_target{.variant = v, .bare = {}};
    return {};
}

bool is_alias(const exchange& x, const std::string& asked) {
    return x.project->accept_any_model || asked.empty() ||
           std::ranges::find(x.project->aliases, asked) != x.project->aliases.end();
}

// Whom a request names: a sandbox key by its model or header, a purpose by the header or by what
// is granted. Live and public keys name nothing: the variant decides the model.
status read_named(exchange& x, const http::request& in) {
    const auto header = in.header("x-servery-variant");
    const bool staged = policy::is_staged(x.purpose);
    if (header && x.kind != policy::key_kind::sandbox && !staged)
        return forbidden_header("x-servery-variant", "purpose:assert, or a sandbox key");
    if (header) return name_variant(x, *header);
    const auto& asked = x.asked.model_text;
    if (x.kind == policy::key_kind::sandbox) {
        constexpr std::string_view prefix = "variant:";
        if (asked.starts_with(prefix)) return name_variant(x, asked.substr(prefix.size()));
        if (auto bare = sandbox_model(x, asked)) {
            x.named = policy::named_target{.variant = nullptr, .bare = std::move(bare)};
            return {};
        }
        if (asked.find('/') != std::string::npos || !is_alias(x, asked))
            return unknown_model(x, asked);
        return {};
    }
    if (!is_alias(x, asked)) return unknown_model(x, asked);
    if (staged) name_granted(x);
    return {};
}

status name_conversation(gateway& with, exchange& x, const http::request& in) {
    const auto header = in.header("x-servery-conversation");
    if (header && !is_conversation_id(*header))
        return bad_header("x-servery-conversation",
                          "at most 128 characters of A-Z a-z 0-9 _ . : -");
    if (header) {
        x.conversation_id = *header;
    } else if (is_conversation_id(x.asked.conversation)) {
        x.conversation_id = x.asked.conversation;
    } else {
        x.conversation_minted = true;
        x.conversation_id = make_id("cv", x.row.at, with.given().random);
    }
    x.conversation =
        conversation_hash(x.project->identity_key, x.project->id, x.who.visitor, x.conversation_id);
    return {};
}

task<status> record_consent(gateway& with, exchange& x, const http::request& in) {
    const auto version = in.header("x-servery-consent");
    auto* book = with.given().book;
    if (!version) co_return status{};
    if (!x.key->may("visitor:assert"))
        co_return forbidden_header("x-servery-consent", "visitor:assert");
    if (book == nullptr || !x.who.visitor) co_return status{};
    events::consent_changed record;
    record.visitor = x.who.visitor;
    record.purpose = "chat";
    record.state = "given";
    record.version = *version;
    record.lang = x.lang;
    record.channel = "api";
    auto done = co_await await_elsewhere<status>(
        x.home, [book, project = x.project->id, record](std::function<void(status)> resume) {
            book->consent(project, record, std::move(resume));
        });
    x.owner.consent_given = done.has_value();
    co_return done;
}

void look_at_owner(gateway& with, exchange& x) {
    const bool just_given = x.owner.consent_given;
    if (with.given().book != nullptr) x.owner = with.given().book->look(x.conversation);
    x.owner.consent_given = x.owner.consent_given || just_given;
    if (!x.owner.consent_given && x.who.visitor && with.given().consented)
        x.owner.consent_given = with.given().consented(x.project->id, *x.who.visitor);
    x.offered = with.pins().offered(x.conversation, x.row.at);
}

} // namespace

status check_limits(gateway& with, exchange& x, const http::request& in) {
    const auto& limits = x.project->limits;
    const auto now = x.row.at;
    const auto refuse = [&](over_rate over) -> status {
        x.try_again_after = over.wait;
        return std::unexpected(std::move(over.fault));
    };
    hash16 key{};
    std::copy_n(x.key->hash.begin(), key.size(), key.begin());
    if (auto over = take_rate(with.rates(), key, limits.key_a_minute, "this key", now))
        return refuse(std::move(*over));
    if (!x.is_public()) return {};
    if (auto over = take_rates(with.rates(), *x.project, in.peer, x.who.visitor, now))
        return refuse(std::move(*over));
    if (!x.who.visitor) return {};
    if (limits.visitor_in_flight <= 0) return {};
    x.place = with.places().take(*x.who.visitor, limits.visitor_in_flight);
    if (x.place) return {};
    x.try_again_after = millis{1000};
    return fail(error_code::rate_limited, "limit.in_flight",
                fmt::format("one visitor may ask {} things at a time", limits.visitor_in_flight),
                {}, "try again after the time in retry-after");
}

status read_head(gateway& with, exchange& x, const http::request& in, std::string_view scope) {
    auto& given = with.given();
    x.home = in.home;
    x.begun = in.arrived;
    x.id = make_id("exc", given.clock.now(), given.random);
    x.policy = given.policy.current();
    if (!x.policy)
        return fail(error_code::unavailable, "server.not_ready",
                    "the server has no policy loaded yet", "", "try again in a moment");
    presented what;
    what.authorization = in.header("authorization");
    what.x_api_key = in.header("x-api-key");
    what.origin = in.header("origin");
    what.query = in.query;
    auto key = authenticate(*x.policy, given.pepper, what, scope, given.clock.now());
    if (!key) return std::unexpected(key.error());
    x.key = *key;
    x.kind = x.key->kind;
    x.failure = x.key->failure;
    x.project = x.policy->project(x.key->project);
    if (x.project == nullptr || (x.kind == policy::key_kind::sandbox &&
                                 (x.project->phase == "draft" || x.project->phase == "stopped")))
        return fail(error_code::permission_denied, "key.phase",
                    "the project " + x.key->project + " is not in a phase that answers", "",
                    "pass the gate to the sandbox first");
    open_exchange(with, x, x.id);
    read_sdk_hints(x, in);
    if (auto ok = read_timeout(x, in); !ok) return ok;
    if (auto ok = read_purpose(x, in); !ok) return ok;
    if (auto ok = read_attributes(x, in); !ok) return ok;
    if (auto ok = read_cancel(x, in); !ok) return ok;
    const auto type = in.header("content-type").value_or("application/json");
    if (in.verb == http::method::post &&
        (type.find("json") == std::string_view::npos || in.header("content-encoding")))
        return fail(error_code::invalid_argument, "http.media_type", "the body must be plain JSON",
                    "content-type",
                    "send content-type: application/json without a content-encoding");
    return {};
}

task<status> read_request(exchange& x, http::request& in, bool embeddings) {
    auto body = co_await in.read_body(body_limit);
    if (!body) co_return std::unexpected(body.error());
    x.body = *body;
    x.row.t_body = x.elapsed_us();
    auto asked = slice(x.body, embeddings ? request_kind::embeddings : request_kind::chat);
    if (!asked) co_return std::unexpected(asked.error());
    x.asked = std::move(*asked);
    co_return status{};
}

task<status> identify_caller(gateway& with, exchange& x, const http::request& in) {
    identity_input who;
    who.signing_key = with.given().visitor_key;
    who.identity_key = x.project->identity_key;
    who.project = x.project->id;
    who.origin = in.header("origin").value_or("");
    who.may_assert = x.key->may("visitor:assert");
    who.is_public = x.is_public();
    who.header = in.header("x-servery-visitor");
    who.body_user =
        x.asked.safety_identifier_text.empty() ? x.asked.user_text : x.asked.safety_identifier_text;
    who.now = x.row.at;
    auto found = identify(who, with.given().random);
    if (!found) co_return std::unexpected(found.error());
    x.who = std::move(*found);
    if (x.who.staff) x.groups.emplace_back("staff");
    const bool staff = std::ranges::find(x.groups, "staff") != x.groups.end();
    if (staff && x.purpose == events::purpose::visitor) x.purpose = events::purpose::staff;
    if (auto ok = read_named(x, in); !ok) co_return ok;
    if (auto ok = name_conversation(with, x, in); !ok) co_return ok;
    if (auto ok = co_await record_consent(with, x, in); !ok) co_return ok;
    look_at_owner(with, x);
    co_return status{};
}

} // namespace servery::gateway
