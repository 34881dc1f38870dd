#include "control_plane/desk/label_queue.h"

#include <ranges>

namespace servery::desk {
namespace {

constexpr millis lock_time{15LL * 60 * 1000};
constexpr int most_skips = 3;

} // namespace

double draw(const hash32& seed, std::string_view message) {
    std::vector<std::uint8_t> bytes(seed.begin(), seed.end());
    const auto id = as_bytes(message);
    bytes.insert(bytes.end(), id.begin(), id.end());
    return static_cast<double>(blake2b_64(bytes) >> 11) * 0x1.0p-53;
}

events::label_recorded label_of(const stored_decision& decision, std::string id) {
    const auto& d = decision.d;
    events::label_recorded out;
    out.label = std::move(id);
    out.conversation = d.conversation;
    out.message = d.message;
    out.q = decision.extra.q;
    out.variant = d.variant;
    out.stage = d.stage;
    out.phase_at = d.phase;
    out.recommended = d.recommended;
    out.delivered = d.delivered;
    out.confidence = d.confidence;
    out.release = d.release;
    out.visitor = d.visitor;
    out.eligible = d.eligible;
    out.staff = d.staff;
    return out;
}

const events::label_recorded* random_label(const stored_decision& decision) {
    for (const auto& label : decision.labels | std::views::reverse)
        if (label.sampling == events::label_sampling::random) return &label;
    return nullptr;
}

const stored_decision* label_queue::on_screen(const desk_state& state, std::string_view project,
                                              std::string_view person, instant now) const {
    const auto taken = taken_.find({std::string(project), std::string(person)});
    if (taken == taken_.end()) return nullptr;
    const auto& place = places_.at(taken->second);
    if (place.person != person || now >= place.until) return nullptr;
    const auto* decision = state.decision(project, taken->second);
    return decision != nullptr && random_label(*decision) == nullptr ? decision : nullptr;
}

const stored_decision* label_queue::next(const desk_state& state, std::string_view project,
                                         std::string_view person, instant now) {
    const auto* best = on_screen(state, project, person, now);
    for (const auto& [order, index] : state.labels(project).waiting()) {
        if (best != nullptr) break;
        const auto* decision = state.decisions()[index];
        const auto at = places_.find(decision->d.message);
        const bool held =
            at != places_.end() && !at->second.person.empty() && now < at->second.until;
        if (!held && (at == places_.end() || !at->second.skipped.contains(person))) best = decision;
    }
    if (best == nullptr) return nullptr;
    auto& place = places_[best->d.message];
    place.person = person;
    place.until = now + lock_time;
    place.served.emplace(person);
    taken_[{std::string(project), std::string(person)}] = best->d.message;
    return best;
}

bool label_queue::skip(std::string_view message, std::string_view person) {
    auto& place = places_[std::string(message)];
    if (place.person == person) place.person.clear();
    place.skipped.emplace(person);
    return ++place.skips >= most_skips;
}

void label_queue::labelled(std::string_view message) {
    if (const auto at = places_.find(message); at != places_.end()) at->second.person.clear();
}

bool label_queue::served_to(std::string_view message, std::string_view person) const {
    const auto at = places_.find(message);
    return at != places_.end() && at->second.served.contains(person);
}

bool label_queue::locked_by_other(std::string_view message, std::string_view person,
                                  instant now) const {
    const auto at = places_.find(message);
    return at != places_.end() && !at->second.person.empty() && at->second.person != person &&
           now < at->second.until;
}

} // namespace servery::desk
