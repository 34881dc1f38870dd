// Where an exchange may go: its variant's targets in order, as calls. Thread: the exchange's.
#pragma once

#include "data_plane/gateway/exchange.h"
#include "data_plane/gateway/gateway.h"
#include "data_plane/gateway/splice.h"

#include <string>
#include <vector>

namespace servery::gateway {

struct target {
    const policy::provider_view* provider = nullptr;
    std::string model;
};

// In order; failover goes only to these, because the evidence covers nothing else.
[[nodiscard]] std::vector<target> targets_of(const exchange& x);

[[nodiscard]] provider::settings settings_of(const policy::provider_view& p);

// What is left of the exchange's one deadline at this provider, at least a millisecond: its total,
// shortened by what the caller asked for, counted from the request's first byte.
[[nodiscard]] millis time_left(const exchange& x, const policy::provider_view& p);

// The deadlines of a call; none is longer than what is left.
[[nodiscard]] provider::deadlines times_of(const exchange& x, const policy::provider_view& p);

// The call and the spliced body it points into; `body` must outlive open().
struct prepared_call {
    provider::call what;
    spliced body;
};
[[nodiscard]] result<prepared_call> prepare_call(const exchange& x, const target& to,
                                                 std::string_view endpoint, instant now);

// The fault that a drill injects at this target for this exchange; "" = none.
[[nodiscard]] std::string drilled_fault(const exchange& x, const target& to, instant now);

// The kill word, read again directly before the upstream write.
[[nodiscard]] bool is_killed(const ports& with, const exchange& x);

// Killed, not merely rolled back: exchanges in flight are cut, while a rollback lets them finish.
[[nodiscard]] bool is_cut(const ports& with, const exchange& x);

} // namespace servery::gateway
