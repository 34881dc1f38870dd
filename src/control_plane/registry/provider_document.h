// The YAML document of providers: reading it with every fault placed, and writing it. Pure.
#pragma once

#include "data_plane/policy/snapshot.h"
#include "foundation/base/result.h"
#include "foundation/json/json.h"

#include <string>
#include <string_view>
#include <vector>

namespace servery::registry {

// Limits: 1 MB, depth 32, 10,000 nodes, no custom tags, no second document.
// Errors: provider.invalid; `where` is `file:line, path`.
[[nodiscard]] result<std::vector<json::object>> read_providers(std::string_view yaml,
                                                               std::string_view file);
// A document of read_providers() as the data plane sees it.
[[nodiscard]] policy::provider_view to_view(const json::object& document);
[[nodiscard]] std::string write_providers(const std::vector<json::object>& documents);

} // namespace servery::registry
