// The facts a text states: amounts, percentages, dates, times, phone numbers, addresses and links,
// each in one form however it was written ("1.000,50 €" = "EUR 1,000.50", "3:30pm" = "15:30").
// Thread: pure.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace servery::evaluation {

// Every number, time, e-mail and link.
[[nodiscard]] std::set<std::string> all_values(std::string_view text);

// Those that claim something: with a unit, a currency or a percent sign, dates, times, numbers of
// three or more digits, e-mails, links. A bare "2" claims nothing.
[[nodiscard]] std::vector<std::string> stated_facts(std::string_view text);

} // namespace servery::evaluation
