// ask, and kb: import, list, show, approve, withdraw, check, publish, calibrate.
#include "cli/client.h"
#include "cli/output.h"

#include <cstdio>
#include <filesystem>

namespace servery::cli {

namespace {

result<std::string> base(const client& server) {
    return server.in_project("/knowledge");
}

void print_answer(const json::object& a, bool why) {
    const auto outcome = cell(a, "outcome");
    if (outcome == "answer") {
        line(cell(a, "text"));
    } else if (outcome == "ask") {
        line("Did you mean:");
        for (const auto& t : items(a, "top"))
            line("  - " + cell(t.as_object(), "question"));
    } else {
        line("a person answers this");
    }
    for (const auto& s : items(a, "sources"))
        line("source: " + cell(s.as_object(), "title") + " " + cell(s.as_object(), "url"));
    line("(" + outcome + ", " + cell(a, "reason") + ", confidence " + cell(a, "confidence") + ")");
    if (!why) return;
    table rows({"key", "score", "question", "matched"});
    for (const auto& t : items(a, "top")) {
        const auto& o = t.as_object();
        rows.row({cell(o, "key"), cell(o, "score"), cell(o, "question"), cell(o, "matched")});
    }
    rows.print();
}

int ask(const arguments& in, const common& with) {
    client server(with);
    const auto path = base(server);
    if (!path) return refuse(with, path.error());
    json::object body{{"text", in.text("text")}};
    for (const auto* name : {"lang", "release"})
        if (in.has(name)) body[name] = in.text(name);
    return finish(with, server.send("POST", *path + "/ask", body), [&](const json::object& a) {
        print_answer(a, in.has("why"));
        return exit_code::good;
    });
}

int print_import(const json::object& r) {
    table rows({"key", "kind", "question"});
    for (const auto& p : items(r, "proposals")) {
        const auto& o = p.as_object();
        rows.row({cell(o, "key"), cell(o, "kind"), cell(o, "question")});
    }
    rows.print();
    for (const auto& p : items(r, "problems")) {
        const auto& o = p.as_object();
        line(bad_word("problem") + " " + cell(o, "unit") + " " + cell(o, "column") + ": " +
             cell(o, "message"));
    }
    for (const auto& f : items(r, "findings"))
        line("finding " + json::write(f));
    line("import " + cell(r, "import") + ", taken " + cell(r, "taken"));
    return exit_code::good;
}

int import(const arguments& in, const common& with) {
    const auto file = in.text("file");
    const auto text = read_file(file);
    if (!text) return refuse(with, text.error());
    client server(with);
    const auto path = base(server);
    if (!path) return refuse(with, path.error());
    json::object body{{"name", file == "-" ? "" : std::filesystem::path(file).filename().string()},
                      {"content", *text},
                      {"sync", in.has("sync")}};
    for (const auto* name : {"kind", "lang"})
        if (in.has(name)) body[name] = in.text(name);
    auto proposed = server.send("POST", *path + "/imports", body);
    if (!proposed || !proposed->good() || !(in.has("apply-new") || in.has("apply")))
        return finish(with, proposed, print_import);
    const auto id = cell(proposed->body.as_object(), "import");
    return finish(with,
                  server.send("POST", *path + "/imports/" + escape(id) + "/apply",
                              {{"all_new", in.has("apply-new")},
                               {"all", in.has("apply")},
                               {"approve", in.has("approve")}}),
                  print_import);
}

int list(const arguments& in, const common& with) {
    client server(with);
    const auto path = base(server);
    if (!path) return refuse(with, path.error());
    if (in.has("releases"))
        return finish(with, server.get(*path + "/releases"), [](const json::object& got) {
            table rows({"release", "state", "entries", "published"});
            for (const auto& r : items(got)) {
                const auto& o = r.as_object();
                rows.row(
                    {cell(o, "id"), cell(o, "state"), cell(o, "entries"), cell(o, "published_at")});
            }
            rows.print();
            return exit_code::good;
        });
    std::string query = "?limit=" + in.text("limit", "50");
    for (const auto* name : {"q", "status", "lang", "tag", "cursor"})
        if (in.has(name)) query += "&" + std::string(name) + "=" + escape(in.text(name));
    return finish(with, server.get(*path + "/entries" + query), [](const json::object& got) {
        table rows({"key", "version", "status", "question"});
        for (const auto& e : items(got)) {
            const auto& o = e.as_object();
            rows.row({cell(o, "key"), cell(o, "version"), cell(o, "status"), cell(o, "question")});
        }
        rows.print();
        if (!cell(got, "next").empty()) line("more: --cursor " + cell(got, "next"));
        return exit_code::good;
    });
}

int show(const arguments& in, const common& with) {
    client server(with);
    const auto path = base(server);
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path + "/entries/" + escape(in.text("key"))),
                  [](const json::object& e) {
                      line(bold(cell(e, "question")));
                      line(cell(e, "answer"));
                      line("(" + cell(e, "key") + ", version " + cell(e, "version") + ", " +
                           cell(e, "status") + ")");
                      return exit_code::good;
                  });
}

// Keys of every entry that is not approved yet, page by page.
result<std::vector<std::string>> drafts(const client& server, const std::string& path) {
    std::vector<std::string> keys;
    std::string cursor;
    do {
        const auto got = server.get(path + "/entries?status=draft&limit=200" +
                                    (cursor.empty() ? "" : "&cursor=" + escape(cursor)));
        if (!got) return std::unexpected(got.error());
        if (!got->good() || !got->body.is_object())
            return fail(error_code::unavailable, "cli.answer.unexpected",
                        "the list of entries cannot be read", {}, "try kb list");
        for (const auto& e : items(got->body.get_object()))
            keys.push_back(cell(e.as_object(), "key"));
        cursor = cell(got->body.get_object(), "next");
    } while (!cursor.empty());
    return keys;
}

int approve(const arguments& in, const common& with) {
    client server(with);
    const auto path = base(server);
    if (!path) return refuse(with, path.error());
    auto keys = in.list("keys");
    if (in.has("all")) {
        auto every = drafts(server, *path);
        if (!every) return refuse(with, every.error());
        keys = std::move(*every);
    }
    if (keys.empty())
        return refuse(with, {.code = error_code::invalid_argument,
                             .id = "cli.kb.nothing",
                             .message = "no entry is named, and none waits for approval",
                             .where = {},
                             .remedy = "name keys, or import some: servery kb import FILE"});
    int code = exit_code::good;
    for (const auto& key : keys)
        code = std::max(
            code,
            finish(with, server.send("POST", *path + "/entries/" + escape(key) + "/approve", {}),
                   [&](const json::object& e) {
                       line("approved " + key + " version " + cell(e, "version"));
                       return exit_code::good;
                   }));
    return code;
}

int withdraw(const arguments& in, const common& with) {
    client server(with);
    const auto path = base(server);
    if (!path) return refuse(with, path.error());
    return finish(with,
                  server.send("POST", *path + "/entries/" + escape(in.text("key")) + "/withdraw",
                              {{"reason", in.text("reason")}}),
                  [&](const json::object&) {
                      line("withdrawn " + in.text("key") + ": out of serving now");
                      return exit_code::good;
                  });
}

// A release of all approved entries, checked. The same content is the same release.
result<api_answer> checked_release(const client& server, const std::string& path,
                                   const std::string& note) {
    auto draft = server.send("POST", path + "/releases", {{"note", note}});
    if (!draft || !draft->good()) return draft;
    const auto id = cell(draft->body.as_object(), "id");
    return server.send("POST", path + "/releases/" + escape(id) + "/check", {});
}

int print_release(const json::object& r) {
    line("release " + cell(r, "id") + ": " + cell(r, "state"));
    const auto report = object_in(r, "report");
    for (const auto& m : report)
        line("  " + std::string(m.key()) + " " + cell(report, m.key()));
    return exit_code::good;
}

int check(const arguments& in, const common& with) {
    client server(with);
    const auto path = base(server);
    if (!path) return refuse(with, path.error());
    return finish(with, checked_release(server, *path, in.text("note")), print_release);
}

int publish(const arguments& in, const common& with) {
    client server(with);
    const auto path = base(server);
    if (!path) return refuse(with, path.error());
    auto id = in.text("release");
    if (id.empty()) {
        const auto checked = checked_release(server, *path, in.text("note"));
        if (!checked || !checked->good()) return finish(with, checked, {});
        id = cell(checked->body.as_object(), "id");
    }
    return finish(with, server.send("POST", *path + "/releases/" + escape(id) + "/publish", {}),
                  [&](const json::object& r) {
                      line("published " + (cell(r, "id").empty() ? id : cell(r, "id")));
                      return exit_code::good;
                  });
}

int calibrate(const arguments& in, const common& with) {
    client server(with);
    const auto path = base(server);
    if (!path) return refuse(with, path.error());
    json::object body;
    if (const auto promise = in.number("promise")) body["promise"] = *promise;
    const auto print = [](const json::object& c) {
        line("calibration " + cell(c, "calibration") + ": " + cell(c, "state") + ", answers from " +
             (cell(c, "t_answer").empty() ? "nothing yet (drafts only)" : cell(c, "t_answer")));
        return exit_code::good;
    };
    auto made = server.send("POST", *path + "/calibration/run", body);
    if (!made || !made->good() || !in.has("activate")) return finish(with, made, print);
    const auto id = cell(made->body.as_object(), "calibration");
    return finish(with, server.send("POST", *path + "/calibration/" + escape(id) + "/activate", {}),
                  print);
}

} // namespace

command_list knowledge_commands() {
    using kind = option_kind;
    return {{"ask",
             "what would be answered, and why; never recorded",
             "servery ask \"When is breakfast?\" --why",
             {{"text", "the question", kind::place, true},
              {"lang", "two letters"},
              {"release", "a knowledge release", kind::text, false, "the published one"},
              {"why", "the nearest entries with scores and matched words", kind::flag}},
             ask},
            {"kb import",
             "propose entries from a CSV, TSV or Markdown file, or from pasted text",
             "servery kb import examples/faq.csv --apply-new --approve",
             {{"file", "file; - for stdin", kind::place, true},
              {"kind", "csv, tsv, markdown, paste", kind::text, false, "by its name"},
              {"lang", "language of rows that name none"},
              {"sync", "propose retiring what the file does not have", kind::flag},
              {"apply-new", "take every new entry", kind::flag},
              {"apply", "take every change", kind::flag},
              {"approve", "and approve it, as one person", kind::flag}},
             import},
            {"kb list",
             "entries, or releases",
             "servery kb list --q breakfast",
             {{"q", "search"},
              {"status", "draft, approved, retired"},
              {"lang", "two letters"},
              {"tag", "a tag"},
              {"cursor", "go on from here"},
              {"limit", "at most 200", kind::text, false, "50"},
              {"releases", "releases instead", kind::flag}},
             list},
            {"kb show",
             "one entry",
             "servery kb show breakfast",
             {{"key", "the entry", kind::place, true}},
             show},
            {"kb approve",
             "approve entries",
             "servery kb approve breakfast parking",
             {{"keys", "entries", kind::places}, {"all", "every draft", kind::flag}},
             approve},
            {"kb withdraw",
             "an entry out of serving at once",
             "servery kb withdraw parking --reason \"the garage is closed\"",
             {{"key", "the entry", kind::place, true}, {"reason", "why", kind::text, true}},
             withdraw},
            {"kb check",
             "compile a release of all approved entries and report on it",
             "servery kb check",
             {{"note", "what is new"}},
             check},
            {"kb publish",
             "publish all approved entries, or a checked release",
             "servery kb publish --note \"summer prices\"",
             {{"release", "a checked release"}, {"note", "what is new"}},
             publish},
            {"kb calibrate",
             "compute from labels when the assistant may answer by itself",
             "servery kb calibrate --promise 0.8",
             {{"promise", "share that must be right", kind::text, false, "the project's"},
              {"activate", "and let it decide from now on", kind::flag}},
             calibrate}};
}

} // namespace servery::cli
