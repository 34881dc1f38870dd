// gate list, show, sign; signatures of rows.
#include "cli/client.h"
#include "cli/output.h"

#include <algorithm>

namespace servery::cli {

namespace {

// "PROJECT GATE", or "GATE" where --project or the only project says which.
struct place {
    std::string project;
    std::string gate;
};

result<place> place_of(const client& server, const arguments& in) {
    const auto words = in.list("where");
    if (words.size() == 2) return place{words[0], words[1]};
    auto project = server.project();
    if (!project) return std::unexpected(project.error());
    return place{*project, words.empty() ? "" : words[0]};
}

std::string path_of(const place& at, const std::string& rest = {}) {
    return "/projects/" + escape(at.project) + "/gates/" + escape(at.gate) + rest;
}

int verdict_code(const json::object& run) {
    return cell(run, "verdict") == "ready" ? exit_code::good : exit_code::answer_no;
}

// "not_enough_data" as people read it.
std::string words_of(std::string state) {
    std::ranges::replace(state, '_', ' ');
    return state;
}

int print_gate(const json::object& run, bool all, bool why) {
    const bool ready = cell(run, "verdict") == "ready";
    line(bold(cell(run, "gate")) + " " +
         (ready ? good_word("ready") : bad_word("not yet, because")));
    for (const auto& c : items(run, "conditions")) {
        const auto& o = c.as_object();
        const auto state = cell(o, "state");
        const bool passed = state == "pass" || state == "waived";
        if (passed && !all) continue;
        line("  " + (passed ? good_word(words_of(state)) : bad_word(words_of(state))) + "  " +
             cell(o, "label") + "  (" + cell(o, "id") + ")");
        line("      " + cell(o, "why"));
        if (!passed && !cell(o, "fix").empty()) line("      fix: " + cell(o, "fix"));
        if (why && !cell(o, "target").empty())
            line("      target " + cell(o, "target") + ", n " + cell(o, "n") + ", value " +
                 cell(o, "value"));
    }
    line("run " + cell(run, "run_hash"));
    return ready ? exit_code::good : exit_code::answer_no;
}

int show(const arguments& in, const common& with) {
    client server(with);
    const auto at = place_of(server, in);
    if (!at) return refuse(with, at.error());
    return finish(
        with, server.get(path_of(*at)),
        [&](const json::object& run) { return print_gate(run, in.has("all"), in.has("why")); },
        verdict_code);
}

int list(const arguments& in, const common& with) {
    client server(with);
    const auto project = in.has("where") ? result<std::string>(in.text("where")) : server.project();
    if (!project) return refuse(with, project.error());
    return finish(
        with, server.get("/projects/" + escape(*project) + "/gates"), [](const json::object& got) {
            table rows({"gate", "verdict", "open", "phase", "stage", "ahead"});
            for (const auto& g : items(got)) {
                const auto& o = g.as_object();
                rows.row({cell(o, "gate"), cell(o, "verdict"), cell(o, "open"), cell(o, "phase"),
                          cell(o, "stage"), json::bool_or(o, "ahead", false) ? "yes" : ""});
            }
            rows.print();
            return exit_code::good;
        });
}

int sign(const arguments& in, const common& with) {
    client server(with);
    const auto at = place_of(server, in);
    if (!at) return refuse(with, at.error());
    auto hash = in.text("run");
    if (hash.empty()) {
        // What is signed is what the page shows now.
        const auto page = server.get(path_of(*at));
        if (!page || !page->good()) return finish(with, page, {});
        hash = cell(page->body.as_object(), "run_hash");
        if (verdict_code(page->body.as_object()) != exit_code::good && !with.json)
            return print_gate(page->body.as_object(), false, false);
    }
    const json::object body{
        {"run_hash", hash}, {"statement", in.text("statement")}, {"comment", in.text("comment")}};
    return finish(with, server.send("POST", path_of(*at, "/sign"), body),
                  [](const json::object& done) {
                      line("signed: phase " + cell(done, "phase") +
                           (cell(done, "stage").empty() ? "" : ", stage " + cell(done, "stage")));
                      return exit_code::good;
                  });
}

int sign_row(const arguments& in, const common& with) {
    client server(with);
    const auto base = server.in_project("/signatures");
    if (!base) return refuse(with, base.error());
    const auto what = in.text("what");
    const auto hash = server.get(*base + "/hash?what=" + escape(what));
    if (!hash || !hash->good()) return finish(with, hash, {});
    return finish(with,
                  server.send("POST", *base,
                              {{"what", what},
                               {"object_hash", cell(hash->body.as_object(), "object_hash")},
                               {"statement", in.text("statement")}}),
                  [&](const json::object& done) {
                      line("signed " + what + " as " + cell(done, "id"));
                      return exit_code::good;
                  });
}

int refresh(const arguments& in, const common& with) {
    client server(with);
    const auto path = server.in_project("/evidence/" + escape(in.text("ref")) + "/refresh");
    if (!path) return refuse(with, path.error());
    return finish(with, server.send("POST", *path, {}), [](const json::object& done) {
        line(json::write(done));
        return exit_code::good;
    });
}

} // namespace

command_list gate_commands() {
    using kind = option_kind;
    const option where{"where", "[PROJECT] GATE", kind::places, true};
    return {{"gate list",
             "every gate with its verdict",
             "servery gate list",
             {{"where", "[PROJECT]", kind::place}},
             list},
            {"gate show",
             "a gate's conditions: exit 0 ready, 1 not yet",
             "servery gate show guest-house G1 --why",
             {where,
              {"all", "also what passed", kind::flag},
              {"why", "values, samples and targets", kind::flag}},
             show},
            {"gate sign",
             "sign a ready gate: the phase changes and its first grant is made",
             "servery gate sign guest-house G0 --statement \"I have read the plan\"",
             {where,
              {"statement", "what you state", kind::text, true},
              {"comment", "anything else"},
              {"run", "hash of the run you read", kind::text, false, "the one shown now"}},
             sign},
            {"gate sign-row",
             "sign a checklist row or the stop rule",
             "servery gate sign-row risk/R-PRIV-1 --statement \"checked\"",
             {{"what", "risk/ROW or stop_rule", kind::place, true},
              {"statement", "what you state", kind::text, true}},
             sign_row},
            {"gate refresh",
             "start the drill behind a piece of evidence",
             "servery gate refresh gateway.fallback_drill",
             {{"ref", "key of the evidence", kind::place, true}},
             refresh}};
}

} // namespace servery::cli
