// Providers, their write-only credentials, and prices.
#include "api/resources.h"
#include "control_plane/registry/registry_service.h"

namespace servery::api {

namespace {

json::object provider_json(const backend& with, const registry::provider& p) {
    json::object out = p.document;
    out["targets"] = json::array{};
    if (with.ports.upstream_health) out["targets"] = with.ports.upstream_health(p.view.id);
    out["version"] = p.version;
    json::object secret{
        {"set", p.credential.set}, {"last4", nullptr}, {"set_by", nullptr}, {"set_at", nullptr}};
    if (p.credential.set) {
        secret["last4"] = p.credential.last4;
        secret["set_by"] = p.credential.set_by;
        secret["set_at"] = to_rfc3339(p.credential.set_at);
    }
    out["credential"] = std::move(secret);
    return out;
}

json::object price_json(const policy::price_row& r) {
    return {{"id", r.id},
            {"provider", r.provider},
            {"model", r.model},
            {"currency", r.currency},
            {"in", to_decimal(micros{r.in})},
            {"cached", to_decimal(micros{r.cached})},
            {"out", to_decimal(micros{r.out})}};
}

registry::act by(const call& c) {
    return {.by = c.who.actor(), .request_id = c.request_id};
}

result<reply> import(backend& with, call& c) {
    // YAML as it is, or {document, file}.
    const bool wrapped = !is_upload(c);
    const auto text = wrapped ? text_in(c, "document") : c.body;
    const auto file = wrapped ? text_in(c, "file") : c.word("file");
    auto changed =
        with.registry.import_providers(by(c), text, file.empty() ? "providers.yaml" : file);
    if (!changed) return std::unexpected(changed.error());
    return ok(with_policy(with, {{"changed", json::to_json(*changed)}}));
}

result<reply> set_credential(backend& with, call& c) {
    auto secret = need_text(c, "credential");
    if (!secret) return std::unexpected(secret.error());
    const auto done = with.registry.set_credential(by(c), c.param("provider"), *secret);
    if (!done) return std::unexpected(done.error());
    return ok(
        with_policy(with, provider_json(with, *with.registry.find_provider(c.param("provider")))));
}

result<reply> set_price(backend& with, call& c) {
    if (auto good = only_members(c, {"provider", "model", "currency", "in", "out", "cached"});
        !good)
        return std::unexpected(good.error());
    const auto row = with.registry.set_price(by(c), {.provider = text_in(c, "provider"),
                                                     .model = text_in(c, "model"),
                                                     .currency = text_in(c, "currency"),
                                                     .in = text_in(c, "in"),
                                                     .out = text_in(c, "out"),
                                                     .cached = text_in(c, "cached")});
    if (!row) return std::unexpected(row.error());
    return ok(with_policy(with, price_json(*row)), 201);
}

} // namespace

void add_providers(route_table& to, backend& with) {
    to.add(read("/api/v1/providers", "providers.write", "the providers, without secrets",
                [&with](call& c) -> result<reply> {
                    if (c.word("format") == "yaml") {
                        auto text = with.registry.export_providers(c.word("id"));
                        if (!text) return std::unexpected(text.error());
                        return text_reply(std::move(*text), "application/yaml");
                    }
                    json::array all;
                    for (const auto* p : with.registry.providers())
                        all.push_back(provider_json(with, *p));
                    return page(c, std::move(all));
                }));
    auto import_row = change(http::method::put, "/api/v1/providers", {"providers.write"},
                             "provider.changed", "import a YAML document of providers; others stay",
                             [&with](call& c) { return import(with, c); });
    import_row.raw_body = true;
    to.add(with_step_up(std::move(import_row)));
    to.add(with_step_up(change(http::method::put, "/api/v1/providers/{provider}/credential",
                               {"providers.write"}, "credential.set",
                               "set a provider's secret; write-only",
                               [&with](call& c) { return set_credential(with, c); })));
    to.add(read("/api/v1/prices", "providers.write", "prices per million tokens",
                [&with](call& c) -> result<reply> {
                    json::array all;
                    for (const auto& row : with.registry.price_rows())
                        if (c.word("model").empty() || row.model == c.word("model"))
                            all.push_back(price_json(row));
                    return page(c, std::move(all));
                }));
    to.add(change(http::method::post, "/api/v1/prices", {"providers.write"}, "price.set",
                  "set a model's price; 0 = free",
                  [&with](call& c) { return set_price(with, c); }));
}

} // namespace servery::api
