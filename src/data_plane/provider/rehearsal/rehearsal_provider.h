// A provider whose answers, delays and faults are a script, in this process: for demonstrations,
// drills and scenario tests. A script keeps its count of requests while its text stays the same.
// Thread: the reactor of the call; waits need a reactor.
#pragma once

#include "data_plane/provider/provider.h"

namespace servery::provider {

[[nodiscard]] connector rehearsal_connector();

} // namespace servery::provider
