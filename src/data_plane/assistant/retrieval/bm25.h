// Leg A: BM25 over stems with column weights, the formula of SQLite's FTS5 bm25() (k1 = 1.2,
// b = 0.75, idf floored at 1e-6), in memory.
//   score(d) = sum_t idf_t * f * 2.2 / (f + 1.2 * (0.25 + 0.75 * |d| / avg|d|))
//   f = sum over columns of weight * count; |d| = stems of the row, unweighted
// Thread: built by one thread, then immutable.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace servery::assistant {

constexpr std::size_t max_query_stems = 32;

struct bm25_column {
    double weight = 1;
    std::vector<std::string> stems;
};

class bm25_index {
  public:
    // `counted` rows make up N, the document frequencies and the average length; the others are
    // searched but leave no trace in anybody's scores.
    void add_row(std::span<const bm25_column> columns, bool counted);
    void finish();

    // Adds the scores of all rows to `out` (one place a row). `stems` may repeat; at most the 32
    // distinct ones of highest idf are used.
    void score(std::span<const std::string> stems, std::vector<double>& out) const;
    [[nodiscard]] double score_row(std::span<const std::string> stems, std::uint32_t row) const;

    [[nodiscard]] std::size_t rows() const { return lengths_.size(); }
    [[nodiscard]] std::uint32_t counted_rows() const { return counted_; }
    // Counted rows that contain the stem; none if no row at all does.
    [[nodiscard]] std::optional<std::uint32_t> row_count(std::string_view stem) const;
    [[nodiscard]] bool contains(std::uint32_t row, std::string_view stem) const;
    [[nodiscard]] std::size_t bytes() const;

  private:
    struct posting {
        std::uint32_t row;
        float f;
    };
    struct term {
        std::vector<posting> postings;
        std::uint32_t counted = 0;
        double idf = 0;
    };
    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view s) const {
            return std::hash<std::string_view>{}(s);
        }
    };

    [[nodiscard]] const term* find(std::string_view stem) const;
    [[nodiscard]] std::vector<const term*> query_terms(std::span<const std::string> stems) const;
    [[nodiscard]] double part(const term& t, const posting& p) const;

    std::unordered_map<std::string, std::uint32_t, text_hash, std::equal_to<>> ids_;
    std::vector<term> terms_;
    std::vector<double> lengths_;
    std::uint32_t counted_ = 0;
    double counted_length_ = 0;
    double average_ = 1;
};

} // namespace servery::assistant
