// Secrets of providers, unsealed. They are looked up at each call, copied into the request head and
// nowhere else. Thread: the source is called on reactors and must not lock for long.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace servery::provider {

// number: rises when the secret changes, so that kept connections are not shared across secrets.
struct credential {
    std::string secret;
    std::uint64_t number = 0;
};

using credential_source = std::function<std::optional<credential>(std::string_view provider_id)>;

} // namespace servery::provider
