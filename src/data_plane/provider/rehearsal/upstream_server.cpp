#include "data_plane/provider/rehearsal/upstream_server.h"

#include "data_plane/provider/rehearsal/player.h"
#include "foundation/base/text.h"
#include "foundation/json/describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <list>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <poll.h>
#include <sstream>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace servery::provider::rehearsal {

namespace {

constexpr std::size_t most_head_bytes = 64 * 1024;
constexpr std::size_t most_body_bytes = 64 * 1024 * 1024;
constexpr std::size_t kept_body_bytes = 64 * 1024;
constexpr int poll_ms = 50; // how often a waiting thread looks whether the server ends

std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

struct incoming {
    std::string method;
    std::string path;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    [[nodiscard]] std::string header(std::string_view name) const {
        for (const auto& [n, v] : headers) {
            if (n == name) return v;
        }
        return {};
    }
};

struct address {
    sockaddr_in v4{};
};

std::optional<address> parse_listen(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    address out;
    out.v4.sin_family = AF_INET;
    const std::string host(text.substr(0, colon));
    if (inet_pton(AF_INET, host.c_str(), &out.v4.sin_addr) != 1) return std::nullopt;
    const auto port_text = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, code] =
        std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
    if (code != std::errc{} || end != port_text.data() + port_text.size()) return std::nullopt;
    out.v4.sin_port = htons(port);
    return out;
}

} // namespace

struct upstream_server::impl {
    rehearsal::player player;
    int listener = -1;
    std::uint16_t port = 0;
    std::atomic<bool> ending{false};
    std::thread accepting;

    struct connection {
        int fd = -1;
        std::atomic<bool> ended{false};
        std::thread thread;
    };
    mutable std::mutex mutex;
    std::list<connection> connections;
    std::list<request_stat> stats;

    explicit impl(script what) : player(std::move(what)) {}

    void accept_loop();
    void serve(connection& c);
    bool answer(int fd, const incoming& in);
    bool play(int fd, const performance& show, request_stat& stat);
    bool end(int fd, const performance& show, request_stat& stat);
    bool read_request(int fd, std::string& buffer, incoming& out);
    bool wait(int fd, std::int64_t us, request_stat& stat);
    bool send_all(int fd, std::string_view bytes, request_stat& stat);
    std::string stats_json() const;
    request_stat& new_stat();
    template <typename Change>
    void note(Change change) {
        const std::lock_guard lock(mutex);
        change();
    }
};

namespace {

std::string head_of(const performance& show) {
    std::string out = fmt::format("HTTP/1.1 {} Rehearsed\r\ncontent-type: {}\r\n", show.status,
                                  show.content_type);
    for (const auto& [name, value] : show.headers)
        out += name + ": " + value + "\r\n";
    out += fmt::format("x-request-id: rehearsal-{}\r\n", show.nth);
    if (show.streamed) {
        out += "transfer-encoding: chunked\r\n";
    } else {
        std::uint64_t length = 0;
        for (const auto& s : show.steps)
            length += s.bytes.size();
        out += fmt::format("content-length: {}\r\n", show.false_length.value_or(length));
    }
    return out + "\r\n";
}

void reset_on_close(int fd) {
    const linger now{.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

} // namespace

request_stat& upstream_server::impl::new_stat() {
    const std::lock_guard lock(mutex);
    return stats.emplace_back();
}

// false: the peer left, or the server ends.
bool upstream_server::impl::wait(int fd, std::int64_t us, request_stat& stat) {
    const auto until = us < 0 ? INT64_MAX : now_ns() + us * 1000;
    for (;;) {
        const auto left_ns = until - now_ns();
        const auto ms = std::clamp<std::int64_t>(left_ns / 1'000'000, 0, poll_ms);
        pollfd p{.fd = fd, .events = POLLRDHUP, .revents = 0};
        if (::poll(&p, 1, static_cast<int>(ms)) > 0) {
            note([&] { stat.peer_closed_ns = now_ns(); });
            return false;
        }
        if (ending.load()) return false;
        if (now_ns() >= until) return true;
        // Less than a millisecond is left: to the microsecond.
        if (ms == 0 && us >= 0)
            std::this_thread::sleep_for(std::chrono::nanoseconds(
                std::max<std::int64_t>(0, std::min<std::int64_t>(until - now_ns(), 1'000'000))));
    }
}

bool upstream_server::impl::send_all(int fd, std::string_view bytes, request_stat& stat) {
    while (!bytes.empty()) {
        const auto n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n <= 0) {
            note([&] { stat.peer_closed_ns = now_ns(); });
            return false;
        }
        note([&] { stat.bytes_sent += n; });
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

bool upstream_server::impl::end(int fd, const performance& show, request_stat& stat) {
    switch (show.end) {
    case ending::complete:
        if (show.streamed && !send_all(fd, "0\r\n\r\n", stat)) return false;
        note([&] { stat.complete = true; });
        return true;
    case ending::reset:
    case ending::refuse:
        reset_on_close(fd);
        return false;
    case ending::half_close:
        (void)::shutdown(fd, SHUT_WR);
        (void)wait(fd, -1, stat);
        return false;
    case ending::hang:
        (void)wait(fd, -1, stat);
        return false;
    case ending::close:
        break;
    }
    return false;
}

// true: the connection may carry another request.
bool upstream_server::impl::play(int fd, const performance& show, request_stat& stat) {
    if (show.end == ending::refuse) return end(fd, show, stat);
    if (!wait(fd, show.head_wait_us, stat)) return false;
    if (!send_all(fd, head_of(show), stat)) return false;
    note([&] { stat.head_sent_ns = now_ns(); });
    for (const auto& s : show.steps) {
        if (s.wait_us > 0 && !wait(fd, s.wait_us, stat)) return false;
        if (s.bytes.empty()) continue;
        const auto framed =
            show.streamed ? fmt::format("{:x}\r\n", s.bytes.size()) + s.bytes + "\r\n" : s.bytes;
        if (!send_all(fd, framed, stat)) return false;
        if (s.is_event) note([&] { ++stat.events_sent; });
    }
    return end(fd, show, stat);
}

std::string upstream_server::impl::stats_json() const {
    const std::lock_guard lock(mutex);
    json::array rows;
    for (const auto& s : stats)
        rows.push_back(json::to_json(s));
    return json::write(json::object{{"now_ns", now_ns()}, {"requests", std::move(rows)}});
}

bool upstream_server::impl::answer(int fd, const incoming& in) {
    request_stat unlisted;
    performance plain;
    if (in.method == "GET" && in.path == "/stats") {
        plain.steps.push_back({0, stats_json(), false});
        return play(fd, plain, unlisted);
    }
    constexpr std::string_view prefix = "/v1/";
    if (in.method != "POST" || !in.path.starts_with(prefix)) {
        plain.status = 404;
        plain.steps.push_back({0, R"({"error":{"message":"no such path"}})", false});
        return play(fd, plain, unlisted);
    }
    auto& stat = new_stat();
    asked request{in.path.substr(prefix.size()), in.body, in.headers};
    const auto show = player.perform(request);
    note([&] {
        stat.nth = show.nth;
        stat.endpoint = request.endpoint;
        stat.arrived_ns = now_ns();
        stat.authorization = in.header("authorization");
        stat.body = in.body.substr(0, kept_body_bytes);
    });
    return play(fd, show, stat);
}

bool upstream_server::impl::read_request(int fd, std::string& buffer, incoming& out) {
    const auto read_more = [&] {
        char piece[16 * 1024];
        const auto n = ::recv(fd, piece, sizeof piece, 0);
        if (n > 0) buffer.append(piece, static_cast<std::size_t>(n));
        return n > 0;
    };
    std::size_t head_end = 0;
    while ((head_end = buffer.find("\r\n\r\n")) == std::string::npos) {
        if (buffer.size() > most_head_bytes || !read_more()) return false;
    }
    std::istringstream head(buffer.substr(0, head_end));
    std::string line;
    std::getline(head, line);
    std::istringstream first(line);
    first >> out.method >> out.path;
    while (std::getline(head, line)) {
        const auto colon = line.find(':');
        if (colon == std::string::npos) continue;
        out.headers.emplace_back(lower_ascii(line.substr(0, colon)),
                                 trim(std::string_view(line).substr(colon + 1)));
    }
    buffer.erase(0, head_end + 4);
    std::size_t length = 0;
    const auto text = out.header("content-length");
    (void)std::from_chars(text.data(), text.data() + text.size(), length);
    if (length > most_body_bytes) return false;
    while (buffer.size() < length) {
        if (!read_more()) return false;
    }
    out.body = buffer.substr(0, length);
    buffer.erase(0, length);
    return true;
}

void upstream_server::impl::serve(connection& c) {
    const int on = 1;
    (void)setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::string buffer;
    while (!ending.load()) {
        incoming in;
        if (!read_request(c.fd, buffer, in) || !answer(c.fd, in)) break;
    }
    note([&] {
        (void)::close(c.fd);
        c.fd = -1;
    });
    c.ended.store(true);
}

void upstream_server::impl::accept_loop() {
    while (!ending.load()) {
        pollfd p{.fd = listener, .events = POLLIN, .revents = 0};
        if (::poll(&p, 1, poll_ms) <= 0) continue;
        const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) continue;
        const std::lock_guard lock(mutex);
        std::erase_if(connections, [](connection& c) {
            if (c.ended.load()) c.thread.join();
            return !c.thread.joinable();
        });
        auto& c = connections.emplace_back();
        c.fd = fd;
        c.thread = std::thread([this, &c] { serve(c); });
    }
}

upstream_server::upstream_server(std::unique_ptr<impl> state) : impl_(std::move(state)) {}

result<std::unique_ptr<upstream_server>> upstream_server::start(script what,
                                                                std::string_view listen) {
    auto at = parse_listen(listen);
    const auto cannot = [&](std::string_view why) {
        return fail(error_code::unavailable, "provider.rehearsal.listen",
                    "cannot listen: " + std::string(why), std::string(listen),
                    "give a free address such as 127.0.0.1:9100");
    };
    if (!at) return cannot("not an IPv4 address with a port");
    auto state = std::make_unique<impl>(std::move(what));
    state->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    (void)setsockopt(state->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    auto* generic = reinterpret_cast<sockaddr*>(&at->v4);
    socklen_t size = sizeof at->v4;
    if (::bind(state->listener, generic, size) != 0 || ::listen(state->listener, 512) != 0) {
        (void)::close(state->listener);
        return cannot("the address is in use or not ours");
    }
    (void)::getsockname(state->listener, generic, &size);
    state->port = ntohs(at->v4.sin_port);
    state->accepting = std::thread([s = state.get()] { s->accept_loop(); });
    return std::unique_ptr<upstream_server>(new upstream_server(std::move(state)));
}

upstream_server::~upstream_server() {
    auto& s = *impl_;
    s.ending.store(true);
    s.accepting.join();
    (void)::close(s.listener);
    {
        const std::lock_guard lock(s.mutex);
        for (auto& c : s.connections) {
            if (c.fd >= 0) (void)::shutdown(c.fd, SHUT_RDWR);
        }
    }
    // Nobody adds connections any more.
    for (auto& c : s.connections) {
        if (c.thread.joinable()) c.thread.join();
    }
}

std::uint16_t upstream_server::port() const {
    return impl_->port;
}

std::vector<request_stat> upstream_server::stats() const {
    const std::lock_guard lock(impl_->mutex);
    return {impl_->stats.begin(), impl_->stats.end()};
}

} // namespace servery::provider::rehearsal

namespace servery::provider {

namespace {

void print_faults(const error& fault) {
    fmt::print(stderr, "{}\n", to_line(fault));
    for (const auto& more : fault.more)
        fmt::print(stderr, "{}\n", to_line(more));
}

} // namespace

int run_upstream(const upstream_options& options) {
    std::ifstream file(options.script, std::ios::binary);
    if (!file) {
        fmt::print(stderr, "{}: cannot be read\n", options.script);
        return 2;
    }
    std::ostringstream text;
    text << file.rdbuf();
    auto script = rehearsal::parse_script(text.str(), options.script);
    if (!script) {
        print_faults(script.error());
        return 2;
    }
    // Blocked before the threads start, so that only sigwait sees them.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    auto server = rehearsal::upstream_server::start(std::move(*script), options.listen);
    if (!server) {
        print_faults(server.error());
        return 3;
    }
    const auto host = options.listen.substr(0, options.listen.rfind(':'));
    fmt::print("ready http://{}:{}\n", host, (*server)->port());
    (void)std::fflush(stdout);
    int which = 0;
    (void)sigwait(&ends, &which);
    return 0;
}

} // namespace servery::provider
