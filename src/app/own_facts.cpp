#include "app/own_facts.h"

#include "api/access/people.h"
#include "control_plane/registry/registry_service.h"
#include "data_plane/guardrails/detect/secrets.h"
#include "foundation/store/audit_chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace servery::app {

namespace {

constexpr double ms_a_day = 86'400'000.0;

// A right that moves the gates of a project, or that reaches every project.
bool needs_second_factor(const api::access::people& people, const std::string& person,
                         std::string_view project) {
    static constexpr std::array rights{"gate.sign", "budget.approve", "people.write"};
    return std::ranges::any_of(rights, [&](const char* right) {
        return people.holds(person, right, project) || people.holds(person, right, "");
    });
}

events::fact mfa_fact(const api::access::people& people, std::string_view project, instant now) {
    events::fact f{.key = "access.mfa_ok"};
    std::string without;
    for (const auto* p : people.all()) {
        if (!needs_second_factor(people, p->id, project)) continue;
        ++f.n;
        if (people.factors().enrolled(p->id))
            f.sum += 1;
        else
            without += (without.empty() ? "" : ", ") + p->id;
    }
    f.value = f.n > 0 && without.empty() ? 1 : 0;
    f.note = without.empty() ? std::to_string(f.n) + " people sign in with a code"
                             : "without a second factor: " + without;
    f.as_of = now;
    return f;
}

events::fact key_age_fact(const registry::registry_service& registry, std::string_view project,
                          instant now) {
    events::fact f{.key = "access.key_age_max_days"};
    millis oldest{0};
    for (const auto* k : registry.keys(project)) {
        if (k->revoked_at || (k->expires_at && *k->expires_at <= now)) continue;
        ++f.n;
        oldest = std::max(oldest, now - k->created_at);
    }
    f.value = static_cast<double>(oldest.count()) / ms_a_day;
    f.as_of = now;
    return f;
}

} // namespace

std::vector<events::fact> access_facts(const api::access::people& people,
                                       const registry::registry_service& registry,
                                       std::string_view project, bool behind_tls, instant now) {
    events::fact tls{.key = "access.tls_ok"};
    tls.n = 1;
    tls.value = behind_tls ? 1 : 0;
    tls.note = behind_tls ? "plain HTTP stays on this machine; a proxy with TLS stands before it"
                          : "the server listens beyond this machine without TLS";
    tls.as_of = now;
    return {mfa_fact(people, project, now), key_age_fact(registry, project, now), std::move(tls)};
}

events::fact audit_fact(const store::audit_report& found, instant at) {
    events::fact f{.key = "audit.ok"};
    f.n = found.rows;
    f.value = found.ok ? 1 : 0;
    f.note = found.ok ? std::to_string(found.rows) + " rows verify" : found.why;
    f.as_of = at;
    return f;
}

events::fact secrets_fact(std::span<const kept_text> texts, instant now) {
    constexpr std::size_t most_named = 5;
    events::fact f{.key = "secrets.scan_ok"};
    std::vector<std::string> places;
    for (const auto& kept : texts) {
        ++f.n;
        const auto found = guardrails::find_secrets(kept.text);
        if (!found.empty())
            places.push_back(kept.where + " (" + std::string(found.front().rule) + ")");
    }
    f.value = places.empty() ? 1 : 0;
    f.note = std::to_string(f.n) + " texts without a credential";
    if (!places.empty()) {
        const auto named = std::min(places.size(), most_named);
        f.note = fmt::format("credentials stand in {}",
                             fmt::join(places.begin(), places.begin() + named, ", "));
        if (named < places.size()) f.note += fmt::format(" and {} more", places.size() - named);
    }
    f.as_of = now;
    return f;
}

} // namespace servery::app
