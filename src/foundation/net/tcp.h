// Making plain streams: listening and connecting. Thread: the reactor's.
#pragma once

#include "foundation/base/result.h"
#include "foundation/base/task.h"
#include "foundation/net/address.h"
#include "foundation/net/reactor.h"
#include "foundation/net/stream.h"

#include <functional>
#include <memory>

namespace servery::net {

// A listening socket with SO_REUSEPORT, so that each reactor has its own on the same port.
class listener {
  public:
    using accepted = std::function<void(std::unique_ptr<stream>, const address& peer)>;

    listener(reactor& home, accepted take);
    listener(const listener&) = delete;
    listener& operator=(const listener&) = delete;
    ~listener();

    // Binds and listens; may be called before the reactor runs. Errors: http.listen.failed.
    [[nodiscard]] result<std::uint16_t> open(const address& at);
    // Begins to accept. Without free descriptors it pauses 100 ms and goes on.
    void start();
    void close() noexcept;

  private:
    void accept_one();
    struct impl;
    std::shared_ptr<impl> impl_;
};

struct connect_result {
    std::unique_ptr<stream> connected; // null on a fault
    io_fault fault = io_fault::none;
};

// One attempt at connecting. cancel() ends it as cancelled, resumed from the loop.
class connector {
  public:
    explicit connector(reactor& home);
    ~connector();
    connector(const connector&) = delete;
    connector& operator=(const connector&) = delete;

    [[nodiscard]] task<connect_result> connect(address to);
    void cancel() noexcept;

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace servery::net
