// A turn of the visitor chat whose text is shown while it comes. What is shown went through the
// guard of the stream; the answer that is committed was read whole. Thread: the exchange's reactor.
#pragma once

#include "data_plane/gateway/steps.h"

#include <functional>
#include <string_view>

namespace servery::gateway {

// The whole text so far that may be shown; it only grows.
using show_text = std::function<void(std::string_view)>;

// As answer_whole, from a stream of the upstream. A stream that breaks off is no answer: the
// fallback takes over, whatever was shown.
[[nodiscard]] task<reply> answer_in_parts(gateway& with, exchange& x, show_text show);

} // namespace servery::gateway
