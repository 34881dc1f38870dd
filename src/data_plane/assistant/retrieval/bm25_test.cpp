#include "data_plane/assistant/retrieval/bm25.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <random>

namespace servery::assistant {
namespace {

struct database {
    sqlite3* handle = nullptr;
    database() { sqlite3_open(":memory:", &handle); }
    ~database() { sqlite3_close(handle); }
    void run(const std::string& sql) {
        char* fault = nullptr;
        ASSERT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &fault), SQLITE_OK)
            << (fault != nullptr ? fault : "") << " in " << sql;
    }
    std::map<std::uint32_t, double> scores(const std::string& match) {
        std::map<std::uint32_t, double> out;
        sqlite3_stmt* rows = nullptr;
        const auto sql =
            "SELECT rowid, bm25(t, 5.0, 1.0, 2.0) FROM t WHERE t MATCH '" + match + "'";
        EXPECT_EQ(sqlite3_prepare_v2(handle, sql.c_str(), -1, &rows, nullptr), SQLITE_OK);
        while (sqlite3_step(rows) == SQLITE_ROW)
            out[static_cast<std::uint32_t>(sqlite3_column_int(rows, 0)) - 1] =
                -sqlite3_column_double(rows, 1);
        sqlite3_finalize(rows);
        return out;
    }
};

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& w : words)
        out += (out.empty() ? "" : " ") + w;
    return out;
}

TEST(leg_a, equals_the_bm25_of_fts5_on_fifty_random_corpora) {
    std::mt19937 random(7);
    const auto word = [&] {
        // Some words are frequent, most are rare.
        const auto n = random() % 100;
        return "w" + std::to_string(n < 40 ? n % 4 : n);
    };
    const auto some_words = [&](std::size_t most) {
        std::vector<std::string> out;
        for (auto n = random() % (most + 1); n > 0; --n)
            out.push_back(word());
        return out;
    };
    for (int corpus = 0; corpus < 50; ++corpus) {
        database db;
        db.run("CREATE VIRTUAL TABLE t USING fts5(question, answer, tags, tokenize=\"ascii "
               "tokenchars '_'\")");
        bm25_index index;
        const auto rows = 2 + random() % 60;
        for (std::size_t r = 0; r < rows; ++r) {
            const bm25_column columns[] = {
                {5, some_words(8)}, {1, some_words(30)}, {2, some_words(2)}};
            index.add_row(columns, true);
            db.run("INSERT INTO t VALUES ('" + joined(columns[0].stems) + "','" +
                   joined(columns[1].stems) + "','" + joined(columns[2].stems) + "')");
        }
        index.finish();
        for (int q = 0; q < 10; ++q) {
            auto query = some_words(5);
            query.push_back(word());
            std::ranges::sort(query);
            query.erase(std::unique(query.begin(), query.end()), query.end());
            std::string match;
            for (const auto& w : query)
                match += (match.empty() ? "\"" : " OR \"") + w + "\"";
            std::vector<double> mine(rows, 0.0);
            index.score(query, mine);
            const auto theirs = db.scores(match);
            for (std::uint32_t r = 0; r < rows; ++r) {
                const auto at = theirs.find(r);
                const double expected = at == theirs.end() ? 0 : at->second;
                ASSERT_NEAR(mine[r], expected, 1e-9) << "corpus " << corpus << " query " << match;
                ASSERT_NEAR(index.score_row(query, r), mine[r], 1e-12);
            }
        }
    }
}

TEST(leg_a, leaves_no_trace_of_rows_that_do_not_count) {
    const auto build = [](bool with_hidden) {
        bm25_index index;
        const bm25_column open[] = {{5, {"park", "car"}}};
        const bm25_column other[] = {{5, {"pet", "dog"}}};
        const bm25_column hidden[] = {{5, {"park", "secret"}}};
        index.add_row(open, true);
        index.add_row(other, true);
        if (with_hidden) index.add_row(hidden, false);
        index.finish();
        std::vector<double> scores(index.rows(), 0.0);
        index.score(std::vector<std::string>{"park", "secret"}, scores);
        return scores[0];
    };
    EXPECT_EQ(build(true), build(false));
}

} // namespace
} // namespace servery::assistant
