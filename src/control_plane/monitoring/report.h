// The monthly report: written from the log, without a model and without typing. Every sentence is a
// template with values; what is not measured says so. Thread: pure functions.
#pragma once

#include "control_plane/monitoring/board.h"
#include "foundation/base/clock.h"

#include <string>
#include <vector>

namespace servery::monitoring {

// A sentence and what stands behind it.
struct sentence {
    std::string text;
    std::string query; // which numbers it was made from
    std::int64_t n = 0;
    std::optional<double> lower;
    std::optional<double> upper;
};
BOOST_DESCRIBE_STRUCT(sentence, (), (text, query, n, lower, upper))

struct lamp {
    std::string name;  // Value, Responsibility, Money
    std::string state; // green, red, grey
    std::string text;
};
BOOST_DESCRIBE_STRUCT(lamp, (), (name, state, text))

struct report_row {
    std::string title;
    number now;
    std::optional<double> last; // the month before
    std::int64_t last_n = 0;
};
BOOST_DESCRIBE_STRUCT(report_row, (), (title, now, last, last_n))

struct report_section {
    std::string title;
    std::vector<sentence> sentences;
};
BOOST_DESCRIBE_STRUCT(report_section, (), (title, sentences))

struct report {
    std::string project;
    std::string month;
    bool final_ = false; // written after the horizon for late ratings closed
    bool preview = false;
    instant written_at;
    std::string headline;
    std::vector<lamp> lamps;
    std::vector<report_row> numbers;
    std::vector<report_section> sections; // changed, broke, decision, method
    std::string decision;                 // stop, fix first, catch up, go to the gate, continue
};
BOOST_DESCRIBE_STRUCT(report, (),
                      (project, month, final_, preview, written_at, headline, lamps, numbers,
                       sections, decision))

[[nodiscard]] std::string to_markdown(const report& r);
// One file, no script, no outside link, every text escaped.
[[nodiscard]] std::string to_html(const report& r);

} // namespace servery::monitoring
