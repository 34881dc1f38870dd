// roi: what a project is worth, when its gates can be decided, what its phases cost. A plan or a
// file of inputs is computed here; a project is asked of its server.
#include "cli/client.h"
#include "cli/output.h"
#include "cli/roi_print.h"
#include "control_plane/economics/vectors.h"
#include "control_plane/gate/value/value_json.h"
#include "control_plane/plan/load.h"
#include "foundation/base/number_text.h"
#include "foundation/base/text.h"

#include <filesystem>

namespace servery::cli {

namespace {

error wrong(std::string message, std::string where, std::string remedy) {
    return {.code = error_code::invalid_argument,
            .id = "cli.roi.set",
            .message = std::move(message),
            .where = std::move(where),
            .remedy = std::move(remedy)};
}

// "hours_kb=2" or "N=450,600,800" as a member of a simulation's inputs.
status read_set(const std::string& text, json::object& inputs) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        return std::unexpected(wrong("'" + text + "' sets nothing", "--set",
                                     "for example --set hours_kb=2 or --set N=450,600,800"));
    json::array numbers;
    for (const auto part : split(std::string_view(text).substr(equals + 1), ',')) {
        const auto d = number_in<double>(trim(part));
        if (!d)
            return std::unexpected(
                wrong("'" + std::string(part) + "' is no number", "--set", "write 0.45 for 45 %"));
        numbers.emplace_back(*d);
    }
    const auto name = text.substr(0, equals);
    if (numbers.size() == 1)
        inputs[name] = numbers[0];
    else if (numbers.size() == 3)
        inputs[name] = std::move(numbers);
    else
        return std::unexpected(
            wrong("'" + text + "' is no value", "--set", "one number, or low,likely,high"));
    return {};
}

// The body of a simulation from the flags.
result<json::object> asked_in(const arguments& in) {
    json::object body;
    json::object inputs;
    for (const auto& text : in.list("set"))
        if (auto good = read_set(text, inputs); !good) return std::unexpected(good.error());
    if (!inputs.empty()) body["inputs"] = std::move(inputs);
    if (const auto months = in.whole("months")) body["months"] = *months;
    if (in.has("cash")) body["view"] = "cash";
    return body;
}

// A file that is no plan: {inputs, ladder?}, or the form of the reference numbers {sme, tri,
// ladder}.
result<gate::case_frame> frame_in(const json::object& root, const std::string& file) {
    const auto* inputs = root.if_contains("inputs");
    if (inputs == nullptr) inputs = root.if_contains("sme");
    if (inputs == nullptr || !inputs->is_object())
        return fail(error_code::invalid_argument, "cli.roi.file",
                    "this is neither a plan nor a file of inputs", file,
                    "a plan, or {inputs: {N: 600, …}, ladder: [[1, 0], [12, 1]]}");
    json::object body{{"inputs", *inputs}};
    if (const auto* ranges = root.if_contains("tri"); ranges && ranges->is_object())
        for (const auto& [name, v] : ranges->get_object())
            body["inputs"].get_object()[name] = v;
    body["ladder"] = json::array{json::array{12, 1}};
    if (const auto* ladder = root.if_contains("ladder")) body["ladder"] = *ladder;
    auto read = gate::question_of(body);
    if (!read) return std::unexpected(read.error());
    gate::case_frame out;
    out.from.given = std::move(read->set);
    out.from.ladder = *read->ladder;
    for (const auto& [name, v] : out.from.given)
        out.from.origin[name] = "file";
    out.ahead = out.from.ladder;
    out.currency = json::text_or(root, "currency", "EUR");
    out.rule.decide_by = "pilot_exit";
    return out;
}

int show(const common& with, const result<json::object>& value,
         void (*print)(const json::object&)) {
    if (!value) return refuse(with, value.error());
    if (with.json)
        line(json::write(*value));
    else
        print(*value);
    return exit_code::good;
}

result<json::object> value_of_file(const arguments& in, const std::string& file,
                                   const std::string& text) {
    const auto body = asked_in(in);
    if (!body) return std::unexpected(body.error());
    const auto asked = gate::question_of(*body);
    if (!asked) return std::unexpected(asked.error());
    const auto tree = plan::parse_yaml(text, file);
    if (!tree) return std::unexpected(tree.error());
    result<gate::case_frame> frame;
    if (json::text_or(tree->root, "kind") == "Plan") {
        const auto plan = plan::load_yaml(text, file);
        if (!plan) return std::unexpected(plan.error());
        frame = gate::frame_of(*plan, *asked);
    } else {
        frame = frame_in(tree->root, file);
    }
    if (!frame) return std::unexpected(frame.error());
    const auto value = gate::value_of(*frame, *asked);
    if (!value) return std::unexpected(value.error());
    return gate::to_json(*value);
}

int roi_file(const arguments& in, const common& with, const std::string& file) {
    const auto text = read_file(file);
    if (!text) return refuse(with, text.error());
    if (!in.has("reach") && !in.has("money"))
        return show(with, value_of_file(in, file, *text), print_value);
    const auto plan = plan::load_yaml(*text, file);
    if (!plan) return refuse(with, plan.error());
    if (in.has("reach")) {
        const system_clock now;
        return show(with, gate::reach_json(plan->typed, now.now(), {}, in.text("gate")),
                    print_reach);
    }
    const auto body = asked_in(in);
    if (!body) return refuse(with, body.error());
    const auto asked = gate::question_of(*body);
    if (!asked) return refuse(with, asked.error());
    auto phases = gate::money_of(*plan, *asked);
    if (in.has("phase"))
        std::erase_if(phases, [&](const auto& p) { return p.phase != in.text("phase"); });
    return show(with, gate::to_json(phases, plan->typed), print_money);
}

int roi_project(const arguments& in, const common& with) {
    client server(with);
    const auto asked = asked_in(in);
    if (!asked) return refuse(with, asked.error());
    const auto print = [](void (*how)(const json::object&)) {
        return [how](const json::object& got) {
            how(got);
            return static_cast<int>(exit_code::good);
        };
    };
    const auto reading = [&](const std::string& rest, void (*how)(const json::object&)) {
        const auto path = server.in_project(rest);
        if (!path) return refuse(with, path.error());
        return finish(with, server.get(*path), print(how));
    };
    if (in.has("reach"))
        return reading("/reachability" +
                           (in.has("gate") ? "?gate=" + escape(in.text("gate")) : std::string()),
                       print_reach);
    if (in.has("money"))
        return reading("/money" +
                           (in.has("phase") ? "?phase=" + escape(in.text("phase")) : std::string()),
                       print_money);
    if (asked->empty()) return reading("/roi", print_value);
    const auto path = server.in_project("/roi/simulate");
    if (!path) return refuse(with, path.error());
    return finish(with, server.send("POST", *path, *asked), print(print_value));
}

int verify(const common& with, const std::string& file) {
    const auto text = read_file(file);
    if (!text) return refuse(with, text.error());
    const auto tree = json::parse(*text);
    if (!tree) return refuse(with, tree.error());
    if (!tree->is_object())
        return refuse(with, {.code = error_code::invalid_argument,
                             .id = "economics.vectors.invalid",
                             .message = "this is no file of reference numbers",
                             .where = file,
                             .remedy = "see tests/data/economics/README.md"});
    const auto checks = economics::verify_vectors(tree->get_object());
    if (!checks) return refuse(with, checks.error());
    std::size_t off = 0;
    json::array rows;
    for (const auto& c : *checks) {
        if (!c.ok) ++off;
        if (with.json)
            rows.push_back(
                {{"name", c.name}, {"ok", c.ok}, {"expected", c.expected}, {"found", c.found}});
        else if (c.ok)
            line(good_word("ok") + "    " + c.name);
        else
            line(bad_word("DIFFERS") + " " + c.name + ": expected " + c.expected + ", found " +
                 c.found);
    }
    if (with.json)
        line(json::write(json::object{{"checks", std::move(rows)}, {"differ", off}}));
    else
        line(std::to_string(checks->size() - off) + " of " + std::to_string(checks->size()) +
             " numbers are the same");
    return off == 0 ? exit_code::good : exit_code::answer_no;
}

int roi(const arguments& in, const common& with) {
    if (in.has("verify")) return verify(with, in.text("verify"));
    const auto what = in.text("what");
    std::error_code ignored;
    if (std::filesystem::is_regular_file(what, ignored)) return roi_file(in, with, what);
    auto to = with;
    if (!what.empty()) to.project = what;
    return roi_project(in, to);
}

} // namespace

command_list roi_commands() {
    using kind = option_kind;
    return {{"roi",
             "what a project is worth, how sure that is, and when its gates can be decided",
             "servery roi --set hours_kb=2 --months 24",
             {{"what", "a plan file, a file of inputs, or a project", kind::place},
              {"set", "another input: hours_kb=2 or N=450,600,800", kind::list},
              {"months", "months to look ahead", kind::text, false, "the plan's"},
              {"cash", "count only what becomes money", kind::flag},
              {"reach", "when each gate can be decided", kind::flag},
              {"gate", "of --reach: one gate"},
              {"money", "what each phase costs", kind::flag},
              {"phase", "of --money: one phase"},
              {"verify", "compare with a file of reference numbers"}},
             roi}};
}

} // namespace servery::cli
