#include "foundation/http/relay.h"

#include "foundation/http/client_pool.h"
#include "foundation/http/faults.h"
#include "foundation/net/blocking_pool.h"
#include "foundation/net/reactor.h"

#include <csignal>
#include <cstdio>
#include <pthread.h>
#include <vector>

namespace servery::http {

namespace {

// Answers of known length up to this size are held until whole and leave in one write.
constexpr std::uint64_t held_bytes = 256 * 1024;

struct relay_target {
    upstream_address to;
    std::string authority;
    std::string prefix;
    std::size_t body_limit = 0;
};

bool is_for_us(std::string_view lower_name) {
    return lower_name == "host" || lower_name == "content-length" || lower_name == "expect" ||
           is_hop_by_hop(lower_name);
}

std::string upstream_head(const relay_target& target, const request& in, std::size_t body) {
    std::string out;
    out.reserve(1024);
    out.append(in.method_text).append(" ").append(target.prefix).append(in.target);
    out.append(" HTTP/1.1\r\nhost: ").append(target.authority).append("\r\n");
    for (const auto& each : in.headers)
        if (!is_for_us(each.name))
            out.append(each.name).append(": ").append(each.value).append("\r\n");
    if (body > 0 || in.content_length || in.header("transfer-encoding"))
        out.append("content-length: ").append(std::to_string(body)).append("\r\n");
    out += "\r\n";
    return out;
}

std::vector<header> forwarded(std::span<const header> headers) {
    std::vector<header> out;
    out.reserve(headers.size());
    for (const auto& each : headers)
        if (each.name != "content-length" && each.name != "date" && !is_hop_by_hop(each.name))
            out.push_back(each);
    return out;
}

task<void> refuse(responder& out, error why) {
    static constexpr header json{"content-type", "application/json"};
    const auto text = fault_json(why);
    co_await out.send(status_of(why), {&json, 1}, text);
}

// Holds an answer of known, modest length until it is whole. Nothing: it broke off.
task<result<std::string>> hold(client_call& call, std::string_view first, std::uint64_t length) {
    std::string whole;
    whole.reserve(static_cast<std::size_t>(length));
    whole += first;
    while (!call.finished()) {
        auto piece = co_await call.next();
        if (!piece) co_return std::unexpected(std::move(piece.error()));
        whole += *piece;
    }
    co_return whole;
}

task<void> stream(client_call& call, responder& out, std::string_view piece) {
    for (;;) {
        const std::string_view one[] = {piece};
        if (call.finished()) {
            co_await out.finish(one);
            co_return;
        }
        if (!co_await out.write(one)) {
            call.cancel();
            co_return;
        }
        auto more = co_await call.next();
        if (!more) {
            if (!out.gone()) out.abort();
            co_return;
        }
        piece = *more;
    }
}

task<void> relay_one(const relay_target& target, client_pool& pool, request& in, responder& out) {
    auto body = co_await in.read_body(target.body_limit);
    if (!body) {
        co_await refuse(out, std::move(body.error()));
        co_return;
    }
    const auto head = upstream_head(target, in, body->size());
    const std::string_view pieces[] = {*body};
    upstream_request asked{head, pieces, in.verb != method::head, {}};
    auto call = pool.begin(target.to);
    out.on_gone([&call] { call.cancel(); });
    auto answer = co_await call.open(asked);
    if (!answer) {
        co_await refuse(out, std::move(answer.error()));
        co_return;
    }
    const auto headers = forwarded(answer->headers);
    auto first = co_await call.next();
    if (!first) {
        co_await refuse(out, std::move(first.error()));
        co_return;
    }
    if (call.finished()) {
        co_await out.send(answer->status, headers, *first);
        co_return;
    }
    if (answer->content_length && *answer->content_length <= held_bytes) {
        auto whole = co_await hold(call, *first, *answer->content_length);
        if (whole)
            co_await out.send(answer->status, headers, *whole);
        else
            co_await refuse(out, std::move(whole.error()));
        co_return;
    }
    if (co_await out.start_stream(answer->status, headers)) co_await stream(call, out, *first);
}

} // namespace

result<handler> relay_handler(relay_options options,
                              std::function<client_pool&(net::reactor&)> pool) {
    auto to = net::parse_url(options.to);
    if (!to) return std::unexpected(std::move(to.error()));
    auto target = std::make_shared<relay_target>();
    target->to = {to->tls, to->host, to->port, options.reach, options.ca_file, 0};
    target->authority = to->authority();
    target->prefix =
        to->target.ends_with('/') ? to->target.substr(0, to->target.size() - 1) : to->target;
    target->body_limit = options.body_limit;
    return [target, pool = std::move(pool)](request& in, responder& out) {
        return relay_one(*target, pool(*in.home), in, out);
    };
}

int run_relay(const relay_options& options) {
    const auto listen = net::parse_endpoint(options.listen);
    if (!listen) {
        std::fprintf(stderr, "--listen %s: not an ADDR:PORT\n", options.listen.c_str());
        return 2;
    }
    // Before the threads begin, so that they inherit it and only sigwait() sees these.
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);

    net::blocking_pool blocking(1);
    net::resolver names(blocking);
    net::reactor_pool reactors(options.threads);
    std::vector<std::unique_ptr<client_pool>> pools;
    for (std::size_t i = 0; i < reactors.size(); ++i)
        pools.push_back(std::make_unique<client_pool>(reactors.at(i), names));
    auto answer = relay_handler(
        options, [&pools](net::reactor& at) -> client_pool& { return *pools[at.index()]; });
    if (!answer) {
        std::fprintf(stderr, "%s\n", to_line(answer.error()).c_str());
        return 2;
    }
    server relay(reactors, {*listen, {}, {}}, std::move(*answer));
    reactors.start();
    if (auto listening = relay.listen(); !listening) {
        std::fprintf(stderr, "%s\n", to_line(listening.error()).c_str());
        return 3;
    }
    auto at = *listen;
    at.port = relay.port();
    std::printf("ready http://%s\n", net::to_text(at).c_str());
    std::fflush(stdout);
    int caught = 0;
    sigwait(&ending, &caught);
    relay.drain(millis{30'000});
    reactors.stop_and_join();
    return 0;
}

} // namespace servery::http
