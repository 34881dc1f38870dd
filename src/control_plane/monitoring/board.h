// The board's shapes: each number with its n, interval and words, never bare. Thread: values.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/json/describe.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace servery::monitoring {

// comparison: since the variant or the audience last changed. days30 is "30d" outside.
enum class period { comparison, stage, month, days30, day };
BOOST_DESCRIBE_ENUM(period, comparison, stage, month, days30, day)

struct trend_point {
    std::string t; // 2026-11-25
    std::optional<double> value;
    std::int64_t n = 0;
    std::optional<double> lower; // of that day only
    std::optional<double> upper;
};
BOOST_DESCRIBE_STRUCT(trend_point, (), (t, value, n, lower, upper))

// One of the numbers. Shares are 0..1. value, lower, upper are null when not measured.
//   interval  sequential (valid however often anybody looks), fixed, none
//   verdict   good, open, bad, none
struct number {
    std::string key;
    std::string title; // as people say it: "answered correctly"
    std::optional<double> value;
    std::int64_t n = 0;
    std::optional<double> lower;
    std::optional<double> upper;
    std::string interval = "sequential";
    std::optional<double> target;
    std::string direction; // ge, le
    std::string verdict = "none";
    std::string words;
    std::string unit; // share, s, money, per_1000
    std::string why_not;
    std::vector<trend_point> trend;
    json::object detail; // what one click shows: kinds of spend, response rate, both availabilities
};
BOOST_DESCRIBE_STRUCT(number, (),
                      (key, title, value, n, lower, upper, interval, target, direction, verdict,
                       words, unit, why_not, trend, detail))

struct board_period {
    std::string name;
    instant from;
    instant to;
};
BOOST_DESCRIBE_STRUCT(board_period, (), (name, from, to))

struct board_panels {
    std::vector<std::string> performance;
    std::vector<std::string> feedback;
    std::vector<std::string> health;
};
BOOST_DESCRIBE_STRUCT(board_panels, (), (performance, feedback, health))

struct board {
    instant as_of;
    std::optional<std::int64_t> lag_s; // now - time of the last event counted
    std::string phase;
    std::string stage;
    board_period period;
    board_panels panels;
    std::vector<number> numbers;
};
BOOST_DESCRIBE_STRUCT(board, (), (as_of, lag_s, phase, stage, period, panels, numbers))

} // namespace servery::monitoring
