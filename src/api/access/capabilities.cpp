#include "api/access/capabilities.h"

#include <algorithm>
#include <array>

namespace servery::api::access {

namespace {

constexpr std::uint8_t bit(role r) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(r));
}
constexpr std::uint8_t everybody =
    bit(role::viewer) | bit(role::agent) | bit(role::editor) | bit(role::owner);
constexpr std::uint8_t workers = bit(role::agent) | bit(role::editor) | bit(role::owner);
constexpr std::uint8_t editors = bit(role::editor) | bit(role::owner);
constexpr std::uint8_t owners = bit(role::owner);

// Security design, section 3. The same table stands a second time, by hand, in
// tests/access/matrix.tsv.
constexpr std::array rows{
    capability_row{"project.read", everybody, false, true},
    capability_row{"desk.read", everybody, false, false},
    capability_row{"desk.work", workers, false, false},
    capability_row{"label.write", workers, false, false},
    capability_row{"stop", workers, false, false},
    capability_row{"incident.write", workers, false, false},
    capability_row{"incident.close", owners, false, false},
    capability_row{"plan.edit", editors, false, false},
    capability_row{"variant.edit", editors, false, false},
    capability_row{"knowledge.edit", editors, false, false},
    capability_row{"knowledge.publish", editors, false, false},
    capability_row{"evaluation.run", editors, false, false},
    capability_row{"widget.edit", editors, false, false},
    capability_row{"guard.edit", editors, false, false},
    capability_row{"keys.sandbox", editors, false, false},
    capability_row{"gate.sign", owners, false, false},
    capability_row{"stage.advance", owners, false, false},
    capability_row{"stage.resume", owners, false, false},
    capability_row{"plan.lock", owners, false, false},
    capability_row{"budget.approve", owners, false, false},
    capability_row{"calibration.activate", owners, false, false},
    capability_row{"guard.activate", owners, false, false},
    capability_row{"keys.live", owners, false, false},
    capability_row{"project.roles", owners, false, false},
    capability_row{"export.content", owners, false, false},
    capability_row{"guard.reveal", workers, false, false},
    capability_row{"privacy.find", owners, false, false},
    capability_row{"privacy.export", owners, false, false},
    capability_row{"privacy.erase", owners, false, false},
    capability_row{"providers.write", 0, true, false},
    capability_row{"network.write", 0, true, false},
    capability_row{"people.write", 0, true, false},
    capability_row{"signin.policy", 0, true, false},
    capability_row{"master.rotate", 0, true, false},
    capability_row{"backup.run", 0, true, false},
    capability_row{"restore.run", 0, true, false},
    capability_row{"project.create", 0, true, false},
    capability_row{"audit.read", owners, true, true},
    capability_row{"audit.verify", owners, true, true},
};

} // namespace

std::span<const capability_row> capabilities() {
    return rows;
}

const capability_row* find_capability(std::string_view name) {
    const auto at = std::ranges::find(rows, name, &capability_row::name);
    return at == rows.end() ? nullptr : &*at;
}

bool rights::may(std::string_view capability, std::string_view project) const {
    const auto* row = find_capability(capability);
    if (row == nullptr) return false;
    if (row->admin && organisation.contains(org_role::admin)) return true;
    if (row->auditor && organisation.contains(org_role::auditor)) return true;
    if (project.empty()) return false;
    const auto at = projects.find(project);
    return at != projects.end() &&
           std::ranges::any_of(at->second, [&](role r) { return (row->by_role & bit(r)) != 0; });
}

bool rights::sees(std::string_view project) const {
    if (!organisation.empty()) return true;
    const auto at = projects.find(project);
    return at != projects.end() && !at->second.empty();
}

std::vector<std::string_view> rights::held(std::string_view project) const {
    std::vector<std::string_view> out;
    for (const auto& row : rows)
        if (may(row.name, project)) out.push_back(row.name);
    return out;
}

} // namespace servery::api::access
