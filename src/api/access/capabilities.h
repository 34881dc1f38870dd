// Roles and what they may do: the capability table of the security design, section 3, as constant
// data. Rights add up over roles; a person without a role in a project has none there.
// Thread: pure functions over constants.
#pragma once

#include "foundation/json/describe.h"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace servery::api::access {

enum class role { viewer, agent, editor, owner };
BOOST_DESCRIBE_ENUM(role, viewer, agent, editor, owner)

enum class org_role { admin, auditor };
BOOST_DESCRIBE_ENUM(org_role, admin, auditor)

// One row of the table. by_role: bit i = role i. admin, auditor: the organisation's roles, which
// hold a capability for every project and for the installation itself.
struct capability_row {
    std::string_view name;
    std::uint8_t by_role;
    bool admin;
    bool auditor;
};
[[nodiscard]] std::span<const capability_row> capabilities();
// Null if there is no such capability.
[[nodiscard]] const capability_row* find_capability(std::string_view name);

// What a person holds.
struct rights {
    std::map<std::string, std::set<role>, std::less<>> projects;
    std::set<org_role> organisation;

    // project "" = the installation: only what an organisation role gives.
    [[nodiscard]] bool may(std::string_view capability, std::string_view project) const;
    // Has any role there, or an organisation role: may know that the project exists.
    [[nodiscard]] bool sees(std::string_view project) const;
    // Every capability held there, in the order of the table.
    [[nodiscard]] std::vector<std::string_view> held(std::string_view project) const;
};

} // namespace servery::api::access
