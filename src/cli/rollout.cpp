// rollout list, create, show, the acts, kill, unkill, and decide (offline).
#include "cli/client.h"
#include "cli/output.h"
#include "control_plane/rollout/decide_api.h"

#include <cstdio>

namespace servery::cli {

namespace {

// The rollout named, or the project's newest.
result<std::string> rollout_path(const client& server, const arguments& in) {
    auto base = server.in_project("/rollouts");
    if (!base || in.has("id")) {
        if (!base) return base;
        return *base + "/" + escape(in.text("id"));
    }
    const auto list = server.get(*base);
    if (!list) return std::unexpected(list.error());
    if (list->good() && list->body.is_object())
        for (const auto& r : items(list->body.get_object()))
            return *base + "/" + escape(cell(r.as_object(), "id"));
    return fail(error_code::not_found, "rollout.unknown", "there is no rollout in this project", {},
                "make one: servery rollout create VARIANT");
}

int list(const arguments&, const common& with) {
    client server(with);
    const auto path = server.in_project("/rollouts");
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), [](const json::object& got) {
        table rows({"id", "state", "stage", "variant", "control"});
        for (const auto& r : items(got)) {
            const auto& o = r.as_object();
            rows.row({cell(o, "id"), cell(o, "state"), cell(o, "stage"),
                      cell(o, "variant").substr(0, 12), cell(o, "control").substr(0, 12)});
        }
        rows.print();
        return exit_code::good;
    });
}

int create(const arguments& in, const common& with) {
    client server(with);
    const auto path = server.in_project("/rollouts");
    if (!path) return refuse(with, path.error());
    json::object body{{"variant", in.text("variant")}};
    for (const auto* name : {"control", "reason"})
        if (in.has(name)) body[name] = in.text(name);
    return finish(with, server.send("POST", *path, body), [](const json::object& made) {
        line("rollout " + cell(made, "id") + " of " + cell(made, "variant").substr(0, 12) +
             "; next: servery rollout start");
        return exit_code::good;
    });
}

void print_status(const json::object& s, bool why) {
    line(bold(cell(s, "state")) + (cell(s, "stage").empty() ? "" : ", stage " + cell(s, "stage")) +
         ", share served " + cell(s, "share_served"));
    if (!cell(s, "why_not").empty()) line("does not move: " + cell(s, "why_not"));
    for (const auto& h : items(s, "holds"))
        line("  held: " + json::write(h));
    for (const auto& m : items(s, "metrics")) {
        const auto& o = m.as_object();
        line("  " + cell(o, "id") + ": " + cell(o, "verdict") + ", " + cell(o, "sentence"));
        if (why)
            line("      n " + cell(o, "n") + ", estimate " + cell(o, "estimate") + ", between " +
                 cell(o, "lower") + " and " + cell(o, "upper"));
    }
}

int show(const arguments& in, const common& with) {
    client server(with);
    const auto path = rollout_path(server, in);
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path + "/status"), [&](const json::object& s) {
        print_status(s, in.has("why"));
        return exit_code::good;
    });
}

auto act(std::string verb) {
    return [verb = std::move(verb)](const arguments& in, const common& with) {
        client server(with);
        const auto path = rollout_path(server, in);
        if (!path) return refuse(with, path.error());
        json::object body{{"reason", "asked for on the command line"}};
        for (const auto* name : {"reason", "to", "cause"})
            if (in.has(name)) body[name] = in.text(name);
        return finish(
            with, server.send("POST", *path + "/" + verb, body), [](const json::object& done) {
                line(cell(done, "state") +
                     (cell(done, "stage").empty() ? "" : ", stage " + cell(done, "stage")));
                return exit_code::good;
            });
    };
}

auto stop(std::string verb) {
    return [verb = std::move(verb)](const arguments& in, const common& with) {
        client server(with);
        const auto path = server.in_project("/" + verb);
        if (!path) return refuse(with, path.error());
        json::object body{{"scope", in.has("variant") ? "variant" : "project"},
                          {"reason", in.text("reason")}};
        if (in.has("variant")) body["id"] = in.text("variant");
        return finish(with, server.send("POST", *path, body), [](const json::object& done) {
            line(cell(done, "state").empty() ? "done" : cell(done, "state"));
            return exit_code::good;
        });
    };
}

int decide(const arguments& in, const common& with) {
    rollout::decide_options out;
    out.recipe = in.text("recipe", out.recipe);
    out.target = in.number("target");
    out.fail_target = in.number("fail-target");
    out.margin = in.number("margin");
    out.harm_margin = in.number("harm-margin");
    out.low = in.number("low");
    out.high = in.number("high");
    out.alpha_pass = in.number("alpha-pass");
    out.alpha_fail = in.number("alpha-fail");
    out.min_n = in.whole("min-n");
    out.good = in.whole("good");
    out.n = in.whole("n");
    out.per_day = in.number("per-day");
    out.path = in.text("path", out.path);
    if (in.has("file")) {
        auto text = read_file(in.text("file"));
        if (!text) return refuse(with, text.error());
        out.observations = std::move(*text);
    }
    const system_clock now;
    const auto answer = rollout::decide_command(out, now.now());
    if (!answer) return refuse(with, answer.error());
    if (with.json)
        line(json::write(answer->report));
    else
        std::fputs(answer->text.c_str(), stdout);
    return answer->exit_code;
}

command decide_row() {
    return {
        "rollout decide",
        "a verdict from counts or a file, offline: exit 0 PASS, 1 FAIL or WAIT",
        "servery rollout decide --recipe rate --target 0.8 --good 28 --n 30 --per-day 12",
        {{"recipe", "rate, mean, paired, two_arm, sample_ratio", option_kind::text, false, "rate"},
         {"target", "what must be shown"},
         {"fail-target", "what must not be shown to be missed", option_kind::text, false,
          "the target"},
         {"margin", "tolerated difference"},
         {"harm-margin", "difference that counts as harm"},
         {"low", "smallest value"},
         {"high", "largest value"},
         {"alpha-pass", "risk of a wrong PASS", option_kind::text, false, "0.05"},
         {"alpha-fail", "risk of a wrong FAIL", option_kind::text, false, "0.01"},
         {"min-n", "no verdict below"},
         {"good", "good ones"},
         {"n", "of all"},
         {"file", "observations as JSON lines; - for stdin"},
         {"per-day", "units a day: adds dates"},
         {"path", "final, crossings, all", option_kind::text, false, "final"}},
        decide};
}

} // namespace

command_list rollout_commands() {
    using kind = option_kind;
    const option id{"id", "the rollout", kind::place, false, "the newest"};
    const option reason{"reason", "why", kind::text, true};
    const option maybe{"reason", "why; stands in the decision log"};
    const option variant{"variant", "only this one; else the whole project"};
    return {{"rollout list", "the rollouts, newest first", "servery rollout list", {}, list},
            {"rollout create",
             "try a variant by the stages of the plan",
             "servery rollout create 0123456789ab",
             {{"variant", "hash, or 12 digits of it", kind::place, true},
              {"control", "a variant, or fallback", kind::text, false, "fallback"},
              maybe},
             create},
            {"rollout show",
             "how it goes, and why it does not move",
             "servery rollout show --why",
             {id, {"why", "values behind each verdict", kind::flag}},
             show},
            {"rollout start",
             "open the first stage",
             "servery rollout start",
             {id, maybe},
             act("start")},
            {"rollout advance",
             "open the next stage",
             "servery rollout advance",
             {id, maybe},
             act("advance")},
            {"rollout approve",
             "let the next stage open when ready",
             "servery rollout approve",
             {id, maybe},
             act("approve")},
            {"rollout hold",
             "no raise until released",
             "servery rollout hold --reason \"public holiday\"",
             {id, reason},
             act("hold")},
            {"rollout release",
             "end a hold",
             "servery rollout release --reason \"holiday is over\"",
             {id, reason, {"cause", "only this hold"}},
             act("release")},
            {"rollout step-back",
             "back to a lower stage",
             "servery rollout step-back --reason \"too many hand-overs\"",
             {id, reason, {"to", "stage", kind::text, false, "the next lower one"}},
             act("step-back")},
            {"rollout roll-back",
             "nobody is served by it any more",
             "servery rollout roll-back --reason \"wrong prices\"",
             {id, reason},
             act("roll-back")},
            {"rollout kill",
             "stop serving at once",
             "servery rollout kill --reason \"wrong prices\"",
             {variant, reason},
             stop("kill")},
            {"rollout unkill",
             "serve again, if the stage's gate passes again",
             "servery rollout unkill --reason \"prices corrected\"",
             {variant, reason},
             stop("unkill")},
            decide_row()};
}

} // namespace servery::cli
