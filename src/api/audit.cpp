// The audit chain and backups. Reading it may take seconds, so it runs on the pool.
#include "api/resources.h"
#include "foundation/base/number_text.h"

namespace servery::api {

namespace {

action port_on_pool(const backend& with, port ports::* which, int status) {
    return [&with, which, status](call& c) -> result<reply> {
        const auto& to = with.ports.*which;
        if (!to)
            return fail(error_code::unimplemented, "api.port.absent",
                        "this server does not carry that out", {}, "ask its operator");
        port_call out{.project = c.word("project"),
                      .by = c.who.actor(),
                      .phase = {},
                      .request_id = c.request_id,
                      .id = {},
                      .version = 0,
                      .in = c.in};
        for (const auto& [name, text] : c.query)
            out.in[name] = text;
        // A row to begin with is a number; a time stays a text.
        if (const auto row = number_in<std::int64_t>(c.word("from"))) out.in["from"] = *row;
        auto done = to(out);
        if (!done) return std::unexpected(done.error());
        return ok(std::move(*done), status);
    };
}

route reading(std::string path, std::string capability, std::string summary, const backend& with,
              port ports::* which) {
    auto r = read(std::move(path), std::move(capability), std::move(summary), {});
    r.project_in_query = true; // owners name their project; without one: organisation roles only
    r.compute = port_on_pool(with, which, 200);
    return r;
}

} // namespace

void add_audit(route_table& to, backend& with) {
    to.add(reading("/api/v1/audit", "audit.read",
                   "rows, newest first; ?project=&kind=&actor=&from=&cursor=&limit=", with,
                   &ports::list_audit));
    to.add(reading("/api/v1/audit/verify", "audit.verify", "is the chain whole?; ?from=", with,
                   &ports::verify_audit));
    auto backup = with_step_up(change(http::method::post, "/api/v1/backups", {"backup.run"}, "",
                                      "a backup into a folder of the server: to", {}));
    backup.rate = access::rate_class::export_;
    backup.act = {};
    backup.compute = port_on_pool(with, &ports::backup, 201);
    to.add(std::move(backup));
}

} // namespace servery::api
