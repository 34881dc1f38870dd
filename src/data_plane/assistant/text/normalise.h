// How a message or an entry becomes comparable text: valid UTF-8, NFKC with case folding, single
// spaces, and marks for what carries no wording (addresses, links, long numbers).
// Thread: pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

namespace servery::assistant {

constexpr std::size_t max_message_code_points = 1000;

struct normalised {
    std::string text; // at most max_message_code_points code points
    bool cut = false; // something was cut off
};

// Links become __url__, e-mail addresses __mail__, digit runs of 5 and more and mixed tokens of 5
// and more characters __num__; a guardrail placeholder ([EMAIL_7K2P]) becomes the mark of its
// class. Short numbers stay. Idempotent: normalise(normalise(x).text) == normalise(x).
[[nodiscard]] normalised normalise(std::string_view raw);

} // namespace servery::assistant
