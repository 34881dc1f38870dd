// The routes of plan and gate with the real services behind them.
#include "api/api_fixture.h"
#include "control_plane/gate/gate_service.h"
#include "control_plane/plan/load.h"
#include "control_plane/plan/plan_service.h"
#include "control_plane/rollout/rollout_service.h"

#include <gmock/gmock.h>

namespace servery::api {
namespace {

using http::method;
using testing::HasSubstr;

class plan_routes : public api_fixture {
  public:
    plan::plan_service plans{now, log};
    gate::gate_service gates{
        {.time = now,
         .random = random,
         .log = log,
         .plans = plans,
         .mac_key = {},
         .candidate = {},
         .variant = {},
         .holds =
             [this](std::string_view person, std::string_view capability,
                    std::string_view project) { return people.holds(person, capability, project); },
         .same_person = {}}};
    policy::kill_board kills;
    rollout::rollout_service rollouts{{.time = now,
                                       .random = random,
                                       .log = log,
                                       .kills = kills,
                                       .gates = rollout::port_to(gates),
                                       .plan = [this](std::string_view p) { return plans.head(p); },
                                       .variant = {},
                                       .salt_key = {},
                                       .kills_changed = {},
                                       .publish = {},
                                       .on_shift = {}}};

    plan_routes() {
        log.add_fold([this](const events::event& e) {
            plans.apply(e);
            gates.apply(e);
            rollouts.apply(e);
        });
        person("rosa");
        person("ed");
        api = std::make_unique<control_api>(
            backend{.now = now,
                    .random = random,
                    .log = log,
                    .registry = registry,
                    .people = people,
                    .plans = &plans,
                    .gates = &gates,
                    .rollouts = &rollouts,
                    .ports = {.policy_version = [] { return std::uint64_t{7}; }}},
            options{.on_control = [](std::function<void()> work) { work(); },
                    .on_pool = [](std::function<void()> work) { work(); },
                    .origins = {},
                    .tls = false,
                    .admin_token = blake2b_256(as_bytes(admin_token)),
                    .metrics_key = {},
                    .version = "test"});
        const auto made = as("rosa", method::post, "/api/v1/projects",
                             R"({"id":"house","title":"Guests","template":"faq-support"})");
        EXPECT_EQ(made.status, 201) << made.text;
        role_of("ed", "house", access::role::editor);
    }

    static std::string in_house(const std::string& rest) { return "/api/v1/projects/house" + rest; }
};

TEST_F(plan_routes, a_project_from_a_template_has_a_plan_under_its_own_id) {
    const auto plan = as("rosa", method::get, in_house("/plan"));
    ASSERT_EQ(plan.status, 200) << plan.text;
    EXPECT_EQ(plan.headers.at("etag"), "\"1\"");
    EXPECT_EQ(plan.body.at("plan").at("meta").at("id").as_string(), "house");
    const auto yaml = as("rosa", method::get, in_house("/plan?format=yaml"));
    EXPECT_THAT(yaml.headers.at("content-type"), HasSubstr("yaml"));
    EXPECT_TRUE(plan::load_yaml(yaml.text));
    const auto listed = as("rosa", method::get, "/api/v1/projects");
    const auto& row = listed.body.at("items").as_array().at(0).as_object();
    for (const auto* member : {"id", "title", "phase", "status", "stage", "percent"})
        EXPECT_TRUE(row.contains(member)) << member;
}

TEST_F(plan_routes, a_plan_moves_only_from_the_revision_it_was_read_at) {
    const auto yaml = as("rosa", method::get, in_house("/plan?format=yaml")).text;
    header_list headers{{"authorization", "Bearer " + std::string(admin_token)},
                        {"x-servery-as", "rosa"},
                        {"content-type", "application/yaml"}};
    EXPECT_EQ(send(method::put, in_house("/plan"), headers, yaml).id(), "api.if_match.missing");
    auto tree = plan::load_yaml(yaml)->tree;
    tree["problem"].as_object()["statement"] = "Guests ask the same twenty questions every day.";
    const auto changed = plan::to_yaml(tree);
    headers.emplace_back("if-match", "\"1\"");
    const auto first = send(method::put, in_house("/plan"), headers, changed);
    ASSERT_EQ(first.status, 200) << first.text;
    EXPECT_EQ(first.headers.at("etag"), "\"2\"");
    EXPECT_EQ(first.body.at("policy_version").to_number<int>(), 7);
    const auto stale = send(method::put, in_house("/plan"), headers, yaml);
    EXPECT_EQ(stale.status, 412) << stale.text;
    EXPECT_EQ(stale.id(), "plan.edit.stale");
    const auto diff = as("rosa", method::get, in_house("/plan/diff?from=1&to=2"));
    EXPECT_EQ(diff.body.at("changes").as_array().size(), 1U) << diff.text;
    EXPECT_EQ(
        as("rosa", method::get, in_house("/plan/revisions")).body.at("items").as_array().size(),
        2U);
    EXPECT_EQ(as("rosa", method::get, in_house("/plan?revision=1")).headers.at("etag"), "\"1\"");
    EXPECT_EQ(as("rosa", method::get, in_house("/plan?revision=99")).status, 404);
    EXPECT_EQ(as("rosa", method::get, in_house("/plan?revision=x")).status, 400);
}

TEST_F(plan_routes, lint_and_gates_answer_with_the_members_that_scripts_rely_on) {
    const auto lint = as("rosa", method::post, in_house("/plan/lint"), "{}");
    ASSERT_EQ(lint.status, 200) << lint.text;
    for (const auto& f : lint.body.at("findings").as_array())
        for (const auto* member : {"id", "level", "path", "line", "what", "why", "fix"})
            EXPECT_TRUE(f.as_object().contains(member)) << member;
    const auto gate = as("rosa", method::get, in_house("/gates/G0"));
    ASSERT_EQ(gate.status, 200) << gate.text;
    for (const auto* member : {"gate", "verdict", "run_hash", "conditions"})
        EXPECT_TRUE(gate.body.as_object().contains(member)) << member;
    for (const auto& c : gate.body.at("conditions").as_array())
        for (const auto* member : {"id", "state", "value", "n", "interval", "target", "needs",
                                   "age", "expires", "why", "fix"})
            EXPECT_TRUE(c.as_object().contains(member)) << member;
    const auto all = as("rosa", method::get, in_house("/gates"));
    EXPECT_THAT(all.text, HasSubstr("\"G3\""));
    EXPECT_EQ(as("rosa", method::get, in_house("/gates/G9")).status, 404);
}

TEST_F(plan_routes, only_an_owner_signs_and_only_what_was_shown) {
    const auto shown = as("rosa", method::get, in_house("/gates/G1"));
    const auto body = json::write(
        json::object{{"run_hash", shown.member("run_hash")}, {"statement", "I have read it"}});
    EXPECT_EQ(as("ed", method::post, in_house("/gates/G1/sign"), body).id(), "access.role");
    const auto open = as("rosa", method::post, in_house("/gates/G1/sign"), body);
    EXPECT_EQ(open.status, 409) << open.text;
    EXPECT_EQ(as("rosa", method::post, in_house("/gates/G1/sign"),
                 R"({"run_hash":"00","statement":"x","percent":100})")
                  .id(),
              "api.body.unknown_member");
}

TEST_F(plan_routes, a_row_is_answered_and_makes_a_revision) {
    const auto plan = as("rosa", method::get, in_house("/plan"));
    const auto& row = plan.body.at("plan").at("risks").as_array().at(0).as_object();
    const auto id = json::text_or(row, "id");
    const auto done = as("ed", method::post, in_house("/risks/" + id + "/answer"),
                         R"({"answer":"yes","note":"checked"})");
    ASSERT_EQ(done.status, 200) << done.text;
    EXPECT_EQ(done.body.at("revision").as_int64(), 2);
    EXPECT_EQ(
        as("ed", method::post, in_house("/risks/R-NONE-1/answer"), R"({"answer":"yes"})").status,
        404);
    EXPECT_EQ(as("ed", method::post, in_house("/risks/" + id + "/answer"), R"({"answer":"maybe"})")
                  .status,
              422);
}

TEST_F(plan_routes, a_kill_names_the_project_of_its_path_only) {
    ASSERT_EQ(
        as("rosa", method::post, "/api/v1/projects", R"({"id":"other","title":"Other"})").status,
        201);
    const auto across = as("ed", method::post, in_house("/kill"),
                           R"({"scope":"project","id":"other","reason":"wrong prices"})");
    EXPECT_EQ(across.status, 422) << across.text;
    EXPECT_FALSE(gates.standing_of("other").suspended);
    const auto stop = as("ed", method::post, in_house("/kill"), R"({"reason":"wrong prices"})");
    EXPECT_EQ(stop.status, 200) << stop.text;
    EXPECT_EQ(as("ed", method::post, in_house("/unkill"), R"({"reason":"fixed"})").id(),
              "access.role");
}

TEST_F(plan_routes, stopping_works_while_the_record_cannot_be_written) {
    log.set_down(true);
    const auto stop = as("ed", method::post, in_house("/kill"), R"({"reason":"wrong prices"})");
    EXPECT_EQ(stop.status, 200) << stop.text;
    EXPECT_FALSE(stop.body.at("recorded").as_bool());
    EXPECT_EQ(as("rosa", method::post, in_house("/keys"), R"({"name":"x"})").status, 503);
}

} // namespace
} // namespace servery::api
