#include "data_plane/gateway/explain.h"

#include "data_plane/gateway/fallback.h"
#include "data_plane/gateway/identity.h"
#include "foundation/base/money.h"

#include <fmt/format.h>

#include <algorithm>

namespace servery::gateway {

namespace {

constexpr int row_of_label = 11;
constexpr int row_of_budget = 12;
constexpr int row_of_upstream = 13;

// What was asked, with everything it points into.
struct asked_now {
    std::shared_ptr<const policy::snapshot> policy;
    policy::admission_input in;
};

std::string share(const policy::grant_view& grant) {
    if (grant.audience.kind == "all") return "everybody";
    return fmt::format("buckets {} to {}", grant.audience.lo, grant.audience.hi - 1);
}

std::string steps_in_words(const std::vector<std::string>& steps) {
    std::string out;
    for (const auto& step : steps) {
        const auto* word = step == "knowledge" ? "an approved answer"
                           : step == "person"  ? "word that a person answers"
                                               : "a fixed text";
        out += (out.empty() ? "" : ", else ") + std::string(word);
    }
    return out;
}

std::string why_in_words(const explanation& e, const policy::grant_view* grant) {
    if (e.reason == "killed") return "The project or its variant was stopped";
    if (e.reason == "sandbox") return "A sandbox key asks whom it names, without a grant";
    if (e.reason == "forced") return "The caller named the variant";
    if (e.reason == "owner_person") return "A person has taken over the conversation";
    if (e.reason == "owner_nobody") return "The conversation waits for a person";
    if (e.reason == "consent") return "The visitor has not consented";
    if (e.reason == "excluded") return "An attribute or the topic is denied";
    if (e.reason == "phase") return "Phase " + e.phase + " serves nobody outside";
    if (e.reason == "no_grant") return "No grant is live";
    if (e.reason == "closed") return "No grant is open at this time";
    if (e.reason == "pinned") return "The conversation began with this variant and keeps it";
    if (e.reason == "label") return "The project has no text that says an AI answers";
    if (e.reason == "budget") return "The budget of phase " + e.phase + " is spent";
    if (e.reason == "provider_down") return "No provider of the variant may be asked now";
    if (e.reason == "audience")
        return e.served == "fallback" ? "Only groups are served, and the visitor is in none of them"
                                      : "The visitor is in a group of stage " + e.stage;
    if (grant == nullptr) return "No share holds the visitor";
    return fmt::format("Bucket {} is {} stage {}, which serves {}", e.bucket,
                       e.served == "fallback" ? "outside" : "within", grant->stage, share(*grant));
}

void put_in_words(explanation& e, const policy::grant_view* grant) {
    const auto why = why_in_words(e, grant);
    if (e.served == "fallback") {
        e.words = why + ": the fallback answers with " + steps_in_words(e.fallback) + ".";
        return;
    }
    auto who = "the variant " + (e.variant_label.empty() ? e.variant.substr(0, 12)
                                                         : "'" + e.variant_label + "' (" +
                                                               e.variant.substr(0, 12) + ")");
    if (e.variant.empty()) who = "the named model";
    e.words = why + ": " + who +
              (e.served == "draft" ? " writes a draft, and a person answers." : " answers.");
}

void turn_to_fallback(explanation& e, int row, const char* reason, std::string detail) {
    for (auto& check : e.checks) {
        if (check.verdict == "decides") check.verdict = "pass"; // it would have been served
    }
    e.served = "fallback";
    e.reason = reason;
    e.cause = std::string_view(reason) == "label" ? "not_admitted" : reason;
    e.checks.push_back({row, reason, "decides", std::move(detail)});
}

void take_fallback_steps(explanation& e, const policy::project_view& project) {
    if (e.served != "fallback") return;
    const auto* own = project.fallback(e.cause);
    e.fallback = own != nullptr ? own->steps : default_chain(e.cause);
    if (e.fallback.empty() || e.fallback.back() != "fixed") e.fallback.emplace_back("fixed");
}

void check_label(explanation& e, const asked_now& now, const std::string& lang) {
    if (now.in.kind == policy::key_kind::sandbox || now.in.purpose != events::purpose::visitor) {
        e.checks.push_back({row_of_label, "label", "skip", "needed for visitors alone"});
        return;
    }
    const auto* text = now.in.project->text("label", lang);
    if (text == nullptr) return turn_to_fallback(e, row_of_label, "label", "there is no text");
    e.checks.push_back({row_of_label, "label", "pass", "version " + text->version});
}

void check_budget(explanation& e, const asked_now& now, const ledger& spend) {
    const auto& p = *now.in.project;
    const auto standing = spend.of(p.id, p.phase);
    const auto used = standing.counted_nano + standing.reserved_nano;
    const auto detail = fmt::format("{} of {} {} used or reserved", nano_to_decimal(used),
                                    nano_to_decimal(p.budget_cap_nano), p.currency);
    // Free calls always have room, so that a spent budget decides only where something was spent.
    if (p.hard_stop && used > 0 && used >= p.budget_cap_nano)
        return turn_to_fallback(e, row_of_budget, "budget", detail);
    e.checks.push_back({row_of_budget, "budget", "pass", detail});
}

void check_upstreams(explanation& e, const policy::admission& made, const asked_now& now,
                     const provider::health_board& health) {
    std::vector<policy::variant_target> targets;
    if (made.bare) targets.push_back(*made.bare);
    if (!made.bare && made.variant != nullptr) targets = made.variant->targets;
    const auto all = health.look(now.in.now);
    std::string detail;
    std::size_t resting = 0;
    for (const auto& t : targets) {
        const auto it = std::ranges::find_if(
            all, [&](const auto& s) { return s.provider == t.provider && s.model == t.model; });
        const bool rests = it != all.end() && it->refused != provider::refusal::none;
        resting += rests ? 1U : 0U;
        detail += (detail.empty() ? "" : ", ") + t.provider + "/" + t.model + " " +
                  (rests ? "left alone until " + to_rfc3339(it->until) + " (" +
                               std::string(json::enum_word(it->refused)) + ")"
                         : "may be asked");
    }
    if (!targets.empty() && resting == targets.size())
        return turn_to_fallback(e, row_of_upstream, "provider_down", detail);
    e.checks.push_back({row_of_upstream, "upstream", "pass", detail});
}

status take_row(asked_now& now, const events::exchange& row) {
    now.in.kind = row.env == events::environment::sandbox ? policy::key_kind::sandbox
                                                          : policy::key_kind::live;
    now.in.purpose = row.purpose;
    if (row.purpose == events::purpose::staff) now.in.groups = {"staff"};
    now.in.who.visitor = row.visitor;
    now.in.who.conversation = row.conversation;
    if (!row.arm || (now.in.kind != policy::key_kind::sandbox && !policy::is_staged(row.purpose)))
        return {};
    if (const auto* v = now.policy->variant(*row.arm); v != nullptr)
        now.in.named = policy::named_target{.variant = v, .bare = {}};
    return {};
}

status take_visitor(gateway& with, asked_now& now, const explain_question& asked) {
    auto& given = with.given();
    const auto& project = *now.in.project;
    if (asked.sandbox) now.in.kind = policy::key_kind::sandbox;
    now.in.groups = asked.groups;
    identity_input who;
    who.signing_key = given.visitor_key;
    who.identity_key = project.identity_key;
    who.project = project.id;
    who.may_assert = true;
    if (!asked.visitor.empty()) who.header = asked.visitor;
    who.now = now.in.now;
    auto found = identify(who, given.random);
    if (!found) return std::unexpected(std::move(found.error()));
    now.in.who.visitor = found->visitor;
    if (found->staff) now.in.groups.emplace_back("staff");
    if (std::ranges::find(now.in.groups, "staff") != now.in.groups.end())
        now.in.purpose = events::purpose::staff;
    if (asked.conversation.empty()) return {};
    if (!is_conversation_id(asked.conversation))
        return fail(error_code::invalid_argument, "request.invalid_header",
                    "a conversation id has at most 128 characters of A-Z a-z 0-9 _ . : -",
                    "conversation", "correct it or leave it out");
    now.in.who.conversation =
        conversation_hash(project.identity_key, project.id, found->visitor, asked.conversation);
    return {};
}

// What the conversation and the visitor already have: a pin, an owner, a consent.
void take_standing(gateway& with, asked_now& now) {
    auto& given = with.given();
    auto& in = now.in;
    if (in.who.conversation) {
        in.pinned = with.pins().find(*in.who.conversation, in.now);
        if (given.book != nullptr) {
            const auto state = given.book->look(*in.who.conversation);
            in.owner = state.owner;
            in.consent_given = state.consent_given;
        }
    }
    if (!in.consent_given && in.who.visitor && given.consented)
        in.consent_given = given.consented(in.project->id, *in.who.visitor);
}

// The visitor's own, also where something before the share decided.
policy::bucket bucket_of(const policy::admission_input& in, const policy::admission& made) {
    if (made.at != policy::bucket_of_nobody) return made.at;
    const auto share = std::ranges::find_if(
        in.project->grants, [](const auto& g) { return g.audience.kind == "percent"; });
    return share == in.project->grants.end() ? made.at : policy::place(*share, in.who).at;
}

explanation of_table(const policy::admission_input& in, policy::admission& made) {
    explanation out;
    out.project = in.project->id;
    out.phase = in.project->phase;
    made = policy::admit(in, &out.checks);
    out.served = !made.serve ? "fallback" : made.mode == "draft" ? "draft" : "variant";
    out.reason = json::enum_word(made.reason);
    out.cause = made.cause;
    if (made.arm) out.variant = to_hex(*made.arm);
    if (made.variant != nullptr) out.variant_label = made.variant->label;
    if (made.grant != nullptr) {
        out.grant = made.grant->id;
        out.stage = made.grant->stage;
    }
    out.bucket = bucket_of(in, made);
    out.probability_e6 = made.probability_e6;
    return out;
}

} // namespace

explanation explain(const policy::admission_input& in) {
    policy::admission made;
    auto out = of_table(in, made);
    take_fallback_steps(out, *in.project);
    put_in_words(out, made.grant);
    return out;
}

result<explanation> explain(gateway& with, const explain_question& asked) {
    auto& given = with.given();
    asked_now now;
    now.policy = given.policy.current();
    now.in.policy = now.policy.get();
    now.in.project = now.policy ? now.policy->project(asked.project) : nullptr;
    if (now.in.project == nullptr)
        return fail(error_code::not_found, "gateway.explain.no_project",
                    "the project " + asked.project + " is not served", "project",
                    "check its id and its phase");
    now.in.kills = &given.kills;
    now.in.now = given.clock.now();
    auto taken = asked.row ? take_row(now, *asked.row) : take_visitor(with, now, asked);
    if (!taken) return std::unexpected(std::move(taken.error()));
    take_standing(with, now);
    policy::admission made;
    auto out = of_table(now.in, made);
    const auto lang = asked.lang.empty() ? now.in.project->language : asked.lang;
    if (made.serve) check_label(out, now, lang);
    if (made.serve && out.served != "fallback") check_budget(out, now, given.spend);
    if (made.serve && out.served != "fallback") check_upstreams(out, made, now, *given.health);
    take_fallback_steps(out, *now.in.project);
    put_in_words(out, made.grant);
    return out;
}

std::string in_words(const events::exchange& row) {
    std::string out = to_rfc3339(row.at) + ": ";
    switch (row.served) {
    case events::served_by::variant:
        out += "variant " +
               (row.served_variant ? to_hex(*row.served_variant).substr(0, 12)
                                   : std::string("unnamed")) +
               " answered";
        break;
    case events::served_by::draft:
        out += "a draft was written for a person";
        break;
    case events::served_by::fallback:
        out += "the fallback answered with " + steps_in_words({row.fallback_step});
        break;
    case events::served_by::error:
        out += "the caller got an error";
        break;
    }
    if (!row.reason.empty()) out += ", reason " + row.reason;
    if (!row.error_id.empty()) out += " (" + row.error_id + ")";
    if (row.attempts > 0)
        out += fmt::format(", {} call{} to {}/{}", row.attempts, row.attempts == 1 ? "" : "s",
                           row.provider_id, row.upstream_model);
    return out + ".";
}

} // namespace servery::gateway
