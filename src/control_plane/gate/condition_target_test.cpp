// The number of a target beside its words: what a picture of the condition is drawn from.
#include "control_plane/gate/gate_fixture.h"

#include <gtest/gtest.h>

namespace servery::gate {
namespace {

class condition_target : public gate_fixture, public testing::Test {};

TEST_F(condition_target, stands_in_the_unit_of_the_value_with_the_side_that_is_good) {
    const auto page = gates.evaluate(project, "G2");
    ASSERT_TRUE(page);
    const auto* accuracy = plans.head(project)->plan->typed.find_metric("accuracy");
    const auto& c = of(*page, "G2/metric/accuracy");
    EXPECT_EQ(c.target_value, accuracy->targets.at("pilot").value);
    EXPECT_EQ(c.better, "higher");
}

TEST_F(condition_target, is_absent_where_the_target_has_no_number) {
    const auto page = gates.evaluate(project, "G1");
    ASSERT_TRUE(page);
    const auto& owner = of(*page, "G1/people/owner");
    EXPECT_FALSE(owner.target_value);
    EXPECT_EQ(owner.better, "");
}

} // namespace
} // namespace servery::gate
