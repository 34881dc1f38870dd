#include "data_plane/assistant/knowledge/knowledge_service.h"

#include "data_plane/assistant/knowledge/commands.h"
#include "foundation/base/log.h"

#include <algorithm>

namespace servery::assistant {

namespace {

constexpr std::size_t releases_kept_compiled = 6;

bool is_withdrawn(const project_knowledge& base, const release_entry& e) {
    const auto at = base.withdrawn.find(e.key);
    return at != base.withdrawn.end() && e.version <= at->second.version;
}

serving_ptr serving_of(const std::string& project, const project_knowledge& base,
                       std::shared_ptr<const knowledge_index> index) {
    auto out = std::make_shared<assistant_serving>();
    out->project = project;
    out->always_a_person = base.settings.always_a_person;
    if (const auto* active = base.active(index->release_id()))
        out->active = thresholds{active->calibration, *active->t_answer, active->t_ask};
    if (!base.withdrawn.empty())
        for (const auto& e : index->entries())
            out->withdrawn.push_back(is_withdrawn(base, e));
    out->index = std::move(index);
    return out;
}

} // namespace

knowledge_service::knowledge_service(const clock& now, random_source& random, events::log& log,
                                     serving_board& board, scan_function scan, model_params params)
    : clock_(now), random_(random), log_(log), board_(board), scan_(std::move(scan)),
      params_(params) {}

void knowledge_service::apply(const events::event& e) {
    const bool mine = e.kind.starts_with("knowledge.") || e.kind == "calibration.changed";
    const bool read = e.kind == "message.added" || e.kind == "decision.recorded" ||
                      e.kind == "label.recorded" || e.kind == "draft.changed";
    if (e.project.empty() || e.refused || (!mine && !read)) return;
    auto& base = projects_[e.project];
    const bool tripped_before = base.trip.tripped;
    base.apply(e);
    const bool serving_changed =
        e.kind == "knowledge.published" || e.kind == "knowledge.withdrawn" ||
        e.kind == "knowledge.settings_changed" || e.kind == "calibration.changed" ||
        base.trip.tripped != tripped_before;
    if (live_ && serving_changed) refresh(e.project);
}

void knowledge_service::start() {
    live_ = true;
    for (const auto& [project, base] : projects_)
        refresh(project);
}

void knowledge_service::tick() {
    std::vector<std::string> names;
    for (const auto& [project, base] : projects_)
        names.push_back(project);
    for (const auto& project : names)
        tick_calibration(project);
}

// What serves follows from the fold alone; a release that cannot be compiled leaves the former
// index in place.
void knowledge_service::refresh(const std::string& project) {
    const auto& base = known(project);
    auto next = std::make_shared<serving_table>(*table_);
    auto& of_project = next->projects[project];
    const auto former = of_project.find("");
    const auto published = base.published.empty() ? fail(error_code::not_found, "", "")
                                                  : index_of(project, base.published);
    if (!base.published.empty() && !published)
        log::error("knowledge.compile_failed", {{"project", project},
                                                {"release", base.published},
                                                {"fault", published.error().message}});
    const auto serves = published ? serving_of(project, base, *published)
                        : former != of_project.end()
                            ? serving_of(project, base, former->second->index)
                            : nullptr;
    // Variants are bound to a release, so those that served before stay at hand.
    for (const auto& [id, record] : base.releases)
        if (record.state == release_state::superseded) (void)index_of(project, id);
    trim_compiled(project);
    of_project.clear();
    for (const auto& [id, index] : compiled_[project])
        of_project[id] = serving_of(project, base, index);
    if (serves) of_project[""] = serves;
    table_ = next;
    board_.publish(std::move(next));
}

void knowledge_service::trim_compiled(const std::string& project) {
    auto& compiled = compiled_[project];
    const auto& base = known(project);
    while (compiled.size() > releases_kept_compiled) {
        auto oldest = compiled.end();
        std::int64_t lowest = 0;
        for (auto at = compiled.begin(); at != compiled.end(); ++at) {
            const auto record = base.releases.find(at->first);
            const auto seq = record == base.releases.end() ? 0 : record->second.seq;
            if (at->first == base.published || (oldest != compiled.end() && seq >= lowest))
                continue;
            oldest = at;
            lowest = seq;
        }
        if (oldest == compiled.end()) return;
        compiled.erase(oldest);
    }
}

const project_knowledge* knowledge_service::find(std::string_view project) const {
    const auto at = projects_.find(project);
    return at == projects_.end() ? nullptr : &at->second;
}

const project_knowledge& knowledge_service::known(std::string_view project) const {
    static const project_knowledge nothing;
    const auto* base = find(project);
    return base == nullptr ? nothing : *base;
}

status knowledge_service::commit(std::vector<events::event> batch) {
    const auto done = log_.commit(std::move(batch));
    if (!done) return std::unexpected(done.error());
    return {};
}

result<knowledge_service::index_ptr> knowledge_service::index_of(const std::string& project,
                                                                 const std::string& id) {
    auto& compiled = compiled_[project];
    if (const auto at = compiled.find(id); at != compiled.end()) return at->second;
    const auto content = known(project).content_of(id);
    if (!content)
        return fail(error_code::not_found, "knowledge.release.not_found",
                    "there is no release '" + id + "'", id, "list them with kb list --releases");
    auto index = compile(*content, params_);
    if (index) compiled[id] = *index;
    return index;
}

result<const events::knowledge_entry*> knowledge_service::entry_at(const std::string& project,
                                                                   const std::string& key,
                                                                   std::int64_t version) const {
    const auto* e = known(project).current(key);
    if (e == nullptr) return no_entry(key);
    if (e->version != version)
        return fail(error_code::stale, "knowledge.entry.stale",
                    "the entry is at version " + std::to_string(e->version) + ", not " +
                        std::to_string(version),
                    key, "read it again and repeat the change");
    return e;
}

json::object knowledge_service::findings(const std::string& project) const {
    const auto& base = known(project);
    std::vector<events::knowledge_entry> entries;
    for (const auto& [key, versions] : base.entries)
        if (versions.back().status != events::entry_status::retired)
            entries.push_back(versions.back());
    json::object out;
    out["items"] = json::to_json(find_faults(entries, to_date(clock_.now())));
    return out;
}

std::vector<events::fact> knowledge_service::facts(const std::string& project) const {
    const auto& base = known(project);
    events::fact live;
    live.key = "assistant.entries_live";
    live.as_of = clock_.now();
    const auto content = base.content_of(base.published);
    if (content)
        live.n = std::ranges::count_if(
            content->entries, [&](const release_entry& e) { return !is_withdrawn(base, e); });
    live.value = static_cast<double>(live.n);

    events::fact promise;
    promise.key = "assistant.promised_accuracy_ok";
    promise.as_of = clock_.now();
    const auto* active = base.active(base.published);
    const auto last = std::ranges::find_if(
        base.calibrations.rbegin(), base.calibrations.rend(),
        [&](const events::calibration_changed& c) { return c.release == base.published; });
    if (active != nullptr) {
        promise.value = 1;
        promise.n = active->n_labels;
        promise.note = "promise " + percent_text(active->promised_accuracy) + ", " +
                       std::to_string(base.trip.right) + " right and " +
                       std::to_string(base.trip.wrong) + " wrong since";
    } else if (last != base.calibrations.rend() &&
               (last->state == events::calibration_state::tripped || base.trip.tripped)) {
        promise.value = 0;
        promise.n = base.trip.right + base.trip.wrong;
        promise.note = "the calibration tripped: labels show that the promise is broken";
    } else {
        promise.usable = false;
        promise.n = last == base.calibrations.rend() ? 0 : last->n_labels;
        promise.why_not = "no active calibration for the published release";
    }
    return {live, promise};
}

result<json::object> knowledge_service::settings(const std::string& project) const {
    json::object out;
    json::to_json_members(out, known(project).settings);
    return out;
}

result<json::object> knowledge_service::change_settings(const knowledge_actor& who,
                                                        const json::object& fields) {
    auto changed = known(who.project).settings;
    std::vector<error> faults;
    json::read_json(json::value(fields), changed, "", json::unknown::refuse, faults);
    if (changed.promised_accuracy < 0.70 || changed.promised_accuracy > 0.95)
        faults.push_back(error{.code = error_code::unprocessable,
                               .id = "knowledge.settings.invalid",
                               .message = "the promised accuracy lies between 0.70 and 0.95",
                               .where = "promised_accuracy",
                               .remedy = "choose a value in that range"});
    if (!faults.empty()) return all_faults(std::move(faults));
    if (auto done = commit(who, "knowledge_settings", who.project, changed); !done)
        return std::unexpected(done.error());
    return settings(who.project);
}

} // namespace servery::assistant
