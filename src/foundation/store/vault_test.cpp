// Placeholders on disk: they come back, end with their time, and go when they are erased.
#include "foundation/store/sqlite.h"
#include "foundation/store/store_fixture_test.h"

#include <atomic>
#include <fstream>

namespace servery::store {
namespace {

using act = vault_row::act;

hash16 talk(std::uint8_t n) {
    hash16 h{};
    h.fill(n);
    return h;
}

class vault_rows : public store_fixture {
  protected:
    vault_row row(act what, std::uint8_t conversation, const std::string& placeholder,
                  millis lives = millis{3'600'000}) {
        const std::string sealed = "sealed " + placeholder;
        return {.what = what,
                .conversation = talk(conversation),
                .placeholder = placeholder,
                .class_name = placeholder.substr(0, placeholder.find('_')),
                .sealed = std::vector<std::uint8_t>(sealed.begin(), sealed.end()),
                .created = now_.now(),
                .expires = now_.now() + lives};
    }
    std::string live(const store& s, std::int64_t most = 100) {
        std::string out;
        for (const auto& r : s.vault_rows(now_.now(), most).value())
            out += std::to_string(r.conversation[0]) + ":" +
                   (r.what == act::begin ? "key" : r.placeholder) + " ";
        return out;
    }
    std::int64_t on_disk() {
        auto db = database::open(folder_ / "servery.db", access::read).value();
        return db.integer("SELECT count(*) FROM vault")->value();
    }
    bool in_files(const std::string& word) const {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
            if (!entry.is_regular_file()) continue;
            std::ifstream in(entry.path(), std::ios::binary);
            if (std::string(std::istreambuf_iterator<char>(in), {}).find(word) != std::string::npos)
                return true;
        }
        return false;
    }
};

TEST_F(vault_rows, come_back_after_a_restart_with_the_key_first) {
    {
        auto s = open();
        EXPECT_TRUE(s->post(row(act::begin, 2, "")));
        EXPECT_TRUE(s->post(row(act::add, 2, "PHONE_AAAA")));
        EXPECT_TRUE(s->post(row(act::add, 2, "EMAIL_7K2Q")));
        EXPECT_TRUE(s->post(row(act::begin, 1, "")));
        ASSERT_TRUE(s->flush());
        EXPECT_EQ(s->state().last_seq, 0) << "they take no number of the log";
    }
    auto s = open();
    EXPECT_EQ(live(*s), "1:key 2:key 2:EMAIL_7K2Q 2:PHONE_AAAA ");
    const auto rows = s->vault_rows(now_.now(), 100).value();
    EXPECT_EQ(rows[2].class_name, "EMAIL");
    EXPECT_EQ(rows[2].sealed, row(act::add, 2, "EMAIL_7K2Q").sealed);
    EXPECT_EQ(rows[2].created, now_.now());
    EXPECT_EQ(rows[2].expires, now_.now() + millis{3'600'000});
}

TEST_F(vault_rows, a_close_writes_what_waits) {
    {
        auto s = open();
        for (int i = 0; i < 1'200; ++i)
            ASSERT_TRUE(s->post(row(act::add, 1, "EMAIL_" + std::to_string(i))));
    }
    auto s = open();
    EXPECT_EQ(on_disk(), 1'200);
}

TEST_F(vault_rows, a_conversation_that_begins_again_forgets_what_was_kept_of_it) {
    auto s = open();
    for (auto& r : {row(act::begin, 1, ""), row(act::add, 1, "EMAIL_AAAA"), row(act::begin, 1, ""),
                    row(act::add, 1, "EMAIL_BBBB")})
        s->post(r);
    ASSERT_TRUE(s->flush());
    EXPECT_EQ(live(*s), "1:key 1:EMAIL_BBBB ");
}

TEST_F(vault_rows, end_with_their_time_and_a_message_prolongs_them) {
    auto s = open();
    for (const std::uint8_t n : {std::uint8_t{1}, std::uint8_t{2}}) {
        s->post(row(act::begin, n, ""));
        s->post(row(act::add, n, "EMAIL_AAAA"));
    }
    s->post(row(act::prolong, 2, "", millis{7'200'000}));
    ASSERT_TRUE(s->flush());
    now_.advance(millis{3'599'999});
    EXPECT_EQ(live(*s), "1:key 1:EMAIL_AAAA 2:key 2:EMAIL_AAAA ");
    now_.advance(millis{1});
    EXPECT_EQ(live(*s), "2:key 2:EMAIL_AAAA ");
    // The writer deletes them by itself, once an hour; and so does a start.
    s->post(row(act::begin, 3, ""));
    ASSERT_TRUE(s->flush());
    EXPECT_EQ(on_disk(), 3);
    s.reset();
    now_.advance(millis{3'600'000});
    s = open();
    EXPECT_EQ(on_disk(), 0);
}

TEST_F(vault_rows, at_most_the_conversations_that_were_used_last_are_read) {
    auto s = open();
    for (const std::uint8_t n : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) {
        s->post(row(act::begin, n, "", millis{1'000} * n));
        s->post(row(act::add, n, "EMAIL_AAAA", millis{1'000} * n));
    }
    ASSERT_TRUE(s->flush());
    EXPECT_EQ(live(*s, 2), "2:key 2:EMAIL_AAAA 3:key 3:EMAIL_AAAA ");
}

TEST_F(vault_rows, a_full_ring_loses_them_counted_and_costs_no_row_of_the_log) {
    std::atomic<bool> away{true};
    auto o = plain();
    o.vault_ring_rows = 2;
    o.batch_rows = 1;
    o.fault = [&](std::string_view step) { return away && step == "events"; };
    auto s = open(std::move(o));
    int taken = 0;
    for (int i = 0; i < 100; ++i)
        taken += s->post(row(act::add, 1, "EMAIL_" + std::to_string(i))) ? 1 : 0;
    EXPECT_GE(taken, 2);
    EXPECT_LE(taken, 3) << "two in the ring, one in hand";
    EXPECT_EQ(s->state().vault_rows_lost, 100 - taken);
    EXPECT_TRUE(s->post(traffic(1)));
    away = false;
    ASSERT_TRUE(s->flush());
    EXPECT_EQ(on_disk(), taken);
    EXPECT_EQ(s->state().rows_dropped, 0);
}

TEST_F(vault_rows, an_erased_conversation_leaves_nothing_on_disk_and_nothing_comes_behind) {
    std::atomic<bool> away{false};
    auto o = plain();
    o.fault = [&](std::string_view step) { return away && step == "events"; };
    auto s = open(std::move(o));
    for (const std::uint8_t n : {std::uint8_t{1}, std::uint8_t{2}}) {
        s->post(row(act::begin, n, ""));
        s->post(row(act::add, n, n == 1 ? "EMAIL_HERS" : "EMAIL_KEPT"));
    }
    ASSERT_TRUE(s->flush());
    ASSERT_TRUE(in_files("sealed EMAIL_HERS"));
    // One more waits while the erasure is carried out.
    away = true;
    s->post(row(act::add, 1, "EMAIL_LATE"));
    erasure what;
    what.replaced = {{talk(1), talk(9)}};
    const auto counts = s->erase(what);
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->vault, 2) << "its key and one placeholder";
    away = false;
    ASSERT_TRUE(s->flush());
    EXPECT_EQ(live(*s), "2:key 2:EMAIL_KEPT ");
    EXPECT_FALSE(in_files("sealed EMAIL_HERS"));
    EXPECT_FALSE(in_files("sealed EMAIL_LATE"));
    EXPECT_TRUE(in_files("sealed EMAIL_KEPT"));
}

TEST_F(vault_rows, a_folder_of_schema_1_gets_its_table_and_a_copy_is_kept) {
    std::filesystem::create_directories(folder_);
    {
        auto db = database::open(folder_ / "servery.db", access::write).value();
        ASSERT_TRUE(db.exec(current_schema().front().sql + "PRAGMA user_version=1"));
    }
    auto before = read_schema(folder_).value();
    EXPECT_EQ(before.version, 1);
    EXPECT_EQ(before.newest, current_schema().back().to);
    EXPECT_TRUE(before.copies.empty());
    auto s = open();
    s->post(row(act::begin, 1, ""));
    ASSERT_TRUE(s->flush());
    EXPECT_EQ(live(*s), "1:key ");
    const auto after = read_schema(folder_).value();
    EXPECT_EQ(after.version, after.newest);
    ASSERT_EQ(after.copies.size(), 1u);
    auto copy = database::open(after.copies.front(), access::read).value();
    EXPECT_EQ(copy.integer("PRAGMA user_version")->value(), 1);
    EXPECT_FALSE(copy.prepare("SELECT * FROM vault"));
    s.reset();
    s = open();
    EXPECT_EQ(read_schema(folder_)->copies.size(), 1u) << "a second start upgrades nothing";
}

TEST_F(vault_rows, kept_answers_come_back_for_a_day_and_an_erasure_takes_them_all) {
    const auto answer = [&](std::uint8_t n) {
        answer_row out{.slot = {}, .at = now_.now(), .sealed = {n, n, n}};
        out.slot.fill(n);
        return out;
    };
    {
        auto s = open();
        ASSERT_TRUE(s->keep(answer(2)));
        now_.advance(millis{1});
        ASSERT_TRUE(s->keep(answer(1)));
    }
    auto s = open();
    const auto rows = s->answers(now_.now()).value();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].slot, answer(2).slot) << "the oldest first";
    EXPECT_EQ(rows[1].sealed, answer(1).sealed);
    EXPECT_EQ(rows[1].at, now_.now());
    EXPECT_EQ(s->answers(now_.now() + answers_kept - millis{1})->size(), 1U);
    erasure what;
    what.replaced = {{talk(1), talk(9)}};
    ASSERT_TRUE(s->erase(what));
    EXPECT_TRUE(s->answers(now_.now())->empty());
}

} // namespace
} // namespace servery::store
