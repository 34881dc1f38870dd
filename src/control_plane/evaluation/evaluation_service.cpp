#include "control_plane/evaluation/evaluation_service.h"

#include "control_plane/evaluation/service_state.h"
#include "foundation/base/ids.h"
#include "foundation/events/eval_run.h"
#include "foundation/events/phase_changed.h"

#include <algorithm>

namespace servery::evaluation {
namespace {

std::unexpected<error> unknown_dataset(std::string_view name) {
    return fail(error_code::not_found, "eval.dataset.unknown",
                "there is no dataset '" + std::string(name) + "'", "dataset",
                "list the datasets of the project");
}

bool good_name(std::string_view name) {
    return !name.empty() && name.size() <= 100 &&
           std::ranges::none_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

} // namespace

evaluation_service::evaluation_service(const clock& time, random_source& random, events::log& log,
                                       evaluation_seams seams)
    : s_(new state{.time = time, .random = random, .log = log, .seams = std::move(seams)}) {}

evaluation_service::~evaluation_service() {
    for (const auto& [id, run] : s_->on_their_way) {
        run->wanted = false;
        run->control.pause = true;
    }
}

void evaluation_service::apply(const events::event& e) {
    if (events::is<events::phase_changed>(e)) {
        s_->phases[e.project] = events::read<events::phase_changed>(e).to;
        return;
    }
    if (!e.kind.starts_with("eval.")) return;
    s_->datasets.apply(e);
    s_->apply_run(e);
}

status evaluation_service::after_replay() {
    std::vector<events::event> batch;
    for (const auto& [id, run] : s_->runs)
        if (run.state == "running")
            batch.push_back(events::make_event(
                events::eval_run_changed{
                    .run = id, .state = "interrupted", .reason = "the server stopped while it ran"},
                s_->where(run.project, {}, "run", id)));
    if (batch.empty()) return {};
    auto done = s_->log.commit(std::move(batch));
    if (!done) return std::unexpected(done.error());
    return {};
}

std::vector<dataset_info> evaluation_service::datasets(std::string_view project) const {
    return s_->datasets.of(project);
}

result<dataset_info> evaluation_service::dataset(std::string_view project,
                                                 std::string_view id_or_name) const {
    const auto* found = s_->datasets.find(project, id_or_name);
    if (found == nullptr) return unknown_dataset(id_or_name);
    return *found;
}

result<std::vector<eval_case>> evaluation_service::cases(std::string_view project,
                                                         std::string_view id_or_name,
                                                         std::int64_t version) const {
    const auto* found = s_->datasets.find(project, id_or_name);
    if (found == nullptr) return unknown_dataset(id_or_name);
    if (version < 1 || version > static_cast<std::int64_t>(found->versions.size()))
        return fail(error_code::not_found, "eval.dataset.unknown",
                    "the dataset has no version " + std::to_string(version), "version",
                    "it has " + std::to_string(found->versions.size()));
    return s_->datasets.cases(found->id, version);
}

result<dataset_info> evaluation_service::create_dataset(std::string_view project, std::string name,
                                                        std::string kind, const events::actor& by) {
    if (!good_name(name))
        return fail(error_code::unprocessable, "eval.dataset.bad_name",
                    "a dataset needs a name of 1 to 100 characters", "name", "choose a short name");
    if (const auto* old = s_->datasets.find(project, name); old != nullptr && !old->archived)
        return fail(error_code::conflict, "eval.dataset.exists",
                    "the project has a dataset '" + name + "'", "name",
                    "import into it, or choose another name");
    const auto id = make_id("ds", s_->time.now(), s_->random);
    auto done = s_->log.commit({events::make_event(
        events::eval_dataset_created{.dataset = id,
                                     .name = std::move(name),
                                     .dataset_kind = kind.empty() ? "cases" : std::move(kind)},
        s_->where(project, by, "dataset", id))});
    if (!done) return std::unexpected(done.error());
    return dataset(project, id);
}

status evaluation_service::archive_dataset(std::string_view project, std::string_view id_or_name,
                                           const events::actor& by) {
    const auto* found = s_->datasets.find(project, id_or_name);
    if (found == nullptr) return unknown_dataset(id_or_name);
    if (found->archived) return {};
    auto done =
        s_->log.commit({events::make_event(events::eval_dataset_archived{.dataset = found->id},
                                           s_->where(project, by, "dataset", found->id))});
    if (!done) return std::unexpected(done.error());
    return {};
}

result<import_report> evaluation_service::import(std::string_view project,
                                                 std::string_view id_or_name, std::string_view text,
                                                 case_format format, const import_options& options,
                                                 const events::actor& by) {
    const auto* found = s_->datasets.find(project, id_or_name);
    if (found == nullptr) return unknown_dataset(id_or_name);
    auto read = import_cases(text, format, options);
    if (!read) return std::unexpected(read.error());
    import_report report{.rejected = std::move(read->rejected),
                         .rejected_file = std::move(read->rejected_file)};
    const std::string id = found->id;
    report.version = found->versions.empty() ? 0 : found->versions.back().version;
    auto change = s_->datasets.change_to(id, read->cases);
    if (!change) return report;
    report.changed = true;
    report.version = change->record.version;
    report.added = change->added;
    report.replaced = change->replaced;
    report.removed = static_cast<std::int64_t>(change->record.removed.size());
    auto done =
        s_->log.commit({events::make_event(change->record, s_->where(project, by, "dataset", id))});
    if (!done) return std::unexpected(done.error());
    return report;
}

std::vector<run_info> evaluation_service::runs(std::string_view project) const {
    std::vector<run_info> out;
    // Ids sort by the time they were made.
    for (auto at = s_->runs.rbegin(); at != s_->runs.rend(); ++at)
        if (at->second.project == project)
            if (auto info = run(project, at->first)) out.push_back(*std::move(info));
    return out;
}

result<run_info> evaluation_service::run(std::string_view project, std::string_view id) const {
    const auto at = s_->runs.find(id);
    if (at == s_->runs.end() || at->second.project != project)
        return fail(error_code::not_found, "eval.run.unknown",
                    "there is no run '" + std::string(id) + "'", "run", "list the project's runs");
    auto info = at->second;
    if (const auto live = s_->on_their_way.find(at->first); live != s_->on_their_way.end())
        info.progress = {.done = live->second->done,
                         .calls = live->second->calls,
                         .spent_nano = live->second->spent_nano};
    return info;
}

result<std::string> evaluation_service::report(std::string_view project, std::string_view id,
                                               std::string_view ext) const {
    const auto info = run(project, id);
    if (!info) return std::unexpected(info.error());
    if (!info->summary)
        return fail(error_code::conflict, "eval.run.state", "the run has no results yet", "run",
                    "start it, or wait until it has ended");
    auto about = s_->seams.about ? s_->seams.about(project) : report_context{};
    if (about.by.empty()) about.by = info->by;
    if (ext == "html") return report_html(*info->summary, about);
    if (ext == "pdf") return report_pdf(*info->summary, about);
    if (ext == "md") return report_markdown(*info->summary, about);
    if (ext == "json") return json::write_pretty(json::to_json(*info->summary));
    if (ext == "junit.xml") return report_junit(*info->summary);
    return fail(error_code::not_found, "eval.report.format",
                "there is no report in the format '" + std::string(ext) + "'", "ext",
                "use html, pdf, md, json or junit.xml");
}

std::vector<events::fact> evaluation_service::facts_of(const run_summary& summary,
                                                       std::string_view phase, instant as_of) {
    std::vector<events::fact> out;
    const bool complete = summary.state == "completed";
    for (const auto& c : summary.columns) {
        events::fact f{.key = "evaluation.poc_passed", .variant = c.variant};
        f.phase = phase;
        f.n = c.passed.n;
        f.sum = static_cast<double>(c.passed.good);
        f.value = static_cast<double>(c.passed.good);
        f.missing = summary.families - c.passed.n;
        f.as_of = as_of;
        f.note = std::to_string(c.passed.good) + " of " + std::to_string(c.passed.n) +
                 " families of " + summary.dataset;
        // More than 2 % without a grade says nothing about the rest.
        const bool too_many = f.missing * 50 > summary.families;
        f.usable = complete && !too_many;
        if (!complete)
            f.why_not = "run_incomplete";
        else if (too_many)
            f.why_not = "too_many_missing";
        out.push_back(std::move(f));
    }
    events::fact tools{.key = "evaluation.tools_compared"};
    tools.phase = phase;
    tools.n = static_cast<std::int64_t>(summary.columns.size());
    tools.value = static_cast<double>(summary.columns.size());
    tools.as_of = as_of;
    tools.usable = complete;
    if (!complete) tools.why_not = "run_incomplete";
    out.push_back(std::move(tools));
    return out;
}

} // namespace servery::evaluation
