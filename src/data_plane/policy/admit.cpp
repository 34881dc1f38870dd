#include "data_plane/policy/admit.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace servery::policy {

namespace {

// Collects the checks for `explain`; costs nothing when nobody listens.
class tracer {
  public:
    explicit tracer(std::vector<admission_check>* to) : to_(to) {}
    void note(int row, const char* check, const char* verdict, std::string detail = {}) const {
        if (to_ != nullptr) to_->push_back({row, check, verdict, std::move(detail)});
    }

  private:
    std::vector<admission_check>* to_;
};

std::string short_hash(const hash32& hash) {
    return to_hex(hash).substr(0, 12);
}

admission refuse(reason why) {
    admission out;
    out.reason = why;
    out.cause = cause_of(why);
    return out;
}

admission serve(reason why, const variant_view* variant, const grant_view* grant) {
    admission out;
    out.serve = true;
    out.reason = why;
    out.variant = variant;
    out.grant = grant;
    if (variant != nullptr) out.arm = variant->hash;
    if (grant != nullptr) {
        out.mode = grant->mode;
        out.probability_e6 = grant->probability_e6;
    }
    return out;
}

// Row 1. An evaluation is nobody's answer: it may ask a variant of a stopped project, or nothing
// could ever be found fit to start again.
bool is_killed(const admission_input& in) {
    return in.purpose != events::purpose::evaluation &&
           in.kills->project(in.project->id) != kill_word::live;
}

// Row 2: a sandbox key, or a purpose that is nobody's visit, names what it asks.
std::optional<admission> check_named(const admission_input& in, const tracer& t) {
    const bool by_purpose = in.named && is_staged(in.purpose);
    if (in.kind != key_kind::sandbox && !by_purpose) {
        t.note(2, "sandbox", "pass", "not a sandbox key");
        return std::nullopt;
    }
    const auto why = by_purpose ? reason::forced : reason::sandbox;
    const auto* variant =
        in.named ? in.named->variant : in.policy->variant(in.project->default_variant);
    if (variant == nullptr && !(in.named && in.named->bare)) {
        t.note(2, "sandbox", "decides", "the project has no default variant");
        return refuse(reason::no_grant);
    }
    if (variant != nullptr && in.purpose != events::purpose::evaluation &&
        in.kills->variant(in.project->id, variant->hash) != kill_word::live) {
        t.note(1, "kill", "decides", "variant " + short_hash(variant->hash) + " is stopped");
        return refuse(reason::killed);
    }
    auto out = serve(why, variant, nullptr);
    if (in.named) out.bare = in.named->bare;
    out.assigned = events::assigned_by::forced;
    t.note(2, "sandbox", "decides",
           variant != nullptr ? "variant " + short_hash(variant->hash)
                              : "model " + out.bare->provider + "/" + out.bare->model);
    return out;
}

// Rows 3 and 4.
std::optional<admission> check_owner_and_consent(const admission_input& in, const tracer& t) {
    if (in.owner != events::owner_kind::ai) {
        const bool person = in.owner == events::owner_kind::person;
        t.note(3, "owner", "decides",
               person ? "a person owns the conversation" : "the conversation waits for a person");
        return refuse(person ? reason::owner_person : reason::owner_nobody);
    }
    t.note(3, "owner", "pass", "the AI owns the conversation");
    if (in.project->consent_required && !in.consent_given) {
        t.note(4, "consent", "decides", "consent is required and was not given");
        return refuse(reason::consent);
    }
    t.note(4, "consent", "pass", in.project->consent_required ? "given" : "not required");
    if (in.excluded) {
        t.note(4, "excluded", "decides", "an attribute or the topic is denied");
        return refuse(reason::excluded);
    }
    return std::nullopt;
}

bool in_group(const audience& whom, const std::vector<std::string>& groups) {
    return std::ranges::any_of(whom.groups, [&](const std::string& g) {
        return std::ranges::find(groups, g) != groups.end();
    });
}

using grants = std::vector<const grant_view*>;

// Row 8: the variant this conversation began with, as long as a live grant serves it to anybody.
std::optional<admission> check_pin(const admission_input& in, const grants& live, const tracer& t) {
    if (!in.pinned) {
        t.note(8, "pinned", "pass", "the conversation has no pin");
        return std::nullopt;
    }
    const auto it =
        std::ranges::find_if(live, [&](const grant_view* g) { return g->variant == *in.pinned; });
    const auto* variant = in.policy->variant(*in.pinned);
    if (it == live.end() || variant == nullptr) {
        t.note(8, "pinned", "pass", "no live grant for variant " + short_hash(*in.pinned));
        return std::nullopt;
    }
    t.note(8, "pinned", "decides", "variant " + short_hash(*in.pinned));
    auto out = serve(reason::pinned, variant, *it);
    const auto where = place(**it, in.who);
    out.at = where.at;
    out.assigned = events::assigned_by::pin;
    // Drawn by the hash when the conversation began: a pin inside the audience is the same draw.
    out.eligible = where.comparable && (*it)->audience.kind == "percent" &&
                   holds((*it)->audience, where.at) && in.purpose == events::purpose::visitor;
    return out;
}

// Row 9.
std::optional<admission> check_groups(const admission_input& in, const grants& live,
                                      const tracer& t) {
    for (const auto* g : live) {
        if (g->audience.kind != "group") continue;
        if (!in_group(g->audience, in.groups)) {
            t.note(9, "audience", "pass", "not of the groups of stage " + g->stage);
            continue;
        }
        t.note(9, "audience", "decides", "of a group of stage " + g->stage);
        auto out = serve(reason::audience, in.policy->variant(g->variant), g);
        out.at = place(*g, in.who).at;
        out.assigned = events::assigned_by::forced;
        return out;
    }
    return std::nullopt;
}

std::string bucket_words(const grant_view& g, bucket at) {
    return "bucket " + std::to_string(at) + " and [" + std::to_string(g.audience.lo) + "," +
           std::to_string(g.audience.hi) + ") of stage " + g.stage;
}

// Row 10. The first grant whose share holds the bucket serves; without one the visitor is in the
// control arm of the widest share.
admission check_bucket(const admission_input& in, const grants& live, const tracer& t) {
    const grant_view* compared = nullptr;
    for (const auto* g : live) {
        if (g->audience.kind == "group") continue;
        const auto where = place(*g, in.who);
        const bool randomised = where.comparable && g->audience.kind == "percent" &&
                                g->audience.hi - g->audience.lo < 10'000;
        if (holds(g->audience, where.at)) {
            t.note(10, "bucket", "decides", bucket_words(*g, where.at));
            auto out = serve(reason::bucket, in.policy->variant(g->variant), g);
            out.at = where.at;
            out.assigned = events::assigned_by::hash;
            out.eligible = randomised && in.purpose == events::purpose::visitor;
            return out;
        }
        t.note(10, "bucket", "pass", bucket_words(*g, where.at));
        if (compared == nullptr || g->audience.hi > compared->audience.hi) compared = g;
    }
    if (compared == nullptr) {
        t.note(10, "bucket", "decides", "only groups are served");
        return refuse(reason::audience);
    }
    const auto where = place(*compared, in.who);
    t.note(10, "bucket", "decides", "outside every share: the control arm");
    auto out = refuse(reason::bucket);
    out.grant = compared;
    out.at = where.at;
    out.assigned = where.comparable ? events::assigned_by::hash : events::assigned_by::none;
    out.eligible = where.comparable && in.purpose == events::purpose::visitor;
    out.probability_e6 = 1'000'000 - compared->probability_e6;
    return out;
}

} // namespace

bool is_staged(events::purpose why) {
    return why == events::purpose::evaluation || why == events::purpose::draft ||
           why == events::purpose::drill || why == events::purpose::load;
}

std::string_view cause_of(reason why) {
    switch (why) {
    case reason::killed:
        return "killed";
    case reason::owner_person:
        return "owner_person";
    case reason::owner_nobody:
        return "owner_nobody";
    case reason::consent:
        return "consent";
    case reason::closed:
        return "closed";
    default:
        return "not_admitted";
    }
}

namespace {

// Whether the project's phase is the grant's or a later one. A phase that serves nobody is none.
bool is_reached(std::string_view granted, std::string_view phase) {
    constexpr std::array<std::string_view, 4> order{"sandbox", "pilot", "rollout", "production"};
    const auto g = std::ranges::find(order, granted);
    const auto p = std::ranges::find(order, phase);
    return g != order.end() && p != order.end() && g <= p;
}

} // namespace

bool is_live(const grant_view& grant, const project_view& project, const kill_board& kills,
             instant now) {
    // The ladder keeps its lower rungs: a grant of an earlier phase still serves its own audience.
    return is_reached(grant.phase, project.phase) && grant.not_before <= now &&
           now < grant.expires_at && (grant.mode == "answer" || grant.mode == "draft") &&
           kills.variant(project.id, grant.variant) == kill_word::live;
}

admission admit(const admission_input& in, std::vector<admission_check>* trace) {
    const tracer t(trace);
    if (is_killed(in)) {
        t.note(1, "kill", "decides", "the project is stopped");
        return refuse(reason::killed);
    }
    t.note(1, "kill", "pass", "the project runs");
    if (auto decided = check_named(in, t)) return *decided;
    if (auto decided = check_owner_and_consent(in, t)) return *decided;

    const auto& p = *in.project;
    if (public_cap_basis(p.phase) == 0) {
        t.note(5, "phase", "decides", "phase " + p.phase + " serves no live traffic");
        return refuse(reason::phase);
    }
    grants live;
    bool stopped = false;
    for (const auto& g : p.grants) {
        if (is_live(g, p, *in.kills, in.now) && in.policy->variant(g.variant) != nullptr)
            live.push_back(&g);
        stopped = stopped || in.kills->variant(p.id, g.variant) != kill_word::live;
    }
    if (live.empty()) {
        t.note(stopped ? 1 : 5, stopped ? "kill" : "no_grant", "decides",
               stopped ? "every granted variant is stopped" : "no grant is live");
        return refuse(stopped ? reason::killed : reason::no_grant);
    }
    t.note(5, "no_grant", "pass", std::to_string(live.size()) + " live");
    std::erase_if(live, [](const grant_view* g) { return !g->open_now; });
    if (live.empty()) {
        t.note(6, "closed", "decides", "no grant is open now");
        return refuse(reason::closed);
    }
    t.note(6, "closed", "pass", "open");
    if (auto decided = check_pin(in, live, t)) return *decided;
    if (auto decided = check_groups(in, live, t)) return *decided;
    return check_bucket(in, live, t);
}

} // namespace servery::policy
