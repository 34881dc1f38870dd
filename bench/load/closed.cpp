// Closed loop: each connection asks again as soon as it has its answer. Finds the most a server
// does, and what one request costs when the machine is busy.
#include "bench/load/client.h"
#include "bench/monotonic.h"

#include <array>
#include <cstdio>
#include <sys/epoll.h>

namespace bench {

int run_closed(const options& given) {
    const auto to = target_of(given, given.number("stream", 0) != 0);
    const auto width = static_cast<std::size_t>(given.number("connections", 32));
    const auto end = now_ns() + given.number("ms", 1000) * 1'000'000;
    const auto most = static_cast<std::uint64_t>(given.number("requests", INT64_MAX));
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<std::unique_ptr<connection>> all;
    for (std::size_t i = 0; i < width; ++i)
        all.push_back(std::make_unique<connection>(epoll, to.port, i));

    histogram latency;
    std::uint64_t failed = 0;
    std::uint64_t begun = 0;
    std::uint64_t bytes = 0;
    const auto start = now_ns();
    const auto ask = [&](connection& on) {
        ++begun;
        on.started_ns = now_ns();
        on.send(to.request);
    };
    for (auto& each : all)
        ask(*each);
    std::size_t open = width;
    std::array<epoll_event, 256> events;
    while (open > 0) {
        const int count =
            ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 5'000);
        if (count <= 0) break;
        for (int i = 0; i < count; ++i) {
            auto& on = *all[events[static_cast<std::size_t>(i)].data.u64];
            const bool whole = on.readable([&](std::string_view piece) { bytes += piece.size(); });
            if (on.now() == connection::state::failed) {
                ++failed;
                --open;
                continue;
            }
            if (!whole) continue;
            const auto now = now_ns();
            latency.add(now - on.started_ns);
            if (on.status() != 200) ++failed;
            if (now < end && begun < most)
                ask(on);
            else
                --open;
        }
    }
    const double seconds = static_cast<double>(now_ns() - start) / 1e9;
    std::printf("{\"mode\":\"closed\",\"connections\":%zu,\"requests\":%llu,\"failed\":%llu,"
                "\"seconds\":%.4f,\"rps\":%.0f,\"body_bytes\":%llu,\"latency\":%s}\n",
                width, static_cast<unsigned long long>(latency.count()),
                static_cast<unsigned long long>(failed), seconds,
                static_cast<double>(latency.count()) / seconds,
                static_cast<unsigned long long>(bytes), to_json(latency).c_str());
    return failed == 0 ? 0 : 1;
}

} // namespace bench
