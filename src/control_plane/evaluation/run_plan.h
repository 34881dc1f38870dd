// What a run will do and cost, before it does: units in their fixed order, the price, and what the
// result can prove. Thread: pure, any thread.
#pragma once

#include "control_plane/evaluation/case.h"
#include "foundation/base/money.h"
#include "foundation/base/result.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace servery::evaluation {

// Nano-units of the currency for a million tokens.
struct variant_price {
    std::int64_t in_nano = 0;
    std::int64_t out_nano = 0;
    std::string currency;
    [[nodiscard]] bool free() const { return in_nano == 0 && out_nano == 0; }
};
BOOST_DESCRIBE_STRUCT(variant_price, (), (in_nano, out_nano, currency))

// What is known of a variant that is to be tested; the tool card's columns of the matrix.
struct variant_card {
    std::string hash; // hex
    std::string label;
    std::string provider;
    std::optional<variant_price> price; // none = unpriced
    std::int64_t max_output_tokens = 1024;
    std::int64_t prompt_tokens = 0;               // system prompt and mean retrieved context
    std::optional<std::int64_t> usual_tokens_out; // median of earlier answers
    bool in_process = false;                      // built-in or rehearsal: no network behind it
    bool frozen = true;                           // a variant on draft content cannot be evidence
    std::string region;
    std::string retention;
    std::string terms;
};
BOOST_DESCRIBE_STRUCT(variant_card, (),
                      (hash, label, provider, price, max_output_tokens, prompt_tokens,
                       usual_tokens_out, in_process, frozen, region, retention, terms))

struct run_options {
    std::int64_t repeat = 1; // epochs, 1..20
    std::int64_t seed = 1;
    std::optional<micros> cap; // default 1.2 x high
    bool use_cache = true;     // false reads nothing and still writes
    bool allow_unpriced = false;
    std::int64_t concurrency = 0;    // per provider; 0 = 8, or 64 in process
    double target = 0.80;            // share of families that must be right
    std::int64_t planned_volume = 0; // questions a month, 0 = not known
    bool retry_lost = false;
    std::int64_t deadline_ms = 60'000;
};
BOOST_DESCRIBE_STRUCT(run_options, (),
                      (repeat, seed, cap, use_cache, allow_unpriced, concurrency, target,
                       planned_volume, retry_lost, deadline_ms))

// One call: a case, a variant, an epoch.
struct unit {
    std::int64_t seq = 0; // place in the fixed order, from 0
    std::uint32_t case_index = 0;
    std::uint32_t variant_index = 0;
    std::uint32_t epoch = 0;
};

struct run_price {
    micros low;
    micros likely;
    micros high;
    std::string currency;
};
BOOST_DESCRIBE_STRUCT(run_price, (), (low, likely, high, currency))

struct run_plan {
    std::string run; // run_…
    std::string project;
    std::string dataset; // name or file
    std::int64_t dataset_version = 0;
    std::string dataset_hash;
    std::vector<eval_case> cases; // complete()d
    std::vector<variant_card> variants;
    run_options options;
    std::vector<unit> units; // sorted by hash64(seed, family), case, epoch, variant
    std::int64_t families = 0;
    run_price price;
    micros cap;
    std::string can_prove; // "with 20 questions even 19 right only shows at least 76 of 100"
};

// cached: number of units that a cache already answers (they cost nothing).
// Errors: eval.run.unpriced (unprocessable), eval.variant.not_frozen (conflict),
// eval.run.bad_options, eval.run.mixed_currencies, eval.case.* (unprocessable).
[[nodiscard]] result<run_plan> plan_run(std::string run, std::vector<eval_case> cases,
                                        std::vector<variant_card> variants, run_options options);

// The most that one call of this unit can cost, nano-units.
[[nodiscard]] std::int64_t worst_case_nano(const run_plan& plan, const unit& u);

} // namespace servery::evaluation
