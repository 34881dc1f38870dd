// The idle connections to one upstream address. Internal to the client. Thread: the pool's reactor.
#pragma once

#include "foundation/http/client_pool.h"
#include "foundation/http/upstream_connection.h"
#include "foundation/net/tls.h"

#include <memory>
#include <vector>

namespace servery::http {

class upstream_bucket {
  public:
    upstream_bucket(net::reactor& on, net::resolver& with, upstream_address to, pool_limits within)
        : home(on), names(with), address(std::move(to)), limits(within) {}

    // The one used last, or null.
    [[nodiscard]] std::unique_ptr<upstream_connection> take();
    void give_back(std::unique_ptr<upstream_connection> one);
    // A connection that reports its end here when it idles.
    [[nodiscard]] std::unique_ptr<upstream_connection> adopt(std::unique_ptr<net::stream> socket);
    [[nodiscard]] std::size_t idle() const noexcept { return idle_.size(); }
    void drop_idle() noexcept { idle_.clear(); }

    net::reactor& home;
    net::resolver& names;
    const upstream_address address;
    const pool_limits limits;
    std::shared_ptr<net::tls_context> tls; // made by the first connection

  private:
    std::vector<std::unique_ptr<upstream_connection>> idle_;
};

} // namespace servery::http
