#include "data_plane/gateway/steps.h"

#include "data_plane/gateway/record.h"
#include "data_plane/gateway/targets.h"
#include "data_plane/gateway/texts.h"
#include "data_plane/policy/prices.h"
#include "foundation/base/ids.h"

#include <fmt/format.h>

#include <algorithm>

namespace servery::gateway {

namespace {

// Who is answered with an error instead of the fallback: callers that asked for errors. What the
// assistant hands over is an ordinary answer to everybody.
bool wants_errors(const exchange& x, const std::string& cause) {
    return x.failure == policy::on_failure::error && cause != "human_request" &&
           cause != "low_confidence" && cause != "guardrail" && cause != "off_topic" &&
           cause != "draft";
}

error refusal_of(const exchange& x, const std::string& cause, const std::string& reason) {
    if (cause == "killed")
        return error{.code = error_code::unavailable,
                     .id = "admission.killed",
                     .message = "the project " + x.project->id + " was stopped",
                     .remedy = "an owner starts it again in the console"};
    return error{.code = error_code::refused,
                 .id = "admission.refused",
                 .message = "no variant serves this request: " + reason,
                 .remedy = "servery explain shows every check"};
}

// A drill of a cause that is no provider's failure is injected here.
std::string drilled_cause(const exchange& x, instant now) {
    if (x.purpose != events::purpose::drill) return {};
    for (const auto& d : x.project->drills) {
        if (now < d.until && d.cause != "provider_down" && d.cause != "timeout") return d.cause;
    }
    return {};
}

bool is_ours(const message_slice& m) {
    return m.role == "system" || m.role == "developer";
}

text_direction direction_of(const message_slice& m) {
    if (m.role == "assistant") return text_direction::history;
    if (m.role == "tool" || m.role == "function") return text_direction::document;
    return text_direction::input;
}

// Every text that leaves is looked at: history is sent again each turn. Texts of the system lane
// are the application's own.
bool screen_texts(gateway& with, exchange& x, text_direction which, std::vector<text_slice>& texts,
                  std::string& rule) {
    for (auto& t : texts) {
        auto seen = with.given().guard(*x.project, which, t.text, &x.conversation);
        if (seen.stopped) {
            rule = seen.rule;
            return false;
        }
        if (!seen.edited) continue;
        x.row.guard_in = events::guard_result::edited;
        t.text = seen.text;
        x.redactions.push_back({t.where, std::move(seen.text)});
    }
    return true;
}

bool is_free_kind(const policy::provider_view& p) {
    return p.kind == "assistant" || p.kind == "rehearsal";
}

// The dearest of the targets, since any may be the one that answers.
std::int64_t reserve_for(const exchange& x, const policy::price_row& price) {
    auto bytes = prompt_bytes(x);
    const auto* v = x.verdict.variant;
    if (v != nullptr) bytes += static_cast<std::int64_t>(v->prompt.size());
    auto out = x.asked.max_output.value_or(policy::default_output_tokens);
    if (v != nullptr && v->max_output_tokens > 0)
        out = x.asked.max_output ? std::min(out, v->max_output_tokens) : v->max_output_tokens;
    if (x.row.endpoint == "embeddings") out = 0;
    return policy::reserve_nano(price, bytes, x.asked.n, out);
}

bool must_be_labelled(const exchange& x) {
    return x.kind != policy::key_kind::sandbox && x.purpose == events::purpose::visitor;
}

std::string label_version_of(const exchange& x) {
    const auto* label = x.project->text("label", x.lang);
    return label == nullptr ? "" : label->version;
}

bool too_many_turns(const exchange& x) {
    const auto most = x.project->limits.turns_a_day;
    return most > 0 && x.purpose == events::purpose::visitor && !x.via_chat &&
           static_cast<std::int64_t>(x.row.turn) > most;
}

reply end_of_turns(exchange& x) {
    reply out;
    out.what = reply::kind::fault;
    out.fault = error{.code = error_code::rate_limited,
                      .id = "limit.rate",
                      .message = fmt::format("this conversation has had its {} turns of a day",
                                             x.project->limits.turns_a_day),
                      .remedy = "begin another conversation"};
    x.try_again_after = pin_table::idle;
    x.row.served = events::served_by::error;
    x.row.error_id = out.fault.id;
    x.row.outcome = events::outcome::rejected;
    return out;
}

} // namespace

void open_exchange(gateway& with, exchange& x, const std::string& exchange_id) {
    auto& given = with.given();
    const auto now = given.clock.now();
    x.id = exchange_id.empty() ? make_id("exc", now, given.random) : exchange_id;
    x.row.at = now;
    x.row.exchange_id = x.id;
    x.lang = x.project->language;
}

void name_granted(exchange& x) {
    const auto* v = x.project->grants.empty()
                        ? x.policy->variant(x.project->default_variant)
                        : x.policy->variant(x.project->grants.front().variant);
    if (v != nullptr) x.named = policy::named_target{.variant = v, .bare = {}};
}

std::optional<reply> admit_exchange(gateway& with, exchange& x) {
    auto& given = with.given();
    const auto now = given.clock.now();
    x.state = stage_of_life::admitting;
    policy::admission_input in;
    in.policy = x.policy.get();
    in.project = x.project;
    in.kills = &given.kills;
    in.kind = x.kind;
    in.purpose = x.purpose;
    in.named = x.named;
    in.who.visitor = x.who.visitor;
    if (!x.conversation_minted) in.who.conversation = x.conversation;
    in.groups = x.groups;
    in.pinned = with.pins().find(x.conversation, now);
    in.owner = x.owner.owner;
    in.consent_given = x.owner.consent_given;
    in.now = now;
    x.verdict = policy::admit(in);
    x.row.reason = json::enum_word(x.verdict.reason);
    x.row.consent = !x.project->consent_required ? "not_needed"
                    : in.consent_given           ? "given"
                                                 : "missing";
    x.row.turn = with.pins().next_turn(x.conversation, now);
    x.row.t_admit = x.elapsed_us();
    fill_row(x);
    if (too_many_turns(x)) return end_of_turns(x);
    if (x.verdict.serve) {
        const auto targets = targets_of(x);
        const bool scripted = std::ranges::any_of(
            targets, [](const target& t) { return t.provider->kind == "rehearsal"; });
        // What a script answers is evidence in a demonstration only.
        if (scripted && !x.project->demo && x.purpose == events::purpose::visitor)
            x.row.purpose = events::purpose::drill;
        const auto drilled = drilled_cause(x, now);
        if (!drilled.empty()) return fall_back(with, x, drilled, "drill");
        return std::nullopt;
    }
    // A conversation that leaves the AI loses its pin: the desk has the history.
    if (x.verdict.cause == "killed" || x.verdict.cause.starts_with("owner_"))
        with.pins().unpin(x.conversation);
    return fall_back(with, x, x.verdict.cause, x.row.reason);
}

bool screen_exchange(gateway& with, exchange& x) {
    x.state = stage_of_life::screening;
    const auto begun = x.elapsed_us();
    x.row.guard_in = events::guard_result::pass;
    std::string rule;
    bool passed = true;
    for (auto& m : x.asked.turns) {
        if (is_ours(m)) continue;
        passed = screen_texts(with, x, direction_of(m), m.texts, rule);
        if (!passed) break;
    }
    if (passed) passed = screen_texts(with, x, text_direction::input, x.asked.input, rule);
    x.row.guard_us += x.elapsed_us() - begun;
    x.question = passed ? x.asked.last_user_text() : std::string{};
    x.row.question = x.project->store_content ? x.question : std::string{};
    if (!passed) {
        x.row.guard_in = events::guard_result::stopped;
        announce_block(with, x, "input", rule);
    }
    return passed;
}

std::optional<reply> reserve_exchange(gateway& with, exchange& x) {
    const auto targets = targets_of(x);
    std::int64_t nano = 0;
    bool unpriced = false;
    x.free_of_charge = true;
    for (const auto& t : targets) {
        if (is_free_kind(*t.provider)) continue;
        const auto* price = x.policy->price(t.provider->id, t.model);
        if (price == nullptr) {
            unpriced = true;
            x.free_of_charge = false;
            continue;
        }
        nano = std::max(nano, reserve_for(x, *price));
        if (!policy::is_free(*price)) x.free_of_charge = false;
    }
    const budget within{x.project->budget_cap_nano, x.project->hard_stop};
    if (unpriced) {
        nano = std::max(nano, unpriced_reserve_nano);
        if (within.hard_stop)
            return fall_back(
                with, x, "budget", "budget",
                error{.code = error_code::budget_exhausted,
                      .id = "budget.exhausted",
                      .message = "the model has no price, and the budget is a hard "
                                 "stop",
                      .remedy = "servery price set MODEL --provider ID --in X --out Y"});
    }
    auto money = with.given().spend.reserve(x.project->id, x.project->phase, within, nano);
    if (!money) return fall_back(with, x, "budget", "budget", money.error());
    x.money = std::move(*money);
    if (auto* file = with.given().in_flight; file != nullptr && nano > 0)
        x.slot = file->take(x.row, nano);
    return std::nullopt;
}

reply fall_back(gateway& with, exchange& x, const std::string& cause, const std::string& reason,
                std::optional<error> why) {
    reply out;
    out.cause_fault = why;
    x.row.fallback_cause = cause;
    x.row.reason = reason;
    if (why) x.row.error_id = why->id;
    if (wants_errors(x, cause)) {
        out.what = reply::kind::fault;
        out.fault = why ? std::move(*why) : refusal_of(x, cause, reason);
        x.row.served = events::served_by::error;
        x.row.error_id = out.fault.id;
        return out;
    }
    auto taken = take_fallback(x, cause, reason, with.given().serving, with.given().clock.now());
    out.what = reply::kind::authored;
    out.authored = std::move(taken.answer);
    out.person = taken.person;
    out.outcome = taken.person || cause == "human_request" || cause == "low_confidence"
                      ? "hand_over"
                      : "fallback";
    if (taken.decided) x.decided = taken.decided;
    x.row.served = events::served_by::fallback;
    x.row.fallback_step = taken.step;
    x.row.fallback_ref = taken.ref;
    x.row.answered_by = out.authored.answered_by;
    if (taken.step == "knowledge") {
        out.authored.label_version = label_version_of(x);
        x.row.label_version = out.authored.label_version;
        x.row.entries = taken.ref;
        out.outcome = out.authored.choices.empty() ? "answer" : "ask";
    }
    return out;
}

std::optional<reply> before_asking(gateway& with, exchange& x) {
    // Screened first although it stands after admission in the chart: what a fallback keeps, looks
    // up or hands to the desk is the redacted text too.
    const bool passed = screen_exchange(with, x);
    if (auto r = admit_exchange(with, x)) return r;
    if (!passed) {
        x.row.outcome = events::outcome::guard_stopped;
        return fall_back(with, x, "guardrail", "guard");
    }
    // Nobody meets an AI that does not say so.
    if (must_be_labelled(x) && label_version_of(x).empty())
        return fall_back(with, x, "not_admitted", "label");
    return reserve_exchange(with, x);
}

bool is_draft(const exchange& x) {
    return x.verdict.grant != nullptr && x.verdict.mode == "draft" &&
           x.purpose != events::purpose::evaluation;
}

void take_variant_answer(gateway& with, exchange& x) {
    x.row.served = events::served_by::variant;
    if (x.verdict.variant != nullptr) x.row.served_variant = x.verdict.variant->hash;
    x.row.label_version = label_version_of(x);
    if (x.verdict.variant != nullptr && x.kind != policy::key_kind::sandbox &&
        x.verdict.grant != nullptr)
        with.pins().pin(x.conversation, x.verdict.variant->hash, with.given().clock.now());
}

reply reply_to_failure(gateway& with, exchange& x, upstream_failure why) {
    if (why.cause == "request") {
        settle_row(x, false, false);
        reply out;
        out.what = reply::kind::fault;
        out.fault = std::move(why.fault);
        x.row.served = events::served_by::error;
        x.row.error_id = out.fault.id;
        x.row.outcome = events::outcome::rejected;
        return out;
    }
    const bool refused = why.answer.head.status >= 400;
    settle_row(x, why.dispatched, refused);
    if (why.client_gone) {
        x.row.outcome = events::outcome::client_gone;
        return {};
    }
    if (why.killed) {
        x.row.outcome = events::outcome::killed;
        return fall_back(with, x, "killed", "killed");
    }
    x.row.outcome =
        why.cause == "timeout" ? events::outcome::timeout : events::outcome::upstream_error;
    // The request itself was refused there: the application must learn why. A visitor must not.
    if (why.rejected && !x.is_public() && !x.via_chat) {
        reply out;
        out.what = reply::kind::passed_on;
        out.status = why.answer.head.status;
        out.passed = std::move(why.answer);
        x.row.served = events::served_by::error;
        x.row.error_id = "upstream.rejected";
        x.row.outcome = events::outcome::rejected;
        return out;
    }
    // A drill says so in its row, or a real failure of a synthetic visitor would pass for one.
    return fall_back(with, x, why.cause, x.drilled ? "drill" : why.cause, std::move(why.fault));
}

void conclude(gateway& with, exchange& x, const reply& r, int status_sent) {
    auto& row = x.row;
    if (x.money.open()) settle_row(x, false, false);
    // Nothing was dispatched: the cost is known to be nothing.
    if (row.spend == events::spend_state::void_ && !row.cost_nano) row.cost_nano = 0;
    row.status_sent = static_cast<std::uint16_t>(status_sent);
    if (x.gone && row.outcome == events::outcome::ok) row.outcome = events::outcome::client_gone;
    if (x.gone) row.status_sent = 499;
    if (r.what == reply::kind::authored) row.answer = r.authored.text;
    if (!row.answer.empty()) {
        auto seen = with.given().guard(*x.project, text_direction::output, row.answer);
        row.answer = std::move(seen.text);
    }
    if (!x.project->store_content) row.answer.clear();
    row.t_done = x.elapsed_us();
    x.state = stage_of_life::done;
    x.slot.done(row);
    if (with.given().record) with.given().record(row);
}

} // namespace servery::gateway
