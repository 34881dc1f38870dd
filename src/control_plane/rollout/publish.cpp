#include "control_plane/rollout/publish.h"

#include <algorithm>

namespace servery::rollout {

namespace {

constexpr std::int64_t everybody = 10'000;

std::string kind_of(const events::audience& a) {
    if (!a.groups.empty()) return "group";
    return a.basis == everybody ? "all" : "percent";
}

} // namespace

status check_supported(const events::audience& a) {
    const auto refuse = [](std::string what) {
        return fail(error_code::unimplemented, "grant.unsupported",
                    "the data plane cannot hold a variant to " + what, "audience",
                    "use stages by percent or by group");
    };
    if (!a.topics.empty()) return refuse("topics");
    if (!a.regions.empty()) return refuse("regions");
    if (a.max_visitors) return refuse("a number of visitors");
    if (!a.groups.empty() && a.basis != everybody) return refuse("a percent of a group");
    return {};
}

std::optional<policy::grant_view> to_view(const publish_input& in) {
    const gate::grant& g = in.grant;
    if (!check_supported(g.audience)) return std::nullopt;
    const auto bytes = from_hex(g.variant);
    if (!bytes || bytes->size() != 32) return std::nullopt;
    policy::grant_view view;
    std::ranges::copy(*bytes, view.variant.begin());
    view.id = g.id;
    view.stage = g.stage;
    view.stage_index = std::max(0, in.rollout.stage_index(g.stage));
    view.phase = std::string(plan::word(g.phase));
    view.mode = g.mode;
    view.audience = {
        .kind = kind_of(g.audience), .lo = 0, .hi = g.audience.basis, .groups = g.audience.groups};
    view.salt_id = in.salt_id;
    view.salt = in.salt;
    view.unit_kind = in.rollout.unit;
    view.probability_e6 =
        view.audience.kind == "percent" ? g.audience.basis * 100 : in.probability_left_e6;
    view.open_now = in.open_now;
    view.not_before = g.issued_at;
    view.expires_at = g.until;
    return view;
}

hash16 salt_of(const key32& key, std::string_view project, std::string_view rollout,
               std::string_view cohort) {
    field_bytes fields;
    fields.add("rollout.salt").add(project);
    if (cohort.empty())
        fields.add("rollout").add(rollout);
    else
        fields.add("cohort").add(cohort);
    return blake2b_128_keyed(key, fields.view());
}

} // namespace servery::rollout
