// The whole answer of a variant: asked, priced, guarded, kept as a draft where its grant says so.
#include "data_plane/gateway/record.h"
#include "data_plane/gateway/steps.h"
#include "data_plane/gateway/targets.h"
#include "foundation/json/json.h"

#include <algorithm>

namespace servery::gateway {

namespace {

enum class guard_verdict { pass, edited, stopped };

// The text of every choice goes through the guard; a changed one is written back.
guard_verdict guard_choices(const text_guard& guard, const policy::project_view& project,
                            json::value& tree) {
    auto verdict = guard_verdict::pass;
    auto* choices = tree.is_object() ? tree.get_object().if_contains("choices") : nullptr;
    if (choices == nullptr || !choices->is_array()) return verdict;
    for (auto& c : choices->get_array()) {
        auto* message = c.is_object() ? c.get_object().if_contains("message") : nullptr;
        if (message == nullptr || !message->is_object()) continue;
        for (const auto* name : {"content", "refusal"}) {
            auto* text = message->get_object().if_contains(name);
            if (text == nullptr || !text->is_string()) continue;
            auto seen =
                guard(project, text_direction::output, std::string_view(text->get_string()));
            if (seen.stopped) return guard_verdict::stopped;
            if (!seen.edited) continue;
            *text = seen.text;
            verdict = guard_verdict::edited;
        }
    }
    return verdict;
}

const policy::price_row* price_of(const exchange& x) {
    return x.policy->price(x.row.provider_id, x.row.upstream_model);
}

reply draft_of(gateway& with, exchange& x, std::string text) {
    auto out = fall_back(with, x, "draft", "draft");
    out.outcome = "draft";
    out.person = true;
    out.candidate = std::move(text);
    out.authored.served = events::served_by::draft;
    x.row.served = events::served_by::draft;
    if (x.verdict.variant != nullptr) x.row.served_variant = x.verdict.variant->hash;
    x.row.fallback_cause.clear();
    return out;
}

} // namespace

reply guard_answer(gateway& with, exchange& x, upstream_answer got) {
    const auto begun = x.elapsed_us();
    x.row.guard_out = events::guard_result::pass;
    auto tree = json::parse(got.body, {.bytes = 8 * 1024 * 1024, .depth = 64});
    const auto verdict =
        tree ? guard_choices(with.given().guard, *x.project, *tree) : guard_verdict::pass;
    x.row.guard_us += x.elapsed_us() - begun;
    if (verdict == guard_verdict::stopped) {
        x.row.guard_out = events::guard_result::stopped;
        x.row.outcome = events::outcome::guard_stopped;
        return fall_back(with, x, "guardrail", "guard");
    }
    if (verdict == guard_verdict::edited) {
        x.row.guard_out = events::guard_result::edited;
        got.body = json::write(*tree);
    }
    auto said = read_whole_answer(got.body);
    x.row.answer = said.text;
    x.row.finish_reason = said.finish_reason;
    if (is_draft(x)) return draft_of(with, x, std::move(said.text));
    take_variant_answer(with, x);
    x.row.answered_by = events::answered_by::ai;
    reply out;
    out.what = reply::kind::passed_on;
    out.outcome = "answer";
    out.passed = std::move(got);
    return out;
}

task<reply> answer_whole(gateway& with, exchange& x) {
    auto got = co_await ask_whole(with.given(), x, "chat/completions");
    x.price = price_of(x);
    if (!got) co_return reply_to_failure(with, x, std::move(got.error()));
    if (is_cut(with.given(), x)) {
        x.used = read_whole_answer(got->body).usage;
        settle_row(x, !got->head.decided, false);
        x.row.outcome = events::outcome::killed;
        co_return fall_back(with, x, "killed", "killed");
    }
    if (got->head.decided) co_return reply_to_decision(with, x, got->head.decided);
    auto said = read_whole_answer(got->body);
    x.used = said.usage;
    x.row.answer = std::move(said.text);
    settle_row(x, true, false);
    co_return guard_answer(with, x, std::move(*got));
}

} // namespace servery::gateway
