#include "control_plane/evaluation/graders/grader.h"

#include "control_plane/evaluation/graders/makers.h"
#include "foundation/base/text.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace servery::evaluation {
namespace {

struct maker {
    std::string_view type;
    made_grader (*make)(const grader_spec&);
};

constexpr std::array<maker, 21> makers{{{"equals", make_equals},
                                        {"contains", make_contains},
                                        {"icontains", make_icontains},
                                        {"contains_all", make_contains_all},
                                        {"contains_any", make_contains_any},
                                        {"icontains_all", make_icontains_all},
                                        {"icontains_any", make_icontains_any},
                                        {"starts_with", make_starts_with},
                                        {"regex", make_regex},
                                        {"is_json", make_is_json},
                                        {"contains_json", make_contains_json},
                                        {"word_count", make_word_count},
                                        {"levenshtein", make_levenshtein},
                                        {"covers", make_covers},
                                        {"facts", make_facts},
                                        {"latency", make_latency},
                                        {"cost", make_cost},
                                        {"finish_reason", make_finish_reason},
                                        {"is_refusal", make_is_refusal},
                                        {"decision", make_decision},
                                        {"cites", make_cites}}};

// One item of a comma list from `at` on, with optional quotes around it.
std::string list_item(std::string_view text, std::size_t& at) {
    while (at < text.size() && text[at] == ' ')
        ++at;
    if (at >= text.size() || text[at] != '"') {
        const auto comma = std::min(text.find(',', at), text.size());
        std::string item(trim(text.substr(at, comma - at)));
        at = comma;
        return item;
    }
    std::string item;
    ++at;
    while (at < text.size()) {
        if (text[at] == '"' && at + 1 < text.size() && text[at + 1] == '"')
            ++at;
        else if (text[at] == '"')
            break;
        item += text[at++];
    }
    at = std::min(text.find(',', at), text.size());
    return item;
}

grade negated(grade g) {
    if (g.ungraded()) return g;
    g.pass = !g.pass;
    g.score = 1 - *g.score;
    g.reason = g.pass ? "" : "meets what it must not";
    return g;
}

} // namespace

error bad_grader(std::string message, std::string remedy) {
    return {.code = error_code::unprocessable,
            .id = "eval.case.bad_row",
            .message = std::move(message),
            .where = "value",
            .remedy = std::move(remedy)};
}

grade yes_or_no(bool pass, std::string reason) {
    return {.grader = {}, .score = pass ? 1.0 : 0.0, .pass = pass, .reason = std::move(reason)};
}

grade not_graded(std::string reason) {
    return {.grader = {}, .score = std::nullopt, .pass = false, .reason = std::move(reason)};
}

std::string shortened(std::string_view text) {
    constexpr std::size_t most = 60;
    std::size_t n = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) continue;
        if (n++ == most) return std::string(text.substr(0, i)) + "…";
    }
    return std::string(text);
}

result<std::string> text_value(const grader_spec& spec) {
    if (spec.value.is_string()) return std::string(spec.value.get_string());
    if (spec.value.is_number()) return boost::json::serialize(spec.value);
    return std::unexpected(bad_grader(spec.type + " needs a text", "give value a text"));
}

result<std::vector<std::string>> list_value(const grader_spec& spec) {
    std::vector<std::string> out;
    if (spec.value.is_array()) {
        for (const auto& v : spec.value.get_array())
            if (v.is_string())
                out.emplace_back(v.get_string());
            else if (v.is_number())
                out.push_back(boost::json::serialize(v));
            else
                return std::unexpected(bad_grader("a list of texts is needed", "use texts only"));
    } else if (spec.value.is_string()) {
        const std::string_view text(spec.value.get_string());
        for (std::size_t at = 0; at < text.size(); ++at)
            if (auto item = list_item(text, at); !item.empty()) out.push_back(std::move(item));
    }
    if (out.empty())
        return std::unexpected(
            bad_grader(spec.type + " needs a list", "give value a list, or texts with commas"));
    return out;
}

result<double> number_value(const grader_spec& spec) {
    if (spec.value.is_number()) return spec.value.to_number<double>();
    if (spec.value.is_string()) {
        const std::string_view text(spec.value.get_string());
        double n = 0;
        const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), n);
        if (ec == std::errc{} && end == text.data() + text.size()) return n;
    }
    return std::unexpected(bad_grader(spec.type + " needs a number", "give value a number"));
}

const std::vector<std::string>& grader_types() {
    static const std::vector<std::string> types = [] {
        std::vector<std::string> out;
        for (const auto& m : makers)
            out.emplace_back(m.type);
        return out;
    }();
    return types;
}

result<grader> compile(const grader_spec& spec) {
    std::string type = spec.type;
    std::ranges::replace(type, '-', '_');
    const bool opposite = type.starts_with("not_");
    if (opposite) type = type.substr(4);
    const auto* const m = std::ranges::find(makers, std::string_view(type), &maker::type);
    if (m == makers.end()) {
        const auto near = nearest_name(type, grader_types());
        return fail(error_code::unprocessable, "eval.case.bad_row",
                    "unknown grader '" + spec.type + "'", "type",
                    near.empty() ? "use one of the grader types" : "did you mean " + near + "?");
    }
    if (spec.weight < 0)
        return fail(error_code::unprocessable, "eval.case.bad_row", "weight is below 0", "weight",
                    "use 0 for graders that are only recorded");
    auto made = m->make(spec);
    if (!made) return made;
    return grader([run = *std::move(made), opposite, weight = spec.weight,
                   label = spec.metric.empty() ? spec.type : spec.metric](const graded_answer& a) {
        auto g = run(a);
        if (opposite) g = negated(std::move(g));
        g.grader = label;
        g.weight = weight;
        return g;
    });
}

std::vector<grader_spec> graders_of(const eval_case& c) {
    if (!c.graders.empty() || c.expect.empty()) return c.graders;
    json::array alternatives;
    for (const auto& text : c.expect)
        alternatives.push_back(json::string(text));
    grader_spec covers{.type = "covers", .value = alternatives};
    // A case made from a knowledge entry also passes by citing that entry.
    if (c.source && c.source->ref.starts_with("kb:")) covers.entry = c.source->ref.substr(3);
    return {covers, {.type = "facts", .value = alternatives}};
}

result<std::vector<grader>> compile_all(const std::vector<grader_spec>& specs) {
    std::vector<grader> out;
    out.reserve(specs.size());
    for (const auto& spec : specs) {
        auto made = compile(spec);
        if (!made) return std::unexpected(made.error());
        out.push_back(*std::move(made));
    }
    return out;
}

case_grade grade_case(const std::vector<grader>& graders, std::optional<double> threshold,
                      const graded_answer& answer) {
    case_grade out;
    double sum = 0;
    double weights = 0;
    bool failed = false;
    bool missing = false;
    for (const auto& g : graders) {
        out.grades.push_back(g(answer));
        const auto& made = out.grades.back();
        if (made.weight <= 0) continue;
        if (made.ungraded()) {
            missing = true;
            continue;
        }
        failed = failed || !made.pass;
        sum += made.weight * *made.score;
        weights += made.weight;
    }
    if (weights > 0) out.score = sum / weights;
    if (threshold) failed = !missing && (!out.score || *out.score < *threshold);
    out.ungraded = missing && !failed;
    out.pass = !failed && !missing;
    return out;
}

} // namespace servery::evaluation
