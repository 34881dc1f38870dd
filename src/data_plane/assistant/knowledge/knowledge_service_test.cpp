#include "data_plane/assistant/knowledge/knowledge_service.h"
#include "foundation/events/desk.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace servery::assistant {
namespace {

const std::string project = "guest-house";

std::string guest_house() {
    std::ifstream in(SERVERY_SOURCE_DIR "/examples/guest_house/guest_house.csv");
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> scan(std::string_view text) {
    if (text.find("sk-secret") != std::string_view::npos) return {"secret"};
    return {};
}

// One installation with its log, its clock and its board.
struct house {
    manual_clock clock{*parse_rfc3339("2026-11-25T09:00:00Z")};
    seeded_random random{7};
    events::memory_log log;
    serving_board board;
    knowledge_service service{clock, random, log, board, scan};
    knowledge_actor owner{project, {events::actor_kind::person, "ann"}, "sandbox", "req_1"};

    house() {
        log.add_fold([this](const events::event& e) { service.apply(e); });
        service.start();
    }
    std::string import_all(const std::string& csv) {
        const auto proposed = service.propose(owner, {.name = "faq.csv", .content = csv});
        EXPECT_TRUE(proposed);
        const auto id = json::text_or(*proposed, "import");
        EXPECT_TRUE(service.apply_import(owner, id, {.all = true, .approve = true}));
        return id;
    }
    std::string publish() {
        const auto drafted = service.draft_release(owner, "first");
        EXPECT_TRUE(drafted);
        const auto id = json::text_or(*drafted, "release");
        EXPECT_TRUE(service.check_release(owner, id));
        EXPECT_TRUE(service.publish_release(owner, id));
        return id;
    }
    json::object ask(const std::string& text) {
        const auto out = service.ask(project, {.text = text});
        EXPECT_TRUE(out);
        return out ? *out : json::object{};
    }
    template <typename Record>
    void happen(const Record& record) {
        ASSERT_TRUE(
            log.commit({events::make_event(record, {.at = clock.now(), .project = project})}));
    }
    // A visitor's message with a decision, and a reviewer's label of it.
    void message(int n, const std::string& text, const std::string& entry) {
        const auto id = std::to_string(n);
        happen(events::message_added{.conversation = "cv_" + id,
                                     .message = "msg_" + id,
                                     .author = events::author_kind::visitor,
                                     .text = text});
        happen(events::decision_recorded{.conversation = "cv_" + id,
                                         .message = "msg_" + id,
                                         .recommended = "answer",
                                         .delivered = "answer",
                                         .entries = {entry}});
    }
    void label(int n, bool right, const std::string& entry) {
        hash16 visitor{};
        visitor[0] = static_cast<std::uint8_t>(n);
        visitor[1] = static_cast<std::uint8_t>(n >> 8);
        const auto id = std::to_string(n);
        happen(events::label_recorded{
            .label = "lb_" + id,
            .message = "msg_" + id,
            .verdict = right ? events::label_verdict::right : events::label_verdict::out_of_scope,
            .entries = right ? std::vector{entry} : std::vector<std::string>{},
            .sampling = events::label_sampling::random,
            .q = 0.5,
            .recommended = "answer",
            .delivered = "answer",
            .visitor = visitor});
    }
};

TEST(knowledge, lists_38_proposals_and_the_duplicates_of_the_guest_house) {
    house h;
    const auto out =
        h.service.propose(h.owner, {.name = "guest_house.csv", .content = guest_house()});
    ASSERT_TRUE(out);
    EXPECT_EQ(out->at("proposals").as_array().size(), 38U);
    EXPECT_EQ(out->at("proposals").at(0).at("kind").as_string(), "new");
    EXPECT_EQ(out->at("taken").to_number<int>(), 0);
    const auto has = [&](std::string_view kind, std::vector<std::string> keys) {
        for (const auto& f : out->at("findings").as_array())
            if (f.at("kind").as_string() == kind && f.at("keys") == json::to_json(keys))
                return true;
        return false;
    };
    EXPECT_TRUE(has("duplicate", {"gh-01", "gh-09"}));
    EXPECT_TRUE(has("duplicate", {"gh-04", "gh-20"}));
    EXPECT_TRUE(has("answer_off_topic", {"gh-34"}));
}

TEST(knowledge, serves_nothing_that_nobody_approved) {
    house h;
    const auto proposed =
        h.service.propose(h.owner, {.kind = "paste", .content = "Q: Pool?\nA: No."});
    ASSERT_TRUE(proposed);
    const auto id = json::text_or(*proposed, "import");
    ASSERT_TRUE(h.service.apply_import(h.owner, id, {.all_new = true}));
    const auto draft = h.service.draft_release(h.owner, "");
    ASSERT_FALSE(draft);
    EXPECT_EQ(draft.error().id, "knowledge.release.empty");
    EXPECT_EQ(h.service.ask(project, {.text = "pool"}).error().id, "knowledge.release.not_found");
    EXPECT_EQ(serving_reader(h.board).find(project), nullptr);
}

TEST(knowledge, publishes_the_same_release_id_in_every_installation) {
    house one;
    house other;
    one.import_all(guest_house());
    other.clock.advance(std::chrono::hours(50));
    other.owner.by.id = "bob";
    other.import_all(guest_house());
    const auto id = one.publish();
    EXPECT_EQ(id, other.publish());
    EXPECT_TRUE(id.starts_with("kr_"));
    EXPECT_EQ(one.service.published(project), id);
    ASSERT_NE(serving_reader(one.board).find(project), nullptr);
    EXPECT_EQ(serving_reader(one.board).find(project, id)->index->entries().size(), 38U);
    EXPECT_EQ(one.service.facts(project)[0].n, 38);
}

TEST(knowledge, answers_with_the_approved_bytes_the_source_and_the_matching_words) {
    house h;
    h.import_all(guest_house());
    h.publish();
    const auto out = h.ask("Does this site offer an airport shuttle?");
    EXPECT_EQ(out.at("outcome").as_string(), "answer");
    EXPECT_EQ(out.at("text").as_string(), "Shuttle service is not provided here.");
    EXPECT_EQ(out.at("entry").at("key").as_string(), "gh-37");
    EXPECT_EQ(out.at("sources").at(0).at("title").as_string(),
              "A AND B GUEST HOUSE, house information 37");
    EXPECT_FALSE(out.at("top").at(0).at("matched").as_array().empty());
    const auto airport = h.ask("do you pick people up from the airport");
    EXPECT_EQ(airport.at("top").at(0).at("key").as_string(), "gh-37");
    EXPECT_EQ(h.ask("I'd rather speak to a real person please").at("reason").as_string(),
              "human_request");
}

TEST(knowledge, searches_each_language_in_its_own_entries) {
    house h;
    h.import_all("id,lang,frage,antwort\n"
                 "park,de,Gibt es einen Parkplatz?,Ja.\npool,de,Haben Sie ein Schwimmbad?,Nein.\n"
                 "park-en,en,Is there parking?,Yes.\n");
    h.publish();
    const auto german = h.ask("Gibt es bei Ihnen einen Stellplatz f\xC3\xBCr mein Auto?");
    EXPECT_EQ(german.at("lang").as_string(), "de");
    EXPECT_EQ(german.at("top").at(0).at("key").as_string(), "park");
    EXPECT_EQ(h.ask("is there parking").at("top").at(0).at("key").as_string(), "park-en");
    EXPECT_EQ(h.ask("est-ce que vous avez une chambre pour nous").at("reason").as_string(),
              "language");
}

TEST(knowledge, imports_again_without_changes_and_shows_what_differs) {
    house h;
    h.import_all(guest_house());
    const auto same = h.service.propose(h.owner, {.name = "a.csv", .content = guest_house()});
    ASSERT_TRUE(same);
    for (const auto& p : same->at("proposals").as_array())
        EXPECT_EQ(p.at("kind").as_string(), "same");
    const auto changed = h.service.propose(
        h.owner, {.name = "a.csv",
                  .content = "id,question,answer\ngh-12,Is there a charge for parking?,12 GBP.\n",
                  .sync = true});
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->at("proposals").as_array().size(), 38U); // one changed, 37 to retire
    EXPECT_EQ(changed->at("proposals").at(0).at("kind").as_string(), "changed");
    EXPECT_EQ(changed->at("proposals").at(0).at("fields"),
              json::to_json(std::vector<std::string>{"answer"}));
}

TEST(knowledge, does_not_overwrite_what_was_edited_after_the_file_was_read) {
    house h;
    const std::string csv = "id,question,answer\npool,Is there a pool?,No.\n";
    h.import_all(csv);
    const auto proposed = h.service.propose(
        h.owner, {.name = "a.csv", .content = "id,question,answer\npool,Is there a pool?,Yes.\n"});
    ASSERT_TRUE(h.service.edit_entry(h.owner, "pool", 1, {{"answer", "Closed."}}));
    const auto applied =
        h.service.apply_import(h.owner, json::text_or(*proposed, "import"), {.all = true});
    ASSERT_TRUE(applied);
    EXPECT_EQ(applied->at("taken").to_number<int>(), 0);
    EXPECT_EQ(applied->at("refused").to_number<int>(), 1);
    EXPECT_EQ(h.service.entry(project, "pool")->at("answer").as_string(), "Closed.");
}

TEST(knowledge, blocks_the_approval_of_an_entry_with_a_secret) {
    house h;
    const auto proposed = h.service.propose(
        h.owner, {.kind = "paste", .content = "Q: What is the code?\nA: It is sk-secret."});
    const auto applied = h.service.apply_import(h.owner, json::text_or(*proposed, "import"),
                                                {.all = true, .approve = true});
    ASSERT_TRUE(applied);
    EXPECT_EQ(applied->at("refused").to_number<int>(), 1);
    ASSERT_TRUE(h.service.create_entry(
        h.owner,
        {{"key", "code"}, {"question", "What is the code?"}, {"answer", "It is sk-secret."}}));
    EXPECT_EQ(h.service.approve_entry(h.owner, "code", 1).error().id,
              "knowledge.entry.open_finding");
}

TEST(entries, keep_their_versions_and_refuse_stale_and_bad_edits) {
    house h;
    const auto made =
        h.service.create_entry(h.owner, {{"question", "Is there a pool?"}, {"answer", "No."}});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->at("key").as_string(), "is-there-a-pool");
    EXPECT_EQ(h.service
                  .create_entry(h.owner,
                                {{"key", "is-there-a-pool"}, {"question", "x?"}, {"answer", "y"}})
                  .error()
                  .id,
              "knowledge.entry.key_taken");
    ASSERT_TRUE(h.service.edit_entry(h.owner, "is-there-a-pool", 1, {{"answer", "Yes."}}));
    EXPECT_EQ(h.service.edit_entry(h.owner, "is-there-a-pool", 1, {{"answer", "?"}}).error().id,
              "knowledge.entry.stale");
    const auto bad = h.service.edit_entry(h.owner, "is-there-a-pool", 2,
                                          {{"answer", ""}, {"valid_from", "soon"}});
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().id, "knowledge.entry.invalid");
    EXPECT_EQ(bad.error().more.size(), 1U);
    EXPECT_EQ(h.service.entry_history(project, "is-there-a-pool")->at("items").as_array().size(),
              2U);
    EXPECT_EQ(h.service.entry(project, "nobody").error().id, "knowledge.entry.not_found");
}

TEST(entries, are_found_by_staff_whatever_signs_they_type) {
    house h;
    h.import_all(guest_house());
    for (const char* q : {"\" * : ( ) NEAR - ^", "parking OR \"", "\xFF", "'"})
        EXPECT_TRUE(h.service.entries(project, {.q = q}).contains("items")) << q;
    const auto found = h.service.entries(project, {.q = "parking", .limit = 3});
    EXPECT_EQ(found.at("items").as_array().size(), 3U);
    EXPECT_FALSE(found.at("next").is_null());
    EXPECT_EQ(h.service.entries(project, {.status = "approved", .limit = 200})
                  .at("items")
                  .as_array()
                  .size(),
              38U);
}

TEST(withdrawal, stops_an_entry_at_once_and_until_a_newer_version) {
    house h;
    h.import_all(guest_house());
    h.publish();
    const std::string question = "Does this site offer any airport shuttle service?";
    EXPECT_EQ(h.ask(question).at("entry").at("key").as_string(), "gh-37");
    EXPECT_FALSE(h.service.withdraw_entry(h.owner, "gh-37", " "));
    ASSERT_TRUE(h.service.withdraw_entry(h.owner, "gh-37", "the shuttle runs again"));
    for (const auto& c : h.ask(question).at("top").as_array())
        EXPECT_NE(c.at("key").as_string(), "gh-37");
    serving_reader reader(h.board);
    query asked;
    asked.text = question;
    EXPECT_NE(decide(*reader.find(project), asked).key, "gh-37");
    EXPECT_EQ(h.service.facts(project)[0].n, 37);
    // the same version published again stays out; a newer one comes back
    ASSERT_TRUE(h.service.edit_entry(h.owner, "gh-37", 1, {{"answer", "Ask at the desk."}}));
    ASSERT_TRUE(h.service.approve_entry(h.owner, "gh-37", 2));
    h.publish();
    EXPECT_EQ(h.ask(question).at("text").as_string(), "Ask at the desk.");
}

TEST(releases, are_published_only_when_checked_and_stay_when_the_log_is_down) {
    house h;
    h.import_all("id,question,answer\npool,Is there a pool?,No.\n");
    const auto id = json::text_or(*h.service.draft_release(h.owner, ""), "release");
    EXPECT_EQ(h.service.publish_release(h.owner, id).error().id, "knowledge.release.not_checked");
    ASSERT_TRUE(h.service.check_release(h.owner, id));
    h.log.set_down(true);
    EXPECT_EQ(h.service.publish_release(h.owner, id).error().id, "audit.store.down");
    EXPECT_EQ(h.service.published(project), "");
    EXPECT_EQ(serving_reader(h.board).find(project), nullptr);
    h.log.set_down(false);
    ASSERT_TRUE(h.service.publish_release(h.owner, id));
    EXPECT_NE(serving_reader(h.board).find(project), nullptr);
    EXPECT_EQ(h.service.publish_release(h.owner, "kr_none").error().id,
              "knowledge.release.not_found");
}

TEST(releases, roll_back_to_an_older_one_as_it_was) {
    house h;
    h.import_all("id,question,answer\npool,Is there a pool?,No.\nbar,Is there a bar?,Yes.\n");
    const auto first = h.publish();
    ASSERT_TRUE(h.service.edit_entry(h.owner, "pool", 1, {{"answer", "Yes, a pool."}}));
    ASSERT_TRUE(h.service.approve_entry(h.owner, "pool", 2));
    const auto second = h.publish();
    EXPECT_NE(first, second);
    EXPECT_EQ(h.ask("Is there a pool?").at("text").as_string(), "Yes, a pool.");
    // a variant bound to the former release still finds it
    EXPECT_NE(serving_reader(h.board).find(project, first), nullptr);
    ASSERT_TRUE(h.service.publish_release(h.owner, first));
    EXPECT_EQ(h.ask("Is there a pool?").at("text").as_string(), "No.");
}

TEST(releases, are_exported_with_cells_that_no_spreadsheet_computes) {
    house h;
    h.import_all("id,question,answer\nsum,Is it safe?,=1+1\n");
    const auto id = h.publish();
    EXPECT_NE(h.service.export_release(project, id, "csv")->find("\"'=1+1\""), std::string::npos);
    EXPECT_TRUE(h.service.export_release(project, id, "jsonl"));
    EXPECT_EQ(h.service.export_release(project, id, "docx").error().id,
              "knowledge.release.format_unknown");
}

TEST(phrasings, come_from_visitors_and_count_once_accepted) {
    house h;
    h.import_all(guest_house());
    h.publish();
    h.message(1, "is the swimming bath open for us", "gh-29");
    h.message(2, "is the swimming bath open for us", "gh-29");
    h.label(1, true, "gh-29");
    h.label(2, true, "gh-29");
    const auto suggested = h.service.phrasings(project, "suggested");
    ASSERT_EQ(suggested.at("items").as_array().size(), 1U);
    EXPECT_EQ(suggested.at("items").at(0).at("seen").to_number<int>(), 2);
    const auto id = std::string(suggested.at("items").at(0).at("id").as_string());
    ASSERT_TRUE(h.service.decide_phrasing(h.owner, id, true));
    h.publish();
    EXPECT_EQ(h.ask("is the swimming bath open for us").at("outcome").as_string(), "answer");
    const auto elsewhere = h.service.add_phrasing(
        h.owner, "gh-24", "Is the swimming bath open for us?", events::phrasing_origin::staff);
    ASSERT_TRUE(elsewhere);
    const auto taken = h.service.decide_phrasing(h.owner, json::text_or(*elsewhere, "id"), true);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().id, "knowledge.phrasing.taken");
    EXPECT_EQ(taken.error().where, "gh-29");
}

// A base of simple entries and a pilot of messages about them.
struct pilot : house {
    pilot() {
        import_all("id,question,answer\n"
                   "pool,Is there a swimming pool?,No.\nbar,Is there a bar?,Yes.\n"
                   "park,Is there parking available?,Yes.\nwifi,Is there wifi available?,Yes.\n");
        publish();
    }
    void label_many(int from, int to, int wrong_every) {
        for (int n = from; n < to; ++n) {
            message(n, "is there a swimming pool number " + std::to_string(n), "pool");
            label(n, wrong_every == 0 || n % wrong_every != 0, "pool");
        }
    }
};

TEST(calibration_run, needs_labels_a_test_and_a_signature_before_answers_flow) {
    pilot h;
    serving_reader reader(h.board);
    EXPECT_FALSE(reader.find(project)->active);
    EXPECT_FALSE(h.service.facts(project)[1].usable);
    h.label_many(0, 40, 0);
    const auto few = h.service.run_calibration(h.owner);
    ASSERT_FALSE(few);
    EXPECT_EQ(few.error().id, "knowledge.calibration.too_few_labels");
    h.label_many(40, 200, 0);
    const auto run = h.service.run_calibration(h.owner);
    ASSERT_TRUE(run);
    EXPECT_TRUE(run->at("ready").as_bool());
    EXPECT_EQ(run->at("curve").as_array().size(), 6U);
    EXPECT_FALSE(reader.find(project)->active) << "found is not yet signed";
    EXPECT_EQ(h.service.run_calibration(h.owner).error().id, "knowledge.calibration.too_soon");
    const auto id = json::text_or(*run, "id");
    ASSERT_TRUE(h.service.activate_calibration(h.owner, id));
    ASSERT_TRUE(reader.find(project)->active);
    EXPECT_EQ(reader.find(project)->active->calibration_id, id);
    EXPECT_EQ(h.service.facts(project)[1].value, 1);
    EXPECT_EQ(h.log.all().back().body.at("signed_by").as_string(), "ann");
    EXPECT_EQ(h.service.activate_calibration(h.owner, id).error().id,
              "knowledge.calibration.not_proposed");
}

TEST(calibration_run, stays_not_ready_when_sixty_percent_are_right) {
    pilot h;
    for (int n = 0; n < 200; ++n) {
        h.message(n, "is there a swimming pool number " + std::to_string(n), "pool");
        h.label(n, n % 5 < 3, "pool");
    }
    const auto run = h.service.run_calibration(h.owner);
    ASSERT_TRUE(run);
    EXPECT_FALSE(run->at("ready").as_bool());
    EXPECT_EQ(h.service.activate_calibration(h.owner, json::text_or(*run, "id")).error().id,
              "knowledge.calibration.not_ready");
}

TEST(calibration_run, leaves_out_wordings_of_the_release_and_second_labels_of_a_visitor) {
    pilot h;
    for (int n = 0; n < 70; ++n) {
        h.message(n, n < 30 ? "Is there a bar?" : "is a pool there " + std::to_string(n), "pool");
        h.label(n < 30 ? n : 30 + n % 35, true, "pool");
    }
    const auto out = h.service.calibration(project);
    EXPECT_EQ(out.at("labels_left_out").at("known_wording").to_number<int>(), 30);
    EXPECT_LE(out.at("labels").to_number<int>(), 35);
}

TEST(calibration_run, trips_on_wrong_labels_and_answers_become_drafts_again) {
    pilot h;
    h.label_many(0, 200, 0);
    const auto run = h.service.run_calibration(h.owner);
    ASSERT_TRUE(run);
    ASSERT_TRUE(h.service.activate_calibration(h.owner, json::text_or(*run, "id")));
    serving_reader reader(h.board);
    ASSERT_TRUE(reader.find(project)->active);
    int n = 200;
    for (; n < 260 && reader.find(project)->active; ++n) {
        h.message(n, "is there a swimming pool number " + std::to_string(n), "pool");
        h.label(n, false, "pool");
    }
    EXPECT_LT(n, 220) << "a run of wrong answers must trip it soon";
    EXPECT_EQ(h.service.facts(project)[1].value, 0);
    h.service.tick();
    EXPECT_EQ(h.log.all().back().kind, "calibration.changed");
    EXPECT_EQ(h.log.all().back().body.at("state").as_string(), "tripped");
    h.service.tick();
    EXPECT_EQ(h.log.all().back().body.at("state").as_string(), "tripped");
    EXPECT_FALSE(reader.find(project)->active);
}

TEST(fold, gives_the_same_state_when_the_log_is_replayed) {
    pilot h;
    h.label_many(0, 80, 0);
    const auto run = h.service.run_calibration(h.owner);
    ASSERT_TRUE(run);
    ASSERT_TRUE(h.service.activate_calibration(h.owner, json::text_or(*run, "id")));
    ASSERT_TRUE(h.service.withdraw_entry(h.owner, "bar", "closed"));
    serving_board board;
    events::memory_log log;
    knowledge_service again(h.clock, h.random, log, board);
    for (const auto& e : h.log.all())
        again.apply(e);
    EXPECT_EQ(serving_reader(board).find(project), nullptr) << "nothing serves before start()";
    again.start();
    EXPECT_EQ(again.entries(project, {}), h.service.entries(project, {}));
    EXPECT_EQ(again.releases(project), h.service.releases(project));
    EXPECT_EQ(again.calibration(project), h.service.calibration(project));
    EXPECT_EQ(again.phrasings(project, ""), h.service.phrasings(project, ""));
    const auto serving = serving_reader(board).find(project);
    ASSERT_NE(serving, nullptr);
    EXPECT_TRUE(serving->active);
    EXPECT_EQ(serving->withdrawn, serving_reader(h.board).find(project)->withdrawn);
}

} // namespace
} // namespace servery::assistant
