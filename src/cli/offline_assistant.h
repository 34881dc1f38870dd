// The built-in assistant over the entries of a FAQ file, for `eval run --offline`: the same index
// and the same decision as in a server, at the sandbox's threshold. Thread: any.
#pragma once

#include "control_plane/evaluation/evaluation_service.h"

namespace servery::cli {

[[nodiscard]] evaluation::offline_assistant offline_assistant();

} // namespace servery::cli
