// A value case, the money of its phases and the dates of its gates as text for a terminal. They
// print the API's own objects. Thread: one.
#pragma once

#include "foundation/json/json.h"

namespace servery::cli {

void print_value(const json::object& value);
void print_money(const json::object& money);
void print_reach(const json::object& reach);

} // namespace servery::cli
