// covers and facts: whether an answer says what it should, and nothing that nobody said.
#include "control_plane/evaluation/graders/makers.h"
#include "control_plane/evaluation/graders/values.h"
#include "control_plane/evaluation/graders/words.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <unordered_set>

namespace servery::evaluation {
namespace {

struct coverage {
    double share = 0;
    bool numbers = true;
    std::string missing;
};

// What an answer offers to be compared with.
struct offered {
    std::unordered_set<std::string> stems;
    std::set<std::string> values;
    std::string folded;
};

coverage covered(const std::string& wanted, const offered& answer, std::string_view lang) {
    coverage c;
    const auto need = content_stems(wanted, lang);
    const auto& stems = answer.stems;
    const auto& values = answer.values;
    const auto numbers = all_values(wanted);
    // An expectation without any content word or number is compared as it stands.
    if (need.empty() && numbers.empty()) {
        c.share = answer.folded.find(fold(trim(wanted))) != std::string::npos ? 1.0 : 0.0;
        c.missing = wanted;
        return c;
    }
    std::size_t hits = 0;
    for (const auto& stem : need)
        if (stems.contains(stem))
            ++hits;
        else
            c.missing += (c.missing.empty() ? "" : ", ") + stem;
    c.share = need.empty() ? 1.0 : static_cast<double>(hits) / static_cast<double>(need.size());
    for (const auto& value : numbers) {
        if (values.contains(value)) continue;
        c.numbers = false;
        c.missing += (c.missing.empty() ? "" : ", ") + value;
    }
    // An expectation of numbers alone is met by them or not at all.
    if (need.empty() && !c.numbers) c.share = 0;
    return c;
}

// One text is one alternative, commas and all.
result<std::vector<std::string>> texts_of(const grader_spec& spec) {
    if (!spec.value.is_string()) return list_value(spec);
    return std::vector{std::string(spec.value.get_string())};
}

bool cites(const answer_result& a, std::string_view entry) {
    return !entry.empty() &&
           std::ranges::any_of(a.citations, [&](const citation& c) { return c.entry == entry; });
}

} // namespace

made_grader make_covers(const grader_spec& spec) {
    auto wanted = texts_of(spec);
    if (!wanted) return std::unexpected(wanted.error());
    const double threshold = spec.threshold.value_or(0.6);
    return grader([list = *wanted, threshold, entry = spec.entry](const graded_answer& a) {
        if (cites(a.answer, entry)) return yes_or_no(true, "cites " + entry);
        const auto words = content_stems(a.answer.text, a.lang);
        const offered answer{.stems = {words.begin(), words.end()},
                             .values = all_values(a.answer.text),
                             .folded = fold(a.answer.text)};
        coverage best;
        bool passed = false;
        bool first = true;
        for (const auto& text : list) {
            const auto c = covered(text, answer, a.lang);
            const bool pass = c.share >= threshold && c.numbers;
            if (first || (pass && !passed) || (pass == passed && c.share > best.share)) best = c;
            passed = passed || pass;
            first = false;
        }
        grade g = yes_or_no(passed, passed ? "" : "misses " + shortened(best.missing));
        g.score = best.share;
        return g;
    });
}

made_grader make_facts(const grader_spec& spec) {
    std::vector<std::string> catalogue;
    if (!spec.value.is_null()) {
        auto list = texts_of(spec);
        if (!list) return std::unexpected(list.error());
        catalogue = *std::move(list);
    }
    std::set<std::string> known;
    for (const auto& text : catalogue)
        known.merge(all_values(text));
    return grader([known = std::move(known)](const graded_answer& a) {
        auto supported = known;
        supported.merge(all_values(a.question));
        for (const auto& c : a.answer.citations)
            supported.merge(all_values(c.text));
        const auto facts = stated_facts(a.answer.text);
        std::string invented;
        std::size_t hits = 0;
        for (const auto& f : facts)
            if (supported.contains(f))
                ++hits;
            else
                invented += (invented.empty() ? "" : ", ") + f;
        grade g =
            yes_or_no(invented.empty(),
                      invented.empty() ? "" : "states without a source: " + shortened(invented));
        g.score =
            facts.empty() ? 1.0 : static_cast<double>(hits) / static_cast<double>(facts.size());
        return g;
    });
}

} // namespace servery::evaluation
