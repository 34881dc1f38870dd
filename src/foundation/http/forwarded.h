// Who asks, behind proxies that are trusted to say so. Thread: pure.
#pragma once

#include "foundation/http/message.h"
#include "foundation/net/address.h"

#include <span>

namespace servery::http {

// The peer, unless it is one of `trusted`: then the last address of X-Forwarded-For that is not one
// of them too. What a caller wrote there itself stands further to the left and is never reached; a
// list that cannot be read leaves the peer. Ports are not compared.
[[nodiscard]] net::address caller_of(const net::address& peer, std::span<const header> headers,
                                     std::span<const net::address> trusted);

} // namespace servery::http
