// The live log over the real store: order, durability, and reactions that commit.
#include "app/control_thread.h"
#include "app/live_log.h"
#include "foundation/base/key_tree.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace {

using namespace servery;

struct marked {
    static constexpr std::string_view kind = "test.marked";
    static constexpr events::record_class cls = events::record_class::audit;
    std::string word;
};
BOOST_DESCRIBE_STRUCT(marked, (), (word))

events::event mark(const std::string& word) {
    return events::make_event(marked{word}, {.at = {1'000}, .project = "p"});
}

class live_log_test : public ::testing::Test {
  protected:
    live_log_test()
        : folder_(std::filesystem::temp_directory_path() /
                  ("servery-live-log-" + std::to_string(::getpid()) + "-" +
                   ::testing::UnitTest::GetInstance()->current_test_info()->name())),
          random_(1), keys_(key_tree::in_memory(random_)) {
        std::filesystem::create_directories(folder_);
    }
    ~live_log_test() override {
        control_.stop();
        store_.reset();
        std::filesystem::remove_all(folder_);
    }

    void open(store::fault_seam fault = {}) {
        auto opened = store::store::open({.folder = folder_,
                                          .now = &clock_,
                                          .random = &random_,
                                          .keys = &keys_,
                                          .installation = {},
                                          .fault = std::move(fault)});
        ASSERT_TRUE(opened) << opened.error().message;
        store_ = std::move(*opened);
        log_ = std::make_unique<app::live_log>(*store_, control_);
        log_->add_fold(
            [this](const events::event& e) {
                if (e.kind == "test.marked") seen_.push_back(events::read<marked>(e).word);
            },
            [this](const events::exchange& x) { seen_.push_back(x.exchange_id); });
    }
    void start() {
        control_.start();
        control_.run([this] { ASSERT_TRUE(log_->start()); });
    }

    std::filesystem::path folder_;
    manual_clock clock_{{1'000}};
    seeded_random random_;
    key_tree keys_;
    app::control_thread control_;
    std::unique_ptr<store::store> store_;
    std::unique_ptr<app::live_log> log_;
    std::vector<std::string> seen_;
};

TEST_F(live_log_test, a_commit_is_folded_before_it_returns) {
    open();
    start();
    control_.run([this] {
        ASSERT_TRUE(log_->commit({mark("a"), mark("b")}));
        EXPECT_EQ(seen_, (std::vector<std::string>{"a", "b"}));
    });
}

TEST_F(live_log_test, a_reaction_that_commits_keeps_the_order_of_seq) {
    open();
    bool once = true;
    log_->add_reaction([&](const events::event& e) {
        if (e.kind != "test.marked" || !once) return;
        once = false;
        ASSERT_TRUE(log_->commit({mark("reaction")}));
    });
    start();
    control_.run([this] { ASSERT_TRUE(log_->commit({mark("a"), mark("b")})); });
    EXPECT_EQ(seen_, (std::vector<std::string>{"a", "b", "reaction"}));
}

TEST_F(live_log_test, a_commit_names_the_request_it_belongs_to_and_what_follows_from_it_does_not) {
    open();
    std::vector<std::string> requests;
    bool once = true;
    log_->add_fold([&](const events::event& e) { requests.push_back(e.request_id); });
    log_->add_reaction([&](const events::event&) {
        if (!std::exchange(once, false)) return;
        ASSERT_TRUE(log_->commit({mark("reaction")}));
    });
    start();
    control_.run([&] {
        log_->set_request("req_1");
        auto named = mark("b");
        named.request_id = "req_own";
        ASSERT_TRUE(log_->commit({mark("a"), named}));
        log_->set_request({});
        ASSERT_TRUE(log_->commit({mark("c")}));
    });
    EXPECT_EQ(requests, (std::vector<std::string>{"req_1", "req_own", "", ""}));
}

TEST_F(live_log_test, rows_of_the_data_plane_and_events_fold_in_one_order_live_and_replayed) {
    open();
    start();
    for (int i = 0; i < 50; ++i) {
        events::exchange x;
        x.exchange_id = "exc" + std::to_string(i);
        x.project = "p";
        x.at = {1'000};
        store_->post(x);
        control_.run([&] { ASSERT_TRUE(log_->commit({mark("e" + std::to_string(i))})); });
    }
    control_.run([this] { log_->settle(true); });
    const auto live = seen_;
    EXPECT_EQ(live.size(), 100U);

    control_.stop();
    store_.reset();
    seen_.clear();
    app::control_thread again;
    open();
    again.start();
    again.run([this] { ASSERT_TRUE(log_->start()); });
    EXPECT_EQ(seen_, live);
    again.stop();
}

TEST_F(live_log_test, a_store_that_is_away_refuses_the_act_and_nothing_is_folded) {
    // The writer asks until the store is closed, after this body has ended.
    const auto away = std::make_shared<std::atomic<bool>>(false);
    open([away](std::string_view) { return away->load(); });
    start();
    *away = true;
    control_.run([this] {
        const auto written = log_->commit({mark("lost")});
        ASSERT_FALSE(written);
        EXPECT_EQ(written.error().id, "audit.store.down");
        EXPECT_TRUE(seen_.empty());
    });
    *away = false;
    control_.run([this] { EXPECT_TRUE(log_->commit({mark("kept")})); });
    EXPECT_EQ(seen_, (std::vector<std::string>{"kept"}));
}

TEST(control_thread, runs_work_in_order_and_ticks_between) {
    app::control_thread control;
    std::atomic<int> ticks{0};
    control.start([&] { ++ticks; }, std::chrono::milliseconds(1));
    std::vector<int> order;
    for (int i = 0; i < 100; ++i)
        control.post([&order, i] { order.push_back(i); });
    control.run([] {});
    EXPECT_EQ(order.size(), 100U);
    EXPECT_TRUE(std::ranges::is_sorted(order));
    while (ticks < 3)
        control.run([] {});
    control.stop();
}

TEST(control_thread, an_exception_ends_one_piece_of_work_only) {
    app::control_thread control;
    control.start();
    control.run([] { throw std::runtime_error("a fault"); });
    bool ran = false;
    control.run([&] { ran = true; });
    EXPECT_TRUE(ran);
}

} // namespace
