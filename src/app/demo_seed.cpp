#include "app/demo_seed.h"

#include "api/access/password.h"
#include "app/examples/embedded.h"
#include "app/instance.h"
#include "app/services.h"
#include "control_plane/plan/load.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

namespace servery::app {

namespace {

constexpr std::string_view provider_document = R"(providers:
  - id: built-in
    kind: assistant
    models: [verbatim]
)";

// What the chat offers before anybody has written.
constexpr std::string_view starter_questions = "Is there wifi available?\n"
                                               "Can I bring my dog?\n"
                                               "What time do I check out?";

// Everything the first day does, as the owner. Each step is an owner's command; the first fault
// ends it.
class seeding {
  public:
    seeding(services& all, const demo_content& content) : all_(all), content_(content) {}

    result<demo_secrets> run(const std::string& url) {
        status ok = owner();
        if (ok) ok = project();
        if (ok) ok = knowledge();
        if (ok) ok = variant();
        if (ok) ok = keys(url);
        if (ok) ok = test_questions();
        if (ok && content_.sign_into_sandbox) ok = sandbox();
        if (!ok) return std::unexpected(ok.error());
        return secrets_;
    }

  private:
    [[nodiscard]] events::actor by() const { return {events::actor_kind::person, content_.owner}; }
    [[nodiscard]] registry::act act() const { return {.by = by(), .request_id = {}}; }
    [[nodiscard]] assistant::knowledge_actor knower() const {
        return {.project = content_.project, .by = by(), .phase = {}, .request_id = {}};
    }

    status owner() {
        std::array<std::uint8_t, 15> bytes;
        all_.on.random.fill(bytes);
        secrets_.owner = content_.owner;
        secrets_.password = to_base32(bytes);
        const auto hash = api::access::hash_password(secrets_.password);
        if (!hash) return std::unexpected(hash.error());
        auto made =
            all_.people.create({events::actor_kind::system, "demo"}, {.id = content_.owner,
                                                                      .name = "Demo owner",
                                                                      .email = {},
                                                                      .password_hash = *hash,
                                                                      .organisation = {}});
        if (!made) return std::unexpected(made.error());
        return {};
    }

    status project() {
        secrets_.project = content_.project;
        auto made = all_.registry.create_project(act(), content_.project, content_.title, true);
        if (!made) return std::unexpected(made.error());
        using api::access::role;
        if (auto given = all_.people.set_roles(by(), nullptr, content_.project, content_.owner,
                                               {role::owner});
            !given)
            return given;
        std::string yaml = content_.plan_yaml;
        if (yaml.empty()) yaml = example("first.plan.yaml");
        auto plan = plan::load_yaml(yaml, "first.plan.yaml");
        if (!plan) return std::unexpected(plan.error());
        if (content_.plan_yaml.empty())
            plan->tree["texts"].as_object()["starters"] = json::object{{"en", starter_questions}};
        auto& meta = plan->tree["meta"].as_object();
        meta["id"] = content_.project.c_str();
        meta["title"] = content_.title.c_str();
        plan = plan::load_tree(std::move(plan->tree), "first.plan.yaml");
        if (!plan) return std::unexpected(plan.error());
        auto stored = all_.plans.create(
            std::move(*plan),
            {.person = content_.owner, .may_loosen = true, .source = "wizard", .reason = {}});
        if (!stored) return std::unexpected(stored.error());
        return {};
    }

    status knowledge() {
        std::string csv = content_.knowledge_csv;
        if (csv.empty()) csv = example("guest_house/guest_house.csv");
        auto proposal = all_.knowledge.propose(
            knower(), {.kind = "csv", .name = "guest_house.csv", .content = csv, .lang = "en"});
        if (!proposal) return std::unexpected(proposal.error());
        auto applied =
            all_.knowledge.apply_import(knower(), json::text_or(*proposal, "import"),
                                        {.accept = {}, .all_new = true, .approve = true});
        if (!applied) return std::unexpected(applied.error());
        auto draft = all_.knowledge.draft_release(knower(), "The guest house's first answers");
        if (!draft) return std::unexpected(draft.error());
        release_ = json::text_or(*draft, "id");
        if (auto checked = all_.knowledge.check_release(knower(), release_); !checked)
            return std::unexpected(checked.error());
        if (auto published = all_.knowledge.publish_release(knower(), release_); !published)
            return std::unexpected(published.error());
        return {};
    }

    status variant() {
        auto imported =
            all_.registry.import_providers(act(), provider_document, "built-in provider");
        if (!imported) return std::unexpected(imported.error());
        json::object fields{
            {"label", "Approved answers, word for word"},
            {"targets", json::array{json::object{{"provider", "built-in"}, {"model", "verbatim"}}}},
            {"knowledge_release", release_.c_str()}};
        auto made = all_.registry.create_variant(act(), content_.project, fields);
        if (!made) return std::unexpected(made.error());
        variant_ = to_hex(made->variant.view.hash);
        return {};
    }

    status keys(const std::string& url) {
        const auto make = [&](policy::key_kind kind, const char* name,
                              std::string& into) -> status {
            auto made =
                all_.registry.create_key(act(), content_.project, {.kind = kind, .name = name});
            if (!made) return std::unexpected(made.error());
            into = made->text;
            return {};
        };
        if (auto ok = make(policy::key_kind::sandbox, "demo sandbox", secrets_.sandbox_key); !ok)
            return ok;
        if (auto ok = make(policy::key_kind::live, "demo website", secrets_.live_key); !ok)
            return ok;
        auto widget = all_.registry.ensure_widget(act(), content_.project, {url});
        if (!widget) return std::unexpected(widget.error());
        secrets_.widget = widget->id;
        secrets_.public_key = widget->public_key;
        return {};
    }

    // The proof of concept's questions: five an owner would ask first.
    status test_questions() {
        auto made =
            all_.evaluation.create_dataset(content_.project, "proof-of-concept", "cases", by());
        if (!made) return std::unexpected(made.error());
        std::string csv = content_.questions_csv;
        if (csv.empty()) csv = example("guest_house/poc.csv");
        auto imported = all_.evaluation.import(content_.project, "proof-of-concept", csv,
                                               evaluation::case_format::csv, {}, by());
        if (!imported) return std::unexpected(imported.error());
        return {};
    }

    status sandbox() {
        all_.emit_facts();
        auto page = all_.gates.show(content_.project, "G0");
        if (!page) return std::unexpected(page.error());
        for (const auto& c : page->conditions) {
            if (c.kind != "risk" || c.state == gate::state::pass) continue;
            if (auto ok = answer(c.id); !ok) return ok;
        }
        all_.emit_facts();
        page = all_.gates.show(content_.project, "G0");
        if (!page) return std::unexpected(page.error());
        auto signed_in = all_.gates.sign(content_.project, "G0",
                                         {.run_hash = page->run_hash,
                                          .statement = "Start experimenting with our own answers.",
                                          .comment = {},
                                          .person = content_.owner,
                                          .method = "token"});
        if (!signed_in) return std::unexpected(signed_in.error());
        return {};
    }

    // G0/risk/R-BIAS-2/answer, …/signature
    status answer(const std::string& condition) {
        const auto parts = split(condition, '/');
        if (parts.size() < 4) return {};
        const std::string row(parts[2]);
        const plan::editor editor{
            .person = content_.owner, .may_loosen = true, .source = "wizard", .reason = {}};
        if (parts[3] == "answer") {
            auto done = all_.plans.answer_risk(content_.project, row, plan::answer_kind::yes,
                                               "Looked at on the first day.", "", editor);
            if (!done) return std::unexpected(done.error());
        } else if (parts[3] == "signature") {
            const auto what = "risk/" + row;
            auto hash = all_.gates.object_hash(content_.project, what);
            if (!hash) return std::unexpected(hash.error());
            auto done = all_.gates.add_signature(content_.project, what, *hash, "Read and agreed.",
                                                 content_.owner, "token");
            if (!done) return std::unexpected(done.error());
        }
        return {};
    }

    services& all_;
    const demo_content& content_;
    demo_secrets secrets_;
    std::string release_;
    std::string variant_;
};

} // namespace

std::string_view example(std::string_view name) {
    return examples::embedded_text(name);
}

result<demo_secrets> seed_demo(instance& server, const std::filesystem::path& folder,
                               const demo_content& content) {
    const auto file = folder / "demo.json";
    if (!server.is_new()) {
        std::ifstream in(file);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        const auto tree = json::parse(text);
        if (!tree)
            return fail(error_code::conflict, "demo.folder.not_demo",
                        "this data folder was not made by the demo", folder.string(),
                        "name another with --data, or serve this one with `servery serve`");
        return json::from_json<demo_secrets>(*tree, json::unknown::ignore);
    }
    result<demo_secrets> secrets = fail(error_code::internal, "demo.not_seeded", "");
    server.on_control([&](services& all) { secrets = seeding(all, content).run(server.url()); });
    if (!secrets) return secrets;
    {
        std::ofstream out(file, std::ios::trunc);
        out << json::write_pretty(json::to_json(*secrets));
    }
    ::chmod(file.c_str(), 0600);
    return secrets;
}

void print_demo(const demo_secrets& secrets, const std::string& url, bool as_json) {
    if (as_json) {
        std::printf("%s\n", json::write(json::to_json(secrets)).c_str());
        return;
    }
    std::printf("\n  The guest house is in its sandbox. Open %s for what you can try.\n\n"
                "  project      %s\n"
                "  owner        %s\n"
                "  password     %s\n"
                "  sandbox key  %s\n"
                "  live key     %s\n"
                "  widget       %s\n\n",
                url.c_str(), secrets.project.c_str(), secrets.owner.c_str(),
                secrets.password.c_str(), secrets.sandbox_key.c_str(), secrets.live_key.c_str(),
                secrets.widget.c_str());
}

} // namespace servery::app
