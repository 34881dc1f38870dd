#include "data_plane/assistant/bench/kb_bench.h"
#include "data_plane/assistant/bench/measures.h"

#include <gtest/gtest.h>

namespace servery::assistant {
namespace {

const std::string house = SERVERY_SOURCE_DIR "/examples/guest_house/";
const std::string cut = SERVERY_SOURCE_DIR "/tests/data/assistant/banking_cut.csv";

TEST(kb_test, reaches_the_bars_of_the_guest_house) {
    const auto out = kb_test(house + "guest_house.csv", house + "guest_house_questions.csv");
    ASSERT_TRUE(out);
    EXPECT_EQ(out->at("n").to_number<int>(), 67);
    EXPECT_GE(out->at("r_at_1").as_double(), 0.50);
    EXPECT_GE(out->at("r_at_3").as_double(), 0.75);
    EXPECT_EQ(out->at("handover").at("n").to_number<int>(), 20);
    EXPECT_LE(out->at("handover").at("answered").to_number<int>(), 2);
    EXPECT_EQ(out->at("rows").as_array().size(), 67U);
}

TEST(kb_test, names_a_file_that_cannot_be_read) {
    EXPECT_EQ(kb_test("/nowhere.csv", house + "guest_house_questions.csv").error().id,
              "knowledge.bench.file");
}

TEST(kb_bench, is_repeatable_and_prints_every_measure) {
    bench_options options;
    options.train = {cut};
    options.holdout = 0.3;
    options.oos = {cut};
    const auto once = kb_bench(options);
    const auto again = kb_bench(options);
    ASSERT_TRUE(once && again);
    for (const char* name :
         {"n_train", "n_test", "n_oos", "classes", "accuracy", "r_at_3", "auroc_in_out", "fpr95",
          "auroc_right_wrong", "coverage_at_90", "ece", "legs", "seeds"})
        EXPECT_EQ(once->at(name), again->at(name)) << name;
    EXPECT_TRUE(once->contains("build_s"));
    EXPECT_TRUE(once->at("p50_ms").is_null());
    EXPECT_EQ(once->at("legs").as_string(), "A,B,C");
    EXPECT_GE(once->at("accuracy").as_double(), 0.7);
}

TEST(kb_bench, takes_the_mean_over_seeds_with_few_shots) {
    bench_options options;
    options.train = {cut};
    options.holdout = 0.3;
    options.shots = 2;
    options.seeds = 3;
    options.latency = true;
    options.legs = "A,B";
    const auto out = kb_bench(options);
    ASSERT_TRUE(out);
    EXPECT_EQ(out->at("n_train").to_number<int>(), 16);
    EXPECT_EQ(out->at("seeds").as_array().size(), 3U);
    EXPECT_EQ(out->at("legs").as_string(), "A,B");
    EXPECT_TRUE(out->at("p99_ms").is_double());
}

TEST(kb_bench, refuses_what_it_cannot_measure) {
    bench_options options;
    EXPECT_EQ(kb_bench(options).error().id, "knowledge.bench.options");
    options.train = {"/nowhere.csv"};
    EXPECT_EQ(kb_bench(options).error().id, "knowledge.bench.file");
    options.legs = "C";
    EXPECT_EQ(kb_bench(options).error().id, "knowledge.bench.options");
}

TEST(measures, count_ties_half_and_keep_95_percent) {
    EXPECT_DOUBLE_EQ(*auroc({1, 2}, {1, 0}), 0.875);
    EXPECT_FALSE(auroc({}, {1}));
    std::vector<scored_message> messages;
    for (int i = 0; i < 100; ++i)
        messages.push_back({0.5 + i / 200.0, true, true, true});
    for (int i = 0; i < 10; ++i)
        messages.push_back({0.1 * i, false, false, false});
    const auto found = measure(messages);
    EXPECT_EQ(found.n_out, 10U);
    EXPECT_DOUBLE_EQ(found.accuracy, 1);
    EXPECT_DOUBLE_EQ(*found.fpr95, 0.4); // 0.6, 0.7, 0.8, 0.9 lie above 0.525
    EXPECT_GT(found.coverage_at_90, 0.9);
}

} // namespace
} // namespace servery::assistant
