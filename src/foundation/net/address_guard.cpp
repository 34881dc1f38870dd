#include "foundation/net/address_guard.h"

#include "foundation/net/blocking_pool.h"
#include "foundation/net/reactor.h"

#include <cstring>
#include <mutex>
#include <netdb.h>
#include <netinet/in.h>
#include <optional>
#include <unordered_map>

namespace servery::net {

namespace {

// always: no setting opens it. inside: reachable with allow_private.
enum class closed_to { always, inside };

struct range_v4 {
    std::uint32_t first;
    int prefix;
    closed_to whom;
    std::string_view name;
};

constexpr std::uint32_t v4(unsigned a, unsigned b, unsigned c, unsigned d) {
    return (a << 24) | (b << 16) | (c << 8) | d;
}

// IANA special-purpose registry; the more exact rows stand first.
constexpr range_v4 ranges_v4[] = {
    {v4(169, 254, 169, 254), 32, closed_to::always, "cloud metadata"},
    {v4(169, 254, 170, 2), 32, closed_to::always, "cloud metadata"},
    {v4(100, 100, 100, 200), 32, closed_to::always, "cloud metadata"},
    {v4(0, 0, 0, 0), 8, closed_to::always, "unspecified"},
    {v4(224, 0, 0, 0), 4, closed_to::always, "multicast"},
    {v4(240, 0, 0, 0), 4, closed_to::always, "reserved"},
    {v4(10, 0, 0, 0), 8, closed_to::inside, "private"},
    {v4(100, 64, 0, 0), 10, closed_to::inside, "carrier-grade NAT"},
    {v4(127, 0, 0, 0), 8, closed_to::inside, "loopback"},
    {v4(169, 254, 0, 0), 16, closed_to::inside, "link-local"},
    {v4(172, 16, 0, 0), 12, closed_to::inside, "private"},
    {v4(192, 0, 0, 0), 24, closed_to::inside, "protocol assignments"},
    {v4(192, 0, 2, 0), 24, closed_to::inside, "documentation"},
    {v4(192, 88, 99, 0), 24, closed_to::inside, "6to4 relay"},
    {v4(192, 168, 0, 0), 16, closed_to::inside, "private"},
    {v4(198, 18, 0, 0), 15, closed_to::inside, "benchmarking"},
    {v4(198, 51, 100, 0), 24, closed_to::inside, "documentation"},
    {v4(203, 0, 113, 0), 24, closed_to::inside, "documentation"},
};

struct range_v6 {
    std::array<std::uint8_t, 16> first;
    int prefix;
    closed_to whom;
    std::string_view name;
};

constexpr range_v6 ranges_v6[] = {
    {{0xfd, 0x00, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54},
     128,
     closed_to::always,
     "cloud metadata"},
    {{}, 128, closed_to::always, "unspecified"},
    {{0xff}, 8, closed_to::always, "multicast"},
    {{0x20, 0x01, 0, 0}, 32, closed_to::always, "Teredo"},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, closed_to::inside, "loopback"},
    {{0xfc}, 7, closed_to::inside, "private"},
    {{0xfe, 0x80}, 10, closed_to::inside, "link-local"},
    {{0xfe, 0xc0}, 10, closed_to::inside, "site-local"},
    {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48, closed_to::inside, "local NAT64"},
    {{0x01, 0x00}, 64, closed_to::inside, "discard"},
    {{0x20, 0x01, 0x0d, 0xb8}, 32, closed_to::inside, "documentation"},
};

// Where an IPv6 range carries an IPv4 address: mapped, compatible, NAT64, 6to4.
struct carrier {
    std::array<std::uint8_t, 16> first;
    int prefix;
    std::size_t at;
};
constexpr carrier carriers[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, 12},
    {{0x00, 0x64, 0xff, 0x9b}, 96, 12},
    {{0x20, 0x02}, 16, 2},
    {{}, 96, 12},
};

bool in_prefix(const std::array<std::uint8_t, 16>& at, const std::array<std::uint8_t, 16>& first,
               int prefix) {
    const auto whole = static_cast<std::size_t>(prefix / 8);
    if (std::memcmp(at.data(), first.data(), whole) != 0) return false;
    if (prefix % 8 == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - prefix % 8));
    return (at[whole] & mask) == (first[whole] & mask);
}

struct verdict {
    closed_to whom;
    std::string_view name;
};

std::optional<verdict> judge_v4(const std::uint8_t* four) {
    const std::uint32_t at = v4(four[0], four[1], four[2], four[3]);
    for (const auto& range : ranges_v4) {
        const std::uint32_t mask = range.prefix == 0 ? 0 : ~0u << (32 - range.prefix);
        if ((at & mask) == (range.first & mask)) return verdict{range.whom, range.name};
    }
    return std::nullopt;
}

std::optional<verdict> judge(const address& at) {
    if (!at.v6) return judge_v4(at.bytes.data() + 12);
    for (const auto& range : ranges_v6)
        if (in_prefix(at.bytes, range.first, range.prefix)) return verdict{range.whom, range.name};
    for (const auto& each : carriers)
        if (in_prefix(at.bytes, each.first, each.prefix))
            return judge_v4(at.bytes.data() + each.at);
    return std::nullopt;
}

} // namespace

status check_address(const address& at, reach allowed) {
    const auto found = judge(at);
    if (!found) return {};
    if (found->whom == closed_to::inside && allowed == reach::allow_private) return {};
    return fail(error_code::refused, "net.address.refused",
                "The address " + host_text(at) + " is " + std::string(found->name) +
                    " and may not be reached.",
                {},
                found->whom == closed_to::always
                    ? "Use a public address."
                    : "Use a public address, or set allow_private for this target if it is on "
                      "your own network.");
}

name_lookup system_lookup() {
    return [](const std::string& host) -> result<std::vector<address>> {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        hints.ai_flags = AI_ADDRCONFIG;
        addrinfo* found = nullptr;
        const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
        const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
        std::vector<address> out;
        for (const addrinfo* each = found; code == 0 && each != nullptr; each = each->ai_next) {
            address at;
            if (each->ai_family == AF_INET) {
                const auto* in = reinterpret_cast<const sockaddr_in*>(each->ai_addr);
                std::memcpy(at.bytes.data() + 12, &in->sin_addr, 4);
            } else if (each->ai_family == AF_INET6) {
                const auto* in = reinterpret_cast<const sockaddr_in6*>(each->ai_addr);
                std::memcpy(at.bytes.data(), &in->sin6_addr, 16);
                at.v6 = true;
            } else {
                continue;
            }
            out.push_back(at);
        }
        if (!out.empty()) return out;
        auto fault = fail(error_code::upstream_failed, "net.name.unknown",
                          "The name " + host + " has no address" +
                              (code != 0 ? std::string(": ") + ::gai_strerror(code) + "." : "."),
                          {}, "Check the spelling and this machine's name service.");
        fault.error().origin = error_origin::upstream;
        fault.error().retry = true;
        return fault;
    };
}

struct resolver::impl {
    static constexpr std::chrono::seconds fresh{30};
    static constexpr std::chrono::minutes usable{10};

    struct entry {
        std::vector<address> at;
        steady_time since;
        bool refreshing = false;
    };

    impl(blocking_pool& on, name_lookup with) : pool(on), lookup(std::move(with)) {}
    blocking_pool& pool;
    name_lookup lookup;
    std::mutex mutex;
    std::unordered_map<std::string, entry> cache;

    // What may be used without asking; marks a stale entry as being refreshed by this caller.
    std::optional<std::vector<address>> cached(const std::string& host) {
        const std::lock_guard lock(mutex);
        const auto at = cache.find(host);
        if (at == cache.end()) return std::nullopt;
        const auto age = std::chrono::steady_clock::now() - at->second.since;
        if (age < fresh) return at->second.at;
        if (age < usable && at->second.refreshing) return at->second.at;
        at->second.refreshing = true;
        return std::nullopt;
    }

    result<std::vector<address>> settle(const std::string& host,
                                        result<std::vector<address>> answer) {
        const std::lock_guard lock(mutex);
        const auto now = std::chrono::steady_clock::now();
        if (answer) {
            if (cache.size() >= 1024) cache.clear();
            cache[host] = {*answer, now, false};
            return answer;
        }
        const auto at = cache.find(host);
        if (at == cache.end()) return answer;
        at->second.refreshing = false;
        if (now - at->second.since < usable) return at->second.at;
        cache.erase(at);
        return answer;
    }
};

resolver::resolver(blocking_pool& pool, name_lookup lookup)
    : impl_(std::make_unique<impl>(pool, std::move(lookup))) {}
resolver::~resolver() = default;

namespace {

result<std::vector<address>> all_checked(std::vector<address> found, std::uint16_t port,
                                         reach allowed) {
    for (auto& each : found) {
        each.port = port;
        if (auto ok = check_address(each, allowed); !ok) return std::unexpected(ok.error());
    }
    return found;
}

} // namespace

task<result<std::vector<address>>> resolver::resolve(reactor& home, std::string host,
                                                     std::uint16_t port, reach allowed) {
    if (const auto literal = parse_address(host)) co_return all_checked({*literal}, port, allowed);
    if (auto known = impl_->cached(host)) co_return all_checked(std::move(*known), port, allowed);
    auto looked =
        co_await impl_->pool.run(home, [state = impl_.get(), host] { return state->lookup(host); });
    auto found =
        looked ? std::move(*looked) : result<std::vector<address>>(std::unexpected(looked.error()));
    auto settled = impl_->settle(host, std::move(found));
    if (!settled) co_return settled;
    co_return all_checked(std::move(*settled), port, allowed);
}

} // namespace servery::net
