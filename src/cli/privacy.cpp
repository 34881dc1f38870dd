// privacy find, export, erase, requests, retention: what visitors may ask for.
#include "cli/client.h"
#include "cli/output.h"

#include <chrono>
#include <fstream>
#include <thread>

namespace servery::cli {

namespace {

constexpr std::chrono::milliseconds between_looks{200};
constexpr int most_looks = 3000; // ten minutes

int find(const arguments& in, const common& with) {
    const client server(with);
    const auto path = server.in_project("/privacy/find");
    if (!path) return refuse(with, path.error());
    const json::object body = in.has("visitor") ? json::object{{"visitor", in.text("visitor")}}
                                                : json::object{{"words", in.text("words")}};
    const auto print = [](const json::object& got) {
        if (items(got).empty()) {
            line("nobody");
            return exit_code::good;
        }
        table rows({"visitor", "conversations", "messages", "first", "last", "wrote"});
        for (const auto& p : items(got)) {
            const auto& o = p.as_object();
            rows.row({cell(o, "visitor"), cell(o, "conversations"), cell(o, "messages"),
                      cell(o, "first"), cell(o, "last"), cell(o, "says")});
        }
        rows.print();
        line("Only you can tell who is meant. Then: servery privacy export VISITOR, or erase");
        return exit_code::good;
    };
    return finish(with, server.send("POST", *path, body), print, [](const json::object& got) {
        return items(got).empty() ? exit_code::answer_no : exit_code::good;
    });
}

int export_visitor(const arguments& in, const common& with) {
    const client server(with);
    const auto path =
        server.in_project("/privacy/export?format=" + escape(in.text("format", "json")));
    if (!path) return refuse(with, path.error());
    const auto got = server.send("POST", *path, {{"visitor", in.text("visitor")}});
    const auto file = in.text("out");
    if (file.empty() || !got || !got->good())
        return finish(with, got, [&](const json::object&) {
            line(got->text);
            return exit_code::good;
        });
    if (const auto kept = write_file(file, got->text); !kept) return refuse(with, kept.error());
    line("written to " + file);
    return exit_code::good;
}

int print_request(const json::object& r) {
    line(cell(r, "id") + "  " + cell(r, "what") + "  " + cell(r, "state") + "  " +
         cell(r, "received"));
    const auto certificate = object_in(r, "certificate");
    if (certificate.empty()) {
        if (const auto reason = cell(r, "reason"); !reason.empty()) line("  " + reason);
        return cell(r, "state") == "failed" ? exit_code::answer_no : exit_code::good;
    }
    line("  conversations " + cell(certificate, "conversations") + ", record " +
         cell(certificate, "seq"));
    const auto rows = object_in(certificate, "rows");
    for (const auto& row : rows)
        line("  " + std::string(row.key()) + " " + cell(rows, row.key()));
    if (!json::bool_or(certificate, "logs_emptied", true))
        line("  somebody was reading: old pages go with the next checkpoint of the database");
    line("  " + cell(certificate, "backups"));
    return exit_code::good;
}

int erase(const arguments& in, const common& with) {
    if (!in.has("yes"))
        return refuse(with,
                      {.code = error_code::invalid_argument,
                       .id = "cli.privacy.confirm",
                       .message = "erasing cannot be undone",
                       .where = "--yes",
                       .remedy = "look first: servery privacy export VISITOR; then add --yes"});
    const client server(with);
    const auto path = server.in_project("/privacy/erase");
    if (!path) return refuse(with, path.error());
    auto got = server.send("POST", *path, {{"visitor", in.text("visitor")}, {"confirm", "erase"}});
    if (!got || !got->good()) return finish(with, got, {});
    const auto request =
        server.in_project("/privacy/requests/" + escape(cell(got->body.as_object(), "request")));
    if (!request) return refuse(with, request.error());
    // The server works in the background; the command waits for its certificate.
    for (int looks = 0; looks < most_looks; ++looks) {
        got = server.get(*request);
        if (!got || !got->good() || cell(got->body.as_object(), "state") != "in_progress") break;
        std::this_thread::sleep_for(between_looks);
    }
    return finish(with, got, print_request, [](const json::object& r) {
        return cell(r, "state") == "done" ? exit_code::good : exit_code::answer_no;
    });
}

int requests(const arguments& in, const common& with) {
    const client server(with);
    const auto id = in.text("request");
    const auto path = server.in_project("/privacy/requests" + (id.empty() ? "" : "/" + escape(id)));
    if (!path) return refuse(with, path.error());
    if (!id.empty()) return finish(with, server.get(*path), print_request);
    return finish(with, server.get(*path), [](const json::object& got) {
        table rows({"id", "what", "state", "by", "received", "done"});
        for (const auto& r : items(got)) {
            const auto& o = r.as_object();
            rows.row({cell(o, "id"), cell(o, "what"), cell(o, "state"), cell(o, "by"),
                      cell(o, "received"), cell(o, "done_at")});
        }
        rows.print();
        return exit_code::good;
    });
}

int retention(const arguments& in, const common& with) {
    const client server(with);
    if (in.has("run")) {
        const auto run = server.in_project("/privacy/retention/run");
        if (!run) return refuse(with, run.error());
        return finish(with, server.send("POST", *run, {}), [](const json::object&) {
            line("begun; `servery privacy retention` shows what it let go");
            return exit_code::good;
        });
    }
    const auto path = server.in_project("/privacy/retention");
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), [](const json::object& got) {
        table rows({"phase", "texts are kept for", "from"});
        for (const auto& r : items(got, "rules")) {
            const auto& o = r.as_object();
            rows.row({cell(o, "phase"), cell(o, "days") + " days", cell(o, "from")});
        }
        rows.print();
        const auto last = object_in(got, "last");
        line(last.empty()
                 ? std::string("no run yet")
                 : "last run " + cell(last, "at") + ": " + cell(last, "rows") + " rows and " +
                       cell(last, "exchanges") + " exchanges lost their text");
        return exit_code::good;
    });
}

} // namespace

command_list privacy_commands() {
    using kind = option_kind;
    return {
        {"privacy find",
         "which visitors wrote these words",
         "servery privacy find breakfast",
         {{"words", "a part of a message, or a conversation's id", kind::place},
          {"visitor", "a visitor's id as the browser or your site names it"}},
         find},
        {"privacy export",
         "everything stored about a visitor",
         "servery privacy export guest-17 --out guest-17.json",
         {{"visitor", "32 hex digits of `privacy find`, or the visitor's id", kind::place, true},
          {"out", "file to write"},
          {"format", "json, or html for people", kind::text, false, "json"}},
         export_visitor},
        {"privacy erase",
         "erase a visitor for good, and print the certificate",
         "servery privacy erase guest-17 --yes",
         {{"visitor", "32 hex digits of `privacy find`, or the visitor's id", kind::place, true},
          {"yes", "it cannot be undone", kind::flag}},
         erase},
        {"privacy requests",
         "requests for export and erasure",
         "servery privacy requests",
         {{"request", "one of them, with its certificate", kind::place}},
         requests},
        {"privacy retention",
         "how long texts are kept, and what the last nightly run let go",
         "servery privacy retention",
         {{"run", "run it now", kind::flag}},
         retention}};
}

} // namespace servery::cli
