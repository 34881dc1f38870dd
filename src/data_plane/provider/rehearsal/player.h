// From a request to what is sent: a list of steps, each a wait and some bytes, and how it ends. The
// in-process provider and the listening one play the same list. Thread: one player may be shared;
// its counter is guarded.
#pragma once

#include "data_plane/provider/rehearsal/script.h"

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace servery::provider::rehearsal {

struct step {
    std::int64_t wait_us = 0;
    std::string bytes;
    bool is_event = false; // counts as an event in /stats
};

// How the answer ends once the steps are played.
enum class ending {
    complete,   // as HTTP says
    close,      // FIN in the middle
    reset,      // RST
    hang,       // nothing more comes
    half_close, // our side is shut, the socket stays open
    refuse,     // the connection is reset before anything
};

struct performance {
    std::int64_t nth = 0;
    std::int64_t head_wait_us = 0;
    int status = 200;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    bool streamed = false;                     // chunked; else content-length
    std::optional<std::uint64_t> false_length; // wrong_length: what the head claims
    std::vector<step> steps;
    ending end = ending::complete;
    fault_kind fault = fault_kind::none;
};

struct asked {
    std::string endpoint; // chat/completions, embeddings, messages
    std::string body;     // JSON
    std::vector<std::pair<std::string, std::string>> headers; // names in lower case
};

class player {
  public:
    explicit player(script what) : script_(std::move(what)) {}
    // The next request: the n-th since this player was made.
    [[nodiscard]] performance perform(const asked& request);

  private:
    script script_;
    std::atomic<std::int64_t> count_{0};
};

} // namespace servery::provider::rehearsal
