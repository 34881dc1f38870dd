// Reads a text that arrives in pieces and lets go what may be shown. Invariant: however the text is
// cut into pieces, the concatenated output, the findings and the verdict are those of the whole
// text, because a whole text is fed to this very class in one piece (screen()).
//
// Held back is only what could still become part of a value: the last word, a number, an IBAN. The
// words before a value that say what it is are those of the text let go so far.
//
// Not one byte of a value that is to be hidden leaves before its replacement. State: the open
// segment (at most 768 bytes of an answer; usually one word) and the last 200 bytes let go.
// Thread: one lane of one exchange, one thread at a time.
#pragma once

#include "data_plane/guardrails/detect/segments.h"
#include "data_plane/guardrails/screen.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace servery::guardrails {

class stream_scanner {
  public:
    // policy and vault must outlive the scanner; without a vault `pseudonymise` redacts.
    stream_scanner(const screen_policy& policy, lane from, conversation_vault* vault = nullptr);

    // Appends to `out` what may go on now.
    void feed(std::string_view delta, std::string& out);
    // The text is over, or was broken off: appends the rest. Nothing may be fed afterwards.
    void finish(std::string& out);

    // What was found so far, in bytes of the text as it was fed.
    [[nodiscard]] const std::vector<screened_span>& spans() const { return spans_; }
    [[nodiscard]] std::vector<screened_span> take_spans() { return std::move(spans_); }
    [[nodiscard]] bool edited() const { return edited_; }
    [[nodiscard]] std::size_t held() const { return held_.size(); }

  private:
    std::size_t scan(std::string_view text, bool last, std::string& out);
    void let_go(std::string_view bytes, std::string& out);
    void read_quotes(std::string_view body);
    [[nodiscard]] std::string edited_arguments(std::string_view body,
                                               const std::vector<screened_span>& spans);
    std::size_t take(std::string_view text, const segment& s, std::string& out);
    std::vector<screened_span> read(std::string_view body);
    std::size_t torn_at(std::string_view body, const std::vector<screened_span>& spans) const;

    const screen_policy& policy_;
    lane from_;
    conversation_vault* vault_;
    segmenter segments_;
    std::string held_;    // from the open segment on
    std::string before_;  // the last bytes let go
    std::string reading_; // before_ and the segment, for the recognisers
    std::size_t gone_ = 0;
    std::vector<screened_span> spans_;
    bool edited_ = false;
    // tool_args: what was let go so far ends inside a JSON string, behind a backslash.
    bool in_string_ = false;
    bool escaped_ = false;
};

} // namespace servery::guardrails
