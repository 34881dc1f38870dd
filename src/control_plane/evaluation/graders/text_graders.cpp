#include "control_plane/evaluation/graders/makers.h"
#include "foundation/base/text.h"

#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <numeric>

namespace servery::evaluation {
namespace {

// Unicode lower case of both sides; fold() is NFKC with case folding.
std::string same_case(std::string_view text, bool ignore) {
    return ignore ? fold(text) : std::string(text);
}

made_grader contains_grader(const grader_spec& spec, bool ignore_case) {
    auto wanted = text_value(spec);
    if (!wanted) return std::unexpected(wanted.error());
    return grader([shown = *wanted, needle = same_case(*wanted, ignore_case),
                   ignore_case](const graded_answer& a) {
        const bool hit = same_case(a.answer.text, ignore_case).find(needle) != std::string::npos;
        return yes_or_no(hit, hit ? "" : "does not contain \"" + shortened(shown) + "\"");
    });
}

enum class need { all, any };

made_grader contains_list(const grader_spec& spec, need how, bool ignore_case) {
    auto wanted = list_value(spec);
    if (!wanted) return std::unexpected(wanted.error());
    return grader([list = *wanted, how, ignore_case](const graded_answer& a) {
        const auto text = same_case(a.answer.text, ignore_case);
        std::string missing;
        std::size_t hits = 0;
        for (const auto& word : list) {
            if (text.find(same_case(word, ignore_case)) != std::string::npos)
                ++hits;
            else
                missing += (missing.empty() ? "" : ", ") + ("\"" + shortened(word) + "\"");
        }
        const bool pass = how == need::all ? hits == list.size() : hits > 0;
        const std::string what = how == need::all ? "does not contain " : "contains none of ";
        return yes_or_no(pass, pass ? "" : what + missing);
    });
}

std::u32string code_point_text(std::string_view text) {
    std::u32string out;
    std::size_t i = 0;
    while (i < text.size()) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t n = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        char32_t c = n == 1 ? lead : lead & (0x7FU >> n);
        for (std::size_t k = 1; k < n && i + k < text.size(); ++k)
            c = c << 6U | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
        out += c;
        i += n;
    }
    return out;
}

// Levenshtein distance in code points; at most `cap` + 1 is returned for longer ones.
std::size_t distance(std::string_view a, std::string_view b, std::size_t cap) {
    const auto x = code_point_text(a);
    const auto y = code_point_text(b);
    const auto gap = x.size() > y.size() ? x.size() - y.size() : y.size() - x.size();
    if (gap > cap) return cap + 1;
    std::vector<std::size_t> row(y.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= x.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        std::size_t least = i;
        for (std::size_t j = 1; j <= y.size(); ++j) {
            const auto above = row[j];
            row[j] =
                std::min({above + 1, row[j - 1] + 1, diagonal + (x[i - 1] == y[j - 1] ? 0U : 1U)});
            diagonal = above;
            least = std::min(least, row[j]);
        }
        if (least > cap) return cap + 1;
    }
    return row[y.size()];
}

std::size_t words_in(std::string_view text) {
    std::size_t words = 0;
    bool inside = false;
    for (const char c : text) {
        const bool space = c == ' ' || (c >= '\t' && c <= '\r');
        if (!space && !inside) ++words;
        inside = !space;
    }
    return words;
}

} // namespace

made_grader make_equals(const grader_spec& spec) {
    if (spec.value.is_object() || spec.value.is_array())
        return grader([wanted = spec.value](const graded_answer& a) {
            const auto got = json::parse(trim(a.answer.text));
            const bool same = got && *got == wanted;
            return yes_or_no(same, same ? "" : "is not the JSON expected");
        });
    auto wanted = text_value(spec);
    if (!wanted) return std::unexpected(wanted.error());
    return grader([text = *wanted](const graded_answer& a) {
        const bool same = a.answer.text == text;
        return yes_or_no(same, same ? "" : "is not \"" + shortened(text) + "\"");
    });
}

made_grader make_contains(const grader_spec& spec) {
    return contains_grader(spec, false);
}
made_grader make_icontains(const grader_spec& spec) {
    return contains_grader(spec, true);
}
made_grader make_contains_all(const grader_spec& s) {
    return contains_list(s, need::all, false);
}
made_grader make_contains_any(const grader_spec& s) {
    return contains_list(s, need::any, false);
}
made_grader make_icontains_all(const grader_spec& s) {
    return contains_list(s, need::all, true);
}
made_grader make_icontains_any(const grader_spec& s) {
    return contains_list(s, need::any, true);
}

made_grader make_starts_with(const grader_spec& spec) {
    auto wanted = text_value(spec);
    if (!wanted) return std::unexpected(wanted.error());
    return grader([text = *wanted](const graded_answer& a) {
        const bool hit = a.answer.text.starts_with(text);
        return yes_or_no(hit, hit ? "" : "does not begin with \"" + shortened(text) + "\"");
    });
}

made_grader make_regex(const grader_spec& spec) {
    auto pattern = text_value(spec);
    if (!pattern) return std::unexpected(pattern.error());
    RE2::Options options(RE2::Quiet);
    options.set_max_mem(8 << 20);
    auto regex = std::make_shared<RE2>(*pattern, options);
    if (!regex->ok())
        return fail(error_code::unprocessable, "eval.case.bad_regex",
                    "the pattern cannot be used: " + regex->error(), "value",
                    "RE2 knows no look-around (?=, ?!, ?<) and no backreferences (\\1)");
    return grader([regex, shown = *pattern](const graded_answer& a) {
        const bool hit = RE2::PartialMatch(a.answer.text, *regex);
        return yes_or_no(hit, hit ? "" : "does not match /" + shortened(shown) + "/");
    });
}

made_grader make_word_count(const grader_spec& spec) {
    double least = 0;
    double most = 0;
    if (spec.value.is_object()) {
        const auto& o = spec.value.get_object();
        for (const auto& [key, v] : o)
            if ((key != "min" && key != "max") || !v.is_number())
                return std::unexpected(
                    bad_grader("word_count takes min and max", "write {\"min\": 1, \"max\": 50}"));
        least = json::number_or(o, "min", 0);
        most = json::number_or(o, "max", 1e9);
    } else {
        const auto n = number_value(spec);
        if (!n) return std::unexpected(n.error());
        least = most = *n;
    }
    return grader([least, most](const graded_answer& a) {
        const auto n = static_cast<double>(words_in(a.answer.text));
        const bool pass = n >= least && n <= most;
        return yes_or_no(pass, pass ? "" : "has " + std::to_string(static_cast<int>(n)) + " words");
    });
}

made_grader make_levenshtein(const grader_spec& spec) {
    auto wanted = text_value(spec);
    if (!wanted) return std::unexpected(wanted.error());
    const double threshold = spec.threshold.value_or(5);
    if (threshold < 0)
        return std::unexpected(bad_grader("a distance is not below 0", "use 0 or more"));
    return grader(
        [text = *wanted, most = static_cast<std::size_t>(threshold)](const graded_answer& a) {
            const bool pass = distance(a.answer.text, text, most) <= most;
            return yes_or_no(pass, pass ? ""
                                        : "differs in more than " + std::to_string(most) +
                                              " characters from \"" + shortened(text) + "\"");
        });
}

} // namespace servery::evaluation
