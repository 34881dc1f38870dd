#include "data_plane/assistant/retrieval/bm25.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace servery::assistant {

void bm25_index::add_row(std::span<const bm25_column> columns, bool counted) {
    const auto row = static_cast<std::uint32_t>(lengths_.size());
    std::map<std::string_view, double> weights;
    std::size_t length = 0;
    for (const auto& column : columns) {
        length += column.stems.size();
        for (const auto& stem : column.stems)
            weights[stem] += column.weight;
    }
    for (const auto& [stem, f] : weights) {
        const auto [at, fresh] =
            ids_.try_emplace(std::string(stem), static_cast<std::uint32_t>(terms_.size()));
        if (fresh) terms_.emplace_back();
        auto& t = terms_[at->second];
        t.postings.push_back({row, static_cast<float>(f)});
        if (counted) ++t.counted;
    }
    lengths_.push_back(static_cast<double>(length));
    if (counted) {
        ++counted_;
        counted_length_ += static_cast<double>(length);
    }
}

void bm25_index::finish() {
    const double n = counted_;
    average_ = counted_ > 0 && counted_length_ > 0 ? counted_length_ / n : 1;
    for (auto& t : terms_) {
        const double with = t.counted;
        t.idf = std::max(std::log((n - with + 0.5) / (with + 0.5)), 1e-6);
    }
}

const bm25_index::term* bm25_index::find(std::string_view stem) const {
    const auto at = ids_.find(stem);
    return at == ids_.end() ? nullptr : &terms_[at->second];
}

std::vector<const bm25_index::term*>
bm25_index::query_terms(std::span<const std::string> stems) const {
    std::vector<const term*> out;
    for (const auto& stem : stems) {
        const auto* t = find(stem);
        if (t != nullptr && std::ranges::find(out, t) == out.end()) out.push_back(t);
    }
    if (out.size() > max_query_stems) {
        // Highest idf first; ties by the order of the terms.
        std::ranges::sort(out, [this](const term* a, const term* b) {
            return a->idf != b->idf ? a->idf > b->idf : a - terms_.data() < b - terms_.data();
        });
        out.resize(max_query_stems);
    }
    return out;
}

double bm25_index::part(const term& t, const posting& p) const {
    const double f = p.f;
    return t.idf * f * 2.2 / (f + 1.2 * (0.25 + 0.75 * lengths_[p.row] / average_));
}

void bm25_index::score(std::span<const std::string> stems, std::vector<double>& out) const {
    for (const auto* t : query_terms(stems))
        for (const auto& p : t->postings)
            out[p.row] += part(*t, p);
}

double bm25_index::score_row(std::span<const std::string> stems, std::uint32_t row) const {
    double sum = 0;
    for (const auto* t : query_terms(stems)) {
        const auto at = std::ranges::lower_bound(t->postings, row, {}, &posting::row);
        if (at != t->postings.end() && at->row == row) sum += part(*t, *at);
    }
    return sum;
}

std::optional<std::uint32_t> bm25_index::row_count(std::string_view stem) const {
    const auto* t = find(stem);
    if (t == nullptr) return std::nullopt;
    return t->counted;
}

bool bm25_index::contains(std::uint32_t row, std::string_view stem) const {
    const auto* t = find(stem);
    return t != nullptr && std::ranges::binary_search(t->postings, row, {}, &posting::row);
}

std::size_t bm25_index::bytes() const {
    std::size_t sum = lengths_.size() * sizeof(double);
    for (const auto& t : terms_)
        sum += t.postings.size() * sizeof(posting) + sizeof(term) + 64;
    return sum;
}

} // namespace servery::assistant
