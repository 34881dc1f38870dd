// What a visitor sees of an answer while it is written, and of who writes it.
#include "data_plane/gateway/gateway_fixture.h"
#include "data_plane/gateway/part_board.h"
#include "data_plane/gateway/visitor_chat/event_cursor.h"

#include <gtest/gtest.h>

namespace servery::gateway {

namespace {

constexpr hash16 talk{7};

struct reader_world : gateway_world {
    chat_caller reader;
    std::int64_t from = 0;

    reader_world() {
        reader.policy = board.current();
        reader.project = &reader.policy->projects[0];
        reader.conversation = talk;
        book.states[talk].known = true;
    }
    std::string label() const { return reader.project->text("label", "en")->version; }
    void add(events::author_kind author, std::string text, std::string turn = {}) {
        events::message_added m;
        m.author = author;
        m.text = std::move(text);
        m.turn = std::move(turn);
        m.msg_seq = static_cast<std::int64_t>(book.messages[talk].size()) + 1;
        book.messages[talk].push_back(std::move(m));
    }
};

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST(live_text, a_text_is_told_piece_by_piece_and_whole_to_who_comes_later) {
    reader_world w;
    event_cursor early(*w.gate, w.reader, 0);
    w.gate->parts().begin(talk, "trn_1", w.label());
    EXPECT_TRUE(has(early.next(), R"("who":"ai")")) << "before the first word, that it writes";
    w.gate->parts().show(talk, "trn_1", "We open ");
    const auto first = early.next();
    EXPECT_TRUE(has(first, R"("at":0,"text":"We open ")")) << first;
    EXPECT_TRUE(has(first, w.label())) << "the label comes with the text";
    w.gate->parts().show(talk, "trn_1", "We open at 9 \xF0\x9F\x95\x98. ");
    EXPECT_TRUE(has(early.next(), R"("at":8,"text":"at 9)"));
    event_cursor late(*w.gate, w.reader, 0);
    EXPECT_TRUE(has(late.next(), R"("at":0,"text":"We open at 9)"));
    w.gate->parts().show(talk, "trn_1", "We open at 9 \xF0\x9F\x95\x98. Come in.");
    EXPECT_TRUE(has(early.next(), R"("at":17,)"))
        << "counted as JavaScript counts: the clock is two units";
    EXPECT_EQ(early.next(), "");
}

TEST(live_text, once_the_message_is_there_nothing_of_its_pieces_is_told) {
    reader_world w;
    event_cursor cursor(*w.gate, w.reader, 0);
    w.add(events::author_kind::visitor, "When?", "trn_1");
    w.gate->parts().begin(talk, "trn_1", w.label());
    (void)cursor.next();
    w.gate->parts().show(talk, "trn_1", "We open at nine.");
    w.add(events::author_kind::ai, "We open at nine.", "trn_1");
    const auto told = cursor.next();
    EXPECT_TRUE(has(told, "id: 2\nevent: message"));
    EXPECT_FALSE(has(told, "event: delta"));
}

TEST(live_text, a_text_without_a_label_and_one_of_a_lost_turn_are_not_told) {
    reader_world w;
    event_cursor cursor(*w.gate, w.reader, 0);
    w.gate->parts().begin(talk, "trn_1", "");
    w.gate->parts().show(talk, "trn_1", "No label. ");
    EXPECT_FALSE(has(cursor.next(), "No label"));
    w.gate->parts().begin(talk, "trn_2", w.label());
    w.gate->parts().show(talk, "trn_1", "Too late. ");
    EXPECT_FALSE(has(cursor.next(), "Too late"));
    w.gate->parts().show(talk, "trn_2", "Something. ");
    w.book.states[talk].owner = events::owner_kind::person;
    EXPECT_FALSE(has(cursor.next(), "Something")) << "a person has taken over";
}

TEST(live_text, a_reader_of_messages_that_are_gone_reloads) {
    reader_world w;
    w.add(events::author_kind::visitor, "Hello");
    event_cursor known(*w.gate, w.reader, 1);
    EXPECT_FALSE(has(known.greeting(), "resync"));
    event_cursor lost(*w.gate, w.reader, 40);
    EXPECT_TRUE(has(lost.greeting(), "event: resync"));
    EXPECT_TRUE(has(lost.next(), "id: 1\n"));
}

TEST(live_text, who_watches_is_woken_until_the_handle_dies_and_nothing_is_kept) {
    part_board board;
    int woken = 0;
    auto watching = board.watch(talk, [&] { ++woken; });
    board.begin(talk, "trn_1", "v1");
    board.show(talk, "trn_1", "We open.");
    EXPECT_EQ(woken, 2);
    EXPECT_EQ(board.look(talk).text, "We open.");
    board.end(talk, "trn_0");
    EXPECT_EQ(board.look(talk).turn, "trn_1") << "another turn's end is not this one's";
    board.close();
    EXPECT_EQ(woken, 4);
    EXPECT_TRUE(board.closed());
    watching.reset();
    board.end(talk, "trn_1");
    EXPECT_EQ(woken, 4);
    EXPECT_EQ(board.look(talk).turn, "");
}

TEST(live_text, a_handle_may_outlive_its_board) {
    std::shared_ptr<void> watching;
    {
        part_board board;
        watching = board.watch(talk, [] {});
    }
    watching.reset();
    SUCCEED() << "the sanitizer looks";
}

} // namespace servery::gateway
