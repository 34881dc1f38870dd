// Paced streams: checks that every delta comes once and in order, and measures the time to the
// first one, the way of each from the upstream's send to its arrival here, and the gaps.
#include "foundation/http/sse.h"

#include "bench/load/client.h"
#include "bench/monotonic.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <sys/epoll.h>

namespace bench {

namespace {

struct stream_check {
    servery::http::sse_reader reader;
    std::int64_t expected = 0;
    std::int64_t last_ns = 0;
    bool done = false;
};

struct totals {
    histogram first_token;
    histogram one_way;
    histogram answer;
    std::uint64_t streams = 0;
    std::uint64_t events = 0;
    std::uint64_t stalls = 0;
    std::uint64_t out_of_order = 0;
    std::uint64_t broken = 0;
};

// `"content":"<number> <stamp> …`
bool numbers_of(std::string_view data, std::int64_t& number, std::int64_t& stamp) {
    static constexpr std::string_view mark = "\"content\":\"";
    const auto at = data.find(mark);
    if (at == std::string_view::npos) return false;
    const char* end = data.data() + data.size();
    const auto first = std::from_chars(data.data() + at + mark.size(), end, number);
    if (first.ec != std::errc{} || first.ptr == end) return false;
    return std::from_chars(first.ptr + 1, end, stamp).ec == std::errc{};
}

void take(stream_check& on, connection& from, totals& sum, std::string_view piece,
          std::int64_t stall_ns) {
    const auto now = now_ns();
    on.reader.feed(piece);
    while (const auto event = on.reader.next()) {
        if (event->data == "[DONE]") {
            on.done = true;
            continue;
        }
        std::int64_t number = 0;
        std::int64_t stamp = 0;
        if (!numbers_of(event->data, number, stamp)) continue;
        ++sum.events;
        if (number != on.expected) ++sum.out_of_order;
        if (number == 0) sum.first_token.add(now - from.started_ns);
        if (number > 0 && now - on.last_ns > stall_ns) ++sum.stalls;
        sum.one_way.add(now - stamp);
        on.expected = number + 1;
        on.last_ns = now;
    }
}

} // namespace

int run_sse(const options& given) {
    const auto to = target_of(given, true);
    const auto width = static_cast<std::size_t>(given.number("connections", 16));
    const auto most = static_cast<std::uint64_t>(given.number("requests", INT64_MAX));
    const auto stall_ns = given.number("stall-ms", 100) * 1'000'000;
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<std::unique_ptr<connection>> all;
    std::vector<stream_check> checks(width);
    totals sum;
    const auto start = now_ns();
    const auto end = start + given.number("ms", 5000) * 1'000'000;
    const auto ask = [&](std::size_t i) {
        ++sum.streams;
        checks[i] = {};
        all[i]->started_ns = now_ns();
        all[i]->send(to.request);
    };
    for (std::size_t i = 0; i < width; ++i) {
        all.push_back(std::make_unique<connection>(epoll, to.port, i));
        ask(i);
    }
    std::size_t open = width;
    std::array<epoll_event, 256> events;
    while (open > 0) {
        const int count =
            ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 10'000);
        if (count <= 0) break;
        for (int i = 0; i < count; ++i) {
            const auto index =
                static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64);
            auto& on = *all[index];
            if (on.now() != connection::state::waiting) continue;
            const bool whole = on.readable(
                [&](std::string_view piece) { take(checks[index], on, sum, piece, stall_ns); });
            const bool lost = on.now() == connection::state::failed;
            if (!whole && !lost) continue;
            if (lost || !checks[index].done) ++sum.broken;
            sum.answer.add(now_ns() - on.started_ns);
            if (!lost && now_ns() < end && sum.streams < most)
                ask(index);
            else
                --open;
        }
    }
    sum.broken += open;
    const double seconds = static_cast<double>(now_ns() - start) / 1e9;
    std::printf(
        "{\"mode\":\"sse\",\"connections\":%zu,\"streams\":%llu,\"events\":%llu,"
        "\"stalls\":%llu,\"out_of_order\":%llu,\"broken\":%llu,\"seconds\":%.4f,"
        "\"first_token\":%s,\"one_way\":%s,\"answer\":%s}\n",
        width, static_cast<unsigned long long>(sum.streams),
        static_cast<unsigned long long>(sum.events), static_cast<unsigned long long>(sum.stalls),
        static_cast<unsigned long long>(sum.out_of_order),
        static_cast<unsigned long long>(sum.broken), seconds, to_json(sum.first_token).c_str(),
        to_json(sum.one_way).c_str(), to_json(sum.answer).c_str());
    return sum.broken + sum.out_of_order == 0 ? 0 : 1;
}

} // namespace bench
