// A website with the widget on it, for the tests of this folder.
#pragma once

#include "data_plane/gateway/gateway_fixture.h"
#include "data_plane/gateway/visitor_chat/routes.h"

#include <gtest/gtest.h>

namespace servery::gateway {

struct widget_world : gateway_world {
    std::string visitor_id;
    headers from{{"origin", "https://shop.example"}};

    // `phase`: everybody of the public is served, or nobody.
    explicit widget_world(const std::string& phase = "rollout") {
        policy.widgets.push_back({"wgt_1", "shop", public_key});
        policy.projects[0].title = "The Shop";
        policy.projects[0].phase = phase;
        for (auto& g : policy.projects[0].grants)
            g.phase = phase;
        policy.projects[0].grants[0].audience.hi = 10'000;
        if (phase == "sandbox") policy.projects[0].grants.clear();
        upstream.next = {stream_of({"We open ", "at nine."})};
        publish();
        add_visitor_chat(*gate, routes);
    }
    answer send(http::method verb, const std::string& path, std::string body = {},
                headers more = {}) {
        more.emplace_back("authorization", "Bearer " + public_key);
        more.insert(more.end(), from.begin(), from.end());
        if (!visitor_id.empty()) more.emplace_back("x-servery-visitor", visitor_id);
        return call(verb, "/widget/v1/wgt_1" + path, std::move(more), std::move(body));
    }
    void open_session() {
        const auto a = send(http::method::post, "/sessions", R"({"lang":"en"})");
        ASSERT_EQ(a.status, 200) << a.body;
        visitor_id = json::text_or(a.json(), "visitor");
        ASSERT_TRUE(visitor_id.starts_with("svy_vis_"));
    }
    answer say(const std::string& text, const std::string& client_id = "c1") {
        return send(http::method::post, "/messages",
                    R"({"client_id":")" + client_id + R"(","text":)" + json::quote(text) + "}");
    }
};

[[nodiscard]] inline std::string fault_id(const gateway_world::answer& a) {
    const auto* fault = a.json().if_contains("error");
    return fault == nullptr ? "" : json::text_or(fault->get_object(), "id");
}

} // namespace servery::gateway
