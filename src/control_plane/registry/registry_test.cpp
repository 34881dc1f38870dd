#include "control_plane/registry/registry_service.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <gmock/gmock.h>

namespace servery::registry {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct registry : testing::Test {
    manual_clock now{instant{1'764'000'000'000}};
    seeded_random random{7};
    events::memory_log log;
    int made = 0;
    crafts with{
        .make_key =
            [this](policy::key_kind kind) {
                return "svy_" + std::string(json::enum_word(kind)) + "_text" +
                       std::to_string(1000 + made++);
            },
        .hash_key = [](std::string_view text) { return blake2b_256(as_bytes(text)); },
        .seal = [](std::string_view row, std::string_view secret) -> result<std::string> {
            return to_hex(blake2b_256(as_bytes(std::string(row) + std::string(secret))));
        },
        .try_guard_policy = [this](std::string_view, std::string_view before,
                                   std::string_view after) -> result<crafts::guard_effect> {
            if (after.find("typo") != std::string_view::npos)
                return fail(error_code::unprocessable, "guard.policy_invalid", "unknown member");
            crafts::guard_effect out{.hash = "h" + std::to_string(after.size()), .live = live};
            if (after.size() < before.size()) out.loosens = {"shorter"};
            return out;
        },
        .release_exists = [](std::string_view, std::string_view id) { return id == "kr_1"; }};
    bool live = false; // visitors are served
    registry_service service{now, random, log, with};
    act who{.by = {.kind = events::actor_kind::person, .id = "rosa"}, .request_id = "req_1"};

    registry() {
        log.add_fold([this](const events::event& e) { service.apply(e); });
        EXPECT_TRUE(service.create_project(who, "guest-house", "Questions of guests"));
    }

    void import(std::string_view yaml) {
        const auto done = service.import_providers(who, yaml, "p.yaml");
        ASSERT_TRUE(done) << to_line(done.error());
    }

    // Everything that reached the log, as text.
    std::string logged() const {
        std::string all;
        for (const auto& e : log.all())
            all += json::write(json::to_json(e)) + "\n";
        return all;
    }
};

constexpr std::string_view two_providers = R"(
providers:
  - id: main
    kind: openai
    base_url: https://llm.example.com/v1
    region: eu
    models: [small-1, {id: large-1, sandbox: true}]
    timeouts: {first_token_ms: 9000}
  - id: built-in
    kind: assistant
    models: [faq]
)";

TEST_F(registry, a_project_is_made_once_and_listed) {
    EXPECT_EQ(service.create_project(who, "guest-house", "again").error().id, "project.exists");
    EXPECT_EQ(service.create_project(who, "Guest House", "x").error().id, "project.id.invalid");
    EXPECT_EQ(service.create_project(who, "other", "  ").error().id, "project.title.missing");
    ASSERT_EQ(service.projects().size(), 1U);
    EXPECT_EQ(service.projects()[0]->created_by, "rosa");
}

TEST_F(registry, the_text_of_a_key_is_given_once_and_never_logged) {
    const auto key = service.create_key(who, "guest-house", {.name = "site"});
    ASSERT_TRUE(key);
    EXPECT_EQ(key->key.last4, key->text.substr(key->text.size() - 4));
    EXPECT_THAT(logged(), Not(HasSubstr(key->text)));
    EXPECT_NE(service.find_key(blake2b_256(as_bytes(key->text))), nullptr);
}

TEST_F(registry, kinds_have_their_own_defaults) {
    const auto sandbox = service.create_key(who, "guest-house", {.name = "s"});
    const auto live =
        service.create_key(who, "guest-house", {.kind = policy::key_kind::live, .name = "l"});
    ASSERT_TRUE(sandbox && live);
    EXPECT_EQ(sandbox->key.failure, policy::on_failure::error);
    EXPECT_EQ(live->key.failure, policy::on_failure::fallback);
    EXPECT_THAT(sandbox->key.scopes, Not(Contains("purpose:assert")));
    EXPECT_EQ(*sandbox->key.expires_at - now.now(), millis{30LL * 86'400'000});
    EXPECT_EQ(*live->key.expires_at - now.now(), millis{365LL * 86'400'000});
}

TEST_F(registry, a_public_key_needs_exact_origins_and_chats_only) {
    const auto refused = service.create_key(
        who, "guest-house",
        {.kind = policy::key_kind::public_, .name = "w", .scopes = {"models", "chta"}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().more.size(), 2U); // every fault at once
    for (const auto* origin :
         {"https://www.example.com/", "example.com", "https://*", "https://A.b"})
        EXPECT_EQ(
            service
                .create_key(who, "guest-house",
                            {.kind = policy::key_kind::public_, .name = "w", .origins = {origin}})
                .error()
                .id,
            "key.origin.invalid")
            << origin;
}

TEST_F(registry, a_revoked_or_expired_key_is_no_key) {
    const auto key =
        service.create_key(who, "guest-house", {.name = "s", .lifetime = millis{1000}});
    ASSERT_TRUE(key);
    const auto hash = key->key.hash;
    EXPECT_EQ(service.key_views().size(), 1U);
    now.advance(millis{1000});
    EXPECT_EQ(service.find_key(hash), nullptr);
    EXPECT_TRUE(service.key_views().empty());
    const auto second = service.create_key(who, "guest-house", {.name = "t"});
    ASSERT_TRUE(service.revoke_key(who, "guest-house", second->key.id, "lost"));
    EXPECT_EQ(service.find_key(second->key.hash), nullptr);
}

TEST_F(registry, a_key_of_another_project_looks_like_a_missing_one) {
    ASSERT_TRUE(service.create_project(who, "other", "Other"));
    const auto key = service.create_key(who, "other", {.name = "s"});
    const auto foreign = service.revoke_key(who, "guest-house", key->key.id, "");
    const auto missing = service.revoke_key(who, "guest-house", "key_none", "");
    ASSERT_FALSE(foreign);
    EXPECT_EQ(to_line(foreign.error()), to_line(missing.error()));
    EXPECT_NE(service.find_key(key->key.hash), nullptr);
}

TEST_F(registry, providers_come_from_yaml_and_go_back_to_the_same_yaml) {
    import(two_providers);
    const auto* main = service.find_provider("main");
    ASSERT_NE(main, nullptr);
    EXPECT_THAT(main->view.models, ElementsAre("small-1", "large-1"));
    EXPECT_THAT(main->view.sandbox_models, ElementsAre("large-1"));
    EXPECT_EQ(main->view.first_token_ms, 9000);
    const auto text = service.export_providers();
    ASSERT_TRUE(text);
    const auto again = service.import_providers(who, *text, "again.yaml");
    ASSERT_TRUE(again) << to_line(again.error());
    EXPECT_TRUE(again->empty()); // nothing changed, so nothing was written
}

TEST_F(registry, every_fault_of_a_provider_document_comes_with_its_line) {
    const auto faulty = service.import_providers(who,
                                                 "providers:\n"
                                                 "  - id: main\n"
                                                 "    kind: openai\n"
                                                 "    base_ulr: https://x.example\n"
                                                 "    max_in_flight: lots\n",
                                                 "p.yaml");
    ASSERT_FALSE(faulty);
    EXPECT_EQ(faulty.error().id, "provider.invalid");
    EXPECT_THAT(faulty.error().where, HasSubstr("p.yaml:4"));
    EXPECT_THAT(faulty.error().remedy, HasSubstr("base_url"));
    EXPECT_EQ(faulty.error().more.size(), 2U);
    EXPECT_TRUE(service.providers().empty());
}

TEST_F(registry, a_provider_document_holds_no_secret_and_no_trick) {
    for (const auto* body :
         {"credential: sk-abc", "extra_headers: {authorization: Bearer x}",
          "base_url: https://user@evil.example", "base_url: http://plain.example",
          "base_url: 'https://a\\b'", "script: !!python/object x"}) {
        const auto done = service.import_providers(
            who, "providers:\n  - id: main\n    kind: openai\n    " + std::string(body) + "\n",
            "p.yaml");
        EXPECT_FALSE(done) << body;
    }
    const std::string deep(200, '[');
    EXPECT_FALSE(service.import_providers(who, deep, "p.yaml"));
    EXPECT_FALSE(service.import_providers(who, "a: &a [1]\n---\nb: 2\n", "p.yaml"));
}

TEST_F(registry, moving_an_address_drops_the_secret_stored_for_it) {
    import(two_providers);
    const auto state = service.set_credential(who, "main", "sk-very-secret-value-1234");
    ASSERT_TRUE(state);
    EXPECT_EQ(state->last4, "1234");
    EXPECT_THAT(logged(), Not(HasSubstr("very-secret")));
    EXPECT_TRUE(service.sealed_credential("main"));
    // Another change keeps it.
    import("providers:\n  - id: main\n    kind: openai\n"
           "    base_url: https://llm.example.com/v1\n    models: [small-1]\n");
    EXPECT_TRUE(service.find_provider("main")->credential.set);
    import("providers:\n  - id: main\n    kind: openai\n"
           "    base_url: https://evil.example/v1\n    models: [small-1]\n");
    EXPECT_FALSE(service.find_provider("main")->credential.set);
    EXPECT_FALSE(service.sealed_credential("main"));
}

TEST_F(registry, short_secrets_show_nothing_and_lines_are_refused) {
    import(two_providers);
    EXPECT_EQ(service.set_credential(who, "main", "short")->last4, "");
    EXPECT_FALSE(service.set_credential(who, "main", "two\nlines"));
    EXPECT_FALSE(service.set_credential(who, "main", ""));
    EXPECT_EQ(service.set_credential(who, "none", "x").error().id, "provider.unknown");
}

TEST_F(registry, a_new_price_supersedes_and_the_built_in_costs_nothing) {
    import(two_providers);
    ASSERT_TRUE(service.set_price(who, {"main", "small-1", "EUR", "0.15", "0.60", ""}));
    const auto row = service.set_price(who, {"main", "small-1", "EUR", "0.10", "0.40", "0.05"});
    ASSERT_TRUE(row);
    EXPECT_EQ(row->in, 100'000);
    EXPECT_EQ(row->cached, 50'000);
    ASSERT_EQ(service.price_rows().size(), 2U);
    EXPECT_EQ(service.price_rows()[1].provider, "built-in");
    EXPECT_EQ(service.price_rows()[1].out, 0);
    EXPECT_FALSE(service.set_price(who, {"main", "small-1", "EUR", "-1", "0", ""}));
    EXPECT_FALSE(service.set_price(who, {"main", "small-1", "euro", "1", "0", ""}));
}

json::object variant_of(std::string_view text) {
    return json::parse(text)->as_object();
}

TEST_F(registry, a_variant_is_named_by_its_content_and_never_changes) {
    import(two_providers);
    const auto fields = variant_of(
        R"({"label":"first","targets":[{"provider":"main","model":"small-1"}],"prompt":"Be kind."})");
    const auto first = service.create_variant(who, "guest-house", fields);
    ASSERT_TRUE(first) << to_line(first.error());
    EXPECT_TRUE(first->made);
    auto renamed = fields;
    renamed["label"] = "second";
    const auto same = service.create_variant(who, "guest-house", renamed);
    ASSERT_TRUE(same);
    EXPECT_FALSE(same->made);
    EXPECT_EQ(same->variant.view.hash, first->variant.view.hash);
    EXPECT_EQ(same->variant.view.label, "first");
    auto other = fields;
    other["prompt"] = "Be brief.";
    EXPECT_NE(service.create_variant(who, "guest-house", other)->variant.view.hash,
              first->variant.view.hash);
    const auto hex = to_hex(first->variant.view.hash);
    EXPECT_NE(service.find_variant("guest-house", hex.substr(0, 12)), nullptr);
    EXPECT_EQ(service.find_variant("guest-house", hex.substr(0, 11)), nullptr);
    EXPECT_EQ(service.find_variant("other", hex), nullptr);
    EXPECT_EQ(hex, to_hex(blake2b_256(as_bytes(canonical(first->variant.content)))));
}

TEST_F(registry, a_variant_names_only_what_exists) {
    import(two_providers);
    for (const auto* text :
         {R"({"targets":[{"provider":"nobody","model":"m"}]})",
          R"({"targets":[{"provider":"main","model":"huge-9"}]})",
          R"({"targets":[{"provider":"built-in","model":"faq"}],"knowledge_release":"kr_9"})",
          R"({"targets":[]})", R"({"targets":[{"provider":"main","model":"small-1"}],"promt":"x"})",
          R"({"targets":[{"provider":"main","model":"small-1"}],"parameters":{"model":"x"}})",
          R"({"targets":[{"provider":"main","model":"small-1"}],"caller_system":"eat"})"})
        EXPECT_FALSE(service.create_variant(who, "guest-house", variant_of(text))) << text;
    EXPECT_TRUE(service.create_variant(
        who, "guest-house",
        variant_of(
            R"({"targets":[{"provider":"built-in","model":"faq"}],"knowledge_release":"kr_1"})")));
    EXPECT_EQ(service.variant_views().size(), 1U);
}

TEST_F(registry, a_project_has_one_widget_with_its_public_key) {
    const auto widget = service.ensure_widget(who, "guest-house", {"https://www.example.com"});
    ASSERT_TRUE(widget);
    EXPECT_EQ(service.ensure_widget(who, "guest-house", {})->id, widget->id);
    const auto* key = service.find_key(blake2b_256(as_bytes(widget->public_key)));
    ASSERT_NE(key, nullptr);
    EXPECT_EQ(key->kind, policy::key_kind::public_);
    EXPECT_THAT(key->origins, ElementsAre("https://www.example.com"));
}

TEST_F(registry, other_websites_give_the_widget_a_new_key_and_end_the_old_one) {
    const auto before = *service.ensure_widget(who, "guest-house", {"https://www.example.com"});
    const auto same = service.ensure_widget(who, "guest-house", {"https://www.example.com"});
    EXPECT_EQ(same->public_key, before.public_key);
    const auto after = service.ensure_widget(who, "guest-house", {"https://shop.example.com"});
    ASSERT_TRUE(after);
    EXPECT_EQ(after->id, before.id) << "the snippet on the page stays as it is";
    EXPECT_NE(after->public_key, before.public_key);
    EXPECT_EQ(service.find_key(blake2b_256(as_bytes(before.public_key))), nullptr);
    EXPECT_THAT(service.widget_origins("guest-house"), ElementsAre("https://shop.example.com"));
    EXPECT_FALSE(service.ensure_widget(who, "guest-house", {"not an origin"}));
    EXPECT_EQ(service.widget("guest-house")->public_key, after->public_key);
}

TEST_F(registry, nothing_happens_when_the_record_cannot_be_written) {
    import(two_providers);
    const auto before = service.version();
    log.set_down(true);
    EXPECT_EQ(service.create_project(who, "x", "X").error().id, "audit.store.down");
    EXPECT_EQ(service.create_key(who, "guest-house", {.name = "s"}).error().id, "audit.store.down");
    EXPECT_EQ(service.set_credential(who, "main", "s").error().id, "audit.store.down");
    EXPECT_FALSE(service.set_price(who, {"main", "small-1", "EUR", "1", "1", ""}));
    EXPECT_EQ(service.version(), before);
}

TEST_F(registry, a_guard_policy_changes_by_who_has_read_it_and_one_that_is_wrong_changes_nothing) {
    const json::object strict{{"output", json::object{{"pii", json::object{}}}}};
    EXPECT_EQ(service.guard_policy("guest-house").version, 0);
    const auto set = service.set_guard_policy(who, "guest-house", 0, strict, "");
    ASSERT_TRUE(set) << to_line(set.error());
    EXPECT_EQ(set->version, 1);
    EXPECT_EQ(set->document, json::write(strict));
    EXPECT_EQ(set->by, "rosa");
    EXPECT_EQ(service.set_guard_policy(who, "guest-house", 0, {}, "").error().id,
              "guard.policy_stale");
    EXPECT_EQ(service.set_guard_policy(who, "guest-house", 1, {{"typo", 1}}, "").error().id,
              "guard.policy_invalid");
    EXPECT_EQ(service.set_guard_policy(who, "nowhere", 0, {}, "").error().id, "project.unknown");
    EXPECT_EQ(service.guard_policy("guest-house").document, json::write(strict));
}

TEST_F(registry, doing_less_for_visitors_needs_a_reason_that_stays) {
    const json::object strict{{"output", json::object{{"pii", json::object{}}}}};
    ASSERT_TRUE(service.set_guard_policy(who, "guest-house", 0, strict, ""));
    live = true;
    const auto refused = service.set_guard_policy(who, "guest-house", 1, {}, "so what");
    EXPECT_EQ(refused.error().id, "guard.loosened_without_reason");
    EXPECT_THAT(refused.error().message, HasSubstr("shorter"));
    ASSERT_TRUE(service.set_guard_policy(who, "guest-house", 1, {}, "our number is public"));
    const auto& all = service.guard_revisions("guest-house");
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[1].document, "") << "back to the shipped rules";
    EXPECT_EQ(all[1].reason, "our number is public");
    EXPECT_THAT(all[1].loosens, ElementsAre("shorter"));
}

TEST_F(registry, limits_change_as_a_whole_by_who_has_read_them) {
    EXPECT_EQ(service.limits("guest-house").version, 0);
    EXPECT_EQ(service.limits("guest-house").limits.visitor_a_minute, 20) << "shipped";
    const auto set = service.set_limits(who, "guest-house", 0, {.visitor_a_minute = 5});
    ASSERT_TRUE(set);
    EXPECT_EQ(set->version, 1);
    EXPECT_EQ(service.limits("guest-house").limits.visitor_a_minute, 5);
    EXPECT_EQ(service.set_limits(who, "guest-house", 0, {}).error().id, "limits.stale");
    const auto refused = service.set_limits(who, "guest-house", 1,
                                            {.visitor_a_minute = -1, .turns_a_day = 2'000'000});
    EXPECT_EQ(refused.error().id, "limits.out_of_range");
    EXPECT_EQ(refused.error().more.size(), 2u);
    EXPECT_EQ(service.set_limits(who, "nowhere", 0, {}).error().id, "project.unknown");
    EXPECT_EQ(service.limits("guest-house").version, 1);
}

TEST_F(registry, a_replay_of_the_log_gives_the_same_state) {
    import(two_providers);
    ASSERT_TRUE(service.create_key(who, "guest-house", {.name = "s"}));
    ASSERT_TRUE(service.set_credential(who, "main", "sk-very-secret-value-1234"));
    ASSERT_TRUE(service.set_price(who, {"main", "small-1", "EUR", "1", "2", ""}));
    ASSERT_TRUE(service.ensure_widget(who, "guest-house", {"https://www.example.com"}));
    ASSERT_TRUE(service.create_variant(
        who, "guest-house", variant_of(R"({"targets":[{"provider":"main","model":"small-1"}]})")));
    ASSERT_TRUE(service.set_limits(who, "guest-house", 0, {.key_a_minute = 600}));
    ASSERT_TRUE(service.set_guard_policy(who, "guest-house", 0, {{"mode", json::object{}}}, ""));
    registry_service again(now, random, log, with);
    for (const auto& e : log.all())
        again.apply(e);
    EXPECT_EQ(again.version(), service.version());
    const auto views = [](const registry_service& s) {
        return json::write(json::to_json(s.key_views())) +
               json::write(json::to_json(s.provider_views())) +
               json::write(json::to_json(s.variant_views())) +
               json::write(json::to_json(s.price_rows())) +
               json::write(json::to_json(s.widget_views()));
    };
    EXPECT_EQ(views(again), views(service));
    EXPECT_EQ(again.limits("guest-house").limits.key_a_minute, 600);
    EXPECT_EQ(again.guard_policy("guest-house").document, R"({"mode":{}})");
    EXPECT_EQ(again.sealed_credential("main"), service.sealed_credential("main"));
}

TEST(canonical_json, does_not_depend_on_the_order_of_members) {
    EXPECT_TRUE(rc::check([](std::map<std::string, int> members) {
        json::object forward;
        json::object backward;
        for (const auto& [name, n] : members)
            forward[json::write(json::value(name))] = n;
        for (auto m = members.rbegin(); m != members.rend(); ++m)
            backward[json::write(json::value(m->first))] = m->second;
        RC_ASSERT(canonical(forward) == canonical(backward));
    }));
}

TEST(provider_reader, never_crashes_on_any_text) {
    EXPECT_TRUE(rc::check([](const std::string& text) {
        manual_clock now{instant{0}};
        seeded_random random{1};
        events::memory_log log;
        registry_service service(now, random, log, {});
        (void)service.import_providers({}, "providers:\n  - " + text, "x");
    }));
}

} // namespace
} // namespace servery::registry
