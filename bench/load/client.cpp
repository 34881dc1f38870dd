#include "bench/load/client.h"

#include "foundation/http/blocking_client.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {

target target_of(const options& given, bool stream) {
    target out;
    out.port = static_cast<std::uint16_t>(given.number("port", 8081));
    const auto prompt = static_cast<std::size_t>(given.number("prompt-bytes", 400));
    const auto text = given.text("prompt", std::string(prompt, 'q'));
    const std::string body = std::string(R"({"model":"bench",)") +
                             (stream ? R"("stream":true,)" : "") +
                             R"("messages":[{"role":"user","content":")" + text + R"("}]})";
    out.request = "POST " + given.text("path", "/v1/chat/completions") +
                  " HTTP/1.1\r\nhost: 127.0.0.1:" + std::to_string(out.port) +
                  "\r\nauthorization: Bearer " +
                  given.text("key", "svy_live_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") +
                  "\r\ncontent-type: application/json\r\naccept: application/json\r\n"
                  "user-agent: bench-load/1\r\n";
    const auto pace = given.text("x-bench", "");
    if (!pace.empty()) out.request += "x-bench: " + pace + "\r\n";
    const auto header = given.text("header", "");
    if (!header.empty()) out.request += header + "\r\n";
    out.request += "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    return out;
}

connection::connection(int epoll, std::uint16_t port, std::uint64_t id) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) {
        std::perror("connect");
        std::exit(3);
    }
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event ask{};
    ask.events = EPOLLIN | EPOLLOUT | EPOLLET;
    ask.data.u64 = id;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd_, &ask);
}

connection::~connection() {
    if (fd_ >= 0) ::close(fd_);
}

void connection::send(std::string_view request) {
    state_ = state::waiting;
    head_ = nullptr;
    in_.clear();
    scanner_.reset();
    decoder_ = {};
    const auto sent = ::send(fd_, request.data(), request.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN) {
        fail();
        return;
    }
    unsent_ = request.substr(sent > 0 ? static_cast<std::size_t>(sent) : 0);
}

bool connection::readable(const std::function<void(std::string_view)>& body) {
    if (state_ != state::waiting) return false;
    if (!unsent_.empty()) {
        const auto sent = ::send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));
    }
    std::array<char, 65536> room;
    for (;;) {
        const auto got = ::recv(fd_, room.data(), room.size(), MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
        if (got <= 0) {
            fail();
            return false;
        }
        const auto size = static_cast<std::size_t>(got);
        if (take({room.data(), size}, body)) {
            state_ = state::idle;
            return true;
        }
        if (state_ == state::failed || size < room.size()) return false;
    }
}

bool connection::take(std::span<char> bytes, const std::function<void(std::string_view)>& body) {
    std::span<char> fresh = bytes;
    if (head_ == nullptr) {
        in_.insert(in_.end(), bytes.begin(), bytes.end());
        const auto end = scanner_.find_end({in_.data(), in_.size()});
        if (!end) return false;
        if (parse_answer_head({in_.data(), *end}, *parsed_) != servery::http::head_fault::none) {
            fail();
            return false;
        }
        head_ = parsed_.get();
        left_ = head_->content_length.value_or(0);
        fresh = std::span(in_).subspan(*end);
    }
    if (head_->chunked) {
        const auto step = decoder_.decode(fresh);
        if (step.payload > 0) body({fresh.data(), step.payload});
        if (step.at == servery::http::chunked_decoder::state::invalid) fail();
        return step.at == servery::http::chunked_decoder::state::done;
    }
    if (!fresh.empty()) body({fresh.data(), fresh.size()});
    left_ -= std::min<std::uint64_t>(left_, fresh.size());
    return left_ == 0;
}

void connection::fail() {
    state_ = state::failed;
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

void connection::close_fin() {
    fail();
}

void connection::close_reset() {
    const linger hard{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    fail();
}

std::optional<std::string> get(std::uint16_t port, const std::string& path) {
    servery::http::blocking_request ask;
    ask.url = "http://127.0.0.1:" + std::to_string(port) + path;
    auto answer = servery::http::fetch(ask);
    if (!answer) return std::nullopt;
    return std::move(answer->body);
}

std::string to_json(const histogram& h) {
    char room[256];
    std::snprintf(room, sizeof room,
                  "{\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,"
                  "\"max_us\":%.1f}",
                  h.quantile(0.5) / 1e3, h.quantile(0.9) / 1e3, h.quantile(0.99) / 1e3,
                  h.quantile(0.999) / 1e3, h.largest() / 1e3);
    return room;
}

} // namespace bench
