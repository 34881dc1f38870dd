#include "data_plane/assistant/knowledge/commands.h"
#include "data_plane/assistant/knowledge/labelled_traffic.h"
#include "foundation/base/ids.h"

#include <algorithm>
#include <limits>

namespace servery::assistant {

namespace {

constexpr double delta = 0.10;
constexpr std::int64_t fewest_labels = 60;
constexpr std::int64_t new_labels_for_a_run = 50;
constexpr millis week{std::int64_t{7} * 86'400'000};

std::unexpected<error> nothing_published() {
    return fail(error_code::not_found, "knowledge.release.not_found",
                "the project has no published knowledge release", {}, "publish one first");
}

events::calibration_changed row_of(const labelled_traffic& traffic, const std::string& id,
                                   const std::string& release, double promised) {
    const auto found = calibrate(traffic.labelled, traffic.recent, {promised, delta});
    events::calibration_changed row{.calibration = id, .release = release};
    row.t_answer = found.t_answer;
    row.t_ask = ask_threshold(traffic.choices,
                              found.t_answer.value_or(std::numeric_limits<double>::infinity()));
    row.promised_accuracy = promised;
    row.delta = delta;
    row.n_labels = found.n_labels;
    if (found.t_answer) row.share_answered = found.share_answered;
    row.observed = found.observed;
    row.n_above = found.n_above;
    row.cause = "run";
    return row;
}

json::object shown(const events::calibration_changed& c) {
    json::object out;
    json::to_json_members(out, c);
    out["id"] = c.calibration;
    out["ready"] = c.t_answer.has_value();
    return out;
}

// The newest calibration of this release that was run, or null.
const events::calibration_changed* last_run(const project_knowledge& base,
                                            const std::string& release) {
    for (auto at = base.calibrations.rbegin(); at != base.calibrations.rend(); ++at)
        if (at->release == release) return &*at;
    return nullptr;
}

} // namespace

json::object knowledge_service::calibration_report(const project_knowledge& base,
                                                   const knowledge_index& index) const {
    const auto traffic = score_traffic(base, index, clock_.now());
    const auto found =
        calibrate(traffic.labelled, traffic.recent, {base.settings.promised_accuracy, delta});
    json::object out;
    out["labels"] = found.n_labels;
    out["labels_left_out"] = json::object{{"unsure", traffic.unsure},
                                          {"known_wording", traffic.known_wording},
                                          {"second_of_visitor", traffic.second_of_visitor},
                                          {"text_gone", traffic.text_gone}};
    out["labels_needed"] = json::to_json(found.labels_needed);
    out["curve"] = json::to_json(calibration_curve(traffic.labelled, traffic.recent, delta));
    return out;
}

json::object knowledge_service::calibration(const std::string& project) const {
    const auto& base = known(project);
    json::object out;
    out["promised_accuracy"] = base.settings.promised_accuracy;
    out["release"] = base.published;
    const auto* active = base.active(base.published);
    const auto* last = last_run(base, base.published);
    const bool tripped = base.trip.tripped && last != nullptr;
    out["state"] = active != nullptr ? "active"
                   : tripped         ? "tripped"
                   : last != nullptr ? boost::json::string_view(json::enum_word(last->state))
                                     : boost::json::string_view("none");
    out["active"] = nullptr;
    if (active != nullptr) out["active"] = shown(*active);
    out["since_activation"] = json::object{{"right", base.trip.right}, {"wrong", base.trip.wrong}};
    json::array runs;
    for (auto at = base.calibrations.rbegin(); at != base.calibrations.rend(); ++at)
        runs.emplace_back(shown(*at));
    out["runs"] = std::move(runs);
    const auto compiled = compiled_.find(project);
    if (compiled == compiled_.end()) return out;
    const auto index = compiled->second.find(base.published);
    if (index == compiled->second.end()) return out;
    for (const auto& [name, value] : calibration_report(base, *index->second))
        out[name] = value;
    return out;
}

result<json::object> knowledge_service::run_calibration(const knowledge_actor& who,
                                                        double promised) {
    const auto& base = known(who.project);
    if (base.published.empty()) return nothing_published();
    if (promised == 0) promised = base.settings.promised_accuracy;
    if (promised < 0.70 || promised > 0.95)
        return fail(error_code::unprocessable, "knowledge.calibration.bad_promise",
                    "the promised accuracy lies between 0.70 and 0.95", "promised",
                    "choose a value in that range");
    const auto index = index_of(who.project, base.published);
    if (!index) return std::unexpected(index.error());
    const auto traffic = score_traffic(base, **index, clock_.now());
    const auto n = static_cast<std::int64_t>(traffic.labelled.size());
    if (n < fewest_labels)
        return fail(error_code::conflict, "knowledge.calibration.too_few_labels",
                    std::to_string(n) + " random labels can be used, a run needs " +
                        std::to_string(fewest_labels),
                    {}, "label " + std::to_string(fewest_labels - n) + " more messages");
    if (const auto* last = last_run(base, base.published)) {
        const auto at = base.calibration_at.at(last->calibration);
        if (clock_.now() - at < week && n - last->n_labels < new_labels_for_a_run)
            return fail(error_code::conflict, "knowledge.calibration.too_soon",
                        "the last run was on " + to_rfc3339(at) + " with " +
                            std::to_string(last->n_labels) + " labels",
                        {}, "run it after " + to_rfc3339(at + week) + " or with 50 new labels");
    }
    const auto id = make_id("cal", clock_.now(), random_);
    const auto row = row_of(traffic, id, base.published, promised);
    if (auto done = commit(who, "calibration", id, row); !done)
        return std::unexpected(done.error());
    auto out = shown(row);
    for (const auto& [name, value] : calibration_report(known(who.project), **index))
        out[name] = value;
    return out;
}

result<json::object> knowledge_service::activate_calibration(const knowledge_actor& who,
                                                             const std::string& id) {
    const auto& base = known(who.project);
    const auto at =
        std::ranges::find(base.calibrations, id, &events::calibration_changed::calibration);
    if (at == base.calibrations.end())
        return fail(error_code::not_found, "knowledge.calibration.not_found",
                    "there is no calibration '" + id + "'", id, "run one first");
    if (!at->t_answer)
        return fail(error_code::conflict, "knowledge.calibration.not_ready",
                    "no threshold passed the test, so there is nothing to activate", id,
                    "stay in draft mode, label more messages and run it again");
    if (at->state != events::calibration_state::proposed)
        return fail(error_code::conflict, "knowledge.calibration.not_proposed",
                    "the calibration is " + std::string(json::enum_word(at->state)), id,
                    "run a new one");
    if (at->release != base.published)
        return fail(error_code::conflict, "knowledge.calibration.other_release",
                    "the calibration was found for release " + at->release +
                        ", another one is published",
                    id, "run a new one");
    std::vector<events::event> batch;
    for (auto former : base.calibrations) {
        if (former.state != events::calibration_state::active) continue;
        if (former.release != base.published) continue;
        former.state = events::calibration_state::superseded;
        former.cause = "replaced";
        batch.push_back(make(who, "calibration", former.calibration, former));
    }
    auto row = *at;
    row.state = events::calibration_state::active;
    row.signed_by = who.by.id;
    row.cause = "signature";
    batch.push_back(make(who, "calibration", id, row));
    if (auto done = commit(std::move(batch)); !done) return std::unexpected(done.error());
    return shown(row);
}

// Writes down a trip that the labels already caused, and once a week lets the threshold of an
// active calibration rise by itself; it falls only by a signature.
void knowledge_service::tick_calibration(const std::string& project) {
    const auto& base = known(project);
    const knowledge_actor system{.project = project,
                                 .by = {events::actor_kind::system, "assistant"}};
    const auto of_trip = std::ranges::find(base.calibrations, base.trip.calibration,
                                           &events::calibration_changed::calibration);
    if (base.trip.tripped && of_trip != base.calibrations.end() &&
        of_trip->state == events::calibration_state::active) {
        auto row = *of_trip;
        row.state = events::calibration_state::tripped;
        row.cause = "label";
        (void)commit(system, "calibration", row.calibration, row);
        return;
    }
    const auto* active = base.active(base.published);
    const auto* last = last_run(base, base.published);
    if (active == nullptr || clock_.now() - base.calibration_at.at(last->calibration) < week)
        return;
    const auto index = index_of(project, base.published);
    if (!index) return;
    const auto traffic = score_traffic(base, **index, clock_.now());
    if (static_cast<std::int64_t>(traffic.labelled.size()) < fewest_labels) return;
    const auto id = make_id("cal", clock_.now(), random_);
    auto row = row_of(traffic, id, base.published, active->promised_accuracy);
    std::vector<events::event> batch;
    if (!row.t_answer || *row.t_answer > *active->t_answer) {
        auto former = *active;
        former.state = events::calibration_state::superseded;
        former.cause = "raised";
        if (row.t_answer) {
            row.state = events::calibration_state::active;
            row.signed_by = former.signed_by;
            row.cause = "raised";
        }
        batch.push_back(make(system, "calibration", former.calibration, former));
    }
    batch.push_back(make(system, "calibration", id, row));
    (void)commit(std::move(batch));
}

} // namespace servery::assistant
