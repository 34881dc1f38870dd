// Deciding and bucketing as JSON, stateless: the bodies of /api/v1/decide and /api/v1/debug/bucket,
// and `servery rollout decide`. Nothing is stored and no project is known.
// Thread: pure functions, any thread (the blocking pool: a full body takes up to a second).
#pragma once

#include "foundation/base/clock.h"
#include "foundation/json/json.h"
#include "foundation/stats/decide.h"

#include <optional>
#include <string>

namespace servery::rollout {

constexpr std::size_t decide_most_observations = 200'000;
constexpr std::size_t decide_most_bytes = 16u << 20; // of the body; the route refuses more

// {"recipe":"rate","alpha_pass":0.05,"alpha_fail":0.01,
//  "params":{"target":0.8,"fail_target":0.8,"min_n":1},"observations":[1,1,0,1],"path":"final"}
// recipe: rate, mean, paired, two_arm, sample_ratio. Instead of observations: `counts`
// {"good","n"} (rate) and `periods` [{"pi":[…],"counts":[…]}] (sample_ratio; also inside counts).
// path: final, crossings, all.
// Errors: decide.invalid (unprocessable; every fault with its JSON pointer as `where`, the first
// in the error itself, the others in `more`), decide.too_large. Nothing is computed then.
[[nodiscard]] result<json::value> decide_json(const json::value& body);

// {"verdict","n","estimate","ln_e_pass","ln_e_fail","first_pass_at","first_fail_at","lower",
//  "upper","interval":[lower,upper],"forecast":{"side","n_more","n_more_p90","note"},"method",
//  "gate_safe","path":[{"n","ln_e_pass","ln_e_fail"}]}; unknown is null.
[[nodiscard]] json::object to_json(const stats::decide_report& report);

// `servery rollout decide`: either good and n, or observations as JSON Lines, one value a line.
struct decide_options {
    std::string recipe = "rate";
    std::optional<double> target;
    std::optional<double> fail_target;
    std::optional<double> margin;
    std::optional<double> harm_margin;
    std::optional<double> low;
    std::optional<double> high;
    std::optional<double> alpha_pass;
    std::optional<double> alpha_fail;
    std::optional<std::int64_t> min_n;
    std::optional<std::int64_t> good;
    std::optional<std::int64_t> n;
    std::optional<std::string> observations; // text of the --file
    std::optional<double> per_day;           // units a day: adds dates
    std::string path = "final";
};

struct decide_answer {
    std::string text;    // for people, one screen, newline at the end
    json::object report; // as decide_json; with per_day `forecast` has `date` and `date_p90` too
    int exit_code = 1;   // 0 = PASS, 1 = FAIL or WAIT
};

// Errors: as decide_json; decide.invalid for a line that is not JSON (where = its number).
[[nodiscard]] result<decide_answer> decide_command(const decide_options& options, instant now);

// {"algorithm":"servery1","salt_hex","purpose","unit_kind","unit" or "unit_hex"} ->
// {"hash","bucket"} servery1: hash as 16 hex digits, bucket 0..9999. murmur3_x86_32 {seed, key},
// fnv1a32 {key}, unleash {group_id, key, total_weight?}, growthbook1, growthbook2 {seed, key,
// ranges?, variations?, coverage?, weights?, namespace?}, flagd2 {key, total_weight}: hash as a
// number. Errors: bucket.invalid, every fault with its JSON pointer.
[[nodiscard]] result<json::value> bucket_json(const json::value& body);

} // namespace servery::rollout
