// Alerts of the limit streams: list, acknowledge, resolve; and what is watched.
#include "api/resources.h"
#include "control_plane/monitoring/alert_service.h"

namespace servery::api {

void add_alerts(route_table& to, backend& with) {
    const auto path = std::string(in_project) + "/alerts";
    to.add(read(path, "project.read",
                "alerts, newest first; ?state=open, raised, acknowledged, resolved",
                [&with](call& c) -> result<reply> {
                    const auto found = with.alerts->list(c.project(), c.word("state"));
                    if (!found) return std::unexpected(found.error());
                    return page(c, to_array(*found));
                }));
    to.add(change(http::method::post, path + "/{alert}/ack", {"desk.work"}, "alert.acknowledged",
                  "I have seen it and look after it", [&with](call& c) -> result<reply> {
                      return answer_json(
                          with.alerts->acknowledge(c.project(), c.param("alert"), c.who.actor()));
                  }));
    to.add(change(http::method::post, path + "/{alert}/resolve", {"desk.work"}, "alert.resolved",
                  "it is over: resolution (fixed, new_normal, false_alarm), note",
                  [&with](call& c) -> result<reply> {
                      if (auto good = only_members(c, {"resolution", "note"}); !good)
                          return std::unexpected(good.error());
                      const auto how = need_text(c, "resolution");
                      if (!how) return std::unexpected(how.error());
                      return answer_json(with.alerts->resolve(c.project(), c.param("alert"), *how,
                                                              text_in(c, "note"), c.who.actor()));
                  }));
    to.add(read(std::string(in_project) + "/detectors", "project.read",
                "what is watched, under which limits, and the budget of false alarms",
                [&with](call& c) -> result<reply> {
                    return ok(json::to_json(with.alerts->watched_of(c.project())).as_object());
                }));
}

} // namespace servery::api
