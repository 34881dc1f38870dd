// The life of an evaluation run: planned and priced, started, ended. Answers themselves lie in the
// run's journal; what is decided from them stands here. Written by control_plane/evaluation.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace servery::events {

struct eval_run_priced {
    static constexpr std::string_view kind = "eval.run_priced";
    static constexpr record_class cls = record_class::audit;

    std::string run; // run_…
    std::string dataset;
    std::int64_t version = 0;
    std::string dataset_hash;
    std::vector<std::string> variants; // hashes in hex, in the order of the columns
    std::int64_t repeat = 1;
    std::int64_t seed = 0;
    std::int64_t cases = 0;
    std::int64_t families = 0;
    std::int64_t calls = 0;
    micros low;
    micros likely;
    micros high;
    micros cap;
    std::string currency;
    std::string options; // JSON text of evaluation::run_options
};
BOOST_DESCRIBE_STRUCT(eval_run_priced, (),
                      (run, dataset, version, dataset_hash, variants, repeat, seed, cases, families,
                       calls, low, likely, high, cap, currency, options))

// state: running, paused, cancelled, interrupted, failed.
struct eval_run_changed {
    static constexpr std::string_view kind = "eval.run_changed";
    static constexpr record_class cls = record_class::audit;

    std::string run;
    std::string state;
    std::string reason;
    std::optional<micros> cap; // raised with a resume
};
BOOST_DESCRIBE_STRUCT(eval_run_changed, (), (run, state, reason, cap))

// The run ended with results: completed or capped. `summary` is evaluation::run_summary.
struct eval_run_finished {
    static constexpr std::string_view kind = "eval.run_finished";
    static constexpr record_class cls = record_class::audit;

    std::string run;
    std::string state; // completed, capped
    micros spent;
    std::string currency;
    json::object summary;
};
BOOST_DESCRIBE_STRUCT(eval_run_finished, (), (run, state, spent, currency, summary))

} // namespace servery::events
