// An upstream: whatever answers a call, over the network or in this process. A call is pulled:
// open() gives the head, next() the body piece by piece in the provider's dialect, cancel() ends it
// in any state. Thread: the reactor that began it.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/result.h"
#include "foundation/base/task.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace servery::net {
class reactor;
}

namespace servery::provider {

struct assistant_answer;

// total 0 = none.
struct deadlines {
    millis connect{2'000};
    millis head{60'000};
    millis first_token{60'000};
    millis idle_gap{60'000};
    millis total{600'000};
};

// A provider as its document says. The credential is looked up by `id` and never stands here.
struct settings {
    std::string id;
    std::string kind;     // openai, assistant, rehearsal
    std::string base_url; // openai: https://host/v1
    std::map<std::string, std::string> extra_headers;
    bool allow_private = false;
    std::string ca_file;
    std::string script; // rehearsal: the YAML text
};

using header_list = std::vector<std::pair<std::string, std::string>>;

// One call. The pieces must stay until open() has returned.
struct call {
    std::string endpoint; // chat/completions, embeddings
    std::string model;
    bool stream = false;
    std::vector<std::string_view> pieces; // the request body, in order
    header_list headers;                  // forwarded; already on the allow-list
    deadlines times;

    // What providers of this process look at instead of the body.
    std::string project;
    std::string release;  // knowledge release; "" = the published one
    std::string question; // the last user message, as it may leave
    std::string lang;
    int misses = 0;
    std::vector<std::string> offered; // keys of the last ask, in order
    std::vector<std::string> groups;
    bool sandbox = false;
    instant now;
};

// status and content type as they came. headers: retry-after, retry-after-ms, x-should-retry and
// rate limit names only. decided: set by the built-in assistant alone; then there is no body.
struct answer_head {
    int status = 0;
    std::string content_type;
    std::string request_id; // the upstream's name for this call, at most 64 bytes
    header_list headers;
    std::shared_ptr<const assistant_answer> decided;
};

// Errors: http.client.* of foundation/http/client_pool.h with their origin and retry flag, also
// from providers of this process; provider.credential.missing, provider.assistant.no_release,
// provider.assistant.failed, provider.rehearsal.invalid.
class upstream {
  public:
    virtual ~upstream() = default;
    [[nodiscard]] virtual task<result<answer_head>> open(call what) = 0;
    // The next body bytes; empty = the clean end. Valid until the next call.
    [[nodiscard]] virtual task<result<std::string_view>> next() = 0;
    // A pending open() or next() ends with http.client.cancelled, from the loop.
    virtual void cancel() noexcept = 0;
    // All request bytes are with the kernel, so that work may have been done for us.
    [[nodiscard]] virtual bool request_sent() const noexcept = 0;
};

// Begins a call; nothing happens before open(). `home` is null only in tests of providers that need
// no loop.
using connector =
    std::function<result<std::unique_ptr<upstream>>(net::reactor* home, const settings& to)>;

// The kinds this process can call.
class connectors {
  public:
    void add(std::string kind, connector how) { by_kind_[std::move(kind)] = std::move(how); }
    // Errors: provider.kind.unknown.
    [[nodiscard]] result<std::unique_ptr<upstream>> begin(net::reactor* home,
                                                          const settings& to) const;

  private:
    std::map<std::string, connector, std::less<>> by_kind_;
};

} // namespace servery::provider
