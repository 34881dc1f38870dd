#include "foundation/http/client_pool.h"

#include "foundation/http/client_call.h"
#include "foundation/http/upstream_bucket.h"

#include <algorithm>

namespace servery::http {

std::unique_ptr<upstream_connection> upstream_bucket::take() {
    if (idle_.empty()) return nullptr;
    auto one = std::move(idle_.back());
    idle_.pop_back();
    one->wake();
    return one;
}

void upstream_bucket::give_back(std::unique_ptr<upstream_connection> one) {
    if (idle_.size() >= limits.idle_an_address) return;
    idle_.push_back(std::move(one));
    idle_.back()->rest(limits.idle_time);
}

std::unique_ptr<upstream_connection> upstream_bucket::adopt(std::unique_ptr<net::stream> socket) {
    return std::make_unique<upstream_connection>(
        home, std::move(socket), [this](upstream_connection& dead) {
            std::erase_if(idle_, [&](const auto& each) { return each.get() == &dead; });
        });
}

struct client_pool::impl {
    net::reactor& home;
    net::resolver& names;
    pool_limits limits;
    // Few and lasting: addresses come from settings, never from requests.
    std::vector<std::unique_ptr<upstream_bucket>> buckets;
};

client_pool::client_pool(net::reactor& home, net::resolver& names, pool_limits limits)
    : impl_(new impl{home, names, limits, {}}) {}
client_pool::~client_pool() = default;

client_call client_pool::begin(const upstream_address& to) {
    auto& buckets = impl_->buckets;
    auto at = std::ranges::find_if(buckets, [&](const auto& each) { return each->address == to; });
    if (at == buckets.end()) {
        buckets.push_back(
            std::make_unique<upstream_bucket>(impl_->home, impl_->names, to, impl_->limits));
        at = std::prev(buckets.end());
    }
    return client_call(std::make_unique<client_call::impl>(**at));
}

std::size_t client_pool::idle() const noexcept {
    std::size_t sum = 0;
    for (const auto& each : impl_->buckets)
        sum += each->idle();
    return sum;
}

void client_pool::drop_idle() noexcept {
    for (const auto& each : impl_->buckets)
        each->drop_idle();
}

std::string request_head(std::string_view verb, std::string_view target, std::string_view authority,
                         std::span<const header> headers,
                         std::optional<std::uint64_t> content_length) {
    std::string out;
    out.reserve(512);
    out.append(verb).append(" ").append(target).append(" HTTP/1.1\r\nhost: ").append(authority);
    out += "\r\n";
    for (const auto& each : headers)
        out.append(each.name).append(": ").append(each.value).append("\r\n");
    if (content_length)
        out.append("content-length: ").append(std::to_string(*content_length)).append("\r\n");
    out += "\r\n";
    return out;
}

} // namespace servery::http
