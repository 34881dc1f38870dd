// guard check (offline), guard policy.
#include "cli/client.h"
#include "cli/output.h"
#include "data_plane/guardrails/screen.h"
#include "foundation/base/number_text.h"
#include "foundation/base/text.h"
#include "foundation/json/describe.h"

#include <chrono>
#include <iostream>
#include <sstream>

namespace servery::cli {

namespace {

result<guardrails::screen_policy> policy_of(const arguments& in) {
    if (!in.has("policy")) return guardrails::default_policy();
    const auto text = read_file(in.text("policy"));
    if (!text) return std::unexpected(text.error());
    const auto document = json::parse(*text); // an empty file is a mistake here
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

result<guardrails::lane> lane_of(std::string_view word) {
    const auto lane = json::enum_from<guardrails::lane>(word);
    if (lane) return *lane;
    return fail(error_code::invalid_argument, "cli.guard.lane",
                "there is no lane '" + std::string(word) + "'", "--lane",
                "user, document, system, output, tool_args or assistant");
}

// `--direction` says user or output in the words of a person.
result<guardrails::lane> lane_of(const arguments& in) {
    if (in.has("lane")) return lane_of(in.text("lane"));
    const auto direction = in.text("direction", "input");
    if (direction == "input") return guardrails::lane::user;
    if (direction == "output") return guardrails::lane::output;
    return fail(error_code::invalid_argument, "cli.guard.direction",
                "there is no direction '" + direction + "'", "--direction", "input or output");
}

result<guardrails::offset_unit> unit_of(const arguments& in) {
    const auto unit = json::enum_from<guardrails::offset_unit>(in.text("unit", "codepoint"));
    if (unit) return *unit;
    return fail(error_code::invalid_argument, "cli.guard.unit",
                "offsets are counted in codepoint, utf16 or byte", "--unit", "choose one");
}

// whole, bytes, random:SEED.
result<guardrails::chunking> chunking_of(const arguments& in) {
    using kind = guardrails::chunking::kind;
    const auto how = in.text("chunks", "whole");
    if (how == "whole") return guardrails::chunking{};
    if (how == "bytes") return guardrails::chunking{.how = kind::bytes};
    if (how.starts_with("random:"))
        if (const auto seed = number_in<std::uint64_t>(std::string_view(how).substr(7)))
            return guardrails::chunking{.how = kind::random, .seed = *seed};
    return fail(error_code::invalid_argument, "cli.guard.chunks",
                "'" + how + "' is no way to cut a text", "--chunks",
                "whole, bytes or random:SEED with a number");
}

// Leaves only what is asked for. Kinds that are not looked for at all are refused, not passed over.
status keep_kinds(const arguments& in, guardrails::screen_policy& policy) {
    if (!in.has("kinds")) return {};
    const auto text = in.text("kinds");
    bool pii = false, injection = false;
    for (const auto part : split(text, ',')) {
        const auto kind = trim(part);
        pii = pii || kind == "pii";
        injection = injection || kind == "injection";
        if (kind != "pii" && kind != "injection")
            return fail(error_code::invalid_argument, "cli.guard.kinds",
                        "'" + std::string(kind) + "' is not looked for", "--kinds",
                        "pii, injection or both with a comma");
    }
    if (!pii) { // no finding scores above 100
        policy.act = 101;
        policy.flag = 101;
    }
    if (!injection)
        policy.injection_user = policy.injection_document = policy.control_tokens =
            guardrails::injection_use::off;
    return {};
}

struct check_settings {
    guardrails::screen_policy policy;
    guardrails::lane lane = guardrails::lane::user;
    guardrails::offset_unit unit = guardrails::offset_unit::codepoint;
    guardrails::chunking cut;
    [[nodiscard]] result<json::object> check(std::string_view text, guardrails::lane from) const {
        return guardrails::check_json(text, policy, from, unit, cut);
    }
};

result<check_settings> settings_of(const arguments& in) {
    auto policy = policy_of(in);
    if (!policy) return std::unexpected(policy.error());
    const auto lane = lane_of(in);
    if (!lane) return std::unexpected(lane.error());
    const auto unit = unit_of(in);
    if (!unit) return std::unexpected(unit.error());
    const auto cut = chunking_of(in);
    if (!cut) return std::unexpected(cut.error());
    if (auto kept = keep_kinds(in, *policy); !kept) return std::unexpected(kept.error());
    return check_settings{std::move(*policy), *lane, *unit, *cut};
}

// {"id","text","lane"?} a line in, the answer and the id a line out. A bad line is named on stderr;
// the others are answered all the same.
int check_lines(const check_settings& by, const std::string& text) {
    int code = exit_code::good;
    std::size_t number = 0;
    std::istringstream lines(text);
    for (std::string one; std::getline(lines, one);) {
        ++number;
        if (one.empty()) continue;
        const auto row = json::parse(one);
        const auto bad = [&](const std::string& why) {
            std::cerr << "line " << number << ": " << why << "\n";
            code = exit_code::wrong_use;
        };
        if (!row || !row->is_object()) {
            bad("not a JSON object");
            continue;
        }
        const auto& o = row->get_object();
        const auto lane = o.contains("lane") ? lane_of(json::text_or(o, "lane"))
                                             : result<guardrails::lane>(by.lane);
        auto found = lane ? by.check(json::text_or(o, "text"), *lane)
                          : result<json::object>(std::unexpected(lane.error()));
        if (!found) {
            bad(found.error().message);
            continue;
        }
        if (const auto* id = o.if_contains("id")) (*found)["id"] = *id;
        line(json::write(*found));
    }
    return code;
}

int check(const arguments& in, const common& with) {
    const auto by = settings_of(in);
    if (!by) return refuse(with, by.error());
    auto text = in.text("text");
    if (in.has("file") || in.has("jsonl") || text == "-") {
        auto read = read_file(in.has("file") ? in.text("file") : "-");
        if (!read) return refuse(with, read.error());
        text = std::move(*read);
    }
    if (in.has("jsonl")) return check_lines(*by, text);
    const auto begin = std::chrono::steady_clock::now();
    auto found = by->check(text, by->lane);
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

int print_policy(const json::object& policy) {
    const auto version = json::int_or(policy, "version", 0);
    if (version == 0)
        line("The shipped rules of the phase hold; nobody has changed them.");
    else
        line("Version " + std::to_string(version) + " by " + cell(policy, "by") + " on " +
             cell(policy, "at") + ", hash " + cell(policy, "hash"));
    if (const auto reason = cell(policy, "reason"); !reason.empty()) line("Reason: " + reason);
    for (const auto& less : items(policy, "loosens"))
        line("  does less: " + std::string(less.as_string()));
    if (const auto* document = policy.if_contains("document"); document != nullptr && version > 0)
        line(json::write_pretty(*document));
    return exit_code::good;
}

// With a file it becomes the policy; the version it replaces is the one of now.
int policy(const arguments& in, const common& with) {
    const client server(with);
    const auto path = server.in_project("/guard/policy");
    if (!path) return refuse(with, path.error());
    auto now = server.get(*path);
    if (!in.has("file") || !now || !now->good()) return finish(with, now, print_policy);
    const auto text = read_file(in.text("file"));
    if (!text) return refuse(with, text.error());
    auto document = json::parse(*text);
    if (!document) return refuse(with, document.error());
    return finish(with,
                  server.send("PUT", *path,
                              {{"document", std::move(*document)}, {"reason", in.text("reason")}},
                              now->etag),
                  print_policy);
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
              {"lane", "user, document, system, output, tool_args or assistant, instead"},
              {"jsonl", "each line {id, text, lane?}; one answer a line", kind::flag},
              {"policy", "a guard policy (JSON)", kind::text, false, "the default of live phases"},
              {"kinds", "pii, injection", kind::text, false, "both"},
              {"unit", "of offsets: codepoint, utf16 or byte", kind::text, false, "codepoint"},
              {"chunks", "read the text cut: whole, bytes or random:SEED; changes nothing",
               kind::text, false, "whole"},
              {"timing", "add took_us", kind::flag}},
             check},
            {"guard policy",
             "what the guard does for the project's visitors; with a file: from now on this",
             "servery guard policy my-policy.json --reason \"our phone number is public\"",
             {{"file", "a policy (JSON); {} = back to the shipped rules", kind::place},
              {"reason", "why; needed when the guard is to do less"}},
             policy}};
}

} // namespace servery::cli
