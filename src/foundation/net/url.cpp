#include "foundation/net/address_guard.h"

#include <algorithm>
#include <charconv>

namespace servery::net {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// 127.1, 0x7f000001, 2130706433 and 0177.0.0.1 are addresses to some parsers and names to others.
bool ends_in_a_number(std::string_view host) {
    const auto dot = host.rfind('.');
    const auto last = dot == std::string_view::npos ? host : host.substr(dot + 1);
    if (std::ranges::all_of(last, is_digit)) return true;
    if (!last.starts_with("0x")) return false;
    return std::ranges::all_of(last.substr(2),
                               [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_host_name(std::string_view host) {
    if (host.empty() || host.size() > 253) return false;
    std::size_t label = 0;
    for (const char c : host) {
        if (c == '.') {
            if (label == 0) return false;
            label = 0;
            continue;
        }
        if (!is_letter(c) && !is_digit(c) && c != '-' && c != '_') return false;
        if (++label > 63) return false;
    }
    return label > 0 && !ends_in_a_number(host);
}

std::unexpected<error> invalid(std::string_view text, std::string_view why, std::string remedy) {
    return fail(error_code::invalid_argument, "net.url.invalid",
                "\"" + std::string(text.substr(0, 200)) +
                    "\" is not a usable address: " + std::string(why) + ".",
                {}, std::move(remedy));
}

bool has_forbidden_byte(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= 0x20 || byte >= 0x7f || c == '\\';
    });
}

} // namespace

std::string url::authority() const {
    std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port != (tls ? 443 : 80)) out += ":" + std::to_string(port);
    return out;
}

result<url> parse_url(std::string_view text) {
    url out;
    if (has_forbidden_byte(text))
        return invalid(text, "it holds a space, a backslash, a control or a non-ASCII character",
                       "Write the host in its xn-- form and escape the path.");
    auto rest = text;
    if (rest.starts_with("https://")) {
        out.tls = true;
        rest.remove_prefix(8);
    } else if (rest.starts_with("http://")) {
        rest.remove_prefix(7);
    } else {
        return invalid(text, "it does not begin with http:// or https://",
                       "Write the whole address, for example https://llm.example.com/v1.");
    }
    if (rest.find('#') != std::string_view::npos)
        return invalid(text, "it has a fragment", "Remove everything from # on.");
    const auto end = rest.find_first_of("/?");
    auto authority = rest.substr(0, end);
    if (end != std::string_view::npos) out.target = rest.substr(end);
    if (out.target.starts_with('?')) out.target.insert(0, "/");
    if (authority.find('@') != std::string_view::npos)
        return invalid(text, "it has a user name", "Credentials have their own setting.");

    std::string_view port;
    bool literal_v6 = false;
    if (authority.starts_with('[')) {
        const auto close = authority.find(']');
        if (close == std::string_view::npos) return invalid(text, "a bracket is not closed", {});
        out.host = authority.substr(1, close - 1);
        port = authority.substr(close + 1);
        literal_v6 = true;
        if (!port.empty() && port.front() != ':') return invalid(text, "the port is malformed", {});
        if (port == ":") return invalid(text, "the port is empty", {});
        if (!port.empty()) port.remove_prefix(1);
    } else {
        const auto colon = authority.find(':');
        out.host = authority.substr(0, colon);
        if (colon != std::string_view::npos) {
            port = authority.substr(colon + 1);
            if (port.empty()) return invalid(text, "the port is empty", {});
        }
    }
    std::ranges::transform(out.host, out.host.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    out.port = out.tls ? 443 : 80;
    if (!port.empty()) {
        const auto [last, ec] = std::from_chars(port.data(), port.data() + port.size(), out.port);
        if (ec != std::errc{} || last != port.data() + port.size() || out.port == 0)
            return invalid(text, "the port is not a number from 1 to 65535", {});
    }
    const auto literal = parse_address(out.host);
    const bool usable = literal_v6 ? (literal && literal->v6)
                                   : ((literal && !literal->v6) || is_host_name(out.host));
    if (!usable)
        return invalid(text, "its host is neither a name nor a plain IP address",
                       "Write four decimal numbers, [IPv6], or a host name.");
    return out;
}

} // namespace servery::net
