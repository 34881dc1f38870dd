#include "bench/load/client.h"

#include <cstdio>
#include <string_view>

int main(int argc, char** argv) {
    const std::string_view mode = argc > 1 ? argv[1] : "";
    const bench::options given(argc, argv, argc > 1 ? 2 : 1);
    if (mode == "closed") return bench::run_closed(given);
    if (mode == "open") return bench::run_open(given);
    if (mode == "sse") return bench::run_sse(given);
    if (mode == "abort") return bench::run_abort(given);
    std::fputs("bench_load closed|open|sse|abort --port N [--connections N] [--ms N] "
               "[--requests N] [--rate N] [--arrivals poisson|fixed] [--stream 1] "
               "[--prompt-bytes N] [--prompt TEXT] [--key KEY] [--header \"name: value\"] "
               "[--x-bench \"deltas=64 gap_us=20000\"] "
               "[--after-events N] [--how fin|reset] [--upstream-port N]\n",
               stderr);
    return 2;
}
