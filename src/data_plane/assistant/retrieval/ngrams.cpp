#include "data_plane/assistant/retrieval/ngrams.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace servery::assistant {

namespace {

// FNV-1a with a final mix (splitmix64): features only need to be told apart.
std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed) {
    std::uint64_t h = 0xcbf29ce484222325ULL ^ seed;
    for (const char c : bytes)
        h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    h ^= h >> 30;
    h *= 0xbf58476d1ce4e5b9ULL;
    h ^= h >> 27;
    h *= 0x94d049bb133111ebULL;
    return h ^ (h >> 31);
}

constexpr std::uint64_t word_seed = 0x57;
constexpr std::uint64_t char_seed = 0x43;

void add_char_grams(std::string_view word, const ngram_shape& shape,
                    std::vector<ngram_count>& out) {
    std::string padded = " ";
    padded += word;
    padded += ' ';
    std::vector<std::size_t> starts; // of code points
    for (std::size_t i = 0; i < padded.size(); ++i)
        if ((static_cast<unsigned char>(padded[i]) & 0xC0) != 0x80) starts.push_back(i);
    starts.push_back(padded.size());
    const auto points = starts.size() - 1;
    const std::string_view text = padded;
    for (auto n = static_cast<std::size_t>(shape.char_from);
         n <= static_cast<std::size_t>(shape.char_to) && n <= points; ++n)
        for (std::size_t i = 0; i + n <= points; ++i)
            out.push_back({hash_bytes(text.substr(starts[i], starts[i + n] - starts[i]), char_seed),
                           1, true});
}

// Sorts by hash and adds up equal ones.
void merge(std::vector<ngram_count>& counts) {
    std::ranges::sort(counts, {}, &ngram_count::hash);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (kept > 0 && counts[kept - 1].hash == counts[i].hash)
            counts[kept - 1].count += counts[i].count;
        else
            counts[kept++] = counts[i];
    }
    counts.resize(kept);
}

} // namespace

std::vector<ngram_count> ngrams_of(std::span<const token> tokens, const ngram_shape& shape) {
    std::vector<ngram_count> out;
    std::vector<std::string_view> words;
    for (const auto& t : tokens) {
        out.push_back({hash_bytes(t.text, word_seed), 1, false});
        add_char_grams(t.text, shape, out);
        if (!t.joined) words.push_back(t.text);
    }
    for (auto n = std::size_t{2}; n <= static_cast<std::size_t>(shape.word_to); ++n) {
        for (std::size_t i = 0; i + n <= words.size(); ++i) {
            std::string gram(words[i]);
            for (std::size_t k = 1; k < n; ++k)
                gram.append(" ").append(words[i + k]);
            out.push_back({hash_bytes(gram, word_seed), 1, false});
        }
    }
    merge(out);
    return out;
}

std::vector<ngram_count> joined(std::vector<ngram_count> a, std::span<const ngram_count> b) {
    a.insert(a.end(), b.begin(), b.end());
    merge(a);
    return a;
}

void ngram_space::add_text(std::vector<ngram_count> counts, bool counted) {
    pending_.push_back(std::move(counts));
    counted_.push_back(counted);
}

void ngram_space::finish() {
    for (const auto& text : pending_)
        for (const auto& f : text)
            hashes_.push_back(f.hash);
    std::ranges::sort(hashes_);
    const auto rest = std::ranges::unique(hashes_);
    hashes_.erase(rest.begin(), rest.end());
    hashes_.shrink_to_fit();

    std::vector<std::uint32_t> df(hashes_.size());
    std::vector<std::size_t> size(hashes_.size());
    double n = 0;
    for (std::size_t t = 0; t < pending_.size(); ++t) {
        if (counted_[t]) n += 1;
        for (const auto& f : pending_[t]) {
            const auto id = static_cast<std::size_t>(id_of(f.hash));
            ++size[id];
            if (counted_[t]) ++df[id];
        }
    }
    idf_.resize(hashes_.size());
    for (std::size_t i = 0; i < hashes_.size(); ++i)
        idf_[i] = static_cast<float>(std::log((1 + n) / (1 + df[i])) + 1);
    idf_unknown_ = static_cast<float>(std::log(1 + n) + 1);

    postings_begin_.assign(hashes_.size() + 1, 0);
    for (std::size_t i = 0; i < hashes_.size(); ++i)
        postings_begin_[i + 1] = postings_begin_[i] + size[i];
    postings_.resize(postings_begin_.back());
    auto next = postings_begin_;
    for (std::size_t t = 0; t < pending_.size(); ++t) {
        for (const auto& f : vector_of(pending_[t])) {
            postings_[next[f.feature]++] = {static_cast<std::uint32_t>(t), f.weight};
            vectors_.push_back(f);
        }
        vectors_begin_.push_back(vectors_.size());
    }
    pending_ = {};
}

std::int64_t ngram_space::id_of(std::uint64_t hash) const {
    const auto at = std::ranges::lower_bound(hashes_, hash);
    return at != hashes_.end() && *at == hash ? at - hashes_.begin() : -1;
}

std::vector<weighted_feature> ngram_space::vector_of(std::span<const ngram_count> counts) const {
    struct known_feature {
        std::uint32_t id;
        bool chars;
        double weight;
    };
    std::vector<known_feature> known;
    known.reserve(counts.size());
    double length_words = 0;
    double length_chars = 0;
    for (const auto& f : counts) {
        const auto id = id_of(f.hash);
        const double idf = id < 0 ? idf_unknown_ : idf_[static_cast<std::size_t>(id)];
        const double w = (1 + std::log(static_cast<double>(f.count))) * idf;
        (f.chars ? length_chars : length_words) += w * w;
        if (id >= 0) known.push_back({static_cast<std::uint32_t>(id), f.chars, w});
    }
    const double scale_words = length_words > 0 ? std::sqrt(shape_.word_share / length_words) : 0;
    const double scale_chars =
        length_chars > 0 ? std::sqrt((1 - shape_.word_share) / length_chars) : 0;
    std::vector<weighted_feature> out;
    out.reserve(known.size());
    for (const auto& k : known)
        out.push_back({k.id, static_cast<float>(k.weight * (k.chars ? scale_chars : scale_words))});
    return out;
}

void ngram_space::cosines(std::span<const weighted_feature> v, std::vector<float>& out) const {
    for (const auto& f : v)
        for (auto i = postings_begin_[f.feature]; i < postings_begin_[f.feature + 1]; ++i)
            out[postings_[i].text] += f.weight * postings_[i].weight;
}

void ngram_space::drop_vectors() {
    vectors_ = {};
    vectors_begin_.assign(vectors_begin_.size(), 0);
}

std::size_t ngram_space::bytes() const {
    return hashes_.size() * (sizeof(std::uint64_t) + sizeof(float) + sizeof(std::size_t)) +
           postings_.size() * sizeof(posting) + vectors_.size() * sizeof(weighted_feature);
}

} // namespace servery::assistant
