// Knowledge: imports, entries, phrasings, releases, asking, calibration. The service lives in the
// data plane; every route is one port.
#include "api/resources.h"
#include "control_plane/gate/gate_service.h"
#include "foundation/base/number_text.h"

#include <charconv>

namespace servery::api {

namespace {

std::int64_t version_of(const call& c) {
    const auto text = c.if_match.empty() ? std::string() : c.if_match;
    std::int64_t n = json::int_or(c.in, "version", 0);
    if (!text.empty()) std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
}

port_call port_call_of(const backend& with, const call& c, std::string_view id_name) {
    port_call out{.project = c.project(),
                  .by = c.who.actor(),
                  .phase = {},
                  .request_id = c.request_id,
                  .id = id_name.empty() ? std::string() : c.param(id_name),
                  .version = version_of(c),
                  .in = c.in};
    if (with.gates != nullptr)
        if (const auto s = with.gates->standing_of(c.project()); s.phase)
            out.phase = std::string(json::enum_word(*s.phase));
    // Reads have query words; numbers and flags among them are read as such.
    for (const auto& [name, text] : c.query) {
        const auto n = number_in<std::int64_t>(text);
        if (name == "limit" && n)
            out.in[name] = *n;
        else if (text == "true" || text == "false")
            out.in[name] = text == "true";
        else
            out.in[name] = text;
    }
    return out;
}

result<json::object> through(const port& to, const backend& with, const call& c,
                             std::string_view id_name) {
    if (!to)
        return fail(error_code::unimplemented, "api.port.absent",
                    "this server does not carry that out", {}, "ask its operator");
    return to(port_call_of(with, c, id_name));
}

// One route = one port.
class port_rows {
  public:
    port_rows(route_table& to, backend& with) : to_(to), with_(with) {}

    using member = port knowledge_ports::*;

    void get(const std::string& path, member m, std::string id_name, std::string summary) {
        to_.add(read(base_ + path, "project.read", std::move(summary),
                     handler(m, std::move(id_name), 200)));
    }
    route& post(const std::string& path, std::string capability, member m, std::string id_name,
                std::string event, std::string summary, int status = 200) {
        pending_ =
            change(http::method::post, base_ + path, {std::move(capability)}, std::move(event),
                   std::move(summary), handler(m, std::move(id_name), status));
        return pending_;
    }
    void add(route row) { to_.add(std::move(row)); }
    [[nodiscard]] action handler(member m, std::string id_name, int status) {
        return [&with = with_, m, id_name = std::move(id_name), status](call& c) -> result<reply> {
            auto out = through(with.ports.knowledge.*m, with, c, id_name);
            if (!out) return std::unexpected(out.error());
            auto answer = ok(std::move(*out), status);
            if (const auto* v = answer.body.get_object().if_contains("version");
                v != nullptr && v->is_int64())
                answer.etag = std::to_string(v->get_int64());
            return answer;
        };
    }
    [[nodiscard]] const std::string& base() const { return base_; }

  private:
    route_table& to_;
    backend& with_;
    std::string base_ = std::string(in_project) + "/knowledge";
    route pending_;
};

using k = knowledge_ports;

void add_entries(port_rows& rows) {
    rows.get("/entries", &k::entries, "", "entries; ?q&status&lang&tag&stale&cursor&limit");
    rows.add(rows.post("/entries", "knowledge.edit", &k::create, "", "knowledge.entry_saved",
                       "a new entry", 201));
    rows.get("/entries/{entry}", &k::entry, "entry", "one entry");
    rows.add(change(http::method::put, rows.base() + "/entries/{entry}", {"knowledge.edit"},
                    "knowledge.entry_saved", "change an entry; needs If-Match",
                    rows.handler(&k::edit, "entry", 200)));
    rows.add(change(http::method::del, rows.base() + "/entries/{entry}", {"knowledge.edit"},
                    "knowledge.entry_decided", "retire an entry",
                    rows.handler(&k::retire, "entry", 200)));
    rows.add(rows.post("/entries/{entry}/approve", "knowledge.edit", &k::approve, "entry",
                       "knowledge.entry_decided", "approve a version of an entry"));
    rows.add(rows.post("/entries/{entry}/withdraw", "knowledge.edit", &k::withdraw, "entry",
                       "knowledge.withdrawn", "out of serving at once: reason"));
    rows.get("/entries/{entry}/history", &k::history, "entry", "all versions of an entry");
    rows.get("/phrasings", &k::phrasings, "", "wordings of visitors; ?state=suggested");
    rows.add(rows.post("/phrasings", "knowledge.edit", &k::add_phrasing, "",
                       "knowledge.phrasing_changed", "add a wording: entry, text", 201));
    rows.add(rows.post("/phrasings/{phrasing}/accept", "knowledge.edit", &k::accept_phrasing,
                       "phrasing", "knowledge.phrasing_changed", "accept a wording"));
    rows.add(rows.post("/phrasings/{phrasing}/reject", "knowledge.edit", &k::reject_phrasing,
                       "phrasing", "knowledge.phrasing_changed", "reject a wording"));
}

void add_releases(port_rows& rows) {
    rows.get("/releases", &k::releases, "", "releases, newest first");
    rows.add(rows.post("/releases", "knowledge.edit", &k::draft_release, "",
                       "knowledge.release_drafted", "draft a release of all approved entries",
                       201));
    rows.get("/releases/{release}", &k::release, "release", "one release with its report");
    rows.add(rows.post("/releases/{release}/check", "knowledge.edit", &k::check_release, "release",
                       "knowledge.release_checked", "compile a draft and report on it"));
    rows.add(rows.post("/releases/{release}/publish", "knowledge.publish", &k::publish_release,
                       "release", "knowledge.published", "publish a checked release"));
    rows.get("/findings", &k::findings, "", "duplicates, contradictions, gaps in entries");
    rows.get("/settings", &k::settings, "", "settings of the assistant");
    rows.add(change(http::method::put, rows.base() + "/settings", {"knowledge.edit"},
                    "knowledge.settings_changed", "change settings of the assistant",
                    rows.handler(&k::change_settings, "", 200)));
}

void add_imports(port_rows& rows, backend& with) {
    auto row = rows.post("/imports", "knowledge.edit", &k::propose, "", "knowledge.imported",
                         "propose entries from a file: kind?, name, content", 201);
    row.raw_body = true;
    row.body_limit = file_body;
    // A raw body is the file itself; its name and kind are query words then.
    row.act = [&with](call& c) -> result<reply> {
        if (is_upload(c)) c.in["content"] = c.body;
        if (const auto* text = c.in.if_contains("text")) c.in["content"] = *text;
        auto out = through(with.ports.knowledge.propose, with, c, "");
        if (!out) return std::unexpected(out.error());
        return ok(std::move(*out), 201);
    };
    rows.add(std::move(row));
    rows.get("/imports/{import}", &k::import_status, "import", "state, proposals and problems");
    rows.add(rows.post("/imports/{import}/apply", "knowledge.edit", &k::apply_import, "import",
                       "knowledge.import_closed",
                       "take proposals: accept[], all_new?, all?, approve?"));
    rows.add(change(http::method::del, rows.base() + "/imports/{import}", {"knowledge.edit"},
                    "knowledge.import_closed", "cancel an import",
                    rows.handler(&k::cancel_import, "import", 200)));
}

void add_export(route_table& to, backend& with) {
    to.add(read(std::string(in_project) + "/knowledge/releases/{release}/export", "project.read",
                "a release as a file; ?format=jsonl|csv|md", [&with](call& c) -> result<reply> {
                    auto out = through(with.ports.knowledge.export_release, with, c, "release");
                    if (!out) return std::unexpected(out.error());
                    auto answer =
                        text_reply(json::text_or(*out, "text"), "application/octet-stream");
                    answer.file_name = "release." + c.word("format", "jsonl");
                    return answer;
                }));
}

} // namespace

void add_knowledge(route_table& to, backend& with) {
    port_rows rows(to, with);
    add_entries(rows);
    add_imports(rows, with);
    add_releases(rows);
    add_export(to, with);
    rows.add(rows.post("/ask", "project.read", &k::ask, "", "",
                       "what would be answered, and why; never recorded"));
    rows.get("/calibration", &k::calibration, "", "curve, state and labels used");
    rows.add(rows.post("/calibration/run", "knowledge.edit", &k::run_calibration, "",
                       "calibration.changed", "compute a calibration from labels: promise?", 202));
    rows.add(with_step_up(rows.post("/calibration/{calibration}/activate", "calibration.activate",
                                    &k::activate_calibration, "calibration", "calibration.changed",
                                    "let a calibration decide what is answered")));
    // The guard and the gateway's "why": ports of the same kind.
    const auto direct = [&with](port ports::* m, int status) -> action {
        return [&with, m, status](call& c) -> result<reply> {
            auto out = through(with.ports.*m, with, c, "");
            if (!out) return std::unexpected(out.error());
            return ok(std::move(*out), status);
        };
    };
    to.add(change(http::method::post, std::string(in_project) + "/guard/check", {"project.read"},
                  "", "what the guard finds in a text; never recorded",
                  direct(&ports::guard_check, 200)));
    to.add(
        read(std::string(in_project) + "/gateway/explain", "project.read",
             "why this was served; ?exchange= or ?visitor=", direct(&ports::gateway_explain, 200)));
    to.add(read(std::string(in_project) + "/spend", "project.read",
                "the spend report; ?from=&to=", direct(&ports::spend, 200)));
}

} // namespace servery::api
