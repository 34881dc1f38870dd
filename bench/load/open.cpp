// Open loop: requests begin at their own times, whether the server keeps up or not, and latency
// counts from the intended beginning; so a stall is paid for by every request it delays.
#include "bench/load/client.h"
#include "bench/monotonic.h"

#include <array>
#include <cstdio>
#include <deque>
#include <random>
#include <sys/epoll.h>

namespace bench {

namespace {

// Fixed or exponential steps between arrivals.
class arrivals {
  public:
    arrivals(double per_second, bool poisson, std::uint64_t seed)
        : step_ns_(1e9 / per_second), poisson_(poisson), random_(seed) {}
    double next() {
        if (!poisson_) return step_ns_;
        return std::exponential_distribution<double>(1.0 / step_ns_)(random_);
    }

  private:
    double step_ns_;
    bool poisson_;
    std::mt19937_64 random_;
};

} // namespace

int run_open(const options& given) {
    const auto to = target_of(given, given.number("stream", 0) != 0);
    const auto width = static_cast<std::size_t>(given.number("connections", 256));
    arrivals times(static_cast<double>(given.number("rate", 1000)),
                   given.text("arrivals", "poisson") == "poisson",
                   static_cast<std::uint64_t>(given.number("seed", 1)));
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<std::unique_ptr<connection>> all;
    std::vector<std::size_t> idle;
    for (std::size_t i = 0; i < width; ++i) {
        all.push_back(std::make_unique<connection>(epoll, to.port, i));
        idle.push_back(i);
    }
    histogram latency;
    std::deque<std::int64_t> waiting; // intended beginnings that found no free connection
    std::uint64_t failed = 0;
    std::uint64_t late = 0;
    const auto start = now_ns();
    const auto end = start + given.number("ms", 5000) * 1'000'000;
    double next = static_cast<double>(start);
    std::size_t busy = 0;
    std::array<epoll_event, 256> events;
    const auto begin = [&](std::int64_t intended) {
        auto& on = *all[idle.back()];
        idle.pop_back();
        ++busy;
        on.started_ns = intended;
        on.send(to.request);
    };
    for (;;) {
        auto now = now_ns();
        while (next <= static_cast<double>(now) && next < static_cast<double>(end)) {
            waiting.push_back(static_cast<std::int64_t>(next));
            if (idle.empty()) ++late;
            next += times.next();
        }
        while (!waiting.empty() && !idle.empty()) {
            begin(waiting.front());
            waiting.pop_front();
        }
        const bool sent_all = next >= static_cast<double>(end);
        if (sent_all && busy == 0) break;
        if (now > end + 5'000'000'000) break;
        const auto gap = sent_all
                             ? std::int64_t{100'000'000}
                             : std::max<std::int64_t>(static_cast<std::int64_t>(next) - now, 0);
        const timespec wait{gap / 1'000'000'000, gap % 1'000'000'000};
        const int count =
            ::epoll_pwait2(epoll, events.data(), static_cast<int>(events.size()), &wait, nullptr);
        for (int i = 0; i < count; ++i) {
            const auto index =
                static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64);
            auto& on = *all[index];
            const bool was = on.now() == connection::state::waiting;
            const bool whole = on.readable([](std::string_view) {});
            if (on.now() == connection::state::failed && was) {
                ++failed;
                --busy;
                all[index] = std::make_unique<connection>(epoll, to.port, index);
                idle.push_back(index);
            } else if (whole) {
                latency.add(now_ns() - on.started_ns);
                if (on.status() != 200) ++failed;
                --busy;
                idle.push_back(index);
            }
        }
    }
    const double seconds = static_cast<double>(now_ns() - start) / 1e9;
    std::printf("{\"mode\":\"open\",\"requests\":%llu,\"failed\":%llu,\"unfinished\":%zu,"
                "\"waited_for_connection\":%llu,\"seconds\":%.4f,\"rps\":%.0f,\"latency\":%s}\n",
                static_cast<unsigned long long>(latency.count()),
                static_cast<unsigned long long>(failed), busy + waiting.size(),
                static_cast<unsigned long long>(late), seconds,
                static_cast<double>(latency.count()) / seconds, to_json(latency).c_str());
    return failed == 0 && busy == 0 ? 0 : 1;
}

} // namespace bench
