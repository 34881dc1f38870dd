// An IP address with a port, as a plain value. Thread: any.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace servery::net {

// IPv4 is kept in the last four bytes of `bytes`; the first twelve are zero then.
struct address {
    std::array<std::uint8_t, 16> bytes{};
    bool v6 = false;
    std::uint16_t port = 0;
    friend bool operator==(const address&, const address&) = default;
};

// "192.0.2.7" or "2001:db8::1": without the port.
[[nodiscard]] std::string host_text(const address& of);
// "192.0.2.7:80", "[2001:db8::1]:80".
[[nodiscard]] std::string to_text(const address& of);
// A literal in strict form: four decimal parts without leading zeros, or IPv6; nothing else.
[[nodiscard]] std::optional<address> parse_address(std::string_view literal,
                                                   std::uint16_t port = 0);
// 127.0.0.0/8 and ::1: what does not leave this machine.
[[nodiscard]] bool is_loopback(const address& at);
// "127.0.0.1:8080", "[::1]:0": what --listen takes.
[[nodiscard]] std::optional<address> parse_endpoint(std::string_view text);

} // namespace servery::net
