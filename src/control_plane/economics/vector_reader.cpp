#include "control_plane/economics/vector_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace servery::economics {

double number(const json::value& v) {
    return v.to_number<double>();
}
std::int64_t whole(const json::value& v) {
    return v.to_number<std::int64_t>();
}
range range_of(const json::value& v) {
    const auto& a = v.as_array();
    return {number(a.at(0)), number(a.at(1)), number(a.at(2))};
}

vector_reader::vector_reader(const json::object& file) : file_(file) {
    set(base_, file.at("sme").as_object());
    for (const auto& s : file.at("ladder").as_array())
        ladder_.push_back({number(s.as_array().at(0)), number(s.as_array().at(1))});
    triangles_ = triangles(file.at("tri").as_object());
}

void vector_reader::add(std::string name, bool ok, std::string expected, std::string computed) {
    found.push_back({std::move(name), ok, std::move(expected), std::move(computed)});
}
void vector_reader::same(std::string name, const json::value& expected,
                         std::optional<double> computed, double tolerance) {
    if (expected.is_null() || !computed)
        return add(std::move(name), expected.is_null() && !computed,
                   expected.is_null() ? "none" : json::write(expected),
                   computed ? fmt::format("{}", *computed) : "none");
    const double want = number(expected);
    const double off = std::abs(*computed - want);
    add(std::move(name), off <= tolerance * std::max(1.0, std::abs(want)) || *computed == want,
        fmt::format("{}", want), fmt::format("{}", *computed));
}

void vector_reader::set(inputs& p, const json::object& values) {
    for (const auto& [name, v] : values)
        if (const auto at = input_index(name)) p.*input_definitions()[*at].member = number(v);
}
std::vector<uncertain_input> vector_reader::triangles(const json::object& values) {
    std::vector<uncertain_input> out;
    for (const auto& [name, v] : values)
        if (const auto at = input_index(name)) out.push_back({*at, range_of(v)});
    std::ranges::sort(out, {}, &uncertain_input::index);
    return out;
}
draw_case vector_reader::drawn(const inputs& p, const json::object& over) const {
    draw_case out{p, {}};
    auto all = triangles_;
    for (const auto& instead : triangles(over))
        for (auto& t : all)
            if (t.index == instead.index) t = instead;
    for (const auto& t : all)
        out.drawn.push_back({t.index, t.range});
    return out;
}
std::vector<double> vector_reader::months(int horizon) const {
    return exposure_by_month(ladder_, horizon).value();
}
inputs
vector_reader::with(std::initializer_list<std::pair<double inputs::*, double>> changes) const {
    auto p = base_;
    for (const auto& [member, v] : changes)
        p.*member = v;
    return p;
}

inputs vector_reader::big() const {
    auto p = base_;
    set(p, file_.at("big").at("params").as_object());
    return p;
}

inputs vector_reader::use_case(std::string_view name) const {
    using in = inputs;
    if (name == "faq_600_light_upkeep")
        return with({{&in::hours_monitor, 1}, {&in::hours_kb, 1}, {&in::setup_hours, 12}});
    if (name == "faq_1500_light_upkeep")
        return with({{&in::N, 1500},
                     {&in::hours_monitor, 2},
                     {&in::hours_kb, 1.5},
                     {&in::setup_hours, 16}});
    if (name == "faq_3000") return big();
    if (name == "faq_3000_light_upkeep") {
        auto p = big();
        p.hours_monitor = 4;
        p.hours_kb = 2;
        p.setup_hours = 24;
        return p;
    }
    auto draft = with({{&in::N, 0},
                       {&in::harm_rate, 0},
                       {&in::subscription, 25},
                       {&in::hosting, 5},
                       {&in::setup_cash, 0},
                       {&in::training_hours, 3}});
    const auto pieces = [&](double n, double minutes, double saving, double monitor, double kb,
                            double setup) {
        draft.drafts = n;
        draft.min_draft = minutes;
        draft.draft_saving = saving;
        draft.hours_monitor = monitor;
        draft.hours_kb = kb;
        draft.setup_hours = setup;
        return draft;
    };
    if (name == "marketing_25_pieces") return pieces(25, 60, .30, 1, .5, 8);
    if (name == "summaries_40_docs") return pieces(40, 30, .30, 1, .25, 6);
    if (name == "knowledge_15_staff") return pieces(945, 4, .35, 2, 2, 24);
    return base_;
}

} // namespace servery::economics
