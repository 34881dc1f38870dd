// guard check (offline) and explain.
#include "cli/client.h"
#include "cli/output.h"
#include "data_plane/guardrails/screen.h"
#include "foundation/json/describe.h"

#include <chrono>

namespace servery::cli {

namespace {

result<guardrails::screen_policy> policy_of(const arguments& in) {
    if (!in.has("policy")) return guardrails::default_policy();
    const auto text = read_file(in.text("policy"));
    if (!text) return std::unexpected(text.error());
    const auto document = json::parse(*text);
    if (!document) return std::unexpected(document.error());
    return guardrails::compile(*document);
}

void print_findings(const json::object& found) {
    for (const auto& f : items(found, "findings")) {
        const auto& o = f.as_object();
        line("  " + cell(o, "type") + " " + cell(o, "start") + "-" + cell(o, "end") + ", score " +
             cell(o, "score") + ", " + cell(o, "action"));
    }
    line(cell(found, "action") + ": " + cell(found, "text_out"));
}

// Pass is good; whatever stops the exchange is the answer "no".
int code_of(const json::object& found) {
    const auto action = cell(found, "action");
    return action == "block" || action == "hand_over" ? exit_code::answer_no : exit_code::good;
}

int check(const arguments& in, const common& with) {
    const auto policy = policy_of(in);
    if (!policy) return refuse(with, policy.error());
    auto text = in.text("text");
    if (in.has("file") || text == "-") {
        auto read = read_file(in.has("file") ? in.text("file") : "-");
        if (!read) return refuse(with, read.error());
        text = std::move(*read);
    }
    const auto direction = in.text("direction", "input");
    if (direction != "input" && direction != "output")
        return refuse(with, {.code = error_code::invalid_argument,
                             .id = "cli.guard.direction",
                             .message = "there is no direction '" + direction + "'",
                             .where = "--direction",
                             .remedy = "input or output"});
    const auto unit = json::enum_from<guardrails::offset_unit>(in.text("offsets", "codepoint"));
    if (!unit)
        return refuse(with, {.code = error_code::invalid_argument,
                             .id = "cli.guard.offsets",
                             .message = "offsets are counted in codepoint, utf16 or byte",
                             .where = "--offsets",
                             .remedy = "choose one"});
    const auto begin = std::chrono::steady_clock::now();
    auto found = guardrails::check_json(
        text, *policy, direction == "input" ? guardrails::lane::user : guardrails::lane::output,
        *unit);
    if (!found) return refuse(with, found.error());
    if (in.has("timing"))
        (*found)["took_us"] = std::chrono::duration_cast<std::chrono::microseconds>(
                                  std::chrono::steady_clock::now() - begin)
                                  .count();
    if (with.json)
        line(json::write(*found));
    else
        print_findings(*found);
    return code_of(*found);
}

int explain(const arguments& in, const common& with) {
    client server(with);
    const auto what = in.has("exchange") ? "exchange" : "visitor";
    const auto path =
        server.in_project("/gateway/explain?" + std::string(what) + "=" + escape(in.text(what)));
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), [](const json::object& e) {
        line(bold(cell(e, "served")) + ": " + cell(e, "reason"));
        for (const auto& c : items(e, "checks"))
            line("  " + json::write(c));
        return exit_code::good;
    });
}

} // namespace

command_list guard_commands() {
    using kind = option_kind;
    return {{"guard check",
             "what the guard finds in a text and makes of it; offline",
             "servery guard check \"write to jo@example.com\"",
             {{"text", "the text; - for stdin", kind::place},
              {"file", "a file instead"},
              {"direction", "input or output", kind::text, false, "input"},
              {"policy", "a guard policy (JSON)", kind::text, false, "the default of live phases"},
              {"offsets", "codepoint, utf16 or byte", kind::text, false, "codepoint"},
              {"timing", "add took_us", kind::flag}},
             check},
            {"explain",
             "why a visitor is, or is not, served by a variant",
             "servery explain --visitor v-123",
             {{"visitor", "a visitor's id"}, {"exchange", "a request's id"}},
             explain}};
}

} // namespace servery::cli
