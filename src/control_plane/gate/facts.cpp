#include "control_plane/gate/facts.h"

#include <algorithm>

namespace servery::gate {
namespace {

std::string slot_key(const events::fact& f) {
    const bool sandbox = f.phase == "sandbox";
    return f.filter + '\x1f' + f.variant + '\x1f' + (sandbox ? "s" : "l") + '\x1f' + f.stage;
}

bool filter_fits(const events::fact& f, const plan::fact_definition& definition,
                 const fact_query& query) {
    if (f.filter == query.filter) return true;
    return query.filter.empty() && definition.kind == plan::fact_kind::check;
}

bool place_fits(const events::fact& f, const plan::fact_definition& definition,
                const fact_query& query) {
    return !query.live_only || definition.obtained != "folded" || f.phase != "sandbox";
}

} // namespace

void fact_store::apply(std::string_view project, const events::fact& f) {
    auto project_it = projects_.find(project);
    if (project_it == projects_.end())
        project_it =
            projects_.emplace(std::string(project), std::map<std::string, slots, std::less<>>{})
                .first;
    auto& s = project_it->second[f.key][slot_key(f)];
    // A late repetition of an older value changes nothing.
    if (f.as_of < s.value.as_of) return;
    s.value = f;
    if (f.n < s.n_before) { // the module began a new comparison by itself
        s.n_before = 0;
        s.sum_before = 0;
    }
    s.value.n -= s.n_before;
    s.value.sum -= s.sum_before;
}

const events::fact* fact_store::find(std::string_view project, const fact_query& query) const {
    const auto* definition = plan::find_fact(query.key);
    const auto in = projects_.find(project);
    if (definition == nullptr || in == projects_.end()) return nullptr;
    const auto of_key = in->second.find(query.key);
    if (of_key == in->second.end()) return nullptr;
    const events::fact* best = nullptr;
    for (const auto& [ignored, s] : of_key->second) {
        const auto& f = s.value;
        if (!filter_fits(f, *definition, query) || !place_fits(f, *definition, query)) continue;
        if (definition->variant_bound && f.variant != query.variant) continue;
        // the whole comparison before one stage's part of it
        const bool better = best == nullptr || (f.stage.empty() && !best->stage.empty()) ||
                            (f.stage.empty() == best->stage.empty() && f.as_of > best->as_of);
        if (better) best = &f;
    }
    return best;
}

bool fact_store::other_variant(std::string_view project, const fact_query& query) const {
    const auto* definition = plan::find_fact(query.key);
    const auto in = projects_.find(project);
    if (definition == nullptr || !definition->variant_bound || in == projects_.end()) return false;
    const auto of_key = in->second.find(query.key);
    return of_key != in->second.end() &&
           std::ranges::any_of(of_key->second, [&](const auto& entry) {
               return entry.second.value.variant != query.variant &&
                      filter_fits(entry.second.value, *definition, query);
           });
}

std::vector<events::fact> fact_store::latest(std::string_view project, std::string_view key) const {
    std::vector<events::fact> out;
    const auto in = projects_.find(project);
    if (in == projects_.end()) return out;
    for (const auto& [name, of_key] : in->second)
        if (key.empty() || name == key)
            for (const auto& [ignored, s] : of_key)
                out.push_back(s.value);
    return out;
}

void fact_store::reset(std::string_view project, std::string_view key) {
    const auto in = projects_.find(project);
    if (in == projects_.end()) return;
    const auto of_key = in->second.find(key);
    if (of_key == in->second.end()) return;
    for (auto& [ignored, s] : of_key->second) {
        s.n_before += s.value.n;
        s.sum_before += s.value.sum;
        s.value.n = 0;
        s.value.sum = 0;
        s.value.value.reset();
        s.value.ln_e_pass.reset();
        s.value.ln_e_fail.reset();
    }
}

} // namespace servery::gate
