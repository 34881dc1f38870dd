#include "foundation/net/tls.h"

#include "foundation/net/address.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>

namespace servery::net {

struct tls_context::impl {
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> settings{nullptr, &SSL_CTX_free};
};

tls_context::tls_context(std::unique_ptr<impl> state) : impl_(std::move(state)) {}
tls_context::~tls_context() = default;

result<std::shared_ptr<tls_context>> tls_context::for_client(const std::string& ca_file) {
    static std::mutex mutex;
    static std::map<std::string, std::shared_ptr<tls_context>> known;
    const std::lock_guard lock(mutex);
    if (const auto at = known.find(ca_file); at != known.end()) return at->second;

    auto state = std::make_unique<impl>();
    state->settings.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX* settings = state->settings.get();
    SSL_CTX_set_min_proto_version(settings, TLS1_2_VERSION);
    SSL_CTX_set_verify(settings, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_mode(settings, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS |
                                   SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    const int loaded = ca_file.empty()
                           ? SSL_CTX_set_default_verify_paths(settings)
                           : SSL_CTX_load_verify_locations(settings, ca_file.c_str(), nullptr);
    if (loaded != 1) {
        ERR_clear_error();
        return fail(error_code::invalid_argument, "net.tls.ca_file",
                    "The file of certificate authorities cannot be read or holds none.", ca_file,
                    "Give a PEM file that this process may read.");
    }
    auto made = std::make_shared<tls_context>(std::move(state));
    known[ca_file] = made;
    return made;
}

namespace {

class openssl_stream final : public tls_stream {
  public:
    openssl_stream(reactor& home, std::unique_ptr<stream> plain, SSL_CTX* settings,
                   const std::string& host)
        : home_(home), plain_(std::move(plain)), ssl_(SSL_new(settings), &SSL_free) {
        SSL_set_fd(ssl_.get(), plain_->descriptor());
        const auto literal = parse_address(host);
        if (literal) {
            X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str());
        } else {
            SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
            SSL_set1_host(ssl_.get(), host.c_str());
        }
        SSL_set_connect_state(ssl_.get());
    }

    task<io_fault> handshake() override {
        for (;;) {
            ERR_clear_error();
            const int code = SSL_do_handshake(ssl_.get());
            if (code == 1) co_return io_fault::none;
            const int reason = SSL_get_error(ssl_.get(), code);
            io_fault waited = io_fault::none;
            if (reason == SSL_ERROR_WANT_READ) {
                waited = co_await wait_readable(*plain_);
            } else if (reason == SSL_ERROR_WANT_WRITE) {
                waited = co_await wait_writable(*plain_);
            } else {
                co_return explain(reason);
            }
            if (waited != io_fault::none) co_return waited;
        }
    }
    const std::string& detail() const noexcept override { return detail_; }

    void begin_read(std::span<char> into, io_sink& sink, expect) override {
        reader_.into = into;
        reader_.then = &sink;
        reader_.step();
    }
    void begin_wait_readable(io_sink& sink) override {
        reader_.into = {};
        reader_.then = &sink;
        if (SSL_pending(ssl_.get()) > 0)
            reader_.finish_later(0, io_fault::none);
        else
            plain_->begin_wait_readable(reader_);
    }

    write_state write_now(std::span<iovec>& pieces, io_fault& fault) override {
        for (;;) {
            if (record_.empty()) gather(pieces);
            if (record_.empty()) return write_state::all;
            ERR_clear_error();
            const int sent =
                SSL_write(ssl_.get(), record_.data(), static_cast<int>(record_.size()));
            if (sent > 0) {
                record_.erase(0, static_cast<std::size_t>(sent));
                continue;
            }
            const int reason = SSL_get_error(ssl_.get(), sent);
            if (reason == SSL_ERROR_WANT_WRITE) return write_state::blocked;
            fault = explain(reason);
            return write_state::failed;
        }
    }
    void begin_wait_writable(io_sink& sink) override { plain_->begin_wait_writable(sink); }

    void cancel() noexcept override { plain_->cancel(); }
    void close() noexcept override {
        if (SSL_is_init_finished(ssl_.get()) != 0) SSL_shutdown(ssl_.get());
        ERR_clear_error();
        plain_->close();
    }
    void reset() noexcept override { plain_->reset(); }
    void shutdown_send() noexcept override { SSL_shutdown(ssl_.get()); }
    int descriptor() noexcept override { return plain_->descriptor(); }

  private:
    // The read under way: tries, waits for more, tries again.
    struct pending_read final : io_sink {
        explicit pending_read(openssl_stream& of) : self(of) {}
        openssl_stream& self;
        std::span<char> into;
        io_sink* then = nullptr;

        void step() {
            ERR_clear_error();
            const int got = SSL_read(self.ssl_.get(), into.data(), static_cast<int>(into.size()));
            if (got > 0) {
                finish_later(static_cast<std::size_t>(got), io_fault::none);
                return;
            }
            const int reason = SSL_get_error(self.ssl_.get(), got);
            if (reason == SSL_ERROR_WANT_READ)
                self.plain_->begin_wait_readable(*this);
            else
                finish_later(0, self.explain(reason));
        }
        void done(std::size_t, io_fault fault) override {
            if (fault != io_fault::none || into.empty()) {
                std::exchange(then, nullptr)->done(0, fault);
                return;
            }
            step();
        }
        // A completion never runs inside the call that began the operation.
        void finish_later(std::size_t bytes, io_fault fault) {
            self.home_.post([this, alive = std::weak_ptr<int>(self.alive_), bytes, fault] {
                if (alive.expired() || then == nullptr) return;
                std::exchange(then, nullptr)->done(bytes, fault);
            });
        }
    };

    void gather(std::span<iovec>& pieces) {
        constexpr std::size_t most = 16 * 1024;
        while (!pieces.empty() && record_.size() < most) {
            auto& front = pieces.front();
            const auto take = std::min(front.iov_len, most - record_.size());
            record_.append(static_cast<const char*>(front.iov_base), take);
            front.iov_base = static_cast<char*>(front.iov_base) + take;
            front.iov_len -= take;
            if (front.iov_len == 0) pieces = pieces.subspan(1);
        }
    }

    io_fault explain(int reason) {
        const int system = errno;
        if (reason == SSL_ERROR_ZERO_RETURN) return io_fault::closed;
        const auto code = ERR_peek_last_error();
        if (const long verdict = SSL_get_verify_result(ssl_.get()); verdict != X509_V_OK) {
            detail_ = X509_verify_cert_error_string(verdict);
            return io_fault::tls;
        }
        if (reason == SSL_ERROR_SYSCALL) {
            if (system == ECONNRESET || system == EPIPE) return io_fault::reset;
            if (system == EBADF) return io_fault::cancelled;
            return io_fault::closed;
        }
        if (ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING) return io_fault::closed;
        const char* words = ERR_reason_error_string(code);
        detail_ = words != nullptr ? words : "unknown";
        return io_fault::tls;
    }

    reactor& home_;
    std::unique_ptr<stream> plain_;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
    pending_read reader_{*this};
    std::string record_; // bytes handed to OpenSSL but not yet taken
    std::string detail_;
};

} // namespace

std::unique_ptr<tls_stream> tls_stream::client(reactor& home, std::unique_ptr<stream> plain,
                                               tls_context& settings, const std::string& host) {
    return std::make_unique<openssl_stream>(home, std::move(plain),
                                            settings.native().settings.get(), host);
}

} // namespace servery::net
