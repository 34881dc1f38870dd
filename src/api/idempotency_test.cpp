// Answers under an Idempotency-Key when the process ends in between. The rest:
// control_api_test.cpp.
#include "api/api_fixture.h"

#include <vector>

namespace servery::api {
namespace {

using http::method;

class repeats : public api_fixture {
  public:
    repeats() {
        project("house");
        person("rosa", {}, *access::hash_password(password));
        role_of("rosa", "house", access::role::owner);
    }
};

TEST_F(repeats, a_repeated_post_does_its_work_once_also_over_a_restart) {
    std::vector<answer_keeper::kept> disk;
    const auto restart = [&] {
        start({}, {.key = {1},
                   .keep = [&](const hash32& slot, instant at,
                               const std::string& text) { disk.push_back({slot, at, text}); },
                   .read = [&] { return disk; }});
    };
    const auto make = [this](const std::string& name, const std::string& key) {
        return as("rosa", method::post, "/api/v1/projects/house/keys",
                  R"({"name":")" + name + "\"}", {{"idempotency-key", key}});
    };
    restart();
    const auto first = make("a", "k-1");
    ASSERT_EQ(first.status, 201);
    now.advance(millis{3'600'000});
    restart();
    const auto second = make("a", "k-1");
    EXPECT_EQ(second.status, 201);
    EXPECT_EQ(second.text, first.text);
    EXPECT_EQ(registry.keys("house").size(), 1U);
    EXPECT_EQ(make("b", "k-1").id(), "api.idempotency.reused");
    EXPECT_EQ(disk.size(), 1U) << "a repeat is not kept again";
    EXPECT_EQ(disk[0].text.find("k-1"), std::string::npos);
    now.advance(millis{23LL * 3'600'000});
    restart();
    EXPECT_EQ(make("a", "k-1").status, 201);
    EXPECT_EQ(registry.keys("house").size(), 2U) << "a day later it is a new request";
    // A session's cookie is not kept.
    const auto before = disk.size();
    ASSERT_EQ(send(method::post, "/api/v1/session", {{"idempotency-key", "k-3"}},
                   json::write(json::object{{"email", "rosa"}, {"password", password}}))
                  .status,
              200);
    EXPECT_EQ(disk.size(), before);
}

} // namespace
} // namespace servery::api
