// Asking the variant's upstreams in order and passing on what they say. Until the first content is
// out, the next target or the fallback may still take over; after it never. Thread: the exchange's
// reactor.
#pragma once

#include "data_plane/gateway/exchange.h"
#include "data_plane/gateway/gateway.h"
#include "foundation/json/json.h"

#include <memory>
#include <string>

namespace servery::http {
class responder;
}

namespace servery::gateway {

// The text, finish reason and usage of a whole answer.
struct answer_reading {
    std::string text;
    std::string finish_reason;
    std::optional<provider::usage> usage;
    bool is_answer = false; // of the right shape, without an error object
};
[[nodiscard]] answer_reading read_whole_answer(const json::value& tree);

// A whole answer of an upstream, or of the assistant (head.decided set, no body). `tree` and `said`
// are what the body says, read once; a body that is no JSON has neither.
struct upstream_answer {
    provider::answer_head head;
    std::string body;
    json::value tree;
    answer_reading said;
};

// What a failed call means: cause provider_down or timeout, the caller's error (section 18), and
// what may be done about it (section 12).
struct failure_class {
    std::string cause;
    error fault;
    bool same_target = false; // asking it again may help
    bool next_target = true;
    bool counts = false;     // against the target's health
    bool rejected = false;   // 4xx: the request itself was refused there
    bool credential = false; // ours was refused
};
[[nodiscard]] failure_class classify(const error& fault, const std::string& provider);
[[nodiscard]] failure_class classify_status(int status, const std::string& provider);

// Why no upstream answered. `answer` is what one said that refused the request; it is passed on
// unchanged where `rejected`.
struct upstream_failure : failure_class {
    upstream_answer answer;
    bool dispatched = false;
    bool client_gone = false;
    bool killed = false;
    bool drilled = false; // injected by a drill
};
[[nodiscard]] upstream_failure failure_of(const exchange& x, failure_class what, bool dispatched);
// Stopped between admission and dispatch.
[[nodiscard]] upstream_failure failure_by_kill(const exchange& x);
// The request cannot be sent as it is.
[[nodiscard]] upstream_failure failure_of_request(const exchange& x, error fault);

using whole_result = std::expected<upstream_answer, upstream_failure>;

// Asks the targets until one gives a whole answer.
[[nodiscard]] task<whole_result> ask_whole(const ports& with, exchange& x, std::string endpoint);

// Relays a stream to the client. Before the commit a failure comes back for the fallback; nothing
// was sent then, except keep-alives (`out.started()`).
struct stream_end {
    bool committed = false;
    bool broke_off = false;                  // after the commit, by the upstream's fault
    std::optional<upstream_failure> failure; // before the commit only
    std::shared_ptr<const provider::assistant_answer> decided;
};
[[nodiscard]] task<stream_end> relay_stream(const ports& with, exchange& x, http::responder& out,
                                            provider::header_list answer_headers);

// The event that ends a stream which cannot end well, never an invented [DONE].
[[nodiscard]] std::string terminal_event(const error& fault, std::string_view request_id);

} // namespace servery::gateway
