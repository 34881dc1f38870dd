#include "data_plane/gateway/open_call.h"

#include "data_plane/gateway/record.h"

namespace servery::gateway {

namespace {

upstream_failure failure_by_drill(const exchange& x, const std::string& cause,
                                  const std::string& provider) {
    const error injected{.code = error_code::upstream_failed,
                         .id = cause == "timeout" ? "http.client.head_timeout"
                                                  : "http.client.connect",
                         .message = "a drill",
                         .origin = error_origin::upstream};
    auto out = failure_of(x, classify(injected, provider), false);
    out.drilled = true;
    return out;
}

} // namespace

open_call::open_call(exchange& x, std::unique_ptr<provider::upstream> call)
    : x_(&x), call_(std::move(call)) {
    x.running = call_.get();
}

open_call::~open_call() {
    if (call_ != nullptr) x_->running = nullptr;
}

task<open_result> open_target(const ports& with, exchange& x, target to, std::string endpoint) {
    const auto& provider = to.provider->id;
    const auto now = with.clock.now();
    if (const auto fault = drilled_fault(x, to, now); !fault.empty()) {
        x.drilled = true;
        co_return std::unexpected(failure_by_drill(x, fault, provider));
    }
    auto prepared = prepare_call(x, to, endpoint, now);
    if (!prepared) co_return std::unexpected(failure_of_request(x, std::move(prepared.error())));
    auto begun = with.upstreams.begin(x.home, settings_of(*to.provider));
    if (!begun) co_return std::unexpected(failure_of(x, classify(begun.error(), provider), false));
    open_call call(x, std::move(*begun));
    if (is_killed(with, x)) co_return std::unexpected(failure_by_kill(x));
    x.state = stage_of_life::waiting_for_head;
    x.row.t_dispatch = x.elapsed_us();
    x.slot.dispatched(provider, to.model, x.policy->price(provider, to.model), prompt_bytes(x),
                      prepared->what.stream);
    auto head = co_await call.upstream().open(std::move(prepared->what));
    if (!head)
        co_return std::unexpected(
            failure_of(x, classify(head.error(), provider), call.upstream().request_sent()));
    x.row.t_head = x.elapsed_us();
    x.row.upstream_status = static_cast<std::uint16_t>(head->status);
    x.upstream_request_id = head->request_id;
    call.head = std::move(*head);
    co_return call;
}

} // namespace servery::gateway
