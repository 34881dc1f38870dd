// The vaults that are live, and what is kept of them: sealed, for its conversation alone, for its
// time.
#include "data_plane/guardrails/vault_board.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace servery::guardrails {
namespace {

using act = store::vault_row::act;

constexpr millis hour{3'600'000};
constexpr millis day{24 * hour};
constexpr instant begin{1'795'600'000'000};
constexpr std::string_view ann = "ann@example.com";

key32 key_of(std::uint8_t n) {
    key32 key{};
    key.fill(n);
    return key;
}

hash16 talk(std::size_t n) {
    hash16 out{};
    for (std::size_t i = 0; i < 4; ++i)
        out[i] = static_cast<std::uint8_t>(n >> (8 * i));
    return out;
}

std::shared_ptr<conversation_vault> open(vault_board& board, const hash16& conversation,
                                         instant now = begin) {
    return board.open(key_of(1), conversation, now, day);
}

std::string placeholder(conversation_vault& vault, std::string_view mail = ann) {
    return vault.placeholder_of(pii_type::EMAIL_ADDRESS, mail).value_or("none");
}

TEST(vault_board, forgets_a_visitor_for_good) {
    vault_board board;
    const auto name = placeholder(*open(board, talk(7)));
    ASSERT_EQ(board.find(talk(7), begin)->restore(name), ann);
    board.erase(talk(7));
    EXPECT_EQ(board.find(talk(7), begin), nullptr);
    EXPECT_EQ(open(board, talk(7))->restore(name), name);
}

TEST(vault_board, over_the_limit_gives_up_the_one_that_was_longest_unused) {
    vault_board board;
    for (std::size_t i = 0; i < vault_board::most_vaults; ++i)
        ASSERT_NE(open(board, talk(i)), nullptr);
    ASSERT_NE(board.find(talk(0), begin), nullptr); // used just now
    ASSERT_NE(open(board, talk(vault_board::most_vaults)), nullptr);
    EXPECT_EQ(board.size(), vault_board::most_vaults);
    EXPECT_NE(board.find(talk(0), begin), nullptr);
    EXPECT_EQ(board.find(talk(1), begin), nullptr);
}

TEST(vault_board, gives_up_what_nobody_used_for_a_day_and_in_the_sandbox_for_an_hour) {
    EXPECT_EQ(vault_lifetime("sandbox"), hour);
    EXPECT_EQ(vault_lifetime(""), hour) << "before the sandbox";
    EXPECT_EQ(vault_lifetime("pilot"), day);
    vault_board board;
    (void)open(board, talk(1));
    (void)board.open(key_of(1), talk(2), begin, hour);
    EXPECT_NE(board.find(talk(2), begin + hour - millis{1}), nullptr);
    EXPECT_EQ(board.find(talk(2), begin + hour), nullptr);
    (void)open(board, talk(3), begin + 20 * hour);
    (void)open(board, talk(4), begin + 25 * hour);
    EXPECT_EQ(board.size(), 2u) << "all that are over go, asked for or not";
    EXPECT_NE(board.find(talk(3), begin + 25 * hour), nullptr);
}

// A board whose rows go into a list.
class kept_vaults : public ::testing::Test {
  protected:
    vault_keeping_ptr keeping(std::uint8_t key = 42) {
        return std::make_shared<const vault_keeping>(
            vault_keeping{.key = key_of(key),
                          .key_id = 1,
                          .random = &random_,
                          .keep = [this](store::vault_row row) {
                              if (refuse_) return false;
                              rows_.push_back(std::move(row));
                              return true;
                          }});
    }
    std::size_t count(act what) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(rows_, [&](const auto& r) { return r.what == what; }));
    }

    system_random random_;
    std::vector<store::vault_row> rows_;
    bool refuse_ = false;
    vault_board board_{keeping()};
};

TEST_F(kept_vaults, come_back_and_go_on_as_before) {
    const auto first = open(board_, talk(1));
    const auto mail = placeholder(*first);
    const auto phone = *first->placeholder_of(pii_type::PHONE_NUMBER, "+44 20 7946 0958");
    const auto typed = first->shield("what is [EMAIL_ZZZZ]?");
    ASSERT_EQ(count(act::begin), 1u);
    ASSERT_EQ(count(act::add), 3u);
    const auto before = rows_;

    vault_board after{keeping()};
    const auto done = after.load(before, begin);
    EXPECT_EQ(done.conversations, 1u);
    EXPECT_EQ(done.placeholders, 3u);
    EXPECT_EQ(done.unreadable, 0u);
    EXPECT_EQ(after.find(talk(1), begin)->restore(mail + phone + typed),
              std::string(ann) + "+44 20 7946 0958what is [EMAIL_ZZZZ]?");
    const auto again = open(after, talk(1), begin + hour / 2);
    EXPECT_EQ(placeholder(*again), mail);
    EXPECT_EQ(placeholder(*again, "Ann@Example.com"), mail) << "compared as it was";
    ASSERT_EQ(rows_.size(), before.size()) << "what is kept already is not kept twice";

    const auto next = placeholder(*again, "bob@example.org");
    ASSERT_EQ(rows_.size(), before.size() + 1);
    vault_board third{keeping()};
    EXPECT_EQ(third.load(rows_, begin).placeholders, 4u) << "under the key of before";
    EXPECT_EQ(third.find(talk(1), begin)->restore(next), "bob@example.org");
}

TEST_F(kept_vaults, are_sealed_and_no_other_key_opens_them) {
    (void)placeholder(*open(board_, talk(1)));
    for (const auto& row : rows_) {
        const std::string bytes(row.sealed.begin(), row.sealed.end());
        EXPECT_EQ(bytes.find(ann), std::string::npos);
        EXPECT_EQ(row.placeholder.find("ann"), std::string::npos);
    }
    vault_board other{keeping(43)};
    const auto done = other.load(rows_, begin);
    EXPECT_EQ(done.conversations, 0u);
    EXPECT_EQ(done.unreadable, 2u);
    EXPECT_EQ(other.find(talk(1), begin), nullptr);
}

TEST_F(kept_vaults, a_row_that_was_moved_does_not_open) {
    const auto one = open(board_, talk(1));
    const auto hers = placeholder(*one);
    (void)placeholder(*one, "bob@example.org");
    (void)placeholder(*open(board_, talk(2)), "eve@example.net");
    ASSERT_EQ(rows_.size(), 5u);

    auto swapped = rows_; // the conversations' rows under each other's number, keys and all
    for (auto& row : swapped)
        row.conversation = row.conversation == talk(1) ? talk(2) : talk(1);
    EXPECT_EQ(vault_board{keeping()}.load(swapped, begin).conversations, 0u);

    swapped = {rows_[3], rows_[4], rows_[1]}; // one value under another conversation's key
    swapped[2].conversation = talk(2);
    auto done = vault_board{keeping()}.load(swapped, begin);
    EXPECT_EQ(done.placeholders, 1u);
    EXPECT_EQ(done.unreadable, 1u);

    swapped = {rows_[0], rows_[1], rows_[2]}; // two values under each other's name
    std::swap(swapped[1].placeholder, swapped[2].placeholder);
    done = vault_board{keeping()}.load(swapped, begin);
    EXPECT_EQ(done.placeholders, 0u);
    EXPECT_EQ(done.unreadable, 2u);

    swapped = {rows_[1]}; // without its key
    EXPECT_EQ(vault_board{keeping()}.load(swapped, begin).unreadable, 1u);
}

TEST_F(kept_vaults, end_a_day_after_the_last_message_also_over_a_restart) {
    const auto name = placeholder(*open(board_, talk(1)));
    vault_board after{keeping()};
    EXPECT_EQ(after.load(rows_, begin + day).conversations, 0u);
    EXPECT_EQ(after.load(rows_, begin + day - millis{1}).conversations, 1u);
    EXPECT_EQ(after.find(talk(1), begin + day), nullptr);
    EXPECT_EQ(open(after, talk(1), begin + day)->restore(name), name);
    EXPECT_EQ(placeholder(*open(after, talk(1), begin + day)), name);
    EXPECT_EQ(count(act::begin), 2u) << "it begins again, under a new key";
    EXPECT_NE(rows_.front().sealed, rows_.back().sealed);
}

TEST_F(kept_vaults, messages_prolong_them_at_most_once_an_hour) {
    (void)placeholder(*open(board_, talk(1)));
    for (int minutes = 1; minutes < 60; ++minutes)
        (void)open(board_, talk(1), begin + millis{60'000} * minutes);
    EXPECT_EQ(count(act::prolong), 0u);
    (void)open(board_, talk(1), begin + hour);
    (void)open(board_, talk(1), begin + hour + millis{1});
    ASSERT_EQ(count(act::prolong), 1u);
    EXPECT_EQ(rows_.back().expires, begin + hour + day);
    EXPECT_NE(board_.find(talk(1), begin + day + hour), nullptr) << "in memory to the moment";
}

TEST_F(kept_vaults, nothing_is_kept_of_a_conversation_without_placeholders) {
    for (int hours = 0; hours < 48; ++hours)
        (void)open(board_, talk(1), begin + hour * hours);
    EXPECT_TRUE(rows_.empty());
}

TEST_F(kept_vaults, nothing_more_is_kept_of_a_visitor_who_is_forgotten) {
    const auto held = open(board_, talk(1)); // by an exchange that goes on
    (void)placeholder(*held);
    board_.erase(talk(1));
    const auto before = rows_.size();
    EXPECT_NE(placeholder(*held, "late@example.com"), "none");
    EXPECT_EQ(rows_.size(), before);
}

TEST_F(kept_vaults, a_key_that_was_refused_is_offered_again_with_the_next_placeholder) {
    refuse_ = true;
    const auto vault = open(board_, talk(1));
    const auto lost = placeholder(*vault);
    refuse_ = false;
    const auto kept = placeholder(*vault, "bob@example.org");
    EXPECT_EQ(vault->restore(lost), ann) << "live until the end of the process";
    vault_board after{keeping()};
    EXPECT_EQ(after.load(rows_, begin).placeholders, 1u);
    EXPECT_EQ(after.find(talk(1), begin)->restore(kept), "bob@example.org");
    EXPECT_EQ(after.find(talk(1), begin)->restore(lost), lost);
}

} // namespace
} // namespace servery::guardrails
