// Default deny: what must stop the start, and that the contract names exactly the routes.
#include "api/api_fixture.h"
#include "foundation/base/text.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <set>
#include <sstream>

namespace servery::api {
namespace {

using testing::HasSubstr;

action nothing() {
    return [](call&) -> result<reply> { return reply{}; };
}

std::string fault_of(route row) {
    route_table table;
    table.add(std::move(row));
    const auto good = table.check();
    return good ? "" : to_line(good.error());
}

TEST(route_table, a_route_without_a_rule_stops_the_start_and_is_named) {
    route forgotten;
    forgotten.verb = http::method::get;
    forgotten.path = "/api/v1/forgotten";
    forgotten.body_limit = 0;
    forgotten.act = nothing();
    EXPECT_THAT(fault_of(forgotten), HasSubstr("GET /api/v1/forgotten"));
    EXPECT_THAT(fault_of(forgotten), HasSubstr("api.route.undeclared"));
}

TEST(route_table, every_half_declared_rule_is_a_fault) {
    const auto good = read("/api/v1/x", "project.read", "x", nothing());
    EXPECT_EQ(fault_of(good), "");
    auto no_right = good;
    no_right.capabilities.clear();
    EXPECT_NE(fault_of(no_right), "");
    auto unknown = good;
    unknown.capabilities = {"project.raed"};
    EXPECT_NE(fault_of(unknown), "");
    auto unchecked = good;
    unchecked.path = "/api/v1/projects/{project}/x";
    EXPECT_NE(fault_of(unchecked), "");
    auto checked_nothing = good;
    checked_nothing.object = object_kind::project;
    EXPECT_NE(fault_of(checked_nothing), "");
    auto body_on_get = good;
    body_on_get.body_limit = 10;
    EXPECT_NE(fault_of(body_on_get), "");
    auto no_limit = change(http::method::post, "/api/v1/x", {"stop"}, "", "x", nothing());
    no_limit.body_limit = 0;
    EXPECT_NE(fault_of(no_limit), "");
    auto both = good;
    both.own = true;
    EXPECT_NE(fault_of(both), "");
    auto no_act = good;
    no_act.act = {};
    EXPECT_NE(fault_of(no_act), "");
    route_table twice;
    twice.add(good);
    twice.add(good);
    EXPECT_FALSE(twice.check());
}

class contract : public api_fixture {};

TEST_F(contract, names_exactly_the_routes_of_the_table) {
    start();
    std::set<std::string> table;
    for (const auto& r : api->routes().rows())
        table.insert(std::string(http::name(r.verb)) + " " + r.path);
    std::set<std::string> written;
    const auto document = YAML::Load(std::string(openapi_yaml()));
    for (const auto& path : document["paths"])
        for (const auto& verb : path.second) {
            auto name = verb.first.as<std::string>();
            if (name == "parameters") continue; // shared by the path's operations
            std::ranges::transform(name, name.begin(), [](char c) {
                return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
            });
            written.insert(name + " " + path.first.as<std::string>());
        }
    EXPECT_THAT(written, testing::ContainerEq(table));
}

TEST_F(contract, says_the_right_that_each_route_needs) {
    start();
    const auto document = YAML::Load(std::string(openapi_yaml()));
    for (const auto& r : api->routes().rows()) {
        auto verb = lower_ascii(http::name(r.verb));
        const auto operation = document["paths"][r.path][verb];
        ASSERT_TRUE(operation) << r.path;
        std::string rights;
        for (const auto& c : r.capabilities)
            rights += (rights.empty() ? "" : ",") + c;
        if (rights.empty()) rights = r.own ? "own" : "none";
        EXPECT_EQ(operation["x-capability"].as<std::string>(), rights) << verb << " " << r.path;
        EXPECT_TRUE(operation["summary"]) << r.path;
        EXPECT_TRUE(operation["responses"]) << r.path;
    }
}

TEST_F(contract, the_embedded_text_is_the_file) {
    std::ifstream in(std::string(SERVERY_SOURCE_DIR) + "/src/api/openapi.yaml");
    std::stringstream text;
    text << in.rdbuf();
    EXPECT_TRUE(text.str() == openapi_yaml())
        << "run tools/embed_files.py src/api servery::api api";
}

TEST_F(contract, the_table_is_printed_for_people_and_for_scripts) {
    start();
    EXPECT_THAT(api->routes().print(), HasSubstr("/api/v1/projects/{project}/gates/{gate}/sign"));
    const auto object = api->routes().to_json();
    EXPECT_EQ(object.at("routes").as_array().size(), api->routes().rows().size());
}

} // namespace
} // namespace servery::api
