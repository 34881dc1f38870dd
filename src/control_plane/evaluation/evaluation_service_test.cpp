#include "control_plane/evaluation/evaluation_service.h"
#include "control_plane/evaluation/journal.h"
#include "foundation/events/eval_run.h"

#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <fstream>

namespace servery::evaluation {
namespace {

constexpr std::string_view faq = "id,ask,expect\na,When?,ten\nb,Where?,here\n";

class service : public testing::Test {
  protected:
    service() { make(); }

    void make() {
        folder_ = std::filesystem::path(testing::TempDir()) /
                  ("servery_eval_service_" + std::to_string(::getpid()));
        std::filesystem::remove_all(folder_);
        log_.add_fold([this](const events::event& e) {
            if (it) it->apply(e);
        });
        it = build();
    }

    std::unique_ptr<evaluation_service> build() {
        evaluation_seams seams;
        seams.answer = [this](answer_request r, answer_done done) {
            ++calls_;
            answer_result a;
            a.text = r.turns.back().text == "When?" ? "at ten" : "upstairs";
            a.cost_nano = 1000;
            a.finish = "stop";
            done(std::move(a));
        };
        seams.card = [this](std::string_view,
                            std::string_view hash) -> std::optional<variant_card> {
            if (hash == "unknown") return std::nullopt;
            variant_card card{.hash = std::string(hash), .label = "shop", .provider = "acme"};
            card.price = variant_price{price_, price_, "EUR"};
            return card;
        };
        seams.in_background = [this](std::function<void()> work) { queue_.push_back(work); };
        seams.on_control = [](std::function<void()> work) { work(); };
        seams.folder = folder_;
        return std::make_unique<evaluation_service>(time_, random_, log_, std::move(seams));
    }

    void work() {
        while (!queue_.empty()) {
            auto next = std::move(queue_.front());
            queue_.pop_front();
            next();
        }
    }

    run_info priced() {
        EXPECT_TRUE(it->create_dataset("shop", "poc", "", by_));
        EXPECT_TRUE(it->import("shop", "poc", faq, case_format::csv, {}, by_));
        auto run = it->create_run("shop", {.dataset = "poc", .variants = {"aa"}}, by_);
        EXPECT_TRUE(run) << to_line(run.error());
        return *run;
    }

    manual_clock time_{instant{1'700'000'000'000}};
    seeded_random random_{7};
    events::memory_log log_;
    std::filesystem::path folder_;
    std::deque<std::function<void()>> queue_;
    std::int64_t price_ = 1'000'000;
    int calls_ = 0;
    events::actor by_{.kind = events::actor_kind::person, .id = "ann"};
    std::unique_ptr<evaluation_service> it;
};

TEST_F(service, importing_the_same_content_again_makes_no_new_version) {
    ASSERT_TRUE(it->create_dataset("shop", "poc", "", by_));
    const auto first = it->import("shop", "poc", faq, case_format::csv, {}, by_);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->version, 1);
    EXPECT_EQ(first->added, 2);
    const auto again = it->import("shop", "poc", faq, case_format::csv, {}, by_);
    EXPECT_FALSE(again->changed);
    EXPECT_EQ(again->version, 1);
}

TEST_F(service, versions_are_time_travel) {
    ASSERT_TRUE(it->create_dataset("shop", "poc", "", by_));
    ASSERT_TRUE(it->import("shop", "poc", faq, case_format::csv, {}, by_));
    const auto second = it->import("shop", "poc", "id,ask,expect\na,When?,eleven\nc,Who?,me\n",
                                   case_format::csv, {}, by_);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->added, 1);
    EXPECT_EQ(second->replaced, 1);
    EXPECT_EQ(second->removed, 1);
    const auto old = it->cases("shop", "poc", 1);
    ASSERT_TRUE(old);
    EXPECT_EQ(hash_of(*old), it->dataset("shop", "poc")->versions[0].hash);
    EXPECT_EQ(hash_of(*it->cases("shop", "poc", 2)), it->dataset("shop", "poc")->versions[1].hash);
}

TEST_F(service, a_refused_import_keeps_nothing) {
    ASSERT_TRUE(it->create_dataset("shop", "poc", "", by_));
    const auto n = log_.all().size();
    EXPECT_FALSE(it->import("shop", "poc", "ask,expect\nWhen?,\n", case_format::csv, {}, by_));
    EXPECT_EQ(log_.all().size(), n);
    EXPECT_EQ(it->create_dataset("shop", "poc", "", by_).error().id, "eval.dataset.exists");
}

TEST_F(service, a_run_is_priced_started_and_comes_back_with_facts) {
    const auto run = priced();
    EXPECT_EQ(run.state, "priced");
    EXPECT_EQ(run.calls, 2);
    ASSERT_TRUE(it->start("shop", run.id, std::nullopt, by_));
    EXPECT_EQ(it->run("shop", run.id)->state, "running");
    work();
    const auto done = it->run("shop", run.id);
    ASSERT_TRUE(done->summary);
    EXPECT_EQ(done->state, "completed");
    EXPECT_EQ(done->summary->columns[0].passed.good, 1);
    const auto& last = log_.all();
    const auto fact = std::ranges::find_if(last, [](const events::event& e) {
        return e.kind == "fact" && json::text_or(e.body, "key") == "evaluation.poc_passed";
    });
    ASSERT_NE(fact, last.end());
    EXPECT_EQ(events::read<events::fact>(*fact).value, 1.0);
    EXPECT_EQ(events::read<events::fact>(*fact).n, 2);
    EXPECT_TRUE(it->report("shop", run.id, "html"));
    EXPECT_EQ(it->report("shop", run.id, "docx").error().id, "eval.report.format");
}

TEST_F(service, the_state_is_a_fold_of_the_log) {
    const auto run = priced();
    ASSERT_TRUE(it->start("shop", run.id, std::nullopt, by_));
    work();
    auto twin = build();
    for (const auto& e : log_.all())
        twin->apply(e);
    EXPECT_EQ(json::write(json::to_json(*twin->run("shop", run.id)->summary)),
              json::write(json::to_json(*it->run("shop", run.id)->summary)));
    EXPECT_EQ(twin->datasets("shop").size(), 1U);
}

TEST_F(service, a_run_that_the_server_left_is_interrupted_and_resumes_without_paying_again) {
    const auto run = priced();
    ASSERT_TRUE(it->start("shop", run.id, std::nullopt, by_));
    // the process dies before the work is done, with one answer in the journal
    queue_.clear();
    {
        auto keep = file_journal::open(folder_ / run.id / "answers.journal");
        ASSERT_TRUE(keep);
        answer_result a;
        a.text = "at ten";
        a.cost_nano = 1000;
        ASSERT_TRUE((*keep)->sent(0));
        ASSERT_TRUE((*keep)->answered(0, a));
    }
    it = build();
    for (const auto& e : log_.all())
        it->apply(e);
    ASSERT_TRUE(it->after_replay());
    EXPECT_EQ(it->run("shop", run.id)->state, "interrupted");
    EXPECT_EQ(it->start("shop", run.id, std::nullopt, by_).error().id, "eval.run.state");
    ASSERT_TRUE(it->resume("shop", run.id, std::nullopt, false, by_));
    work();
    EXPECT_EQ(it->run("shop", run.id)->state, "completed");
    EXPECT_EQ(calls_, 1) << "the other answer was in the journal";
}

TEST_F(service, above_the_line_a_person_confirms_the_price_they_saw) {
    price_ = 10'000'000'000'000;
    const auto run = priced();
    EXPECT_EQ(it->start("shop", run.id, std::nullopt, by_).error().id, "eval.run.confirm_needed");
    price_ *= 2;
    EXPECT_EQ(it->start("shop", run.id, run.price.likely, by_).error().id,
              "eval.run.price_changed");
    price_ /= 2;
    EXPECT_TRUE(it->start("shop", run.id, run.price.likely, by_));
}

TEST_F(service, a_cap_without_room_for_one_call_is_refused) {
    ASSERT_TRUE(it->create_dataset("shop", "poc", "", by_));
    ASSERT_TRUE(it->import("shop", "poc", faq, case_format::csv, {}, by_));
    price_ = 1'000'000'000;
    run_request request{.dataset = "poc", .variants = {"aa"}};
    request.options.cap = micros{1};
    const auto run = it->create_run("shop", request, by_);
    ASSERT_TRUE(run);
    EXPECT_EQ(it->start("shop", run->id, std::nullopt, by_).error().id, "eval.run.capped");
    EXPECT_EQ(it->create_run("shop", {.dataset = "poc", .variants = {"unknown"}}, by_).error().id,
              "eval.variant.unknown");
}

TEST(offline, the_example_runs_and_a_wrong_expectation_is_named) {
    const auto file = std::filesystem::path(SERVERY_SOURCE_DIR) / "examples" / "faq.csv";
    const auto out = std::filesystem::path(testing::TempDir()) / "servery_offline_report.html";
    // answers every question with its approved answer
    const offline_assistant assistant = [](const imported& read) -> result<offline_variants> {
        auto entries = std::make_shared<std::vector<faq_entry>>(read.entries);
        offline_variants v;
        v.cards = {
            {.hash = "00", .label = "built-in", .provider = "assistant", .in_process = true}};
        v.answer = [entries](answer_request r, answer_done done) {
            answer_result a;
            a.decision = "answer";
            for (const auto& e : *entries)
                if (e.question == r.turns.back().text) a.text = e.answer;
            done(std::move(a));
        };
        return v;
    };
    const auto good = run_offline(file, assistant, {.out = out});
    ASSERT_TRUE(good) << to_line(good.error());
    EXPECT_EQ(good->exit_code, 0) << json::write_pretty(good->json);
    EXPECT_GE(good->summary.cases, 20);
    EXPECT_TRUE(std::filesystem::exists(out));

    std::ifstream in(file);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    const auto at = text.find("9 am");
    ASSERT_NE(at, std::string::npos);
    const auto changed = std::filesystem::path(testing::TempDir()) / "servery_offline_wrong.csv";
    std::ofstream(changed) << text
                           << "wrong,Do you sell ice cream?,No ice cream.,we sell 12 kinds,,\n";
    const auto bad = run_offline(changed, assistant, {});
    ASSERT_TRUE(bad) << to_line(bad.error());
    EXPECT_EQ(bad->exit_code, 1);
    ASSERT_EQ(bad->summary.failures.size(), 1U);
    EXPECT_EQ(bad->summary.failures[0].case_id, "wrong");
    EXPECT_EQ(run_offline("/nowhere.csv", assistant, {}).error().id, "eval.file.unreadable");
}

} // namespace
} // namespace servery::evaluation
