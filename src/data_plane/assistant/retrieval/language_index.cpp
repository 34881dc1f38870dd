#include "data_plane/assistant/retrieval/language_index.h"

#include "data_plane/assistant/text/normalise.h"
#include "data_plane/assistant/text/synonyms.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace servery::assistant {

namespace {

std::vector<token> tokens_of(std::string_view text) {
    return tokenise(normalise(text).text);
}

struct entry_tokens {
    std::vector<token> question;
    std::vector<std::vector<token>> phrasings;
    std::vector<token> answer;
    std::vector<token> tags;
};

entry_tokens tokens_of(const release_entry& e) {
    entry_tokens out;
    out.question = tokens_of(e.question);
    for (const auto& p : e.phrasings)
        out.phrasings.push_back(tokens_of(p));
    out.answer = tokens_of(e.answer);
    for (const auto& tag : e.tags)
        for (auto& t : tokens_of(tag))
            out.tags.push_back(std::move(t));
    return out;
}

template <typename Do>
void each_list(entry_tokens& e, Do&& act) {
    act(e.question);
    for (auto& p : e.phrasings)
        act(p);
    act(e.answer);
    act(e.tags);
}

std::string joined_text(const std::vector<token>& tokens) {
    std::string out;
    for (const auto& t : tokens)
        out.append(t.text).append(" ");
    return out;
}

// The column `expanded`: what customers might say for the words of the questions and tags.
std::vector<std::string> expanded_stems(const entry_tokens& e, std::string_view lang) {
    auto words = e.question;
    for (std::size_t i = 0; i < std::min(e.phrasings.size(), phrasings_in_leg_a); ++i)
        words.insert(words.end(), e.phrasings[i].begin(), e.phrasings[i].end());
    words.insert(words.end(), e.tags.begin(), e.tags.end());
    return content_stems(synonyms_of(words, lang), lang, false);
}

// At least half of the entries have three texts.
bool worth_a_classifier(const std::vector<entry_tokens>& entries) {
    const auto rich = std::ranges::count_if(
        entries, [](const entry_tokens& e) { return e.phrasings.size() >= 2; });
    return entries.size() >= 2 && 2 * static_cast<std::size_t>(rich) >= entries.size();
}

} // namespace

ngram_shape shape_of(const model_params& params) {
    return {params.word_to, params.char_from, params.char_to, params.word_share};
}

void knowledge_index::language_index::build(const release& content, std::span<const char> counted,
                                            const model_params& params, bool may_classify) {
    const auto shape = shape_of(params);
    questions = ngram_space(shape);
    documents = ngram_space(shape);
    std::vector<entry_tokens> all;
    for (const auto place : entries) {
        all.push_back(tokens_of(content.entries[place]));
        if (!counted[place]) continue;
        each_list(all.back(), [&](std::vector<token>& list) {
            for (const auto& t : list)
                vocabulary.insert(t.text);
        });
    }
    const auto known = [this](std::string_view word) {
        return vocabulary.contains(std::string(word));
    };
    std::vector<std::vector<std::string>> text_stems;
    for (std::uint32_t local = 0; local < entries.size(); ++local) {
        auto& e = all[local];
        const bool counts = counted[entries[local]];
        each_list(e, [&](std::vector<token>& list) { add_known_joins(list, known); });

        std::vector<bm25_column> columns{{question_weight, content_stems(e.question, lang, false)},
                                         {answer_weight, content_stems(e.answer, lang, false)},
                                         {tag_weight, content_stems(e.tags, lang, false)}};
        for (std::size_t i = 0; i < std::min(e.phrasings.size(), phrasings_in_leg_a); ++i)
            columns.push_back({phrasing_weight, content_stems(e.phrasings[i], lang, false)});
        columns.push_back({expanded_weight, expanded_stems(e, lang)});
        rows.add_row(columns, counts);

        auto question = ngrams_of(e.question, shape);
        documents.add_text(joined(question, ngrams_of(e.answer, shape)), counts);
        questions.add_text(std::move(question), counts);
        entry_of_text.push_back(local);
        text_stems.push_back(content_stems(e.question, lang, true));
        // In a fixed order, whatever the order they were accepted in: training depends on it.
        std::ranges::sort(e.phrasings, {}, joined_text);
        for (const auto& p : e.phrasings) {
            questions.add_text(ngrams_of(p, shape), counts);
            entry_of_text.push_back(local);
            text_stems.push_back(content_stems(p, lang, true));
        }
    }
    rows.finish();
    questions.finish();
    documents.finish();
    documents.drop_vectors();
    for (std::size_t t = 0; t < text_stems.size(); ++t)
        self_score.push_back(rows.score_row(text_stems[t], entry_of_text[t]));
    if (params.leg_c && may_classify && worth_a_classifier(all))
        model.train(questions, entry_of_text, entries.size(),
                    {.c = params.c, .max_epochs = params.max_epochs, .threads = params.threads});
    questions.drop_vectors();
}

prepared_message knowledge_index::language_index::prepare(std::vector<token> tokens) const {
    prepared_message out;
    out.tokens = std::move(tokens);
    add_known_joins(out.tokens, [this](std::string_view word) {
        return vocabulary.contains(std::string(word));
    });
    for (const auto& t : out.tokens)
        if (!t.joined) ++out.words;
    out.stems = content_stems(out.tokens, lang, true);
    return out;
}

leg_scores knowledge_index::language_index::score(const prepared_message& message,
                                                  const model_params& params) const {
    leg_scores out;
    const auto n = entries.size();
    out.a.assign(n, 0);
    out.b1.assign(n, 0);
    out.b2.assign(n, 0);
    out.best_text.assign(n, 0);
    if (params.leg_a) rows.score(message.stems, out.a);

    std::vector<bool> seen(n);
    const auto x = questions.vector_of(message.grams);
    std::vector<float> cosines(questions.texts(), 0.0F);
    questions.cosines(x, cosines);
    for (std::uint32_t t = 0; t < cosines.size(); ++t) {
        const auto e = entry_of_text[t];
        const double cosine = std::min(1.0F, cosines[t]);
        if (seen[e] && cosine <= out.b1[e]) continue;
        seen[e] = true;
        out.b1[e] = cosine;
        out.best_text[e] = t;
    }
    if (params.leg_b) {
        std::vector<float> whole(n, 0.0F);
        documents.cosines(documents.vector_of(message.grams), whole);
        for (std::size_t e = 0; e < n; ++e)
            out.b2[e] = std::min(1.0F, whole[e]);
    }
    if (model.on()) {
        const auto s = model.score(x);
        out.c.assign(s.begin(), s.end());
    }
    return out;
}

double knowledge_index::language_index::stem_mass(std::string_view stem) const {
    const double n = rows.counted_rows();
    const double with = rows.row_count(stem).value_or(0);
    return std::log((1 + n) / (1 + with)) + 1;
}

} // namespace servery::assistant
