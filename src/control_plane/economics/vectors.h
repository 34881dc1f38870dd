// Recomputes a file of reference numbers, of the form of
// tests/data/economics/economics_vectors.json, and says for each whether this program finds the
// same. Closed forms to 1e-6 relative, the random stream exactly, quantiles to 1e-9 relative.
// Thread: pure, any thread; takes about a second.
#pragma once

#include "control_plane/economics/inputs.h"
#include "foundation/json/json.h"

#include <string>
#include <vector>

namespace servery::economics {

struct vector_check {
    std::string name; // "planning.forward_npv[1].v"
    bool ok = false;
    std::string expected;
    std::string found;
};
// One entry a number. Errors: economics.vectors.invalid (a part that is missing or has another
// form).
[[nodiscard]] result<std::vector<vector_check>> verify_vectors(const json::object& file);

} // namespace servery::economics
