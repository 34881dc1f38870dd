// TLS 1.2 and 1.3 over a connected stream, client side: always verified, the certificate must carry
// the host's name. Thread: the reactor's.
#pragma once

#include "foundation/base/result.h"
#include "foundation/base/task.h"
#include "foundation/net/reactor.h"
#include "foundation/net/stream.h"

#include <memory>
#include <string>

namespace servery::net {

// Settings shared by all connections with the same trust. Any thread.
class tls_context {
  public:
    // ca_file: PEM; empty = the system's. One context a file in the process, kept.
    // Errors: net.tls.ca_file.
    [[nodiscard]] static result<std::shared_ptr<tls_context>>
    for_client(const std::string& ca_file);
    ~tls_context();
    struct impl;
    explicit tls_context(std::unique_ptr<impl> state);
    [[nodiscard]] impl& native() noexcept { return *impl_; }

  private:
    std::unique_ptr<impl> impl_;
};

class tls_stream : public stream {
  public:
    // Takes the plain stream over. host: name or IP literal.
    [[nodiscard]] static std::unique_ptr<tls_stream> client(reactor& home,
                                                            std::unique_ptr<stream> plain,
                                                            tls_context& settings,
                                                            const std::string& host);
    [[nodiscard]] virtual task<io_fault> handshake() = 0;
    // Why the handshake failed, in words.
    [[nodiscard]] virtual const std::string& detail() const noexcept = 0;
};

} // namespace servery::net
