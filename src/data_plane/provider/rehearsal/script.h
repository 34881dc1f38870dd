// The script of a rehearsal provider: answers, delays and faults as YAML. The same script, seed and
// order of requests give the same bytes and delays. Thread: a parsed script is immutable.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/result.h"
#include "foundation/json/json.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace servery::provider::rehearsal {

enum class fault_kind {
    none,
    refuse_connect,
    accept_and_hang,
    slow_head,
    stall,
    drip,
    reset,
    half_close,
    truncate,
    no_done,
    error_event,
    json_tail,
    split_utf8,
    split_events,
    crlf,
    bom,
    comments,
    no_event_lines,
    html_error,
    garbage,
    gzip_body,
    huge_event,
    too_large,
    wrong_length,
    status,
    auth_dead,
};

// after_events counts content events; 0 = before the first. bytes: of huge_event, too_large.
struct fault {
    fault_kind kind = fault_kind::none;
    std::int64_t after_events = 0;
    std::optional<std::int64_t> after_bytes;
    std::int64_t bytes_per_s = 100;
    std::int64_t bytes = 2'000'000;
    std::int64_t delay_ms = 60'000; // slow_head
    int status = 500;
    std::optional<std::int64_t> retry_after;
};

enum class usage_mode { given, missing, wrong };

struct reply {
    std::string text;
    std::int64_t head_ms = 0;
    std::int64_t first_ms = 0;
    double gap_mean_ms = 0;
    double gap_jitter_ms = 0;
    std::int64_t chunk_chars = 4;
    usage_mode usage = usage_mode::given;
    // none: counted from the texts, a token for each four bytes
    std::optional<std::int64_t> input_tokens;
    std::optional<std::int64_t> cached_tokens;
    std::optional<std::int64_t> output_tokens;
    json::array tool_calls;
    std::string refusal;
    std::string finish_reason; // "" = stop, or tool_calls
    std::string thinking;
    std::vector<double> embedding;
    std::optional<int> status; // with `body`: the answer is exactly this
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
};

// All conditions that are given must hold. nth counts the requests of this script from 1.
struct condition {
    std::string contains;
    std::string regex; // RE2
    std::string model;
    std::optional<std::int64_t> nth;
    std::optional<std::int64_t> every;
    std::optional<double> probability;
    std::string header; // "name: value"
};

struct rule {
    condition when;
    rehearsal::reply reply;
    rehearsal::fault fault;
};

struct script {
    std::uint64_t rng = 0;
    reply fallback; // key `default`
    std::vector<rule> rules;
};

// An unknown key, condition or fault is refused with its place (`name:line`).
// Errors: provider.rehearsal.invalid, all faults at once.
[[nodiscard]] result<script> parse_script(std::string_view yaml, std::string_view name);

} // namespace servery::provider::rehearsal
