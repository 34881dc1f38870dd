// What gates rest on: facts, grants, and refreshing a piece of evidence.
#include "api/resources.h"
#include "control_plane/gate/gate_service.h"

namespace servery::api {

void add_evidence(route_table& to, backend& with) {
    to.add(read(std::string(in_project) + "/grants", "project.read", "grants, live and ended",
                [&with](call& c) -> result<reply> {
                    return page(c, to_array(with.gates->grants(c.project())));
                }));
    to.add(read(std::string(in_project) + "/facts", "project.read",
                "the latest facts; ?key=", [&with](call& c) -> result<reply> {
                    return page(c,
                                to_array(with.gates->facts().latest(c.project(), c.word("key"))));
                }));
    auto refresh =
        change(http::method::post, std::string(in_project) + "/evidence/{ref}/refresh",
               {"evaluation.run"}, "", "start the drill, suite or probe behind a piece of evidence",
               [&with](call& c) -> result<reply> {
                   if (!with.ports.refresh_evidence)
                       return fail(error_code::unimplemented, "api.port.absent",
                                   "this server does not carry that out", {}, "ask its operator");
                   auto done = with.ports.refresh_evidence({.project = c.project(),
                                                            .by = c.who.actor(),
                                                            .phase = {},
                                                            .request_id = c.request_id,
                                                            .id = c.param("ref"),
                                                            .version = 0,
                                                            .in = c.in});
                   if (!done) return std::unexpected(done.error());
                   return ok(std::move(*done), 202);
               });
    to.add(std::move(refresh));
}

} // namespace servery::api
