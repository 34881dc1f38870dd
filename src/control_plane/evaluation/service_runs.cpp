// The life of a run in the service: priced, started away from the control thread, and back with
// its results in one batch of events.
#include "control_plane/evaluation/service_state.h"
#include "foundation/base/ids.h"
#include "foundation/base/log.h"
#include "foundation/events/eval_run.h"

#include <algorithm>
#include <cstdlib>

namespace servery::evaluation {
namespace {

std::unexpected<error> wrong_state(const run_info& run, std::string_view wanted) {
    return fail(error_code::conflict, "eval.run.state",
                "the run is " + run.state + " and cannot be " + std::string(wanted), "run",
                "look at its state first");
}

run_options options_of(const std::string& text) {
    const auto v = json::parse(text);
    if (!v) return {};
    return json::from_json<run_options>(*v, json::unknown::ignore).value_or(run_options{});
}

} // namespace

std::filesystem::path journal_file(const std::filesystem::path& folder, const std::string& run) {
    return folder / run / "answers.journal";
}

events::context evaluation_service::state::where(std::string_view project, const events::actor& by,
                                                 std::string type, std::string id) const {
    const auto phase = phases.find(project);
    return {.at = time.now(),
            .project = std::string(project),
            .by = by,
            .object_type = std::move(type),
            .object_id = std::move(id),
            .phase = phase == phases.end() ? std::string() : phase->second};
}

void evaluation_service::state::apply_run(const events::event& e) {
    if (events::is<events::eval_run_priced>(e)) {
        const auto r = events::read<events::eval_run_priced>(e);
        auto& run = runs[r.run];
        run.id = r.run;
        run.project = e.project;
        run.dataset = r.dataset;
        if (const auto* d = datasets.find(e.project, r.dataset)) run.dataset_name = d->name;
        run.version = r.version;
        run.variants = r.variants;
        run.state = "priced";
        run.calls = r.calls;
        run.price = {r.low, r.likely, r.high, r.currency};
        run.cap = r.cap;
        run.options = options_of(r.options);
        run.by = e.by.id;
        run.at = e.at;
        run.can_prove = json::text_or(e.body, "can_prove");
    } else if (events::is<events::eval_run_changed>(e)) {
        const auto r = events::read<events::eval_run_changed>(e);
        const auto at = runs.find(r.run);
        if (at == runs.end()) return;
        at->second.state = r.state;
        at->second.reason = r.reason;
        if (r.cap) at->second.cap = *r.cap;
    } else if (events::is<events::eval_run_finished>(e)) {
        const auto r = events::read<events::eval_run_finished>(e);
        const auto at = runs.find(r.run);
        if (at == runs.end()) return;
        at->second.state = r.state;
        at->second.reason.clear();
        at->second.spent = r.spent;
        if (auto summary = json::from_json<run_summary>(r.summary, json::unknown::ignore))
            at->second.summary = *std::move(summary);
    }
}

result<run_plan> evaluation_service::state::plan_of(const run_info& run) const {
    std::vector<variant_card> cards;
    for (const auto& hash : run.variants) {
        auto card = seams.card(run.project, hash);
        if (!card)
            return fail(error_code::not_found, "eval.variant.unknown",
                        "there is no variant '" + hash + "'", "variants",
                        "name it by its hash, or freeze one first");
        cards.push_back(*std::move(card));
    }
    auto options = run.options;
    if (run.cap.value > 0 || options.cap) options.cap = run.cap;
    auto plan =
        plan_run(run.id, datasets.cases(run.dataset, run.version), std::move(cards), options);
    if (!plan) return plan;
    plan->project = run.project;
    plan->dataset = run.dataset_name;
    plan->dataset_version = run.version;
    return plan;
}

result<run_info> evaluation_service::create_run(std::string_view project,
                                                const run_request& request,
                                                const events::actor& by) {
    const auto* found = s_->datasets.find(project, request.dataset);
    if (found == nullptr || found->versions.empty())
        return fail(error_code::not_found, "eval.dataset.unknown",
                    "there is no dataset '" + request.dataset + "' with cases", "dataset",
                    "create it and import cases");
    run_info draft{.id = make_id("run", s_->time.now(), s_->random)};
    draft.project = project;
    draft.dataset = found->id;
    draft.dataset_name = found->name;
    draft.version = request.version.value_or(found->versions.back().version);
    draft.variants = request.variants;
    draft.options = request.options;
    if (request.options.cap) draft.cap = *request.options.cap;
    const auto plan = s_->plan_of(draft);
    if (!plan) return std::unexpected(plan.error());
    events::eval_run_priced record{.run = draft.id, .dataset = draft.dataset};
    record.version = draft.version;
    record.dataset_hash = plan->dataset_hash;
    for (const auto& v : plan->variants)
        record.variants.push_back(v.hash);
    record.repeat = request.options.repeat;
    record.seed = request.options.seed;
    record.cases = static_cast<std::int64_t>(plan->cases.size());
    record.families = plan->families;
    record.calls = static_cast<std::int64_t>(plan->units.size());
    record.low = plan->price.low;
    record.likely = plan->price.likely;
    record.high = plan->price.high;
    record.cap = plan->cap;
    record.currency = plan->price.currency;
    record.options = json::write(json::to_json(request.options));
    auto event = events::make_event(record, s_->where(project, by, "run", draft.id));
    event.body["can_prove"] = plan->can_prove;
    auto done = s_->log.commit({std::move(event)});
    if (!done) return std::unexpected(done.error());
    return run(project, draft.id);
}

status evaluation_service::start(std::string_view project, std::string_view id,
                                 std::optional<micros> confirm_price, const events::actor& by) {
    const auto info = run(project, id);
    if (!info) return std::unexpected(info.error());
    if (info->state != "priced") return wrong_state(*info, "started");
    const auto plan = s_->plan_of(*info);
    if (!plan) return std::unexpected(plan.error());
    const auto likely = plan->price.likely.value;
    if (likely > s_->seams.confirm_above.value && !confirm_price)
        return fail(error_code::conflict, "eval.run.confirm_needed",
                    "the run is likely to cost " + to_decimal(plan->price.likely), "confirm_price",
                    "send the price you have seen as confirm_price");
    if (confirm_price && std::abs(likely - confirm_price->value) * 5 > confirm_price->value)
        return fail(error_code::conflict, "eval.run.price_changed",
                    "the price moved by more than 20 %: it is now " +
                        to_decimal(plan->price.likely),
                    "confirm_price", "look at the new price and confirm it");
    return s_->launch(*info, false, false, std::nullopt, by);
}

status evaluation_service::resume(std::string_view project, std::string_view id,
                                  std::optional<micros> cap, bool retry_lost,
                                  const events::actor& by) {
    const auto info = run(project, id);
    if (!info) return std::unexpected(info.error());
    const std::vector<std::string_view> resumable{"paused", "interrupted", "cancelled", "capped"};
    const bool with_lost =
        retry_lost && info->state == "completed" && info->summary && info->summary->lost > 0;
    if (!with_lost && std::ranges::find(resumable, info->state) == resumable.end())
        return wrong_state(*info, "resumed");
    return s_->launch(*info, true, retry_lost, cap, by);
}

// The cap must leave room for one call, or the run could only end where it began.
status evaluation_service::state::launch(const run_info& info, bool resumed, bool retry_lost,
                                         std::optional<micros> cap, const events::actor& by) {
    if (on_their_way.contains(info.id)) return wrong_state(info, "started twice");
    auto run = info;
    if (cap) run.cap = *cap;
    auto plan = plan_of(run);
    if (!plan) return std::unexpected(plan.error());
    plan->options.retry_lost = retry_lost;
    auto before = read_journal(journal_file(seams.folder, run.id));
    if (!before) return std::unexpected(before.error());
    const auto spent = run.spent.value * 1000;
    for (const auto& u : plan->units) {
        if (before->answers.contains(u.seq)) continue;
        if (spent + worst_case_nano(*plan, u) <= plan->cap.value * 1000) break;
        return fail(error_code::budget_exhausted, "eval.run.capped",
                    "the cap of " + to_decimal(plan->cap) + " leaves no room for one call", "cap",
                    "resume with a higher cap");
    }
    auto keep = file_journal::open(journal_file(seams.folder, run.id));
    if (!keep) return std::unexpected(keep.error());
    auto done = log.commit({events::make_event(
        events::eval_run_changed{
            .run = run.id, .state = "running", .reason = resumed ? "resumed" : "", .cap = cap},
        where(run.project, by, "run", run.id))});
    if (!done) return std::unexpected(done.error());

    auto live = std::make_shared<active>();
    on_their_way[run.id] = live;
    // The closure owns everything it touches away from the control thread.
    auto work = [this, live, id = run.id, planned = std::make_shared<run_plan>(*std::move(plan)),
                 keep_ = std::shared_ptr<file_journal>(std::move(*keep)),
                 journalled = std::make_shared<journal_state>(*std::move(before)), cached = cache,
                 answer = seams.answer, on_control = seams.on_control] {
        run_seams with{.answer = answer,
                       .keep = keep_.get(),
                       .cache = cached.get(),
                       .resume = journalled.get(),
                       .control = &live->control,
                       .progress = [live](const run_progress& p) {
                           live->done = p.done;
                           live->calls = p.calls;
                           live->spent_nano = p.spent_nano;
                       }};
        auto outcome = std::make_shared<run_outcome>(execute(*planned, with));
        on_control([this, live, id, planned, outcome] {
            if (live->wanted) finished(id, *planned, *outcome);
        });
    };
    seams.in_background(std::move(work));
    return {};
}

void evaluation_service::state::finished(const std::string& id, const run_plan& plan,
                                         const run_outcome& outcome) {
    on_their_way.erase(id);
    const auto context = where(plan.project, {}, "run", id);
    std::vector<events::event> batch;
    if (outcome.state == run_state::completed || outcome.state == run_state::capped) {
        auto summary = summarise(plan, outcome);
        summary.finished_at = time.now();
        events::eval_run_finished record{.run = id, .state = summary.state};
        record.spent = summary.spent;
        record.currency = summary.currency;
        json::to_json_members(record.summary, summary);
        batch.push_back(events::make_event(record, context));
        for (const auto& f : facts_of(summary, context.phase, time.now()))
            batch.push_back(events::make_event(f, context));
    } else {
        batch.push_back(events::make_event(
            events::eval_run_changed{.run = id,
                                     .state = std::string(json::enum_word(outcome.state)),
                                     .reason = outcome.error},
            context));
    }
    if (auto done = log.commit(std::move(batch)); !done)
        servery::log::warn("eval.run.not_recorded", {{"run", id}, {"error", done.error().id}});
}

status evaluation_service::pause(std::string_view project, std::string_view id,
                                 const events::actor&) {
    const auto info = run(project, id);
    if (!info) return std::unexpected(info.error());
    const auto live = s_->on_their_way.find(info->id);
    if (live == s_->on_their_way.end()) return wrong_state(*info, "paused");
    live->second->control.pause = true;
    return {};
}

status evaluation_service::cancel(std::string_view project, std::string_view id,
                                  const events::actor& by) {
    const auto info = run(project, id);
    if (!info) return std::unexpected(info.error());
    if (const auto live = s_->on_their_way.find(info->id); live != s_->on_their_way.end()) {
        live->second->control.cancel = true;
        return {};
    }
    if (info->state == "completed" || info->state == "cancelled")
        return wrong_state(*info, "cancelled");
    auto done = s_->log.commit(
        {events::make_event(events::eval_run_changed{.run = info->id, .state = "cancelled"},
                            s_->where(project, by, "run", info->id))});
    if (!done) return std::unexpected(done.error());
    return {};
}

} // namespace servery::evaluation
