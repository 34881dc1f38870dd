// `servery init`: the wizard in the terminal, then a plan file or a data folder with its first
// project. Enter twelve times gives a valid plan.
#include "app/app.h"
#include "app/instance.h"
#include "app/services.h"
#include "control_plane/gate/value/wizard_outcome.h"
#include "control_plane/plan/load.h"
#include "control_plane/plan/wizard.h"
#include "control_plane/plan/wizard/terminal.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <unistd.h>

namespace servery::app {

namespace {

result<std::string> read_text(const std::string& name) {
    std::ifstream in(name);
    if (!in)
        return fail(error_code::not_found, "init.file.unreadable", "cannot read the file", name,
                    "check its name");
    return std::string{std::istreambuf_iterator<char>(in), {}};
}

// A template's id and the wizard's word for its use differ by one character: faq-support answers
// "faq_support".
std::string use_of(std::string template_name) {
    std::ranges::replace(template_name, '-', '_');
    return template_name;
}

// What is known before the first question: a file of answers, or those of an earlier start.
result<json::object> known_answers(const init_options& options) {
    json::object answers;
    auto file = options.answers_file;
    if (!options.resume_file.empty() && std::filesystem::exists(options.resume_file))
        file = options.resume_file;
    if (!file.empty()) {
        auto text = read_text(file);
        if (!text) return std::unexpected(text.error());
        auto tree = plan::parse_yaml(*text, file);
        if (!tree) return std::unexpected(tree.error());
        answers = std::move(tree->root);
    }
    if (!answers.contains("use") && !options.template_name.empty())
        answers["use"] = use_of(options.template_name).c_str();
    return answers;
}

// The file that an interrupted wizard goes on from.
void keep_answers(const std::string& file, const json::object& answers) {
    if (file.empty()) return;
    std::ofstream out(file, std::ios::trunc);
    out << json::write_pretty(answers) << "\n";
}

status ask(json::object& answers, const init_options& options) {
    plan::wizard_session with{
        .in = std::cin,
        .out = std::cout,
        .language = options.language,
        .answers = std::move(answers),
        .keep = [&](const json::object& so_far) { keep_answers(options.resume_file, so_far); }};
    const auto end = plan::ask_in_terminal(with);
    answers = std::move(with.answers);
    if (end == plan::wizard_end::done) return {};
    const auto go_on = options.resume_file.empty()
                           ? std::string("start again with --resume FILE to keep the answers")
                           : "go on with --resume " + options.resume_file;
    return fail(error_code::cancelled, "init.wizard.left", "the wizard was left before its end", {},
                go_on);
}

struct made_plan {
    plan::plan_document plan;
    std::string summary; // what it amounts to, for a terminal
};

result<made_plan> make_plan(const init_options& options) {
    if (!options.from.empty()) {
        auto text = read_text(options.from);
        if (!text) return std::unexpected(text.error());
        auto plan = plan::load_yaml(*text, options.from);
        if (!plan) return std::unexpected(plan.error());
        return made_plan{std::move(*plan), {}};
    }
    auto answers = known_answers(options);
    if (!answers) return std::unexpected(answers.error());
    const bool asks = !options.yes && options.answers_file.empty() &&
                      (::isatty(STDIN_FILENO) != 0 || !options.resume_file.empty());
    if (asks)
        if (auto said = ask(*answers, options); !said) return std::unexpected(said.error());
    answers->erase("answered");
    const auto now = system_clock{}.now();
    std::vector<std::string> notes;
    auto plan = plan::run_wizard(*answers, now, options.preset, &notes, options.language);
    if (!plan) return std::unexpected(plan.error());
    auto summary =
        gate::outcome_text(gate::outcome_of(*plan, *answers, now, notes, options.language));
    return made_plan{std::move(*plan), std::move(summary)};
}

int refuse(const error& fault) {
    std::fprintf(stderr, "servery: %s\n", to_line(fault).c_str());
    for (const auto& more : fault.more)
        std::fprintf(stderr, "servery: %s\n", to_line(more).c_str());
    return fault.code == error_code::unavailable || fault.code == error_code::internal ? 3 : 2;
}

int write_plan(const plan::plan_document& plan, const init_options& options) {
    std::ofstream out(options.plan_only, std::ios::trunc);
    out << plan::to_yaml(plan.tree);
    if (!out.flush()) {
        std::fprintf(stderr, "servery: cannot write %s [init.file.unwritable]\n",
                     options.plan_only.c_str());
        return 2;
    }
    std::printf("wrote %s\nnext: servery plan lint %s\n", options.plan_only.c_str(),
                options.plan_only.c_str());
    return 0;
}

// What a new data folder begins with.
struct beginning {
    std::string project;
    std::string link; // one-time, for the browser
};

status first_project(services& all, const init_options& options, plan::plan_document plan,
                     beginning& made_here) {
    const auto id = plan.typed.meta.id;
    if (all.registry.find_project(id) != nullptr)
        return fail(error_code::conflict, "project.exists",
                    "the data folder has a project called " + id, options.server.data,
                    "choose another folder, or change meta.id of the plan");
    const events::actor system{events::actor_kind::system, "init"};
    if (all.people.empty()) {
        auto made = all.people.create(
            system, {.id = options.owner, .name = "", .email = "", .password_hash = ""});
        if (!made) return std::unexpected(made.error());
    }
    const registry::act act{.by = {events::actor_kind::person, options.owner}, .request_id = {}};
    if (auto made = all.registry.create_project(act, id, plan.typed.meta.title); !made)
        return std::unexpected(made.error());
    if (auto given =
            all.people.set_roles(system, nullptr, id, options.owner, {api::access::role::owner});
        !given)
        return given;
    auto stored = all.plans.create(
        std::move(plan),
        {.person = options.owner, .may_loosen = true, .source = "wizard", .reason = {}});
    if (!stored) return std::unexpected(stored.error());
    made_here.project = id;
    // Somebody who signs in already needs no link.
    const auto* owner = all.people.find(options.owner);
    if (owner == nullptr || !owner->password_hash.empty()) return {};
    auto link = all.people.make_link(system, options.owner, api::access::link_purpose::setup);
    if (!link) return std::unexpected(link.error());
    made_here.link = "http://" + options.server.listen + "/console/setup#" + *link;
    return {};
}

void print_beginning(const init_options& options, const beginning& made) {
    const auto serve =
        "servery serve --data " + options.server.data +
        (options.server.listen == serve_options{}.listen ? std::string()
                                                         : " --listen " + options.server.listen);
    if (options.server.json) {
        const json::object out{{"project", made.project},
                               {"data", options.server.data},
                               {"owner", options.owner},
                               {"link", made.link},
                               {"next", serve}};
        std::printf("%s\n", json::write(out).c_str());
        return;
    }
    std::printf("project %s is ready in %s, owner %s\n", made.project.c_str(),
                options.server.data.c_str(), options.owner.c_str());
    std::printf("next: %s\n", serve.c_str());
    if (!made.link.empty())
        std::printf("then open this within an hour; it works once and sets your password:\n"
                    "  %s\n"
                    "  (a new one: servery user link %s)\n",
                    made.link.c_str(), options.owner.c_str());
}

} // namespace

int init(const init_options& options) {
    auto made_up = make_plan(options);
    if (!made_up) return refuse(made_up.error());
    auto* plan = &made_up->plan;
    if (!options.server.json) std::fputs(made_up->summary.c_str(), stdout);
    if (!options.plan_only.empty()) return write_plan(*plan, options);
    auto opened = instance::open({.folder = options.server.data,
                                  .listen = "127.0.0.1:0",
                                  .master_key_file = options.server.master_key_file,
                                  .threads = 1});
    if (!opened) return refuse(opened.error());
    status made;
    beginning begun;
    (*opened)->on_control(
        [&](services& all) { made = first_project(all, options, std::move(*plan), begun); });
    if (!made) return refuse(made.error());
    print_beginning(options, begun);
    return 0;
}

} // namespace servery::app
