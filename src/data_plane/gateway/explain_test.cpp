#include "data_plane/gateway/explain.h"
#include "data_plane/gateway/gateway_fixture.h"

#include <gtest/gtest.h>

namespace servery::gateway {

TEST(explain, lists_every_check_up_to_the_one_that_decides) {
    gateway_world w;
    policy::admission_input in;
    in.policy = &w.policy;
    in.project = &w.policy.projects[0];
    in.kills = &w.kills;
    in.now = w.now.now();
    const auto nobody = explain(in);
    EXPECT_EQ(nobody.served, "fallback");
    EXPECT_EQ(nobody.reason, "bucket");
    EXPECT_EQ(nobody.cause, "not_admitted");
    EXPECT_EQ(nobody.bucket, 9999);
    EXPECT_EQ(nobody.checks.front().check, "kill");
    EXPECT_EQ(nobody.checks.back().verdict, "decides");
    in.groups = {"staff"};
    const auto staff = explain(in);
    EXPECT_EQ(staff.served, "variant");
    EXPECT_EQ(staff.grant, "staff");
    EXPECT_TRUE(staff.variant.starts_with("abcd"));
    w.kills.set_project("shop", policy::kill_word::killed);
    EXPECT_EQ(explain(in).reason, "killed");
    EXPECT_EQ(explain(in).checks.size(), 1u);
}

} // namespace servery::gateway
