#include "foundation/http/router.h"

#include <map>
#include <stdexcept>

namespace servery::http {

std::string_view path_params::get(std::string_view name) const noexcept {
    for (const auto& [key, value] : values_)
        if (key == name) return value;
    return {};
}

// One segment of the tree of patterns. Names of parameters belong to the route, not to the node:
// two routes may call the same place differently.
struct router::node {
    std::map<std::string, std::unique_ptr<node>, std::less<>> literal;
    std::unique_ptr<node> parameter;
    std::map<method, const route*> here;
    std::map<method, const route*> rest; // `{name*}` below this node
};

namespace {

using segments = std::vector<std::string_view>;

// "/a/b" -> a, b; "/a/" -> a, "" : the trailing slash is a segment of its own.
segments cut(std::string_view path) {
    segments out;
    path.remove_prefix(1);
    for (;;) {
        const auto slash = path.find('/');
        out.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return out;
        path.remove_prefix(slash + 1);
    }
}

bool is_parameter(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}
bool is_rest(std::string_view segment) {
    return is_parameter(segment) && segment[segment.size() - 2] == '*';
}
std::string_view parameter_name(std::string_view segment) {
    return segment.substr(1, segment.size() - (is_rest(segment) ? 3 : 2));
}

[[noreturn]] void malformed(const std::string& pattern) {
    throw std::logic_error("route pattern is malformed or exists already: " + pattern);
}

std::string allowed(const std::map<method, const router::route*>& routes) {
    std::string out;
    for (const auto& [verb, to] : routes) {
        if (!out.empty()) out += ", ";
        out += name(verb);
    }
    return out;
}

const router::route* pick(const std::map<method, const router::route*>& routes, method verb) {
    auto at = routes.find(verb);
    if (at == routes.end() && verb == method::head) at = routes.find(method::get);
    return at == routes.end() ? nullptr : at->second;
}

} // namespace

router::router() : root_(std::make_unique<node>()) {}
router::router(router&&) noexcept = default;
router& router::operator=(router&&) noexcept = default;
router::~router() = default;

void router::add(method verb, std::string pattern, route_handler answer) {
    if (!pattern.starts_with('/')) malformed(pattern);
    routes_.push_back(std::make_unique<route>(route{verb, std::move(pattern), std::move(answer)}));
    const route* made = routes_.back().get();
    const auto parts = cut(made->pattern);
    node* at = root_.get();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto part = parts[i];
        if (is_rest(part)) {
            if (i + 1 != parts.size() || !at->rest.emplace(verb, made).second)
                malformed(made->pattern);
            return;
        }
        const bool braces = part.find_first_of("{}") != std::string_view::npos;
        if (braces && !is_parameter(part)) malformed(made->pattern);
        auto& next = is_parameter(part) ? at->parameter : at->literal[std::string(part)];
        if (!next) next = std::make_unique<node>();
        at = next.get();
    }
    if (!at->here.emplace(verb, made).second) malformed(made->pattern);
}

namespace {

struct landing {
    const std::map<method, const router::route*>* routes = nullptr;
    std::size_t rest_from = 0; // for `{name*}`: where the rest begins, in segments
};

} // namespace

router::match router::find(method verb, std::string_view path) const {
    match out;
    if (!path.starts_with('/')) return out;
    const auto parts = cut(path);

    // Depth first, literal before parameter before rest; patterns are few levels deep.
    const auto walk = [&](const auto& self, const node& at, std::size_t depth) -> landing {
        if (depth == parts.size()) return at.here.empty() ? landing{} : landing{&at.here, depth};
        if (const auto literal = at.literal.find(parts[depth]); literal != at.literal.end())
            if (const auto found = self(self, *literal->second, depth + 1); found.routes)
                return found;
        if (at.parameter && !parts[depth].empty())
            if (const auto found = self(self, *at.parameter, depth + 1); found.routes) return found;
        return at.rest.empty() ? landing{} : landing{&at.rest, depth};
    };
    const auto landed = walk(walk, *root_, 0);
    if (landed.routes == nullptr) return out;
    out.to = pick(*landed.routes, verb);
    if (out.to == nullptr) {
        out.what = found::wrong_method;
        out.allow = allowed(*landed.routes);
        return out;
    }
    out.what = found::route;
    const auto pattern = cut(out.to->pattern);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (!is_parameter(pattern[i])) continue;
        auto value = parts[i];
        if (is_rest(pattern[i]))
            value = {value.data(),
                     static_cast<std::size_t>(path.data() + path.size() - value.data())};
        out.params.add(parameter_name(pattern[i]), value);
    }
    return out;
}

std::vector<const router::route*> router::routes() const {
    std::vector<const route*> out;
    for (const auto& each : routes_)
        out.push_back(each.get());
    return out;
}

} // namespace servery::http
