// Leaves streams in the middle and asks the upstream when it learned of it. Both ends read the same
// monotonic clock. Needs an upstream (--upstream-port) that serves nobody else.
#include "bench/load/client.h"
#include "bench/monotonic.h"
#include "foundation/http/sse.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <sys/epoll.h>
#include <thread>
#include <unistd.h>

namespace bench {

namespace {

std::vector<std::int64_t> closed_times(std::string_view stats) {
    static constexpr std::string_view mark = "\"closed_ns\":";
    std::vector<std::int64_t> out;
    for (auto at = stats.find(mark); at != std::string_view::npos; at = stats.find(mark, at)) {
        at += mark.size();
        std::int64_t value = 0;
        std::from_chars(stats.data() + at, stats.data() + stats.size(), value);
        out.push_back(value);
    }
    return out;
}

// Waits until `events` deltas came (0: as soon as the request is sent), then leaves.
bool leave_after(int epoll, connection& on, std::int64_t events, bool reset) {
    std::int64_t seen = 0;
    servery::http::sse_reader reader;
    std::array<epoll_event, 4> ready;
    while (seen < events) {
        if (::epoll_wait(epoll, ready.data(), 4, 10'000) <= 0) return false;
        on.readable([&](std::string_view piece) {
            reader.feed(piece);
            while (reader.next())
                ++seen;
        });
        if (on.now() != connection::state::waiting) return false;
    }
    if (reset)
        on.close_reset();
    else
        on.close_fin();
    return true;
}

} // namespace

int run_abort(const options& given) {
    const auto to = target_of(given, true);
    const auto upstream = static_cast<std::uint16_t>(given.number("upstream-port", 9100));
    const auto count = given.number("requests", 100);
    const auto events = given.number("after-events", 3);
    const bool reset = given.text("how", "fin") == "reset";
    histogram told;
    std::int64_t missing = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto before = closed_times(get(upstream, "/stats").value_or("")).size();
        const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
        connection on(epoll, to.port, 0);
        on.send(to.request);
        if (events == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        if (!leave_after(epoll, on, events, reset)) {
            std::fprintf(stderr, "the stream ended by itself: give a longer --x-bench\n");
            return 1;
        }
        const auto left = now_ns();
        ::close(epoll);
        std::int64_t closed = 0;
        while (closed == 0 && now_ns() - left < 1'000'000'000) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            const auto times = closed_times(get(upstream, "/stats").value_or(""));
            if (times.size() > before) closed = times.back();
        }
        if (closed == 0)
            ++missing;
        else
            told.add(closed - left);
    }
    std::printf("{\"mode\":\"abort\",\"how\":\"%s\",\"after_events\":%lld,\"requests\":%lld,"
                "\"never_told\":%lld,\"upstream_told\":%s}\n",
                reset ? "reset" : "fin", static_cast<long long>(events),
                static_cast<long long>(count), static_cast<long long>(missing),
                to_json(told).c_str());
    return missing == 0 ? 0 : 1;
}

} // namespace bench
