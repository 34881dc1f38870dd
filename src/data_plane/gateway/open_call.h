// One call to one target, from the spliced body to the head of its answer: what a whole answer and
// a stream have in common. Thread: the exchange's reactor.
#pragma once

#include "data_plane/gateway/relay.h"
#include "data_plane/gateway/targets.h"

#include <memory>
#include <string>

namespace servery::gateway {

// A call whose head has come. While it lives, exchange::leave() reaches it. Move-only.
class open_call {
  public:
    open_call(exchange& x, std::unique_ptr<provider::upstream> call);
    open_call(open_call&& other) noexcept = default;
    open_call& operator=(open_call&&) = delete;
    ~open_call();

    [[nodiscard]] provider::upstream& upstream() { return *call_; }
    provider::answer_head head;

  private:
    exchange* x_;
    std::unique_ptr<provider::upstream> call_;
};

using open_result = std::expected<open_call, upstream_failure>;

// Errors: the request cannot be spliced, the provider cannot be asked, a drill, the kill word, or
// no head came.
[[nodiscard]] task<open_result> open_target(const ports& with, exchange& x, target to,
                                            std::string endpoint);

} // namespace servery::gateway
