// A JSON string literal, appended: for texts of many members that are written without a tree.
// Thread: pure function.
#pragma once

#include <string>
#include <string_view>

namespace servery::json {

// With its quotes; the bytes that json::quote gives.
void quote_into(std::string_view text, std::string& out);

} // namespace servery::json
