// Carries out a planned run: asks, journals, grades. Blocks until the run ended; belongs on a
// thread of its own, never on the control thread. `answer` is called from that thread and from
// threads that complete answers.
//
//  - never more calls in flight per provider than its limit, which adapts: +1 after ten clean
//    answers, halved when the provider is overloaded, waiting as long as it asked for
//  - before each call: spent + open reservations + worst case of the call <= cap, else it ends
//  - the moment an answer is complete it is journalled, then graded
//  - what the journal already has is not asked again; a paid call that was sent and not answered
//    is `lost` unless retry_lost
#pragma once

#include "control_plane/evaluation/answer.h"
#include "control_plane/evaluation/answer_cache.h"
#include "control_plane/evaluation/graders/grader.h"
#include "control_plane/evaluation/journal.h"
#include "control_plane/evaluation/run_plan.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace servery::evaluation {

enum class run_state {
    draft,
    priced,
    running,
    paused,
    completed,
    capped,
    cancelled,
    failed,
    interrupted
};
BOOST_DESCRIBE_ENUM(run_state, draft, priced, running, paused, completed, capped, cancelled, failed,
                    interrupted)

// error_provider counts as failed: a visitor would have met the fallback. lost, skipped and
// ungraded are missing, never zero.
enum class unit_state { passed, failed, error_provider, error_harness, ungraded, lost, skipped };
BOOST_DESCRIBE_ENUM(unit_state, passed, failed, error_provider, error_harness, ungraded, lost,
                    skipped)

struct unit_result {
    std::int64_t seq = 0;
    std::uint32_t case_index = 0;
    std::uint32_t variant_index = 0;
    std::uint32_t epoch = 0;
    unit_state state = unit_state::skipped;
    bool from_cache = false;
    std::optional<double> score;
    std::vector<grade> grades;
    answer_result answer;
};

struct run_progress {
    std::int64_t done = 0;
    std::int64_t calls = 0;
    std::int64_t spent_nano = 0;
};

struct run_outcome {
    run_state state = run_state::completed;
    std::vector<unit_result> results; // by seq; units that were not reached are `skipped`
    std::int64_t spent_nano = 0;
    std::int64_t from_cache = 0;
    std::int64_t replayed = 0; // from the journal
    std::int64_t lost = 0;     // sent before and never answered
    std::int64_t lost_may_have_cost_nano = 0;
    bool throttled = false; // the provider slowed the run: its latencies are flagged
    std::string error;      // of failed
    double seconds = 0;     // wall time of asking and grading
};

// Raise to end a run early from another thread.
struct run_control {
    std::atomic<bool> cancel{false};
    std::atomic<bool> pause{false};
};

struct run_seams {
    answer_function answer;
    journal* keep = nullptr;       // none: nothing is kept
    answer_cache* cache = nullptr; // none: nothing is reused
    const journal_state* resume = nullptr;
    run_control* control = nullptr;
    std::function<void(const run_progress&)> progress; // at most ten a second, on the run's thread
};

[[nodiscard]] run_outcome execute(const run_plan& plan, const run_seams& seams);

} // namespace servery::evaluation
