// The whole answer of a variant: asked, priced, guarded, kept as a draft where its grant says so.
#include "data_plane/gateway/record.h"
#include "data_plane/gateway/steps.h"
#include "data_plane/gateway/targets.h"
#include "foundation/json/json.h"

#include <algorithm>
#include <array>

namespace servery::gateway {

namespace {

enum class guard_verdict { pass, edited, stopped };

// One text of an answer; what is hidden is written back.
guard_verdict guard_text(const guard_rules& by, guardrails::lane from, json::value& text) {
    const std::string_view said = text.get_string();
    auto seen = guardrails::screen(said, *by.policy, from);
    if (seen.action == guardrails::exchange_action::block) return guard_verdict::stopped;
    if (!seen.edited) return guard_verdict::pass;
    text = seen.text_out;
    return guard_verdict::edited;
}

// The arguments of every call of a message.
guard_verdict guard_calls(const guard_rules& by, json::object& message) {
    auto verdict = guard_verdict::pass;
    const auto look = [&](json::value* call) {
        auto* function = call != nullptr && call->is_object() ? &call->get_object() : nullptr;
        if (function == nullptr) return;
        auto* text = function->if_contains("arguments");
        if (text == nullptr || !text->is_string()) return;
        verdict = std::max(verdict, guard_text(by, guardrails::lane::tool_args, *text));
    };
    look(message.if_contains("function_call"));
    auto* calls = message.if_contains("tool_calls");
    if (calls == nullptr || !calls->is_array()) return verdict;
    for (auto& c : calls->get_array())
        if (c.is_object()) look(c.get_object().if_contains("function"));
    return verdict;
}

constexpr std::array answer_texts{"content", "refusal", "reasoning_content", "reasoning",
                                  "thinking"};

// Every text of every choice goes through the guard. Log probabilities repeat the text.
guard_verdict guard_choices(const guard_rules& by, json::value& tree) {
    auto verdict = guard_verdict::pass;
    auto* choices = tree.is_object() ? tree.get_object().if_contains("choices") : nullptr;
    if (choices == nullptr || !choices->is_array()) return verdict;
    for (auto& c : choices->get_array()) {
        auto* message = c.is_object() ? c.get_object().if_contains("message") : nullptr;
        if (message == nullptr || !message->is_object()) continue;
        auto& m = message->get_object();
        for (const auto* name : answer_texts) {
            auto* text = m.if_contains(name);
            if (text == nullptr || !text->is_string()) continue;
            verdict = std::max(verdict, guard_text(by, guardrails::lane::output, *text));
        }
        verdict = std::max(verdict, guard_calls(by, m));
        auto* logprobs = c.get_object().if_contains("logprobs");
        if (verdict != guard_verdict::pass && logprobs != nullptr) *logprobs = nullptr;
    }
    return verdict;
}

// The values of this conversation go back into what its visitor reads, never into arguments.
bool restore_choices(const guard_rules& by, json::value& tree) {
    auto* choices = tree.is_object() ? tree.get_object().if_contains("choices") : nullptr;
    if (!by.vault || by.vault->size() == 0 || choices == nullptr || !choices->is_array())
        return false;
    bool changed = false;
    for (auto& c : choices->get_array()) {
        auto* message = c.is_object() ? c.get_object().if_contains("message") : nullptr;
        if (message == nullptr || !message->is_object()) continue;
        for (const auto* name : answer_texts) {
            auto* text = message->get_object().if_contains(name);
            if (text == nullptr || !text->is_string()) continue;
            auto restored = by.vault->restore(std::string_view(text->get_string()));
            if (restored == std::string_view(text->get_string())) continue;
            *text = restored;
            changed = true;
        }
    }
    return changed;
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
    const auto by = with.given().guard.rules(*x.project, &x.conversation);
    const auto verdict = guard_choices(by, got.tree);
    x.row.guard_us += x.elapsed_us() - begun;
    if (verdict == guard_verdict::stopped) {
        x.row.guard_out = events::guard_result::stopped;
        x.row.outcome = events::outcome::guard_stopped;
        return fall_back(with, x, "guardrail", "guard");
    }
    if (verdict == guard_verdict::edited) {
        x.row.guard_out = events::guard_result::edited;
        got.body = json::write(got.tree);
        got.said = read_whole_answer(got.tree);
    }
    x.row.answer = got.said.text;
    x.row.finish_reason = got.said.finish_reason;
    if (is_draft(x)) return draft_of(with, x, std::move(got.said.text));
    if (restore_choices(by, got.tree)) got.body = json::write(got.tree);
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
        x.used = got->said.usage;
        settle_row(x, !got->head.decided, false);
        x.row.outcome = events::outcome::killed;
        co_return fall_back(with, x, "killed", "killed");
    }
    if (got->head.decided) co_return reply_to_decision(with, x, got->head.decided);
    x.used = got->said.usage;
    x.row.answer = got->said.text; // what an estimate of the cost counts
    settle_row(x, true, false);
    co_return guard_answer(with, x, std::move(*got));
}

} // namespace servery::gateway
