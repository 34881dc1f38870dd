// API keys of a project, and how much may be asked of it.
#include "api/resources.h"
#include "control_plane/registry/registry_service.h"

namespace servery::api {

namespace {

json::object key_json(const registry::key& k) {
    return {{"id", k.id},
            {"kind", json::enum_word(k.kind)},
            {"name", k.name},
            {"last4", k.last4},
            {"scopes", json::to_json(k.scopes)},
            {"origins", json::to_json(k.origins)},
            {"on_failure", json::enum_word(k.failure)},
            {"created_by", k.created_by},
            {"created_at", to_rfc3339(k.created_at)},
            {"expires_at", json::to_json(k.expires_at)},
            {"revoked_at", json::to_json(k.revoked_at)}};
}

struct key_body {
    policy::key_kind kind = policy::key_kind::sandbox;
    std::string name;
    std::vector<std::string> scopes;
    std::vector<std::string> origins;
    std::optional<policy::on_failure> on_failure;
    std::optional<std::string> expires; // a duration
};
BOOST_DESCRIBE_STRUCT(key_body, (), (kind, name, scopes, origins, on_failure, expires))

// A key that reaches the public needs the right for live keys.
bool needs_live(policy::key_kind kind) {
    return kind != policy::key_kind::sandbox;
}

result<reply> create(backend& with, call& c) {
    auto body = json::from_json<key_body>(json::value(c.in));
    if (!body) return std::unexpected(body.error());
    if (needs_live(body->kind) && !c.may("keys.live")) return field_refused("kind", "keys.live");
    registry::key_request wanted{.kind = body->kind,
                                 .name = body->name,
                                 .scopes = body->scopes,
                                 .origins = body->origins,
                                 .failure = body->on_failure,
                                 .lifetime = {}};
    if (body->expires) {
        const auto life = parse_duration(*body->expires);
        if (!life) return std::unexpected(life.error());
        wanted.lifetime = *life;
    }
    auto made = with.registry.create_key({.by = c.who.actor(), .request_id = c.request_id},
                                         c.project(), wanted);
    if (!made) return std::unexpected(made.error());
    auto out = key_json(made->key);
    out["key"] = made->text;
    return ok(with_policy(with, std::move(out)), 201);
}

result<reply> revoke(backend& with, call& c) {
    const auto id = c.param("key");
    for (const auto* k : with.registry.keys(c.project()))
        if (k->id == id && needs_live(k->kind) && !c.may("keys.live"))
            return field_refused("kind", "keys.live");
    auto done = with.registry.revoke_key({.by = c.who.actor(), .request_id = c.request_id},
                                         c.project(), id, text_in(c, "reason"));
    if (!done) return std::unexpected(done.error());
    return ok(with_policy(with, key_json(*done)));
}

reply limits_reply(const backend& with, const registry::project_limits& now) {
    auto body = json::to_json(now.limits).as_object();
    body["version"] = now.version;
    auto out = ok(with_policy(with, std::move(body)));
    out.etag = std::to_string(now.version);
    return out;
}

result<reply> set_limits(backend& with, call& c) {
    const auto version = c.expected_version();
    if (!version) return std::unexpected(version.error());
    auto wanted = json::from_json<policy::limits_view>(json::value(c.in));
    if (!wanted) return std::unexpected(wanted.error());
    auto done = with.registry.set_limits({.by = c.who.actor(), .request_id = c.request_id},
                                         c.project(), *version, *wanted);
    if (!done) return std::unexpected(done.error());
    return limits_reply(with, *done);
}

} // namespace

void add_keys(route_table& to, backend& with) {
    const auto path = std::string(in_project) + "/keys";
    to.add(read(path, "keys.sandbox", "the keys, without their texts",
                [&with](call& c) -> result<reply> {
                    json::array all;
                    for (const auto* k : with.registry.keys(c.project()))
                        all.push_back(key_json(*k));
                    return page(c, std::move(all));
                }));
    to.add(with_step_up(change(http::method::post, path, {"keys.sandbox"}, "key.created",
                               "make a key; its text is shown once; live ones need keys.live",
                               [&with](call& c) { return create(with, c); })));
    to.add(change(http::method::del, path + "/{key}", {"keys.sandbox"}, "key.revoked",
                  "revoke a key", [&with](call& c) { return revoke(with, c); }));
    const auto limits = std::string(in_project) + "/limits";
    to.add(read(limits, "keys.live", "how much a visitor, an address and a key may ask",
                [&with](call& c) -> result<reply> {
                    return limits_reply(with, with.registry.limits(c.project()));
                }));
    to.add(change(http::method::put, limits, {"keys.live"}, "limits.changed",
                  "change the limits; needs If-Match, 0 = no such limit",
                  [&with](call& c) { return set_limits(with, c); }));
}

} // namespace servery::api
