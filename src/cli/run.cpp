#include "cli/run.h"

#include "cli/command.h"
#include "foundation/base/number_text.h"

#include <CLI/CLI.hpp>

#include <deque>

namespace servery::cli {

bool arguments::has(std::string_view name) const {
    return values.contains(name);
}

std::string arguments::text(std::string_view name, std::string_view otherwise) const {
    const auto at = values.find(name);
    return at == values.end() || at->second.empty() ? std::string(otherwise) : at->second.front();
}

std::vector<std::string> arguments::list(std::string_view name) const {
    const auto at = values.find(name);
    return at == values.end() ? std::vector<std::string>{} : at->second;
}

std::optional<std::int64_t> arguments::whole(std::string_view name) const {
    const auto word = text(name);
    if (word.empty()) return {};
    if (const auto n = number_in<std::int64_t>(word)) return n;
    throw CLI::ValidationError("--" + std::string(name), "'" + word + "' is no whole number");
}

std::optional<double> arguments::number(std::string_view name) const {
    const auto word = text(name);
    if (word.empty()) return {};
    if (const auto n = number_in<double>(word)) return n;
    throw CLI::ValidationError("--" + std::string(name), "'" + word + "' is no number");
}

command_list all_commands() {
    command_list all;
    for (auto make :
         {server_commands,        health_commands,  doctor_commands,     project_commands,
          plan_commands,          roi_commands,     gate_commands,       rollout_commands,
          knowledge_commands,     bench_commands,   evaluation_commands, guard_commands,
          guard_measure_commands, explain_commands, desk_commands,       key_commands,
          provider_commands,      user_commands,    report_commands,     alert_commands,
          privacy_commands})
        for (auto& c : make())
            all.push_back(std::move(c));
    return all;
}

namespace {

// Values live here while the parser fills them.
struct bound_option {
    const option* what;
    std::string one;                 // text, place
    std::vector<std::string> values; // list, places
    bool flag = false;
};

struct bound_command {
    const command* what = nullptr;
    CLI::App* app = nullptr;
    std::deque<bound_option> options;
};

void bind_option(CLI::App& app, bound_option& to) {
    const auto& o = *to.what;
    const bool placed = o.kind == option_kind::place || o.kind == option_kind::places;
    const auto name = placed ? o.name : "--" + o.name;
    const auto help = o.otherwise.empty() ? o.help : o.help + " (default " + o.otherwise + ")";
    if (o.kind == option_kind::flag) {
        app.add_flag(name, to.flag, help);
        return;
    }
    const bool several = o.kind == option_kind::list || o.kind == option_kind::places;
    auto* added =
        several ? app.add_option(name, to.values, help) : app.add_option(name, to.one, help);
    if (o.kind == option_kind::list)
        added->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    if (o.kind == option_kind::places) added->expected(-1);
    added->type_name(placed ? "" : "TEXT");
    if (o.required) added->required();
}

void add_common(CLI::App& app, common& to) {
    const auto* group = "Every command";
    app.add_option("--url", to.url, "the server, e.g. http://127.0.0.1:8080")->group(group);
    app.add_option("--token", to.token, "a token instead of the server's token file")->group(group);
    app.add_option("--as", to.as, "act for this person")->group(group);
    app.add_option("--code", to.code, "code of the second factor")->group(group);
    app.add_option("--project,-p", to.project, "the project; not needed when there is one")
        ->group(group);
    app.add_option("--data", to.data, "the data folder")->group(group);
    app.add_flag("--json", to.json, "print the API's object")->group(group);
}

CLI::App* subcommand(CLI::App& root, const std::string& noun, const std::string& help) {
    for (auto* there : root.get_subcommands({}))
        if (there->get_name() == noun) return there;
    auto* made = root.add_subcommand(noun, help);
    made->fallthrough();
    return made;
}

arguments given(const bound_command& c) {
    arguments out;
    for (const auto& o : c.options) {
        if (o.flag) out.values[o.what->name] = {"yes"};
        if (!o.one.empty()) out.values[o.what->name] = {o.one};
        if (!o.values.empty()) out.values[o.what->name] = o.values;
    }
    return out;
}

} // namespace

int run(int argc, const char* const* argv) {
    const auto commands = all_commands();
    CLI::App root("Servery puts an AI in front of your customers step by step, and takes a step "
                  "only when measured answers say that it is safe.",
                  "servery");
    root.require_subcommand(1);
    root.set_help_all_flag("--help-all", "every command");
    common with;
    add_common(root, with);
    std::deque<bound_command> bound;
    for (const auto& c : commands) {
        const auto space = c.name.find(' ');
        const auto noun = c.name.substr(0, space);
        auto* parent = &root;
        if (space != std::string::npos) {
            parent = subcommand(root, noun, "commands of " + noun);
            parent->require_subcommand(1);
        }
        auto* app = parent->add_subcommand(
            space == std::string::npos ? c.name : c.name.substr(space + 1), c.summary);
        app->fallthrough();
        app->footer("Example:\n  " + c.example);
        auto& to = bound.emplace_back();
        to.what = &c;
        to.app = app;
        for (const auto& o : c.options) {
            auto& slot = to.options.emplace_back();
            slot.what = &o;
            bind_option(*app, slot);
        }
    }
    try {
        root.parse(argc, argv);
        for (const auto& c : bound)
            if (c.app->parsed()) return c.what->run(given(c), with);
    } catch (const CLI::Success& e) {
        return root.exit(e);
    } catch (const CLI::ParseError& e) {
        root.exit(e);
        return exit_code::wrong_use;
    }
    return exit_code::wrong_use;
}

} // namespace servery::cli
