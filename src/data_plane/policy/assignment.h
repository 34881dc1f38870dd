// Which unit of a grant a request is, and where it falls. Thread: pure functions.
#pragma once

#include "data_plane/policy/bucketing.h"
#include "data_plane/policy/snapshot.h"

#include <optional>

namespace servery::policy {

// Who asks, as hashes: the visitor if known, else a conversation the caller named. With neither the
// bucket is 9999: served by a variant only at 100 %, the same on every call.
struct unit {
    std::optional<hash16> visitor;
    std::optional<hash16> conversation;
};

struct placement {
    bucket at = bucket_of_nobody;
    // May enter a comparison: drawn by the visitor's own hash.
    bool comparable = false;
};

// Grants that bucket conversations look at the conversation first.
[[nodiscard]] placement place(const grant_view& grant, const unit& who);

// True if the audience of a percent grant (or of everybody) holds this bucket.
[[nodiscard]] bool holds(const audience& whom, bucket at);

} // namespace servery::policy
