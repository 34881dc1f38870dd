// The wizard as a conversation in a terminal: one question a screen, Enter keeps the default, `<`
// goes back, `q` leaves; a wrong answer is explained and asked again. Thread: one.
#pragma once

#include "foundation/json/json.h"

#include <functional>
#include <iosfwd>
#include <string>

namespace servery::plan {

struct wizard_session {
    std::istream& in;
    std::ostream& out;
    std::string language = "en";
    json::object answers; // what is known when it begins, and what was said when it ends
    // Called after every question that was answered, so that it can be left and gone on with.
    std::function<void(const json::object& answers)> keep;
};

enum class wizard_end { done, left };
// left: `q` was typed or the input ended.
[[nodiscard]] wizard_end ask_in_terminal(wizard_session& with);

} // namespace servery::plan
