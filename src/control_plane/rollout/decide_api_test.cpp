#include "control_plane/rollout/decide_api.h"

#include <gtest/gtest.h>

#include <set>

namespace servery::rollout {
namespace {

json::value read(std::string_view text) {
    return json::parse(text).value();
}

std::set<std::string> places(const error& fault) {
    std::set<std::string> out{fault.where};
    for (const error& next : fault.more)
        out.insert(next.where);
    return out;
}

TEST(decide_json, answers_with_every_member_and_null_for_the_unknown) {
    const auto answer = decide_json(read(
        R"({"recipe":"rate","alpha_pass":0.05,"alpha_fail":0.01,
            "params":{"target":0.8,"fail_target":0.8,"min_n":1},
            "observations":[1,1,0,1],"path":"final"})"));
    ASSERT_TRUE(answer) << to_line(answer.error());
    const auto& o = answer->as_object();
    for (const char* key :
         {"verdict", "n", "estimate", "ln_e_pass", "ln_e_fail", "first_pass_at", "first_fail_at",
          "lower", "upper", "interval", "forecast", "method", "gate_safe", "path"})
        EXPECT_TRUE(o.contains(key)) << key;
    EXPECT_EQ(o.at("verdict"), "WAIT");
    EXPECT_EQ(o.at("n"), 4);
    EXPECT_EQ(o.at("estimate"), 0.75);
    EXPECT_TRUE(o.at("first_pass_at").is_null());
    EXPECT_EQ(o.at("forecast").at("side"), "fail");
    EXPECT_TRUE(o.at("forecast").at("note").is_null());
    EXPECT_EQ(o.at("method"), "rate/1");
    EXPECT_EQ(o.at("path").as_array().size(), 0u);
}

TEST(decide_json, every_fault_is_named_by_its_pointer_and_nothing_is_computed) {
    const auto answer = decide_json(read(
        R"({"recipe":"rate","alpha_pass":1.5,"params":{"target":0.9999,"speed":1},
            "observations":[1,"yes",0.5],"path":"some","extra":{}})"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().id, "decide.invalid");
    EXPECT_EQ(answer.error().code, error_code::unprocessable);
    EXPECT_EQ(places(answer.error()),
              (std::set<std::string>{"/alpha_pass", "/params/target", "/params/speed",
                                     "/observations/1", "/observations/2", "/path", "/extra"}));
}

TEST(decide_json, refuses_each_recipe_its_own_faults) {
    const auto faults = [](std::string_view text) {
        const auto answer = decide_json(read(text));
        return answer ? std::set<std::string>{} : places(answer.error());
    };
    using set = std::set<std::string>;
    EXPECT_EQ(faults(R"([1])"), (set{"", "/recipe"}));
    EXPECT_EQ(faults(R"({"recipe":"guess"})"), set{"/recipe"});
    EXPECT_EQ(faults(R"({"recipe":"rate","params":{"target":0.8}})"), set{"/observations"});
    EXPECT_EQ(faults(R"({"recipe":"rate","params":{"target":0.8},"counts":{"good":9,"n":8}})"),
              set{"/counts/good"});
    EXPECT_EQ(faults(R"({"recipe":"mean","params":{"target":5,"low":1,"high":5},
                         "observations":[6]})"),
              (set{"/params/target", "/observations/0"}));
    EXPECT_EQ(faults(R"({"recipe":"paired","params":{"margin":0.95},
                         "observations":[2,[1,0,1],[0,"x"]]})"),
              (set{"/params/margin", "/observations/0", "/observations/1", "/observations/2/1"}));
    EXPECT_EQ(
        faults(R"({"recipe":"two_arm","params":{"margin":0.1},
                         "observations":[[1,0.001,1],[0.5,0.5,0],[1,0.5],[0,0.5,0,[1]]]})"),
        (set{"/observations/0/1", "/observations/1/0", "/observations/2", "/observations/3/3"}));
    EXPECT_EQ(faults(R"({"recipe":"sample_ratio","params":{},
                         "periods":[{"pi":[0.5,0.4],"counts":[1,2]},{"pi":[0.5,0.5]}]})"),
              (set{"/periods/0/pi", "/periods/1/counts"}));
}

TEST(decide_json, too_many_observations_are_refused_as_too_large) {
    json::array list(decide_most_observations + 1, json::value(1));
    const auto answer = decide_json(json::object{
        {"recipe", "rate"}, {"params", json::object{{"target", 0.8}}}, {"observations", list}});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().id, "decide.too_large");
    EXPECT_EQ(http_status(answer.error().code), 413);
}

TEST(decide_json, sample_ratio_answers_ln_e_fail_and_fail_or_wait) {
    const auto answer = decide_json(read(R"({"recipe":"sample_ratio","params":{"c":100},
        "periods":[{"pi":[0.1,0.9],"counts":[700,9300]}]})"));
    ASSERT_TRUE(answer) << to_line(answer.error());
    EXPECT_EQ(answer->at("verdict"), "FAIL");
    EXPECT_NEAR(answer->at("ln_e_fail").as_double(), 52.50818089, 1e-8);
    EXPECT_TRUE(answer->at("ln_e_pass").is_null());
}

TEST(decide_json, two_arm_and_paired_and_mean_answer_too) {
    for (const auto* text :
         {R"({"recipe":"two_arm","params":{"margin":0.1},"observations":[[1,0.5,1],[0,0.5,1]]})",
          R"({"recipe":"paired","params":{"margin":0.1},"observations":[0,[1,1],-0.5]})",
          R"({"recipe":"mean","params":{"target":4,"low":1,"high":5},"observations":[5,4,3.5],
              "path":"all"})"}) {
        const auto answer = decide_json(read(text));
        ASSERT_TRUE(answer) << to_line(answer.error());
        EXPECT_EQ(answer->at("verdict"), "WAIT");
    }
}

TEST(decide_command, prints_pass_with_its_ln_e) {
    const auto answer = decide_command({.target = 0.8, .good = 74, .n = 81}, {});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->exit_code, 0);
    EXPECT_TRUE(answer->text.starts_with("PASS")) << answer->text;
    EXPECT_NE(answer->text.find("ln E 3.007914"), std::string::npos) << answer->text;
}

TEST(decide_command, prints_wait_with_how_many_more_and_the_date) {
    const instant now = parse_rfc3339("2026-05-01T08:00:00Z").value();
    const auto answer = decide_command({.target = 0.8, .good = 85, .n = 100, .per_day = 12.0}, now);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->exit_code, 1);
    EXPECT_TRUE(answer->text.starts_with("WAIT"));
    EXPECT_NE(answer->text.find("about 370 more"), std::string::npos) << answer->text;
    EXPECT_NE(answer->text.find("1 Jun 2026"), std::string::npos) << answer->text;
    EXPECT_EQ(answer->report.at("forecast").at("date"), "2026-06-01");
}

TEST(decide_command, reads_one_observation_a_line) {
    const auto answer = decide_command({.target = 0.5, .observations = "1\n\n0\ntrue\n"}, {});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->report.at("n"), 3);
    const auto broken = decide_command({.target = 0.5, .observations = "1\n{oops\n"}, {});
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().where, "line 2");
}

TEST(bucket_json, gives_the_published_bucket_of_servery1) {
    const auto answer = bucket_json(read(
        R"({"algorithm":"servery1","salt_hex":"000102030405060708090a0b0c0d0e0f",
            "purpose":"include","unit_kind":"account","unit":"Ærøskøbing"})"));
    ASSERT_TRUE(answer) << to_line(answer.error());
    EXPECT_EQ(answer->at("hash"), "b3bacee1a7dfd180");
    EXPECT_EQ(answer->at("bucket"), 7020);
}

TEST(bucket_json, speaks_every_imported_algorithm) {
    const auto bucket = [](std::string_view text) {
        const auto answer = bucket_json(read(text));
        EXPECT_TRUE(answer) << text;
        return answer ? answer->at("bucket") : json::value();
    };
    EXPECT_EQ(bucket(R"({"algorithm":"murmur3_x86_32","seed":1,"key":"abc"})"), 2859854335u);
    EXPECT_EQ(bucket(R"({"algorithm":"fnv1a32","key":"a"})"), 3826002220u);
    EXPECT_EQ(bucket(R"({"algorithm":"unleash","group_id":"chatbot","key":"a"})"), 14);
    EXPECT_EQ(bucket(R"({"algorithm":"flagd2","key":"SI7p-","total_weight":10000})"), 4999);
    EXPECT_EQ(bucket(R"({"algorithm":"growthbook2","seed":"chatbot","key":"a"})"), 0.2129);
    const auto choice = bucket_json(read(
        R"({"algorithm":"growthbook2","seed":"chatbot","key":"a","variations":2,"coverage":1,
            "weights":[0.2,0.8],"namespace":["n",0,1]})"));
    ASSERT_TRUE(choice);
    EXPECT_EQ(choice->at("choice"), 1);
    EXPECT_EQ(choice->at("inside"), true);
}

TEST(bucket_json, names_every_fault) {
    const auto answer = bucket_json(
        read(R"({"algorithm":"servery1","salt_hex":"00","purpose":"x","unit":"a","more":1})"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(places(answer.error()), (std::set<std::string>{"/salt_hex", "/purpose", "/more"}));
}

} // namespace
} // namespace servery::rollout
