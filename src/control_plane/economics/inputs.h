// What a value case is computed from: volumes, rates, minutes, prices, hours. Amounts are in the
// project's currency as double; they become integer money only at the border.
// Members carry the names that plans use; `N` keeps its capital, because the byte order of the
// names fixes the random stream. Thread: plain values, any thread.
#pragma once

#include "foundation/base/result.h"

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::economics {

// low <= likely <= high; a point has all three equal.
struct range {
    double low = 0;
    double likely = 0;
    double high = 0;
    [[nodiscard]] static range at(double v) { return {v, v, v}; }
    friend bool operator==(const range&, const range&) = default;
};

struct inputs {
    double N = 0;                 // contacts a month
    double cache_hit = 0;         // share of input tokens that the provider caches
    double discount = .10;        // a year
    double draft_saving = 0;      // share of a piece's minutes saved
    double drafts = 0;            // pieces a month
    double eligible = 1;          // share of contacts in scope
    double harm_cost = 0;         // of one harmful answer
    double harm_rate = 0;         // harmful answers a conversation
    double hosting = 0;           // a month
    double hours_kb = 0;          // upkeep of the knowledge, a month
    double hours_monitor = 0;     // upkeep of everything else, a month
    double in_tok = 0;            // tokens a turn
    double involve = 1;           // share of those in scope that the AI answers
    double judge_cost = 0;        // of one judged answer
    double judge_rate = 0;        // share judged by a model
    double kappa = .5;            // share of freed staff time that becomes money
    double kappa_own = 1;         // share of own time that is money
    double lost_rate = 0;         // orders lost a conversation
    double margin = 0;            // of an order, share
    double min_draft = 0;         // minutes a piece takes today
    double min_easy = 0;          // staff minutes of an easy contact
    double min_handoff_extra = 0; // extra minutes of one that was handed over; may be negative
    double min_review = 2;        // minutes a person needs to read an answer
    double order_value = 0;
    double out_tok = 0;         // tokens a turn
    double price_cached = 0;    // per million tokens
    double price_in = 0;        // per million tokens
    double price_out = 0;       // per million tokens
    double recontact = 0;       // of those solved, share that returns within seven days
    double resolve = 0;         // share answered without a person
    double retry = 0;           // share of calls repeated
    double rev_uplift_rate = 0; // orders gained a conversation
    double review_share = .05;  // share of answers read by a person
    double setup_cash = 0;
    double setup_hours = 0;
    double subscription = 0; // a month
    double training_hours = 0;
    double turns = 1;      // a conversation
    double wage_h = 0;     // loaded cost of staff an hour
    double wage_owner = 0; // of the owner an hour
    // What the spend ledger says a conversation costs; replaces the token formula. Not drawn: a
    // sum of invoices is a point.
    std::optional<double> measured_token_cost;
};

// share: 0..1; amount: 0 or more; any: may be negative.
enum class domain { share, amount, any };
// What a measurement of it is; typed ones stay guesses until a person types another.
enum class measured_as { rate, mean, volume, hours, point, typed };

struct input_definition {
    std::string_view name;
    double inputs::* member;
    economics::domain domain = domain::amount;
    measured_as measured = measured_as::typed;
    std::string_view words; // what it is, for people
};
inline constexpr std::size_t input_count = 40;
// In the byte order of the names, which is the order in which random numbers are drawn.
[[nodiscard]] const std::array<input_definition, input_count>& input_definitions();
// Index in input_definitions; none for a name that is not an input.
[[nodiscard]] std::optional<std::size_t> input_index(std::string_view name);

// A case: the likely values, and the inputs that are known as a range only, in definition order.
struct uncertain_input {
    std::size_t index = 0;
    economics::range range;
};
struct case_inputs {
    inputs likely;
    std::vector<uncertain_input> uncertain;
    [[nodiscard]] const range* range_of(std::string_view name) const; // nullptr for a point
};

// Points and ranges by name; what is absent takes its default. A range with low = high stays a
// range: it keeps its place in the random stream.
struct given_input {
    economics::range range;
    bool point = true;
};
using given_inputs = std::map<std::string, given_input, std::less<>>;

// Names without which there is no case: upkeep hours and the owner's rate always; with contacts
// resolve, min_easy, min_handoff_extra and wage_h; with drafts wage_h, min_draft and draft_saving;
// with a harm rate harm_cost.
[[nodiscard]] std::vector<std::string> missing_inputs(const given_inputs& given);

// Errors: economics.input.missing (lists them), economics.input.range (low > likely > high, a share
// outside 0..1, a negative amount; all in `more`), economics.input.unknown.
[[nodiscard]] result<case_inputs> make_case(const given_inputs& given);

} // namespace servery::economics
