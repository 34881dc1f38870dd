// The compiled, immutable index of one knowledge release: legs A (BM25), B (word and character
// n-grams) and C (classifier) per language, and the fused ranking of entries for one message.
// Thread: compile() off the reactors; a compiled index is read by any number of threads.
#pragma once

#include "data_plane/assistant/retrieval/release.h"
#include "foundation/base/clock.h"
#include "foundation/base/result.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace servery::assistant {

// The free knobs, fitted once on training parts of development data and then frozen.
struct model_params {
    bool leg_a = true;
    bool leg_b = true;
    bool leg_c = true;
    double c = 10;        // leg C: weight of the losses
    int max_epochs = 100; // leg C
    int threads = 2;      // leg C: classes are trained in parallel, bit-equal for any number
    double fuse_a = 0.6;  // shares of the legs in the ranking
    double fuse_b1 = 0.3;
    double fuse_b2 = 0.1;
    double fuse_c = 0.6;     // with leg C on; the others times 1 - fuse_c
    double word_share = 0.5; // share of the word block in a text's squared length
    int char_from = 2;
    int char_to = 4;
    int word_to = 2;
};

// Who asks: bit i = group i of knowledge_index::groups(); staff see entries for staff.
struct caller_groups {
    std::uint64_t mask = 0;
    bool staff = false;
};

// One entry as a possible answer. Scores per leg are raw: BM25 >= 0, cosines and probability in
// [0, 1]; -1 = the leg was off.
struct candidate {
    std::uint32_t entry = 0; // place in knowledge_index::entries()
    double score = 0;        // fused, in [0, 1]; ranks only
    double leg_a = 0;
    double leg_b1 = 0;
    double leg_b2 = 0;
    double leg_c = -1;
};

// The evidence for the best candidate; all in [0, 1].
struct features {
    double top = 0, share = 0, margin = 0, known = 0, covered = 0, agree = 0, self = 0, cos = 0,
           is_short = 0, is_long = 0, misses = 0;
    [[nodiscard]] std::array<double, 11> values() const {
        return {top, share, margin, known, covered, agree, self, cos, is_short, is_long, misses};
    }
};
BOOST_DESCRIBE_STRUCT(features, (),
                      (top, share, margin, known, covered, agree, self, cos, is_short, is_long,
                       misses))

struct ranking {
    std::string lang;             // the language searched
    bool language_served = false; // it has an entry this caller may see
    bool classifier_on = false;   // leg C took part
    bool empty = false;           // nothing was left of the message
    std::vector<candidate> best;  // fused, best first
    features evidence;            // of best[0]; zeros if there is none
    std::uint32_t tokens = 0;
};

struct rank_request {
    std::string_view text;
    std::string_view lang_hint;
    caller_groups groups;
    instant now; // for valid_from and valid_to (UTC days)
    int misses = 0;
    std::size_t at_most = 10;
    const std::vector<bool>* withdrawn = nullptr; // by place in entries(); null = none
};

struct index_size {
    std::size_t texts = 0, features = 0, classes = 0, bytes = 0;
};

class knowledge_index {
  public:
    struct language_index;
    knowledge_index();
    ~knowledge_index();
    knowledge_index(const knowledge_index&) = delete;
    knowledge_index& operator=(const knowledge_index&) = delete;

    [[nodiscard]] const std::string& release_id() const { return content_.id; }
    [[nodiscard]] const std::vector<release_entry>& entries() const { return content_.entries; }
    [[nodiscard]] const release& content() const { return content_; }
    // Place of the entry with this key, or -1.
    [[nodiscard]] std::int64_t find(std::string_view key) const;
    // Names of the groups that entries name, sorted, at most 64.
    [[nodiscard]] const std::vector<std::string>& groups() const { return groups_; }
    [[nodiscard]] caller_groups groups_of(const std::vector<std::string>& names) const;
    [[nodiscard]] index_size size() const;
    // True if a question or phrasing here has the same words in the same order.
    [[nodiscard]] bool has_text(std::string_view text) const;

    [[nodiscard]] ranking rank(const rank_request& asked) const;
    // Words of the message that occur in the entry (surface forms, in order, once each).
    [[nodiscard]] std::vector<std::string> matched_words(std::string_view text,
                                                         std::uint32_t entry) const;

  private:
    friend result<std::shared_ptr<const knowledge_index>> compile(const release&,
                                                                  const model_params&);
    [[nodiscard]] const language_index* language(std::string_view lang) const;
    [[nodiscard]] bool may_see(std::uint32_t entry, const rank_request& asked,
                               std::string_view today) const;

    release content_;
    std::vector<std::string> groups_;
    std::vector<std::uint64_t> audience_masks_; // 0 = everybody; bit 63 = staff
    std::vector<std::unique_ptr<language_index>> languages_;
    model_params params_;
    std::unordered_set<std::string> texts_; // wordings of questions and phrasings
};

// Errors: knowledge.index.compile_failed (two entries of one key, more than 63 groups, a text that
// leaves nothing). Takes seconds for a large base with leg C.
[[nodiscard]] result<std::shared_ptr<const knowledge_index>> compile(const release& content,
                                                                     const model_params& params);

// The k entries nearest to the text, public ones only: for reports and audiences by topic.
[[nodiscard]] std::vector<candidate> nearest(const knowledge_index& index, std::string_view text,
                                             std::size_t k);

} // namespace servery::assistant
