// A control API in memory for tests: no network, no threads, a clock that stands still.
#pragma once

#include "api/access/password.h"
#include "api/control_api.h"
#include "api/resources.h"
#include "control_plane/registry/registry_service.h"
#include "foundation/http/memory_exchange.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace servery::api {

using header_list = std::vector<std::pair<std::string, std::string>>;

struct answered {
    int status = 0;
    json::value body;
    std::string text;
    std::string cookie; // name=value of set-cookie
    std::map<std::string, std::string> headers;
    [[nodiscard]] std::string id() const {
        const auto* e = body.is_object() ? body.get_object().if_contains("error") : nullptr;
        return e == nullptr ? "" : json::text_or(e->as_object(), "id");
    }
    [[nodiscard]] std::string member(std::string_view name) const {
        return json::text_or(body.as_object(), name);
    }
};

class api_fixture : public testing::Test {
  public:
    static constexpr std::string_view admin_token = "the-operators-own-token";
    static constexpr std::string_view password = "four words nobody joins";

    manual_clock now{instant{1'764'000'000'000}};
    seeded_random random{11};
    events::memory_log log;
    int made = 0;
    registry::registry_service registry{
        now,
        random,
        log,
        {.make_key =
             [this](policy::key_kind kind) {
                 return "svy_" + std::string(json::enum_word(kind)) + "_" + std::to_string(++made);
             },
         .hash_key = [](std::string_view t) { return blake2b_256(as_bytes(t)); },
         .seal = [](std::string_view, std::string_view s) -> result<std::string> {
             return to_hex(blake2b_256(as_bytes(s)));
         },
         .release_exists = {}}};
    access::people people{now,
                          random,
                          log,
                          {.seal = [](std::string_view, std::string_view s) -> result<std::string> {
                               return "sealed:" + to_hex(as_bytes(s));
                           },
                           .open = [](std::string_view, std::string_view s) -> result<std::string> {
                               const auto bytes = from_hex(s.substr(7));
                               return std::string(as_text(*bytes));
                           }}};
    std::unique_ptr<control_api> api;

    api_fixture() {
        log.add_fold([this](const events::event& e) {
            registry.apply(e);
            people.apply(e);
        });
    }

    void start(ports with = {}, answer_keeper keeper = {}) {
        with.hash_key = [](std::string_view t) { return blake2b_256(as_bytes(t)); };
        api = std::make_unique<control_api>(
            backend{.now = now,
                    .random = random,
                    .log = log,
                    .registry = registry,
                    .people = people,
                    .ports = std::move(with),
                    .answers = std::move(keeper)},
            options{.on_control = [](std::function<void()> work) { work(); },
                    .on_pool = [](std::function<void()> work) { work(); },
                    .origins = {"http://127.0.0.1:8080"},
                    .tls = false,
                    .admin_token = blake2b_256(as_bytes(admin_token)),
                    .metrics_key = {},
                    .version = "test"});
        const auto good = api->check();
        ASSERT_TRUE(good) << to_line(good.error());
    }

    void project(const std::string& id) {
        ASSERT_TRUE(registry.create_project({}, id, "Project " + id));
    }

    // hash: "" = cannot sign in by password.
    void person(const std::string& id, std::set<access::org_role> organisation = {},
                const std::string& hash = {}) {
        ASSERT_TRUE(people.create({}, {.id = id,
                                       .name = id,
                                       .email = id + "@example.com",
                                       .password_hash = hash,
                                       .organisation = std::move(organisation)}));
    }

    void role_of(const std::string& id, const std::string& project_id, access::role role) {
        ASSERT_TRUE(people.set_roles({}, nullptr, project_id, id, {role}));
    }

    answered send(http::method verb, const std::string& target, header_list headers = {},
                  const std::string& body = {}) {
        http::memory_request in(verb, target, std::move(headers), body);
        in.peer = net::address{.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 127, 0, 0, 1}};
        http::memory_responder out;
        servery::start(api->answer(in, out));
        answered a{.status = out.status, .body = {}, .text = out.body, .cookie = {}, .headers = {}};
        for (const auto& [name, value] : out.headers)
            a.headers.emplace(name, value); // of several cookies, the session's comes first
        if (auto parsed = json::parse(out.body)) a.body = *parsed;
        const auto cookie = a.headers["set-cookie"];
        a.cookie = cookie.substr(0, cookie.find(';'));
        return a;
    }

    // As the local operator for a person.
    answered as(const std::string& id, http::method verb, const std::string& target,
                const std::string& body = {}, header_list more = {}) {
        more.emplace_back("authorization", "Bearer " + std::string(admin_token));
        more.emplace_back("x-servery-as", id);
        more.emplace_back("content-type", "application/json");
        return send(verb, target, std::move(more), body);
    }

    answered sign_in(const std::string& who, std::string_view secret) {
        return send(http::method::post, "/api/v1/session", {{"content-type", "application/json"}},
                    json::write(json::object{{"email", who}, {"password", secret}}));
    }

    [[nodiscard]] std::size_t logged(std::string_view kind) const {
        std::size_t n = 0;
        for (const auto& e : log.all())
            n += e.kind == kind ? 1 : 0;
        return n;
    }
};

} // namespace servery::api
