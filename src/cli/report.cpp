// report board, month, facts; audit list, verify.
#include "cli/client.h"
#include "cli/output.h"

#include <cstdio>

namespace servery::cli {

namespace {

int board(const arguments& in, const common& with) {
    client server(with);
    const auto path = server.in_project("/board?period=" + escape(in.text("period", "30d")));
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), [](const json::object& b) {
        table rows({"number", "value", "n", "between", "verdict"});
        for (const auto& n : items(b, "numbers")) {
            const auto& o = n.as_object();
            rows.row({cell(o, "title"),
                      cell(o, "value").empty() ? "not measured" : cell(o, "value"), cell(o, "n"),
                      cell(o, "lower").empty() ? "" : cell(o, "lower") + " … " + cell(o, "upper"),
                      cell(o, "verdict")});
        }
        rows.print();
        line("phase " + cell(b, "phase") + ", as of " + cell(b, "as_of"));
        return exit_code::good;
    });
}

int month(const arguments& in, const common& with) {
    client server(with);
    const auto format = with.json ? "json" : in.text("format", "md");
    const auto path = server.in_project("/reports/" + escape(in.text("month")) + "." + format +
                                        (in.has("preview") ? "?preview=1" : ""));
    if (!path) return refuse(with, path.error());
    const auto got = server.get(*path);
    if (!got || !got->good() || with.json) return finish(with, got, {});
    std::fputs(got->text.c_str(), stdout);
    return exit_code::good;
}

int facts(const arguments& in, const common& with) {
    client server(with);
    const auto path = server.in_project("/facts?limit=200" +
                                        (in.has("key") ? "&key=" + escape(in.text("key")) : ""));
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), [](const json::object& got) {
        table rows({"fact", "value", "n", "sum", "as of", "why not"});
        for (const auto& f : items(got)) {
            const auto& o = f.as_object();
            rows.row({cell(o, "key"), cell(o, "value"), cell(o, "n"), cell(o, "sum"),
                      cell(o, "as_of"), cell(o, "why_not")});
        }
        rows.print();
        return exit_code::good;
    });
}

int audit_list(const arguments& in, const common& with) {
    std::string query = "?limit=" + in.text("limit", "50");
    for (const auto* name : {"kind", "actor", "from", "cursor"})
        if (in.has(name)) query += "&" + std::string(name) + "=" + escape(in.text(name));
    if (!with.project.empty()) query += "&project=" + escape(with.project);
    return finish(with, client(with).get("/audit" + query), [](const json::object& got) {
        table rows({"seq", "at", "kind", "by", "object", "outcome"});
        for (const auto& r : items(got)) {
            const auto& o = r.as_object();
            rows.row({cell(o, "seq"), cell(o, "at"), cell(o, "kind"),
                      cell(object_in(o, "by"), "id"),
                      cell(o, "object_type") + " " + cell(o, "object_id"), cell(o, "outcome")});
        }
        rows.print();
        return exit_code::good;
    });
}

int chain_code(const json::object& r) {
    return json::bool_or(r, "ok", false) ? exit_code::good : exit_code::answer_no;
}

int audit_verify(const arguments& in, const common& with) {
    std::string query;
    if (in.has("from")) query = "?from=" + escape(in.text("from"));
    if (!with.project.empty())
        query += (query.empty() ? "?" : "&") + ("project=" + escape(with.project));
    return finish(
        with, client(with).get("/audit/verify" + query),
        [](const json::object& r) {
            if (json::bool_or(r, "ok", false))
                line(good_word("whole") + ": " + cell(r, "rows") + " rows");
            else
                line(bad_word("broken") + " at row " + cell(r, "bad_seq") + ": " +
                     cell(r, "fault") + "; " + cell(r, "why"));
            return exit_code::good;
        },
        chain_code);
}

} // namespace

command_list report_commands() {
    using kind = option_kind;
    return {{"report board",
             "the numbers with their intervals",
             "servery report board --period 30d",
             {{"period", "comparison, stage, month, 30d, day", kind::text, false, "30d"}},
             board},
            {"report month",
             "a month's report",
             "servery report month 2026-10",
             {{"month", "yyyy-mm", kind::place, true},
              {"format", "md or html", kind::text, false, "md"},
              {"preview", "of a running month", kind::flag}},
             month},
            {"report facts",
             "the latest facts that gates see",
             "servery report facts",
             {{"key", "only this one", kind::place}},
             facts},
            {"audit list",
             "the record of what was decided, newest first",
             "servery audit list --kind gate.",
             {{"kind", "event, or its beginning with a dot"},
              {"actor", "whose"},
              {"from", "time"},
              {"cursor", "go on from here"},
              {"limit", "at most 200", kind::text, false, "50"}},
             audit_list},
            {"audit verify",
             "is the record whole? exit 0 yes, 1 no",
             "servery audit verify",
             {{"from", "first row"}},
             audit_verify}};
}

} // namespace servery::cli
