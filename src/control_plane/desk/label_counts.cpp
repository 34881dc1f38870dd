#include "control_plane/desk/label_counts.h"

#include "control_plane/desk/desk_state.h"
#include "foundation/base/hash.h"

#include <vector>

namespace servery::desk {
namespace {

bool is_answered(const events::decision_recorded& d) {
    return d.delivered == "answer" || d.delivered == "draft";
}

std::string unit_of(const events::decision_recorded& d) {
    return d.visitor ? to_hex(*d.visitor) : d.conversation;
}

std::vector<label_counts::place> places_of(const events::decision_recorded& d) {
    std::vector<label_counts::place> out{{d.variant, d.phase, ""}};
    if (!d.stage.empty()) out.push_back({d.variant, d.phase, d.stage});
    return out;
}

} // namespace

std::uint64_t label_order(std::string_view message) {
    return blake2b_64(field_bytes().add("label-order").add(message).view());
}

void label_counts::counted::count(const std::string& unit, std::int64_t times) {
    const auto found = by_unit.find(unit);
    if (found == by_unit.end() || found->second.empty()) return;
    const auto& [index, v] = *found->second.begin();
    sums.n += times;
    sums.right += v.right ? times : 0;
    sums.harmful += v.harm ? times : 0;
    if (times > 0)
        first.emplace(index, v.at);
    else
        first.erase(index);
}

void label_counts::counted::add(const std::string& unit, std::size_t index, const verdict& v) {
    count(unit, -1);
    by_unit[unit].insert_or_assign(index, v);
    count(unit, 1);
}

void label_counts::counted::take_out(const std::string& unit, std::size_t index) {
    count(unit, -1);
    by_unit[unit].erase(index);
    count(unit, 1);
}

void label_counts::decided(const stored_decision& d) {
    if (!d.extra.drawn) return;
    ++progress_.drawn;
    waiting_.emplace(label_order(d.d.message), d.index);
}

void label_counts::labelled(const stored_decision& d, const events::label_recorded& label) {
    using enum events::label_verdict;
    const auto [known, is_first] = newest_.try_emplace(d.index, label.verdict);
    const auto before = std::exchange(known->second, label.verdict);
    if (d.extra.drawn) {
        waiting_.erase({label_order(d.d.message), d.index});
        progress_.labelled += is_first ? 1 : 0;
        progress_.unsure += label.verdict == unsure ? 1 : 0;
        progress_.unsure -= !is_first && before == unsure ? 1 : 0;
    }
    if (d.d.staff || !is_answered(d.d)) return;
    const auto unit = unit_of(d.d);
    for (const auto& where : places_of(d.d)) {
        auto& at = places_[where];
        if (!is_first && before == unsure) --at.sums.unsure;
        if (!is_first && before != unsure) at.take_out(unit, d.index);
        if (label.verdict == unsure)
            ++at.sums.unsure;
        else
            at.add(unit, d.index,
                   {.at = d.at, .right = label.verdict == right, .harm = label.harm});
    }
}

void label_counts::forgotten(const stored_decision& d) {
    if (!d.extra.drawn) return;
    --progress_.drawn;
    waiting_.erase({label_order(d.d.message), d.index});
    const auto known = newest_.find(d.index);
    if (known == newest_.end()) return;
    --progress_.labelled;
    if (known->second == events::label_verdict::unsure) --progress_.unsure;
}

std::map<label_counts::place, label_counts::tally> label_counts::tallies() const {
    std::map<place, tally> out;
    for (const auto& [where, at] : places_) {
        auto sums = at.sums;
        if (!at.first.empty()) sums.from = at.first.begin()->second;
        out.emplace(where, sums);
    }
    return out;
}

} // namespace servery::desk
