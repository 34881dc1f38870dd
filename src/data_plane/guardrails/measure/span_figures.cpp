#include "data_plane/guardrails/measure/span_figures.h"

#include "data_plane/guardrails/code_points.h"
#include "foundation/json/describe.h"

#include <algorithm>

namespace servery::guardrails {
namespace {

std::optional<pii_type> counted_type(std::string_view word) {
    if (word == "DOMAIN_NAME") return pii_type::URL;
    const auto type = json::enum_from<pii_type>(word);
    if (!type || std::ranges::find(span_figures::counted, *type) == span_figures::counted.end())
        return std::nullopt;
    return type;
}

bool nobody_counts(std::string_view word) {
    return word == "TITLE" || word == "PREFIX" || word == "US_DRIVER_LICENSE";
}

struct place {
    pii_type type = pii_type::URL;
    std::size_t begin = 0;
    std::size_t end = 0;
};

std::size_t shared(std::size_t a_begin, std::size_t a_end, std::size_t b_begin, std::size_t b_end) {
    const auto begin = std::max(a_begin, b_begin);
    const auto end = std::min(a_end, b_end);
    return end > begin ? end - begin : 0;
}

bool hits(const place& found, const marked_span& mark) {
    const auto both = shared(found.begin, found.end, mark.begin, mark.end);
    const auto either = found.end - found.begin + mark.end - mark.begin - both;
    return both * 2 >= either;
}

std::vector<place> places_of(std::string_view text, const screen_policy& policy) {
    std::vector<place> out;
    code_point_counter count(text);
    for (const auto& span : screen(text, policy).spans) {
        if (span.found.score < policy.act) continue;
        out.push_back({span.found.type, count.at(span.found.begin), count.at(span.found.end)});
    }
    return out;
}

json::value number(const std::optional<double>& x) {
    return x ? json::value(*x) : json::value(nullptr);
}

json::object json_of(const class_figures& f) {
    return {{"marked", f.marked},
            {"hit", f.hit},
            {"wrong", f.wrong},
            {"precision", number(f.precision())},
            {"recall", number(f.recall())},
            {"f2", number(f.f2())}};
}

std::size_t index(template_kind kind) {
    return static_cast<std::size_t>(kind);
}

} // namespace

std::optional<double> class_figures::precision() const {
    if (hit + wrong == 0) return std::nullopt;
    return static_cast<double>(hit) / static_cast<double>(hit + wrong);
}

std::optional<double> class_figures::recall() const {
    if (marked == 0) return std::nullopt;
    return static_cast<double>(hit) / static_cast<double>(marked);
}

std::optional<double> class_figures::f2() const {
    const auto p = precision();
    const auto r = recall();
    if (!p || !r || *p + *r == 0) return std::nullopt;
    return 5 * *p * *r / (4 * *p + *r);
}

class_figures& class_figures::operator+=(const class_figures& other) {
    marked += other.marked;
    hit += other.hit;
    wrong += other.wrong;
    return *this;
}

void span_figures::add(std::string_view text, const std::vector<marked_span>& marked,
                       template_kind kind, const screen_policy& policy) {
    const auto number = texts_[0] + texts_[1] + 1;
    ++texts_[index(kind)];
    auto found = places_of(text, policy);
    const auto note = [&](std::string what, std::size_t begin, std::size_t end) {
        if (mistakes_.size() < 20)
            mistakes_.push_back(std::move(what) + " text " + std::to_string(number) + ", " +
                                std::to_string(begin) + "-" + std::to_string(end));
    };
    std::vector<bool> used(found.size(), false);
    for (const auto& mark : marked) {
        const auto type = counted_type(mark.type);
        if (!type) continue;
        auto& f = figures_[index(kind)][static_cast<std::size_t>(*type)];
        ++f.marked;
        std::size_t covered = 0;
        bool hit = false;
        for (std::size_t i = 0; i < found.size(); ++i) {
            covered += shared(found[i].begin, found[i].end, mark.begin, mark.end);
            if (hit || used[i] || found[i].type != *type || !hits(found[i], mark)) continue;
            hit = used[i] = true;
        }
        f.hit += hit ? 1 : 0;
        if (!hit) note("miss " + std::string(name(*type)), mark.begin, mark.end);
        const auto size = mark.end - mark.begin;
        marked_characters_ += static_cast<std::int64_t>(size);
        open_characters_ += static_cast<std::int64_t>(size - std::min(size, covered));
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (used[i] || !counted_type(name(found[i].type))) continue;
        const bool neither = std::ranges::any_of(marked, [&](const marked_span& m) {
            return nobody_counts(m.type) &&
                   shared(found[i].begin, found[i].end, m.begin, m.end) > 0;
        });
        if (neither) continue;
        ++figures_[index(kind)][static_cast<std::size_t>(found[i].type)].wrong;
        note("wrong " + std::string(name(found[i].type)), found[i].begin, found[i].end);
    }
}

const class_figures& span_figures::of(template_kind kind, pii_type type) const {
    return figures_[index(kind)][static_cast<std::size_t>(type)];
}

class_figures span_figures::all(template_kind kind) const {
    class_figures sum;
    for (const auto type : counted)
        sum += of(kind, type);
    return sum;
}

double span_figures::left_open() const {
    if (marked_characters_ == 0) return 0;
    return static_cast<double>(open_characters_) / static_cast<double>(marked_characters_);
}

std::int64_t span_figures::texts(template_kind kind) const {
    return texts_[index(kind)];
}

json::object span_figures::to_json() const {
    json::array classes;
    for (const auto type : counted)
        classes.push_back(json::object{{"type", name(type)},
                                       {"seen", json_of(of(template_kind::seen, type))},
                                       {"unseen", json_of(of(template_kind::unseen, type))}});
    return {{"task", "spans"},
            {"texts", json::object{{"seen", texts(template_kind::seen)},
                                   {"unseen", texts(template_kind::unseen)}}},
            {"classes", std::move(classes)},
            {"all", json::object{{"seen", json_of(all(template_kind::seen))},
                                 {"unseen", json_of(all(template_kind::unseen))}}},
            {"left_open", left_open()},
            {"mistakes", [&] {
                 json::array out;
                 for (const auto& m : mistakes_)
                     out.push_back(json::string(m));
                 return out;
             }()}};
}

} // namespace servery::guardrails
