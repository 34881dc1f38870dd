// What the control API asks of modules it must not include: filled by the composition root. Every
// port takes the same call and gives JSON. An empty port answers 501 api.port.absent.
// Thread: called on the control thread unless said otherwise.
#pragma once

#include "foundation/base/hash.h"
#include "foundation/base/result.h"
#include "foundation/events/event.h"
#include "foundation/json/json.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace servery::api {

// id: what the path names (entry key, import, release, phrasing, calibration, exchange), "" = none.
// version: of If-Match or of the body's `version`, 0 = none.
struct port_call {
    std::string project;
    events::actor by;
    std::string phase;
    std::string request_id;
    std::string id;
    std::int64_t version = 0;
    json::object in; // body, or the query words for reads
};
using port = std::function<result<json::object>(const port_call&)>;

// in -> out; the names are those of assistant::knowledge_service.
struct knowledge_ports {
    port entries;         // {q, status, lang, tag, stale, cursor, limit} -> {items, next}
    port entry;           // id
    port history;         // id
    port create;          // fields
    port edit;            // id, version, fields
    port approve;         // id, version (0 = the current one)
    port retire;          // id, version
    port withdraw;        // id, {reason}
    port phrasings;       // {state} -> {items}
    port add_phrasing;    // {entry, text}
    port accept_phrasing; // id
    port reject_phrasing; // id
    port propose;         // {kind, name, content, lang, sync} -> the import with its proposals
    port apply_import;    // id, {accept:[…], all_new, all, approve}
    port import_status;   // id
    port cancel_import;   // id -> {}
    port releases;        // -> {items}
    port release;         // id
    port draft_release;   // {note}
    port check_release;   // id
    port publish_release; // id
    port export_release;  // id, {format} -> {text}
    port ask;             // {text, lang, release, groups}
    port calibration;
    port run_calibration;      // {promise}
    port activate_calibration; // id
    port settings;
    port change_settings; // fields
    port findings;
};

struct ports {
    knowledge_ports knowledge;
    port guard_check;      // {text, direction, …} -> findings and action, never recorded
    port gateway_explain;  // {exchange} or {visitor} -> why this was served
    port spend;            // {from, to} -> the spend report
    port refresh_evidence; // id = the evidence ref: starts the drill, suite or probe
    // Starts a run that was priced; answers come over the gateway's own entry.
    // Audit chain: {from, checkpoints} -> {ok, rows, seq, kind, where}; may block for seconds, so
    // it is called on the pool.
    port verify_audit;
    // {project, kind, actor, from, cursor, limit} -> {items, next}; called on the pool.
    port list_audit;
    // {to} -> {file, bytes, hash}; called on the pool.
    port backup;

    // The keyed hash of an API key's text, for routes that take keys.
    std::function<hash32(std::string_view)> hash_key;
    // The version of the policy snapshot that every core now uses.
    std::function<std::uint64_t()> policy_version;
    // Nobody is served there until somebody lets it go on: the project's kill word.
    std::function<bool(std::string_view project)> stopped;
    // The targets of a provider that were asked, with breaker and pause; any thread.
    std::function<json::array(std::string_view provider)> upstream_health;
    // Whether the process should get traffic; a list of reasons if not.
    std::function<json::object()> readiness;
    // Prometheus text; unset = the counters alone.
    std::function<std::string()> metrics;
};

} // namespace servery::api
