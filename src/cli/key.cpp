// key create, list, revoke.
#include "cli/client.h"
#include "cli/output.h"

namespace servery::cli {

namespace {

int create(const arguments& in, const common& with) {
    client server(with);
    const auto path = server.in_project("/keys");
    if (!path) return refuse(with, path.error());
    json::object body{{"kind", in.text("kind", "sandbox")}, {"name", in.text("name")}};
    if (in.has("scope")) body["scopes"] = texts(in.list("scope"));
    if (in.has("origin")) body["origins"] = texts(in.list("origin"));
    if (in.has("on-failure")) body["on_failure"] = in.text("on-failure");
    if (in.has("expires")) body["expires"] = in.text("expires");
    return finish(with, server.send("POST", *path, body), [](const json::object& k) {
        line(cell(k, "key"));
        line("This is the only time it is shown. " + cell(k, "kind") + " key " + cell(k, "id") +
             (cell(k, "expires_at").empty() ? "" : ", until " + cell(k, "expires_at")));
        return exit_code::good;
    });
}

int list(const arguments&, const common& with) {
    client server(with);
    const auto path = server.in_project("/keys");
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), [](const json::object& got) {
        table rows({"id", "kind", "name", "ends in", "expires", "revoked"});
        for (const auto& k : items(got)) {
            const auto& o = k.as_object();
            rows.row({cell(o, "id"), cell(o, "kind"), cell(o, "name"), cell(o, "last4"),
                      cell(o, "expires_at"), cell(o, "revoked_at")});
        }
        rows.print();
        return exit_code::good;
    });
}

int revoke(const arguments& in, const common& with) {
    client server(with);
    const auto path = server.in_project("/keys/" + escape(in.text("id")));
    if (!path) return refuse(with, path.error());
    return finish(with, server.send("DELETE", *path, {{"reason", in.text("reason")}}),
                  [](const json::object& k) {
                      line("revoked " + cell(k, "id"));
                      return exit_code::good;
                  });
}

} // namespace

command_list key_commands() {
    using kind = option_kind;
    return {{"key create",
             "make an API key; its text is shown once",
             "servery key create --kind sandbox --name laptop --expires 30d",
             {{"kind", "sandbox, live, public", kind::text, false, "sandbox"},
              {"name", "where it is used", kind::text, true},
              {"scope", "chat, embeddings, models, flags, exchanges:read, visitor:assert",
               kind::list, false, "all but purpose:assert"},
              {"origin", "exact origin of a web page; public keys need one", kind::list},
              {"on-failure", "fallback or error"},
              {"expires", "lifetime, e.g. 90d"}},
             create},
            {"key list", "the keys, without their texts", "servery key list", {}, list},
            {"key revoke",
             "revoke a key",
             "servery key revoke key_0123 --reason lost",
             {{"id", "the key", kind::place, true}, {"reason", "why"}},
             revoke}};
}

} // namespace servery::cli
