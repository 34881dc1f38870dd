#include "bench/upstream/upstream.h"

#include "bench/monotonic.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {

namespace {

[[noreturn]] void die(const char* what) {
    std::perror(what);
    std::exit(3);
}

int listen_on(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) die("bind");
    if (::listen(fd, 4096) != 0) die("listen");
    return fd;
}

void watch(int epoll, int fd, std::uint64_t id, std::uint32_t events) {
    epoll_event ask{};
    ask.events = events;
    ask.data.u64 = id;
    if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &ask) != 0) die("epoll_ctl");
}

std::int64_t number_after(std::string_view text, std::string_view name, std::int64_t otherwise) {
    const auto at = text.find(name);
    if (at == std::string_view::npos) return otherwise;
    const auto from = text.data() + at + name.size();
    std::int64_t out = otherwise;
    std::from_chars(from, text.data() + text.size(), out);
    return out;
}

pace pace_of(std::string_view head, pace usual) {
    const auto at = head.find("x-bench:");
    if (at == std::string_view::npos) return usual;
    const auto line = head.substr(at, head.find('\r', at) - at);
    usual.deltas = number_after(line, "deltas=", usual.deltas);
    usual.gap_us = number_after(line, "gap_us=", usual.gap_us);
    usual.first_us = number_after(line, "first_us=", usual.first_us);
    usual.bytes = number_after(line, "bytes=", usual.bytes);
    return usual;
}

constexpr std::string_view stream_head = "HTTP/1.1 200 OK\r\n"
                                         "content-type: text/event-stream; charset=utf-8\r\n"
                                         "cache-control: no-cache\r\n"
                                         "transfer-encoding: chunked\r\n\r\n";

void append_chunk(std::string& out, std::string_view payload) {
    std::array<char, 16> room;
    const auto end = std::to_chars(room.data(), room.data() + 16, payload.size(), 16).ptr;
    out.append(room.data(), end).append("\r\n").append(payload).append("\r\n");
}

std::string delta(std::int64_t number, std::string_view padding) {
    return "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":"
           "1767225600,\"model\":\"bench\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" +
           std::to_string(number) + " " + std::to_string(now_ns()) + " " + std::string(padding) +
           "\"},\"finish_reason\":null}]}\n\n";
}

} // namespace

upstream::upstream(std::uint16_t port, pace usual)
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), listener_(listen_on(port)), usual_(usual),
      text_(1 << 20, 'x') {
    watch(epoll_, listener_, 0, EPOLLIN);
}

void upstream::run() {
    std::array<epoll_event, 256> events;
    for (;;) {
        timespec wait{};
        timespec* limit = nullptr;
        if (!ready_.empty()) {
            limit = &wait;
        } else if (!timers_.empty()) {
            const auto left = std::max<std::int64_t>(timers_.top().at_ns - now_ns(), 0);
            wait = {left / 1'000'000'000, left % 1'000'000'000};
            limit = &wait;
        }
        const int count =
            ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), limit, nullptr);
        for (int i = 0; i < count; ++i) {
            const auto id = events[static_cast<std::size_t>(i)].data.u64;
            if (id == 0)
                accept_all();
            else
                readable(id);
        }
        run_due();
    }
}

void upstream::accept_all() {
    for (;;) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const auto id = next_id_++;
        connections_[id].fd = fd;
        watch(epoll_, fd, id, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
    }
}

void upstream::readable(std::uint64_t id) {
    const auto at = connections_.find(id);
    if (at == connections_.end()) return;
    auto& on = at->second;
    if (!on.out.empty()) flush(on);
    std::array<char, 65536> room;
    for (;;) {
        const auto got = ::recv(on.fd, room.data(), room.size(), 0);
        if (got > 0) {
            on.in.append(room.data(), static_cast<std::size_t>(got));
            if (static_cast<std::size_t>(got) < room.size()) break;
            continue;
        }
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) break;
        close(id);
        return;
    }
    while (on.next_delta < 0 && take_request(id, on)) {
    }
}

bool upstream::take_request(std::uint64_t id, connection& on) {
    const auto end = on.in.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    std::string head = on.in.substr(0, end + 2);
    std::ranges::transform(head, head.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const auto length = static_cast<std::size_t>(number_after(head, "\r\ncontent-length: ", 0));
    if (on.in.size() < end + 4 + length) return false;
    ++requests_;
    answer(id, on, head, std::string_view(on.in).substr(end + 4, length));
    on.in.erase(0, end + 4 + length);
    return true;
}

void upstream::answer(std::uint64_t id, connection& on, std::string_view head,
                      std::string_view body) {
    on.how = pace_of(head, usual_);
    if (body.find("\"stream\":true") != std::string_view::npos) {
        begin_stream(id, on);
        return;
    }
    std::string text;
    if (head.starts_with("get /stats")) {
        text = stats();
    } else {
        text = "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1767225600,"
               "\"model\":\"bench\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
               "\"content\":\"";
        text.append(text_, 0, static_cast<std::size_t>(on.how.bytes));
        text += "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,"
                "\"completion_tokens\":12,\"total_tokens\":21}}";
        ++completed_;
    }
    send(on, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " +
                 std::to_string(text.size()) + "\r\n\r\n" + text);
}

void upstream::begin_stream(std::uint64_t id, connection& on) {
    ++streams_;
    on.next_delta = 0;
    send(on, stream_head);
    if (on.how.gap_us == 0 && on.how.first_us == 0)
        ready_.push_back(id);
    else
        timers_.push({now_ns() + on.how.first_us * 1000, id});
}

void upstream::run_due() {
    for (auto left = ready_.size(); left > 0; --left) {
        const auto id = ready_.front();
        ready_.pop_front();
        send_delta(id);
    }
    const auto now = now_ns();
    while (!timers_.empty() && timers_.top().at_ns <= now) {
        const auto id = timers_.top().id;
        timers_.pop();
        send_delta(id);
    }
}

void upstream::send_delta(std::uint64_t id) {
    const auto at = connections_.find(id);
    if (at == connections_.end() || at->second.next_delta < 0) return;
    auto& on = at->second;
    std::string bytes;
    append_chunk(bytes, delta(on.next_delta, std::string_view(text_).substr(
                                                 0, static_cast<std::size_t>(on.how.bytes))));
    const bool last = ++on.next_delta >= on.how.deltas;
    if (last) {
        append_chunk(bytes, "data: [DONE]\n\n");
        bytes += "0\r\n\r\n";
        on.next_delta = -1;
        ++completed_;
    }
    send(on, bytes);
    if (last) return;
    if (on.how.gap_us == 0)
        ready_.push_back(id);
    else
        timers_.push({now_ns() + on.how.gap_us * 1000, id});
}

void upstream::send(connection& on, std::string_view bytes) {
    if (on.out.empty()) {
        const auto sent = ::send(on.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    on.out.append(bytes);
}

void upstream::flush(connection& on) {
    const auto sent = ::send(on.fd, on.out.data(), on.out.size(), MSG_NOSIGNAL);
    if (sent > 0) on.out.erase(0, static_cast<std::size_t>(sent));
}

void upstream::close(std::uint64_t id) {
    const auto at = connections_.find(id);
    if (at->second.next_delta >= 0) {
        aborted_.push_back({at->second.next_delta, now_ns()});
        if (aborted_.size() > 8192) aborted_.pop_front();
    }
    ::close(at->second.fd);
    connections_.erase(at);
}

std::string upstream::stats() const {
    std::string out = "{\"requests\":" + std::to_string(requests_) +
                      ",\"streams\":" + std::to_string(streams_) +
                      ",\"completed\":" + std::to_string(completed_) +
                      ",\"connections\":" + std::to_string(connections_.size()) + ",\"aborted\":[";
    for (std::size_t i = 0; i < aborted_.size(); ++i) {
        if (i > 0) out += ',';
        out += "{\"events\":" + std::to_string(aborted_[i].events) +
               ",\"closed_ns\":" + std::to_string(aborted_[i].closed_ns) + "}";
    }
    return out + "]}";
}

} // namespace bench
