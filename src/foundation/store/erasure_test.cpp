// What was erased is nowhere in the data folder: not in a page, not in free space, not in a log.
#include "foundation/store/audit_chain.h"
#include "foundation/store/store.h"
#include "foundation/store/store_fixture_test.h"

#include <fstream>

namespace servery::store {
namespace {

class erasing : public store_fixture {
  protected:
    // Files of the data folder whose bytes hold the word.
    std::vector<std::string> files_with(const std::string& word) const {
        std::vector<std::string> out;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
            if (!entry.is_regular_file()) continue;
            std::ifstream in(entry.path(), std::ios::binary);
            const std::string bytes(std::istreambuf_iterator<char>(in), {});
            if (bytes.find(word) != std::string::npos)
                out.push_back(entry.path().filename().string());
        }
        return out;
    }

    static hash16 hash_of(std::uint8_t n) {
        hash16 h{};
        h.fill(n);
        return h;
    }

    // Three hundred rows of others around one visitor's, so that pages split and move.
    void fill(store& s) {
        for (int i = 0; i < 300; ++i) {
            auto said = traffic(i);
            const bool hers = i % 50 == 7;
            said.by = {events::actor_kind::visitor, hers ? "hervisitorhash" : "other"};
            said.body["text"] = std::string(hers ? "plantedword " : "keptword ") +
                                std::string(static_cast<std::size_t>(i % 7) * 100, 'z');
            if (hers)
                texts_.push_back(*s.commit({said}));
            else
                (void)s.commit({said});
            auto noted = audit(i);
            noted.body["note"] = hers ? "plantednote" : "keptnote";
            const auto seq = *s.commit({noted});
            if (hers) notes_.push_back(seq);
            auto x = exchange(i);
            x.visitor = hash_of(hers ? 1 : 2);
            x.conversation = hash_of(hers ? 3 : 4);
            x.conversation_id = hers ? "herchat" : "keptchat";
            x.question = hers ? "plantedquestion" : "keptquestion";
            x.answer = hers ? "plantedanswer" : "keptanswer";
            s.post(x);
        }
        ASSERT_TRUE(s.flush());
    }

    erasure everything_of_her(store& s) {
        const auto numbers = s.audit_numbers(notes_);
        EXPECT_TRUE(numbers);
        json::array named;
        for (const auto n : *numbers)
            named.push_back(n);
        auto said = audit(0);
        said.kind = detail_erased_kind;
        said.body = {{"seqs", std::move(named)}};
        EXPECT_TRUE(s.commit({said}));
        erasure what;
        for (const auto seq : texts_)
            what.bodies.emplace_back(seq, json::object{{"text", ""}});
        what.details = *numbers;
        what.replaced = {{hash_of(1), hash_of(8)}, {hash_of(3), hash_of(9)}};
        return what;
    }

    std::vector<std::int64_t> texts_;
    std::vector<std::int64_t> notes_;
};

TEST_F(erasing, leaves_no_word_in_any_file_and_the_chain_whole) {
    auto s = open();
    fill(*s);
    ASSERT_FALSE(files_with("plantedword").empty());
    ASSERT_FALSE(files_with("plantednote").empty());
    ASSERT_FALSE(files_with("plantedquestion").empty());
    const auto counts = s->erase(everything_of_her(*s));
    ASSERT_TRUE(counts) << to_line(counts.error());
    EXPECT_EQ(counts->events, 6);
    EXPECT_EQ(counts->details, 6);
    EXPECT_EQ(counts->exchanges, 6);
    EXPECT_TRUE(counts->logs_emptied);
    for (const auto* word : {"plantedword", "plantednote", "plantedquestion", "plantedanswer",
                             "hervisitorhash", "herchat"})
        EXPECT_TRUE(files_with(word).empty()) << word << " in " << files_with(word).front();
    EXPECT_EQ(files_with(to_hex(hash_of(1))), std::vector<std::string>{});
    for (const auto* word : {"keptword", "keptnote", "keptquestion", "keptanswer", "keptchat"})
        EXPECT_FALSE(files_with(word).empty()) << word;
    const auto chain = s->verify_audit();
    ASSERT_TRUE(chain);
    EXPECT_TRUE(chain->ok) << chain->why;
}

TEST_F(erasing, keeps_every_row_in_its_place_and_the_store_goes_on) {
    std::int64_t rows = 0;
    auto s = open();
    fill(*s);
    ASSERT_TRUE(s->erase(everything_of_her(*s)));
    EXPECT_TRUE(s->commit({audit(1), traffic(2)}));
    s->post(exchange(1000));
    ASSERT_TRUE(s->flush());
    s.reset();
    s = open();
    std::int64_t blank = 0;
    ASSERT_TRUE(s->replay(
        0,
        [&](const events::event& e) {
            ++rows;
            if (e.body.empty()) ++blank;
        },
        [&](const events::exchange& x) {
            ++rows;
            EXPECT_FALSE(x.exchange_id.empty());
        }));
    EXPECT_EQ(rows, 300 * 3 + 1 + 3);
    EXPECT_EQ(blank, 6);
    const auto hers = s->exchanges({.project = {}, .conversation = hash_of(9), .env = {}});
    ASSERT_TRUE(hers);
    ASSERT_EQ(hers->size(), 6U);
    EXPECT_EQ(hers->front().visitor, hash_of(8));
    EXPECT_TRUE(hers->front().question.empty());
    EXPECT_TRUE(s->verify_audit()->ok);
}

TEST_F(erasing, cuts_the_texts_of_old_exchanges_and_nothing_else_of_them) {
    auto s = open();
    auto old = exchange(1);
    old.question = "oldquestion";
    old.visitor = hash_of(1);
    s->post(old);
    now_.advance(millis{86'400'000});
    auto young = exchange(2);
    young.question = "youngquestion";
    s->post(young);
    ASSERT_TRUE(s->flush());
    erasure what;
    const auto later = now_.now() + millis{1000};
    what.cuts = {{.project = "guest-house", .phase = "sandbox", .before = now_.now()},
                 {.project = "guest-house", .phase = "pilot", .before = later},
                 {.project = "another", .phase = "sandbox", .before = later}};
    const auto counts = s->erase(what);
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->exchanges, 1);
    EXPECT_TRUE(files_with("oldquestion").empty());
    EXPECT_FALSE(files_with("youngquestion").empty());
    const auto kept = s->exchange_by_id("exc_1");
    ASSERT_TRUE(kept);
    EXPECT_EQ((*kept)->visitor, hash_of(1));
}

TEST_F(erasing, an_erasure_that_nothing_named_is_a_broken_chain) {
    auto s = open();
    fill(*s);
    erasure what;
    what.details = *s->audit_numbers({notes_.front()});
    ASSERT_TRUE(s->erase(what));
    const auto chain = s->verify_audit();
    ASSERT_TRUE(chain);
    EXPECT_FALSE(chain->ok);
    EXPECT_EQ(chain->fault, audit_fault::detail);
}

} // namespace
} // namespace servery::store
