#include "foundation/http/forwarded.h"

#include "foundation/base/text.h"

#include <algorithm>
#include <ranges>

namespace servery::http {

namespace {

bool is_one_of(const net::address& who, std::span<const net::address> all) {
    return std::ranges::any_of(
        all, [&](const net::address& a) { return a.v6 == who.v6 && a.bytes == who.bytes; });
}

} // namespace

net::address caller_of(const net::address& peer, std::span<const header> headers,
                       std::span<const net::address> trusted) {
    if (trusted.empty() || !is_one_of(peer, trusted)) return peer;
    auto caller = peer;
    // A proxy appends, to the last header or as one more: the nearest hop stands last.
    for (const auto& h : headers | std::views::reverse) {
        if (h.name != "x-forwarded-for") continue;
        for (const auto hop : split(h.value, ',') | std::views::reverse) {
            const auto at = net::parse_address(trim(hop));
            if (!at) return caller;
            caller = *at;
            if (!is_one_of(caller, trusted)) return caller;
        }
    }
    return caller;
}

} // namespace servery::http
