#include "foundation/net/address.h"

#include <arpa/inet.h>
#include <charconv>
#include <cstring>

namespace servery::net {

bool is_loopback(const address& at) {
    if (!at.v6) return at.bytes[12] == 127;
    static constexpr std::array<std::uint8_t, 16> one{0, 0, 0, 0, 0, 0, 0, 0,
                                                      0, 0, 0, 0, 0, 0, 0, 1};
    return at.bytes == one;
}

std::string host_text(const address& of) {
    char room[INET6_ADDRSTRLEN] = {};
    if (of.v6)
        ::inet_ntop(AF_INET6, of.bytes.data(), room, sizeof room);
    else
        ::inet_ntop(AF_INET, of.bytes.data() + 12, room, sizeof room);
    return room;
}

std::string to_text(const address& of) {
    const auto host = host_text(of);
    return (of.v6 ? "[" + host + "]" : host) + ":" + std::to_string(of.port);
}

std::optional<address> parse_address(std::string_view literal, std::uint16_t port) {
    const std::string text(literal);
    address out;
    out.port = port;
    if (::inet_pton(AF_INET, text.c_str(), out.bytes.data() + 12) == 1) return out;
    out.bytes = {};
    out.v6 = true;
    if (::inet_pton(AF_INET6, text.c_str(), out.bytes.data()) == 1) return out;
    return std::nullopt;
}

std::optional<address> parse_endpoint(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    auto host = text.substr(0, colon);
    const auto digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (ec != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    const bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (brackets) host = host.substr(1, host.size() - 2);
    auto out = parse_address(host, port);
    if (out && out->v6 != brackets) return std::nullopt;
    return out;
}

} // namespace servery::net
