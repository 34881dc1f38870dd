// plan lint, show, export, push, answer, activity.
#include "cli/client.h"
#include "cli/output.h"
#include "control_plane/plan/io/export.h"
#include "control_plane/plan/lint.h"
#include "control_plane/plan/load.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

namespace servery::cli {

namespace {

// 1 when a finding blocks the gate that was asked about.
int lint_code(const json::object& found) {
    for (const auto& f : items(found, "findings"))
        if (cell(f.as_object(), "level") == "blocker") return exit_code::answer_no;
    return exit_code::good;
}

void print_findings(const json::object& found, const std::string& file) {
    for (const auto& f : items(found, "findings")) {
        const auto& o = f.as_object();
        const auto level = cell(o, "level");
        const auto at = cell(o, "line");
        line(file + (at.empty() || at == "0" ? "" : ":" + at) + ": " + cell(o, "id") + " " +
             (level == "blocker" ? bad_word(level) : level) + " " + cell(o, "path"));
        line("  " + cell(o, "what"));
        if (!cell(o, "why").empty()) line("  why: " + cell(o, "why"));
        if (!cell(o, "fix").empty()) line("  fix: " + cell(o, "fix"));
    }
    if (items(found, "findings").empty()) line(file + ": nothing found");
}

// "B,W" as levels; empty = all. Errors: cli.lint.level.
result<std::vector<plan::level>> levels_in(const arguments& in) {
    std::vector<plan::level> out;
    const auto text = in.text("level");
    for (const auto part : split(text, ',')) {
        const auto word = trim(part);
        if (word.empty()) continue;
        if (word == "B")
            out.push_back(plan::level::blocker);
        else if (word == "W")
            out.push_back(plan::level::warning);
        else if (word == "A")
            out.push_back(plan::level::advice);
        else
            return fail(error_code::invalid_argument, "cli.lint.level",
                        "'" + std::string(word) + "' is no level", "--level",
                        "B blocks a gate, W warns, A advises");
    }
    return out;
}

int lint_file(const arguments& in, const common& with) {
    const auto file = in.text("file");
    const auto text = read_file(file);
    if (!text) return refuse(with, text.error());
    const auto plan = plan::load_yaml(*text, file);
    if (!plan) return refuse(with, plan.error());
    const auto levels = levels_in(in);
    if (!levels) return refuse(with, levels.error());
    const system_clock now;
    const auto found = plan::lint_json(
        plan::lint(*plan, {.gate = in.text("gate", "G0"), .now = now.now(), .levels = *levels}));
    if (with.json)
        line(json::write(found));
    else
        print_findings(found, file);
    return lint_code(found);
}

int lint(const arguments& in, const common& with) {
    if (in.has("file")) return lint_file(in, with);
    client server(with);
    const auto path = server.in_project("/plan/lint");
    if (!path) return refuse(with, path.error());
    json::object body;
    if (in.has("gate")) body["gate"] = in.text("gate");
    return finish(
        with, server.send("POST", *path, body),
        [](const json::object& found) {
            print_findings(found, "plan");
            return exit_code::good;
        },
        lint_code);
}

void print_plan(const json::object& plan) {
    const auto meta = object_in(plan, "meta");
    line(bold(cell(meta, "title")) + " (" + cell(meta, "id") + ")");
    table phases({"phase", "owner", "start", "duration", "activities"});
    for (const auto& p : items(plan, "phases")) {
        const auto& o = p.as_object();
        phases.row({cell(o, "id"), cell(o, "owner"), cell(o, "start"), cell(o, "duration"),
                    std::to_string(items(o, "activities").size())});
    }
    phases.print();
    line("");
    table metrics({"metric", "from", "targets"});
    for (const auto& m : items(plan, "metrics")) {
        const auto& o = m.as_object();
        std::string targets;
        for (const auto& t : object_in(o, "targets"))
            targets += (targets.empty() ? "" : ", ") + std::string(t.key()) + " " +
                       (t.value().is_object() ? cell(t.value().get_object(), "value") : "");
        metrics.row({cell(o, "id"), cell(o, "from"), targets});
    }
    metrics.print();
    line("");
    table stages({"stage", "phase", "percent", "groups"});
    for (const auto& s : items(object_in(plan, "rollout"), "stages")) {
        const auto& o = s.as_object();
        stages.row({cell(o, "id"), cell(o, "phase"), cell(o, "percent"), cell(o, "groups")});
    }
    stages.print();
}

int print_tree(const arguments& in, const common& with, const json::object& tree) {
    if (with.json) {
        line(json::write(tree));
        return exit_code::good;
    }
    if (!in.has("table")) {
        print_plan(tree);
        return exit_code::good;
    }
    const auto plan = plan::load_tree(tree);
    if (!plan) return refuse(with, plan.error());
    const auto wanted = plan::sheet_of(plan->typed, in.text("table"));
    if (!wanted) return refuse(with, wanted.error());
    std::fputs(plan::to_terminal(*wanted, terminal_width()).c_str(), stdout);
    return exit_code::good;
}

int show(const arguments& in, const common& with) {
    if (in.has("file")) {
        const auto text = read_file(in.text("file"));
        if (!text) return refuse(with, text.error());
        const auto plan = plan::load_yaml(*text, in.text("file"));
        if (!plan) return refuse(with, plan.error());
        return print_tree(in, with, plan->tree);
    }
    client server(with);
    const auto path = server.in_project(
        "/plan" + (in.has("revision") ? "?revision=" + escape(in.text("revision")) : ""));
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), [&](const json::object& got) {
        const auto code = print_tree(in, with, object_in(got, "plan"));
        if (!in.has("table")) line("revision " + cell(got, "revision"));
        return code;
    });
}

// Of a file: Markdown, CSV or a workbook without how the project stands.
result<std::string> file_as(const arguments& in, const std::string& format) {
    const auto text = read_file(in.text("file"));
    if (!text) return std::unexpected(text.error());
    const auto plan = plan::load_yaml(*text, in.text("file"));
    if (!plan) return std::unexpected(plan.error());
    if (format == "yaml") return plan::to_yaml(plan->tree);
    if (format == "json") return json::write_pretty(plan->tree) + "\n";
    if (format == "md") return plan::to_markdown(plan->typed);
    if (format == "xlsx") return plan::to_workbook(plan->typed);
    const auto wanted = plan::sheet_of(plan->typed, in.text("table", "roadmap"));
    if (!wanted) return std::unexpected(wanted.error());
    return plan::to_csv(*wanted);
}

int export_plan(const arguments& in, const common& with) {
    constexpr std::array formats{"yaml", "json", "md", "csv", "xlsx"};
    auto format = in.text("format");
    // The name of the file tells, unless it is said.
    if (format.empty()) format = std::filesystem::path(in.text("to")).extension().string();
    if (format.starts_with('.')) format.erase(0, 1);
    if (format.empty() || format == "yml") format = "yaml";
    if (std::ranges::find(formats, format) == formats.end())
        return refuse(with, error{.code = error_code::invalid_argument,
                                  .id = "plan.format.unknown",
                                  .message = "there is no format '" + format + "'",
                                  .where = "--format",
                                  .remedy = "yaml, json, md, csv or xlsx"});
    std::string text, of = "plan";
    if (in.has("file")) {
        auto made = file_as(in, format);
        if (!made) return refuse(with, made.error());
        text = std::move(*made);
    } else {
        client server(with);
        const auto path = server.in_project("/plan?format=" + format +
                                            "&table=" + escape(in.text("table", "roadmap")));
        if (!path) return refuse(with, path.error());
        auto got = server.get(*path);
        if (!got || !got->good()) return finish(with, got, {});
        text = std::move(got->text);
        of = "revision " + got->etag;
    }
    if (!in.has("to")) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        return exit_code::good;
    }
    if (const auto kept = write_file(in.text("to"), text); !kept) return refuse(with, kept.error());
    line(of + " written to " + in.text("to"));
    return exit_code::good;
}

int push(const arguments& in, const common& with) {
    const auto text = read_file(in.text("file"));
    if (!text) return refuse(with, text.error());
    client server(with);
    const auto path = server.in_project("/plan");
    if (!path) return refuse(with, path.error());
    auto revision = in.text("revision");
    if (revision.empty()) {
        const auto head = server.get(*path);
        if (!head || !head->good()) return finish(with, head, {});
        revision = head->etag;
    }
    const auto target =
        *path + (in.has("reason") ? "?reason=" + escape(in.text("reason")) : std::string());
    return finish(with, server.upload("PUT", target, *text, "application/yaml", revision),
                  [](const json::object& done) {
                      for (const auto& c : items(done, "changes"))
                          line("  " + cell(c.as_object(), "words"));
                      line("revision " + cell(done, "revision"));
                      return exit_code::good;
                  });
}

int answer(const arguments& in, const common& with) {
    client server(with);
    const auto path = server.in_project("/risks/" + escape(in.text("row")) + "/answer");
    if (!path) return refuse(with, path.error());
    json::object body{{"answer", in.text("answer")}};
    for (const auto* name : {"note", "na_reason"})
        if (in.has(name)) body[name] = in.text(name);
    return finish(with, server.send("POST", *path, body), [](const json::object& done) {
        line("revision " + cell(done, "revision"));
        return exit_code::good;
    });
}

int activity(const arguments& in, const common& with) {
    client server(with);
    const auto path = server.in_project("/activities/" + escape(in.text("activity")));
    if (!path) return refuse(with, path.error());
    json::object body{{"status", in.text("status")}};
    if (in.has("reason")) body["reason"] = in.text("reason");
    return finish(with, server.send("POST", *path, body), [](const json::object& done) {
        line("revision " + cell(done, "revision"));
        return exit_code::good;
    });
}

} // namespace

command_list plan_commands() {
    using kind = option_kind;
    return {
        {"plan lint",
         "what would stop a gate, what is weak, and what to do about it",
         "servery plan lint",
         {{"file", "a plan file; else the project's", kind::place},
          {"gate", "what blocks it and those before", kind::text, false,
           "of a file G0, of a project the next one"},
          {"level", "of a file, only these: B blocks, W warns, A advises", kind::text, false,
           "B,W,A"}},
         lint},
        {"plan show",
         "the plan in short",
         "servery plan show",
         {{"file", "a plan file; else the project's", kind::place},
          {"revision", "an earlier one"},
          {"table", "one table: roadmap, checklist, resources, metrics or people"}},
         show},
        {"plan export",
         "the plan as YAML or JSON, or as tables to read: Markdown, CSV, a workbook",
         "servery plan export --to plan.xlsx",
         {{"file", "a plan file; else the project's", kind::place},
          {"to", "file; else stdout"},
          {"format", "yaml, json, md, csv or xlsx", kind::text, false, "by the file's name, yaml"},
          {"table", "of a CSV: roadmap, checklist, resources, metrics or people", kind::text, false,
           "roadmap"}},
         export_plan},
        {"plan push",
         "a new revision from a file",
         "servery plan push plan.yaml",
         {{"file", "the plan", kind::place, true},
          {"revision", "the one it was made from", kind::text, false, "the newest"},
          {"reason", "of a change after the lock"}},
         push},
        {"plan answer",
         "answer a row of the risk checklist",
         "servery plan answer R-PRIV-1 yes --note \"no personal data\"",
         {{"row", "the row", kind::place, true},
          {"answer", "yes, no, na or open", kind::place, true},
          {"note", "in your words"},
          {"na_reason", "why it does not apply"}},
         answer},
        {"plan activity",
         "set how an activity of the roadmap stands",
         "servery plan activity S1-1 done",
         {{"activity", "the activity", kind::place, true},
          {"status", "todo, doing, done or skipped", kind::place, true},
          {"reason", "why it is skipped"}},
         activity}};
}

} // namespace servery::cli
