// project list, create, show.
#include "cli/client.h"
#include "cli/output.h"

namespace servery::cli {

namespace {

int list(const arguments&, const common& with) {
    return finish(with, client(with).get("/projects?limit=200"), [](const json::object& got) {
        table rows({"id", "title", "phase", "status", "stage", "percent"});
        for (const auto& p : items(got)) {
            const auto& o = p.as_object();
            rows.row({cell(o, "id"), cell(o, "title"), cell(o, "phase"), cell(o, "status"),
                      cell(o, "stage"), cell(o, "percent")});
        }
        rows.print();
        return exit_code::good;
    });
}

int create(const arguments& in, const common& with) {
    json::object body{{"id", in.text("id")}, {"title", in.text("title", in.text("id"))}};
    if (in.has("template")) body["template"] = in.text("template");
    if (in.has("plan")) {
        const auto text = read_file(in.text("plan"));
        if (!text) return refuse(with, text.error());
        body["plan"] = *text;
    }
    return finish(with, client(with).send("POST", "/projects", body), [](const json::object& p) {
        line("made project " + cell(p, "id") + "; next: servery plan lint");
        return exit_code::good;
    });
}

int show(const arguments& in, const common& with) {
    client server(with);
    auto path = in.has("id") ? result<std::string>("/projects/" + escape(in.text("id")))
                             : server.in_project("");
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), [](const json::object& p) {
        line(bold(cell(p, "title")) + " (" + cell(p, "id") + ")");
        line("phase " + cell(p, "phase") + ", " + cell(p, "status") +
             (cell(p, "stage").empty() ? "" : ", stage " + cell(p, "stage")) + ", " +
             cell(p, "percent") + " % of visitors");
        return exit_code::good;
    });
}

} // namespace

command_list project_commands() {
    using kind = option_kind;
    return {{"project list",
             "the projects and where each one stands",
             "servery project list",
             {},
             list},
            {"project create",
             "a project from a template or a plan",
             "servery project create shop --title \"Questions of shoppers\" --template faq-support",
             {{"id", "a-z, 0-9 and -", kind::place, true},
              {"title", "what it is for"},
              {"template", "faq-support, marketing-drafts, report-summary, internal-knowledge"},
              {"plan", "a plan file instead"}},
             create},
            {"project show",
             "one project",
             "servery project show guest-house",
             {{"id", "the project", kind::place}},
             show}};
}

} // namespace servery::cli
