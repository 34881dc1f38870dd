// Every formula against numbers that an independent program computed (tests/data/rollout).
#include "foundation/stats/forecast.h"
#include "foundation/stats/rate.h"
#include "foundation/stats/sample_ratio.h"
#include "foundation/stats/two_arm.h"

#include <gtest/gtest.h>
// The module itself knows no JSON; this one test reads its vectors with the header-only form.
#include <boost/json/src.hpp>

#include <fstream>
#include <sstream>

namespace servery::stats {
namespace {

const boost::json::object& vectors() {
    static const boost::json::value document = [] {
        std::ifstream file(SERVERY_SOURCE_DIR "/tests/data/rollout/recipe-vectors.json");
        std::stringstream text;
        text << file.rdbuf();
        return boost::json::parse(text.str());
    }();
    return document.as_object();
}

double number(const boost::json::value& row, std::string_view key) {
    return row.at(key).to_number<double>();
}

rate_counts counts_of(const boost::json::value& row) {
    return {row.at("S").to_number<std::int64_t>(), row.at("n").to_number<std::int64_t>()};
}

TEST(vectors, rate_pass_matches) {
    for (const auto& row : vectors().at("bernoulli_pass_logE").as_array())
        EXPECT_NEAR(rate_ln_e_pass(counts_of(row), number(row, "p0")), number(row, "logE"), 1e-9);
}

TEST(vectors, rate_fail_matches) {
    for (const auto& row : vectors().at("bernoulli_fail_logE").as_array())
        EXPECT_NEAR(rate_ln_e_fail(counts_of(row), number(row, "p0")), number(row, "logE"), 1e-9);
}

TEST(vectors, two_sided_confidence_sequence_matches) {
    for (const auto& row : vectors().at("bernoulli_two_sided_cs").as_array()) {
        const range found = rate_interval(counts_of(row), number(row, "alpha"));
        EXPECT_NEAR(found.lower, number(row, "lower"), 1e-9);
        EXPECT_NEAR(found.upper, number(row, "upper"), 1e-9);
    }
}

TEST(vectors, sample_ratio_matches) {
    for (const auto& row : vectors().at("srm_logE").as_array()) {
        std::vector<double> pi;
        std::vector<std::int64_t> counts;
        for (const auto& share : row.at("pi").as_array())
            pi.push_back(share.to_number<double>());
        for (const auto& count : row.at("counts").as_array())
            counts.push_back(count.to_number<std::int64_t>());
        EXPECT_NEAR(sample_ratio_ln_e(pi, counts, number(row, "c")), number(row, "logE"), 1e-9);
    }
}

TEST(vectors, forecast_matches) {
    for (const auto& row : vectors().at("forecast_n").as_array())
        EXPECT_NEAR(
            rate_units_to_verdict(number(row, "p_hat"), number(row, "p0"), number(row, "alpha")),
            number(row, "n"), 0.05);
}

TEST(vectors, two_arm_path_matches_at_every_step) {
    const auto& path = vectors().at("aipw_noninferiority_path");
    two_arm_state state(number(path, "margin"), 0);
    for (const auto& step : path.at("steps").as_array()) {
        state.add(
            {.canary = number(step, "arm") == 1, .pi = number(step, "pi"), .y = number(step, "y")});
        EXPECT_NEAR(state.ln_e_pass(), number(step, "logE"), 1e-9) << "unit " << state.n();
    }
    EXPECT_EQ(state.n(), 40);
}

} // namespace
} // namespace servery::stats
