#include "data_plane/gateway/gateway_fixture.h"
#include "data_plane/gateway/in_flight.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace servery::gateway {

namespace {

struct folder {
    std::filesystem::path path;
    folder() {
        std::string name = "/tmp/servery-in-flight-XXXXXX";
        path = ::mkdtemp(name.data());
    }
    folder(const folder&) = delete;
    folder& operator=(const folder&) = delete;
    ~folder() { std::filesystem::remove_all(path); }
    [[nodiscard]] std::unique_ptr<in_flight_file> open() const {
        auto made = in_flight_file::open(path / "in_flight");
        EXPECT_TRUE(made) << (made ? "" : to_line(made.error()));
        return made ? std::move(*made) : nullptr;
    }
};

events::exchange asked(std::string id = "exc_1") {
    events::exchange row;
    row.exchange_id = std::move(id);
    row.at = {1'767'225'600'000};
    row.project = "shop";
    row.phase = "pilot";
    row.key_id = "key_1";
    row.env = events::environment::live;
    return row;
}

// A currency unit a million tokens: a token costs 1,000 nano.
policy::price_row price() {
    policy::price_row p;
    p.id = "pr_1";
    p.currency = "EUR";
    p.in = p.out = 1'000'000;
    return p;
}

// What a process that is killed now leaves: nobody's destructor runs, so the slot is kept here.
events::exchange after_kill(const folder& f) {
    const auto left = f.open()->leftovers();
    EXPECT_EQ(left.size(), 1u);
    return left.empty() ? events::exchange{} : left.front();
}

} // namespace

TEST(in_flight, a_stream_that_a_crash_interrupts_costs_what_it_had_brought) {
    folder f;
    auto file = f.open();
    auto slot = file->take(asked(), 5'000'000);
    const auto at = price();
    slot.dispatched("main", "small-1", &at, 300, true);
    slot.text_bytes(60);
    const auto row = after_kill(f);
    EXPECT_EQ(row.exchange_id, "exc_1");
    EXPECT_EQ(row.project, "shop");
    EXPECT_EQ(row.phase, "pilot");
    EXPECT_EQ(row.env, events::environment::live);
    EXPECT_EQ(row.outcome, events::outcome::crashed);
    EXPECT_EQ(row.spend, events::spend_state::estimated);
    EXPECT_EQ(row.provider_id, "main");
    // 300 bytes of prompt are 100 tokens, 60 of answer 20, at 1,000 nano each.
    EXPECT_EQ(row.cost_nano, 120'000);
    EXPECT_EQ(row.tokens_out, 20u);
}

TEST(in_flight, an_answer_that_does_not_stream_costs_its_whole_reserve) {
    folder f;
    auto file = f.open();
    auto slot = file->take(asked(), 5'000'000);
    const auto at = price();
    slot.dispatched("main", "small-1", &at, 300, false);
    const auto row = after_kill(f);
    EXPECT_EQ(row.spend, events::spend_state::estimated);
    EXPECT_EQ(row.cost_nano, 5'000'000);
    EXPECT_FALSE(row.tokens_out) << "nobody knows how far it was";
}

TEST(in_flight, without_a_price_it_stays_unpriced_and_before_the_dispatch_it_is_void) {
    folder f;
    {
        auto file = f.open();
        auto slot = file->take(asked(), 10'000'000);
        slot.dispatched("main", "unknown", nullptr, 300, true);
        const auto row = after_kill(f);
        EXPECT_EQ(row.spend, events::spend_state::unpriced);
        EXPECT_FALSE(row.cost_nano);
        EXPECT_EQ(row.reserve_nano, 10'000'000);
    }
    auto file = f.open();
    auto slot = file->take(asked(), 10'000'000);
    const auto row = after_kill(f);
    EXPECT_EQ(row.spend, events::spend_state::void_);
    EXPECT_EQ(row.cost_nano, 0);
}

TEST(in_flight, a_row_that_was_made_but_is_not_durable_comes_back_with_its_own_money) {
    folder f;
    auto file = f.open();
    auto slot = file->take(asked(), 5'000'000);
    const auto at = price();
    slot.dispatched("main", "small-1", &at, 300, true);
    auto row = asked();
    row.spend = events::spend_state::settled;
    row.cost_nano = 77'000;
    slot.done(row);
    EXPECT_EQ(after_kill(f).cost_nano, 77'000);
    EXPECT_EQ(after_kill(f).spend, events::spend_state::settled);
    file->committed("exc_1");
    EXPECT_TRUE(f.open()->leftovers().empty());
    EXPECT_EQ(file->in_use(), 0u);
}

TEST(in_flight, slots_come_back_however_the_exchange_ends) {
    folder f;
    auto file = f.open();
    for (std::uint32_t i = 0; i < 3 * in_flight_file::slot_count; ++i)
        (void)file->take(asked(), 1);
    EXPECT_EQ(file->in_use(), 0u);
    std::vector<call_slot> all;
    for (std::uint32_t i = 0; i < in_flight_file::slot_count + 5; ++i)
        all.push_back(file->take(asked(), 1));
    EXPECT_EQ(file->in_use(), in_flight_file::slot_count) << "what has no slot goes on without one";
    all.back().dispatched("main", "m", nullptr, 1, true);
    all.clear();
    EXPECT_EQ(file->in_use(), 0u);
}

TEST(in_flight, what_was_left_behind_is_told_until_it_is_forgotten) {
    folder f;
    std::filesystem::path copy = f.path / "copy";
    {
        auto file = f.open();
        auto slot = file->take(asked(), 5);
        std::filesystem::copy_file(f.path / "in_flight", copy);
    }
    std::filesystem::rename(copy, f.path / "in_flight");
    auto file = f.open();
    EXPECT_EQ(file->in_use(), 1u);
    EXPECT_EQ(file->leftovers().size(), 1u);
    EXPECT_EQ(file->leftovers().size(), 1u);
    file->forget_leftovers();
    EXPECT_TRUE(file->leftovers().empty());
    EXPECT_EQ(file->in_use(), 0u);
}

TEST(in_flight, a_half_written_slot_is_not_believed_and_a_foreign_file_is_refused) {
    folder f;
    {
        auto file = f.open();
        auto slot = file->take(asked(), 5);
        std::fstream bytes(f.path / "in_flight", std::ios::in | std::ios::out | std::ios::binary);
        // The reserve of the first slot, behind the head, the state, the sum and the time.
        bytes.seekp(4096 + 4 + 4 + 8);
        bytes.write("\x7f", 1);
        bytes.flush();
        EXPECT_TRUE(f.open()->leftovers().empty());
    }
    std::ofstream(f.path / "in_flight", std::ios::trunc) << "something else";
    const auto refused = in_flight_file::open(f.path / "in_flight");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().id, "gateway.in_flight.unusable");
}

TEST(in_flight, the_gateway_keeps_a_slot_from_the_reserve_to_the_durable_row) {
    folder f;
    auto file = f.open();
    gateway_world w;
    w.keep_in_flight(*file);
    events::exchange during;
    w.upstream.before_open = [&] { during = after_kill(f); };
    (void)w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", w.visitor(true)}});
    EXPECT_EQ(during.exchange_id, w.row().exchange_id);
    EXPECT_EQ(during.spend, events::spend_state::estimated);
    EXPECT_GT(during.cost_nano.value_or(0), 0);
    EXPECT_EQ(during.cost_nano, w.row().reserve_nano);
    EXPECT_EQ(after_kill(f).cost_nano, w.row().cost_nano) << "settled, not yet durable";
    file->committed(w.row().exchange_id);
    EXPECT_EQ(file->in_use(), 0u);
    w.upstream.before_open = {};
    w.upstream.next = {dead()};
    (void)w.chat(w.live_key, std::string(hello), {{"x-servery-visitor", w.visitor(true)}});
    EXPECT_EQ(after_kill(f).spend, events::spend_state::void_) << "nothing was dispatched";
}

} // namespace servery::gateway
