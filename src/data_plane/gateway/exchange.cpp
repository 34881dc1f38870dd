#include "data_plane/gateway/exchange.h"

#include "foundation/net/timer.h"

#include <algorithm>
#include <limits>

namespace servery::gateway {

std::string_view name(stage_of_life s) {
    switch (s) {
    case stage_of_life::reading_body:
        return "reading_body";
    case stage_of_life::admitting:
        return "admitting";
    case stage_of_life::screening:
        return "screening";
    case stage_of_life::connecting:
        return "connecting";
    case stage_of_life::backing_off:
        return "backing_off";
    case stage_of_life::waiting_for_head:
        return "waiting_for_head";
    case stage_of_life::first_token:
        return "first_token";
    case stage_of_life::mid_stream:
        return "mid_stream";
    case stage_of_life::answering:
        return "answering";
    case stage_of_life::done:
        break;
    }
    return "done";
}

std::uint32_t exchange::elapsed_us() const {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(
                        std::chrono::steady_clock::now() - begun)
                        .count();
    return static_cast<std::uint32_t>(
        std::min<std::int64_t>(us, std::numeric_limits<std::uint32_t>::max()));
}

void exchange::leave() noexcept {
    if (gone || state == stage_of_life::done) return;
    gone = true;
    row.gone_in_state = name(state);
    if (finish) return;
    if (running != nullptr) running->cancel();
    if (waiting != nullptr) waiting->cancel();
}

} // namespace servery::gateway
