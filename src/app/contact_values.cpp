#include "app/contact_values.h"

#include "data_plane/guardrails/detect/detect.h"

#include <algorithm>

namespace servery::app {

namespace {

bool is_contact(guardrails::pii_type type) {
    using enum guardrails::pii_type;
    return type == EMAIL_ADDRESS || type == PHONE_NUMBER || type == URL || type == IBAN_CODE;
}

} // namespace

const std::vector<std::string>& contact_values::of(std::string_view project) {
    std::uint64_t version = 0;
    const auto table = board_.read(version);
    auto& known = by_project_[std::string(project)];
    const auto releases = table->projects.find(std::string(project));
    const auto* published = releases == table->projects.end() ? nullptr : &releases->second;
    const auto serving = published == nullptr ? nullptr : [&]() -> assistant::serving_ptr {
        const auto it = published->find("");
        return it == published->end() ? nullptr : it->second;
    }();
    const std::string release = serving && serving->index ? serving->index->release_id() : "";
    if (release == known.release) return known.values;
    known = {.release = release, .values = {}};
    if (release.empty()) return known.values;
    constexpr int counted = 20; // what the guard would count at all
    for (const auto& entry : serving->index->entries()) {
        if (!entry.audience.empty()) continue; // what only staff may read stays hidden
        for (const auto& f : guardrails::detect(entry.answer, {.least_score = counted}))
            if (is_contact(f.type))
                known.values.push_back(entry.answer.substr(f.begin, f.end - f.begin));
    }
    std::ranges::sort(known.values);
    const auto twice = std::ranges::unique(known.values);
    known.values.erase(twice.begin(), twice.end());
    return known.values;
}

} // namespace servery::app
