// What is erased, what stays, and when texts go by themselves; over a real store with a clock that
// is moved.
#include "control_plane/privacy/blanking.h"
#include "control_plane/privacy/privacy_service.h"
#include "foundation/events/content_erased.h"
#include "foundation/events/desk.h"

#include <rapidcheck.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

namespace servery::privacy {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr millis day{86'400'000};

// Commits to the store and folds, as the live log does.
class folding_log final : public events::log {
  public:
    store::store* to = nullptr;
    std::function<void(const events::event&)> fold;
    std::vector<events::event> seen;
    result<std::int64_t> commit(std::vector<events::event> batch) override {
        auto last = to->commit(batch);
        if (!last) return last;
        auto seq = *last - static_cast<std::int64_t>(batch.size());
        for (auto& e : batch) {
            e.seq = ++seq;
            if (fold) fold(e);
            seen.push_back(e);
        }
        return last;
    }
};

struct data_rights : testing::Test {
    std::filesystem::path root;
    manual_clock now{instant{1'795'600'000'000}};
    seeded_random random{11};
    key_tree keys = key_tree::in_memory(random);
    std::unique_ptr<store::store> rows;
    folding_log log;
    std::vector<std::string> closed;
    std::vector<hash16> forgotten;
    std::optional<std::int64_t> planned;
    std::unique_ptr<privacy_service> service;

    void SetUp() override {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "servery-privacy-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        root = pattern;
        store::options with;
        with.folder = root / "data";
        with.now = &now;
        with.random = &random;
        with.keys = &keys;
        auto opened = store::store::open(std::move(with));
        ASSERT_TRUE(opened) << to_line(opened.error());
        rows = std::move(*opened);
        log.to = rows.get();
        service = std::make_unique<privacy_service>(
            now, random, log, *rows,
            privacy_seams{.in_background = [](std::function<void()> work) { work(); },
                          .on_control = [](std::function<void()> work) { work(); },
                          .close = [this](std::string_view, std::string_view id) -> status {
                              closed.emplace_back(id);
                              return {};
                          },
                          .forget = [this](const hash16& of) { forgotten.push_back(of); },
                          .projects = [] { return std::vector<std::string>{"house"}; },
                          .phase = [](std::string_view) { return std::string("pilot"); },
                          .plan_days = [this](std::string_view) { return planned; },
                          .visitor_of = [](std::string_view, std::string_view)
                              -> std::optional<hash16> { return std::nullopt; }});
        log.fold = [this](const events::event& e) { service->apply(e); };
    }
    void TearDown() override {
        service.reset();
        rows.reset();
        std::filesystem::remove_all(root);
    }

    static hash16 hash_of(std::uint8_t n) {
        hash16 h{};
        h.fill(n);
        return h;
    }
    events::context at(const std::string& conversation, const std::string& phase = "pilot") {
        return {.at = now.now(),
                .project = "house",
                .by = {},
                .object_type = "conversation",
                .object_id = conversation,
                .phase = phase,
                .request_id = {}};
    }
    void converse(std::uint8_t visitor, const std::string& id, const std::string& text,
                  const std::string& phase = "pilot") {
        const events::conversation_changed opened{
            .conversation = id,
            .cause = "opened",
            .owner = events::owner_kind::ai,
            .owner_person = {},
            .epoch = 1,
            .segment = 1,
            .conversation_status = "open",
            .waiting_on = {},
            .reason = {},
            .misses = 0,
            .visitor = hash_of(visitor),
            .conversation_hash = hash_of(static_cast<std::uint8_t>(visitor + 100)),
            .channel = "widget",
            .lang = "en",
            .variant = {},
            .stage = {},
            .staff = false};
        events::message_added said;
        said.conversation = id;
        said.message = "msg_" + id;
        said.msg_seq = 1;
        said.text = text;
        events::label_recorded label;
        label.label = "lb_" + id;
        label.conversation = id;
        label.message = said.message;
        label.note = "note on " + text;
        label.visitor = hash_of(visitor);
        const events::consent_changed consent{.visitor = hash_of(visitor),
                                              .purpose = "chat",
                                              .state = "given",
                                              .version = "1",
                                              .lang = "en",
                                              .channel = "widget"};
        ASSERT_TRUE(log.commit(
            {events::make_event(consent, at(id, phase)), events::make_event(opened, at(id, phase)),
             events::make_event(said, at(id, phase)), events::make_event(label, at(id, phase))}));
    }

    std::string on_disk() const {
        std::string all;
        for (const auto& f : std::filesystem::recursive_directory_iterator(root))
            if (f.is_regular_file()) {
                std::ifstream in(f.path(), std::ios::binary);
                all.append(std::istreambuf_iterator<char>(in), {});
            }
        return all;
    }
};

TEST_F(data_rights, erasing_takes_texts_notes_and_every_way_back_to_the_visitor) {
    converse(1, "cv_hers", "plantedword");
    converse(2, "cv_his", "keptword");
    const auto id = service->erase({.by = {events::actor_kind::person, "rosa"}, .request_id = "r"},
                                   "house", hash_of(1));
    ASSERT_TRUE(id) << to_line(id.error());
    EXPECT_EQ(closed, std::vector<std::string>{"cv_hers"});
    EXPECT_EQ(forgotten, std::vector<hash16>{hash_of(101)}); // what memory holds of the talk
    const auto bytes = on_disk();
    EXPECT_THAT(bytes, Not(HasSubstr("plantedword")));
    EXPECT_THAT(bytes, Not(HasSubstr(to_hex(hash_of(1)))));
    EXPECT_THAT(bytes, Not(HasSubstr(to_hex(hash_of(101)))));
    EXPECT_THAT(bytes, HasSubstr("keptword"));
    EXPECT_THAT(bytes, HasSubstr(to_hex(hash_of(2))));
    EXPECT_TRUE(rows->verify_audit()->ok);
    const auto request = service->request("house", *id);
    ASSERT_TRUE(request);
    EXPECT_EQ(json::text_or(*request, "state"), "done");
    const auto& certificate = request->at("certificate").as_object();
    EXPECT_EQ(certificate.at("conversations").as_int64(), 1);
    // The consent that was given and its withdrawal; one message; one label.
    EXPECT_EQ(certificate.at("rows").as_object().at("consent.changed").as_int64(), 2);
    EXPECT_EQ(certificate.at("rows").as_object().at("message.added").as_int64(), 1);
    EXPECT_EQ(certificate.at("rows").as_object().at("label.recorded").as_int64(), 1);
    EXPECT_EQ(service->request("other", *id).error().id, "privacy.request.unknown");
}

TEST_F(data_rights, an_export_holds_the_visitors_own_and_nothing_of_others) {
    converse(1, "cv_hers", "plantedword");
    converse(2, "cv_his", "keptword");
    const auto pack = service->collect("house", hash_of(1));
    ASSERT_TRUE(pack);
    const auto text = json::write(*pack);
    EXPECT_THAT(text, HasSubstr("plantedword"));
    EXPECT_THAT(text, Not(HasSubstr("keptword")));
    EXPECT_THAT(text, Not(HasSubstr("note on"))); // a colleague's own words
    EXPECT_EQ(pack->at("consents").as_array().size(), 1U);
    EXPECT_EQ(pack->at("labels").as_array().size(), 1U);
    EXPECT_TRUE(service->collect("other", hash_of(1))->at("conversations").as_array().empty());
}

TEST_F(data_rights, an_export_for_people_shows_text_as_text) {
    converse(1, "cv_hers", "<script>alert(1)</script>");
    const auto page = export_page(*service->collect("house", hash_of(1)));
    EXPECT_THAT(page, Not(HasSubstr("<script>")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
}

TEST_F(data_rights, a_visitor_is_found_by_words_and_by_conversation) {
    converse(1, "cv_hers", "Is there a PlantedWord here?");
    converse(2, "cv_his", "keptword");
    for (const auto* words : {"plantedword", "cv_hers", " plantedWORD "}) {
        const auto found = service->find("house", words, {});
        ASSERT_TRUE(found);
        const auto& items = found->at("items").as_array();
        ASSERT_EQ(items.size(), 1U) << words;
        EXPECT_EQ(json::text_or(items[0].as_object(), "visitor"), to_hex(hash_of(1)));
    }
    EXPECT_EQ(service->find("house", "ab", {}).error().id, "privacy.find.words");
    EXPECT_TRUE(service->find("other", "plantedword", {})->at("items").as_array().empty());
}

TEST_F(data_rights, texts_go_when_the_days_of_their_own_phase_are_over) {
    converse(1, "cv_sandbox", "sandboxword", "sandbox"); // 7 days
    converse(2, "cv_pilot", "pilotword", "pilot");       // 30 days
    now.advance(8 * day);
    service->on_tick(now.now());
    EXPECT_THAT(on_disk(), HasSubstr("pilotword"));
    // The label's note is a colleague's and stays with the label; the message is gone.
    EXPECT_THAT(json::write(*service->collect("house", hash_of(1))),
                Not(HasSubstr("\"sandboxword\"")));
    EXPECT_EQ(service->collect("house", hash_of(1))->at("conversations").as_array().size(), 1U);
    now.advance(23 * day);
    service->on_tick(now.now());
    EXPECT_THAT(json::write(*service->collect("house", hash_of(2))), Not(HasSubstr("pilotword")));
    EXPECT_TRUE(rows->verify_audit()->ok);
    const auto last = service->retention("house").at("last").as_object();
    EXPECT_EQ(last.at("conversations").as_int64(), 1);
}

TEST_F(data_rights, the_job_runs_once_a_day_and_finds_nothing_twice) {
    converse(1, "cv_sandbox", "sandboxword", "sandbox");
    now.advance(8 * day);
    for (int minute = 0; minute < 60; ++minute) {
        now.advance(millis{60'000});
        service->on_tick(now.now());
    }
    const auto runs = [&] {
        return std::ranges::count_if(
            log.seen, [](const events::event& e) { return e.kind == retention_ran::kind; });
    };
    EXPECT_EQ(runs(), 1);
    now.advance(day);
    service->on_tick(now.now());
    EXPECT_EQ(runs(), 2);
    EXPECT_EQ(std::ranges::count_if(
                  log.seen,
                  [](const events::event& e) { return e.kind == events::content_erased::kind; }),
              1);
}

TEST_F(data_rights, the_plans_own_days_replace_the_defaults) {
    planned = 3;
    converse(1, "cv_pilot", "pilotword", "pilot");
    for (const auto& rule : service->rules("house")) {
        EXPECT_EQ(rule.days, 3);
        EXPECT_EQ(rule.from, "plan");
    }
    now.advance(4 * day);
    service->on_tick(now.now());
    EXPECT_THAT(json::write(*service->collect("house", hash_of(1))),
                Not(HasSubstr("\"pilotword\"")));
}

TEST_F(data_rights, a_replay_knows_the_requests_and_their_certificates) {
    converse(1, "cv_hers", "plantedword");
    const auto id = *service->erase({.by = {}, .request_id = {}}, "house", hash_of(1));
    privacy_service again(now, random, log, *rows,
                          {.in_background = [](std::function<void()>) { FAIL(); },
                           .on_control = {},
                           .close = {},
                           .forget = {},
                           .projects = {},
                           .phase = {},
                           .plan_days = {},
                           .visitor_of = {}});
    ASSERT_TRUE(
        rows->replay(0, [&](events::event&& e) { again.apply(e); }, [](events::exchange&&) {}));
    EXPECT_EQ(json::write(*again.request("house", id)),
              json::write(*service->request("house", id)));
    again.recover(); // nothing is left to do
}

TEST(blanking, keeps_nothing_of_a_member_it_does_not_know) {
    EXPECT_TRUE(rc::check([](const std::string& name, const std::string& text) {
        RC_PRE(!text.empty() && text.find("planted") == std::string::npos);
        const json::object body{
            {"x_" + name, "planted" + text},           {"text", "planted"},
            {"deep", {{"a", json::array{"planted"}}}}, {"reason", "Planted, by hand"},
            {"list", json::array{"planted"}},          {"n", 3}};
        const auto left = json::write(blanked(body, {}));
        RC_ASSERT(left.find("lanted") == std::string::npos);
        RC_ASSERT(left.find("\"n\":3") != std::string::npos);
    }));
}

TEST(blanking, keeps_ids_codes_and_numbers_and_replaces_hashes) {
    const json::object body{{"conversation", "cv_1"}, {"reason", "no_match"}, {"msg_seq", 4},
                            {"visitor", "aa"},        {"text", "hello"},      {"staff_only", true}};
    const json::object expected{
        {"conversation", "cv_1"}, {"reason", "no_match"}, {"msg_seq", 4},
        {"visitor", "bb"},        {"text", ""},           {"staff_only", true}};
    EXPECT_EQ(blanked(body, {{"aa", "bb"}}), expected);
}

} // namespace
} // namespace servery::privacy
