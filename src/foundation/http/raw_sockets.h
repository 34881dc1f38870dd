// Plain blocking sockets for tests: a client that sends exactly the bytes it is told to, and an
// upstream that follows a script. Included by tests only.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace servery::http::raw {

class peer {
  public:
    explicit peer(int fd) : fd_(fd) {
        const int on = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    peer(peer&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    peer& operator=(peer&&) = delete;
    ~peer() { close(); }

    static peer connect(std::uint16_t port) {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(port);
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) ::perror("connect");
        return peer(fd);
    }

    void send(std::string_view text) {
        while (!text.empty()) {
            const auto sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    // The request and the FIN leave together: corked until the shutdown.
    void send_with_fin(std::string_view text) {
        const int on = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_CORK, &on, sizeof on);
        send(text);
        ::shutdown(fd_, SHUT_WR);
    }
    void shutdown() { ::shutdown(fd_, SHUT_WR); }
    void close() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }
    void reset() {
        const linger hard{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close();
    }
    // One read; empty at the end, on a reset, or after five seconds.
    std::string some() {
        pollfd ask{fd_, POLLIN, 0};
        if (::poll(&ask, 1, 5'000) <= 0) return {};
        char room[65536];
        const auto got = ::recv(fd_, room, sizeof room, 0);
        reset_ = got < 0;
        return got > 0 ? std::string(room, static_cast<std::size_t>(got)) : std::string();
    }
    std::string until(std::string_view mark) {
        std::string out;
        while (out.find(mark) == std::string::npos) {
            const auto piece = some();
            if (piece.empty()) return out;
            out += piece;
        }
        return out;
    }
    std::string to_end() { return until("\x01 never"); }
    [[nodiscard]] bool was_reset() const { return reset_; }

  private:
    int fd_;
    bool reset_ = false;
};

// Accepts one connection after the other and hands each to `script` with its number, on its thread.
class upstream {
  public:
    explicit upstream(std::function<void(peer&, int)> script) : script_(std::move(script)) {
        fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        ::bind(fd_, reinterpret_cast<sockaddr*>(&at), size);
        ::listen(fd_, 16);
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
        port_ = ntohs(at.sin_port);
        thread_ = std::thread([this] {
            for (int n = 0;; ++n) {
                const int got = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
                if (got < 0) return;
                ++connections_;
                peer one(got);
                script_(one, n);
            }
        });
    }
    upstream(const upstream&) = delete;
    upstream& operator=(const upstream&) = delete;
    ~upstream() {
        ::shutdown(fd_, SHUT_RDWR);
        thread_.join();
        ::close(fd_);
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] int connections() const { return connections_; }

  private:
    std::function<void(peer&, int)> script_;
    int fd_;
    std::uint16_t port_ = 0;
    std::atomic<int> connections_ = 0;
    std::thread thread_;
};

} // namespace servery::http::raw
