// `servery init`: the wizard in the terminal, then a plan file or a data folder with its first
// project. Enter twelve times gives a valid plan.
#include "app/app.h"
#include "app/instance.h"
#include "app/services.h"
#include "control_plane/plan/load.h"
#include "control_plane/plan/wizard.h"
#include "foundation/base/text.h"

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

json::array words_of(std::string_view line) {
    json::array out;
    for (const auto part : split(line, ',')) {
        if (!trim(part).empty()) out.push_back(json::string(trim(part)));
    }
    return out;
}

// What can be typed in one line at the prompt; the rest of a question keeps its default.
void answer_in_line(json::object& answers, const std::string& id, std::string_view line) {
    if (line.empty()) return;
    if (id == "use" || id == "freedom") answers[id] = json::string(line);
    if (id == "who") answers[id] = json::object{{"audience", json::string(line)}};
    if (id == "never") answers[id] = json::object{{"out_of_scope", words_of(line)}};
    if (id == "law") answers[id] = json::object{{"country", json::string(line)}};
    if (id == "data") answers[id] = json::object{{"legal_basis", json::string(line)}};
    if (id == "start") answers[id] = json::object{{"date", json::string(line)}};
}

void ask(json::object& answers) {
    for (const auto& q : plan::wizard_questions()) {
        std::string hint = q.default_text;
        if (!q.choices.empty()) {
            hint.clear();
            for (const auto& c : q.choices)
                hint += (hint.empty() ? "" : ", ") + c;
        }
        std::printf("%2d. %s\n    (%s; Enter keeps the default)\n  > ", q.n, q.question.c_str(),
                    hint.c_str());
        std::fflush(stdout);
        std::string line;
        if (!std::getline(std::cin, line)) return;
        answer_in_line(answers, q.id, trim(line));
    }
}

result<plan::plan_document> make_plan(const init_options& options) {
    if (!options.from.empty()) {
        auto text = read_text(options.from);
        if (!text) return std::unexpected(text.error());
        return plan::load_yaml(*text, options.from);
    }
    json::object answers;
    if (!options.answers_file.empty()) {
        auto text = read_text(options.answers_file);
        if (!text) return std::unexpected(text.error());
        auto tree = plan::parse_yaml(*text, options.answers_file);
        if (!tree) return std::unexpected(tree.error());
        answers = std::move(tree->root);
    }
    if (!answers.contains("use")) answers["use"] = use_of(options.template_name).c_str();
    if (!options.yes && options.answers_file.empty() && ::isatty(STDIN_FILENO) != 0) ask(answers);
    std::vector<std::string> notes;
    auto made = plan::run_wizard(answers, system_clock{}.now(), options.preset, &notes);
    for (const auto& note : notes)
        std::fprintf(stderr, "note: %s\n", note.c_str());
    return made;
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

status first_project(services& all, const init_options& options, plan::plan_document plan,
                     std::string& link) {
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
    link = id;
    return {};
}

} // namespace

int init(const init_options& options) {
    auto plan = make_plan(options);
    if (!plan) return refuse(plan.error());
    if (!options.plan_only.empty()) return write_plan(*plan, options);
    auto opened = instance::open({.folder = options.server.data,
                                  .listen = "127.0.0.1:0",
                                  .master_key_file = options.server.master_key_file,
                                  .threads = 1});
    if (!opened) return refuse(opened.error());
    status made;
    std::string project;
    (*opened)->on_control(
        [&](services& all) { made = first_project(all, options, std::move(*plan), project); });
    if (!made) return refuse(made.error());
    std::printf("project %s is ready in %s, owner %s\n"
                "next: servery serve --data %s, then servery plan lint and servery gate show G0\n",
                project.c_str(), options.server.data.c_str(), options.owner.c_str(),
                options.server.data.c_str());
    return 0;
}

} // namespace servery::app
