#include "control_plane/evaluation/datasets.h"

#include <set>

namespace servery::evaluation {
namespace {

std::vector<eval_case> read_cases(const json::array& bodies) {
    std::vector<eval_case> out;
    out.reserve(bodies.size());
    for (const auto& body : bodies)
        if (auto c = json::from_json<eval_case>(body, json::unknown::ignore))
            out.push_back(*std::move(c));
    return out;
}

} // namespace

void dataset_book::apply(const events::event& e) {
    if (events::is<events::eval_dataset_created>(e)) {
        const auto r = events::read<events::eval_dataset_created>(e);
        auto& info = by_id_[r.dataset].info;
        info.id = r.dataset;
        info.project = e.project;
        info.name = r.name;
        info.kind = r.dataset_kind;
    } else if (events::is<events::eval_dataset_versioned>(e)) {
        add_version(e);
    } else if (events::is<events::eval_dataset_archived>(e)) {
        const auto at = by_id_.find(events::read<events::eval_dataset_archived>(e).dataset);
        if (at != by_id_.end()) at->second.info.archived = true;
    }
}

void dataset_book::add_version(const events::event& e) {
    const auto r = events::read<events::eval_dataset_versioned>(e);
    const auto at = by_id_.find(r.dataset);
    if (at == by_id_.end()) return;
    auto& d = at->second;
    const auto end_of = [&](std::string_view id) {
        const auto c = d.cases.find(id);
        if (c != d.cases.end() && c->second.back().to == 0) c->second.back().to = r.version;
    };
    for (const auto& id : r.removed)
        end_of(id);
    for (auto& c : read_cases(r.upserted)) {
        end_of(c.id);
        auto id = c.id;
        d.cases[std::move(id)].push_back({.from = r.version, .body = std::move(c)});
    }
    d.info.versions.push_back({.version = r.version,
                               .hash = r.hash,
                               .cases = r.cases,
                               .families = r.families,
                               .note = r.note,
                               .by = e.by.id,
                               .at = e.at});
}

const dataset_info* dataset_book::find(std::string_view project,
                                       std::string_view id_or_name) const {
    if (const auto at = by_id_.find(id_or_name);
        at != by_id_.end() && at->second.info.project == project)
        return &at->second.info;
    const dataset_info* archived = nullptr;
    for (const auto& [id, d] : by_id_) {
        if (d.info.project != project || d.info.name != id_or_name) continue;
        if (!d.info.archived) return &d.info;
        archived = &d.info;
    }
    return archived;
}

std::vector<dataset_info> dataset_book::of(std::string_view project) const {
    std::vector<dataset_info> out;
    for (const auto& [id, d] : by_id_)
        if (d.info.project == project) out.push_back(d.info);
    return out;
}

std::vector<eval_case> dataset_book::cases(const std::string& dataset, std::int64_t version) const {
    std::vector<eval_case> out;
    const auto at = by_id_.find(dataset);
    if (at == by_id_.end()) return out;
    for (const auto& [id, history] : at->second.cases)
        for (const auto& c : history)
            if (c.from <= version && (c.to == 0 || version < c.to)) out.push_back(c.body);
    return out;
}

std::optional<dataset_book::change>
dataset_book::change_to(const std::string& dataset, const std::vector<eval_case>& next) const {
    const auto at = by_id_.find(dataset);
    const std::int64_t newest = at == by_id_.end() || at->second.info.versions.empty()
                                    ? 0
                                    : at->second.info.versions.back().version;
    std::map<std::string, std::string> before;
    for (const auto& c : cases(dataset, newest))
        before[c.id] = hash_of(c);
    change out;
    std::set<std::string> kept;
    for (const auto& c : next) {
        kept.insert(c.id);
        const auto old = before.find(c.id);
        if (old != before.end() && old->second == hash_of(c)) continue;
        (old == before.end() ? out.added : out.replaced) += 1;
        out.record.upserted.push_back(json::to_json(c));
    }
    for (const auto& [id, hash] : before)
        if (!kept.contains(id)) out.record.removed.push_back(id);
    if (out.record.upserted.empty() && out.record.removed.empty()) return std::nullopt;
    out.record.dataset = dataset;
    out.record.version = newest + 1;
    out.record.hash = hash_of(next);
    out.record.cases = static_cast<std::int64_t>(next.size());
    out.record.families = static_cast<std::int64_t>(families_in(next));
    return out;
}

} // namespace servery::evaluation
