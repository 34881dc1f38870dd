#include "bench/options.h"
#include "bench/upstream/upstream.h"

int main(int argc, char** argv) {
    const bench::options given(argc, argv);
    bench::pace usual;
    usual.deltas = given.number("deltas", usual.deltas);
    usual.gap_us = given.number("gap-us", usual.gap_us);
    usual.first_us = given.number("first-us", usual.first_us);
    usual.bytes = given.number("bytes", usual.bytes);
    bench::upstream(static_cast<std::uint16_t>(given.number("port", 9100)), usual).run();
}
