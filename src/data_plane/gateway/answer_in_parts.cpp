#include "data_plane/gateway/answer_in_parts.h"

#include "data_plane/gateway/answer_event.h"
#include "foundation/http/server.h"
#include "foundation/http/sse.h"

namespace servery::gateway {

namespace {

// The client of a relayed stream that keeps the text instead of sending it on.
class text_taker final : public http::responder {
  public:
    explicit text_taker(show_text show) : show_(std::move(show)) {}

    using responder::write;
    [[nodiscard]] task<bool> send(int, std::span<const http::header>, std::string_view) override {
        started_ = true;
        co_return true;
    }
    [[nodiscard]] task<bool> start_stream(int, std::span<const http::header>, flush) override {
        started_ = true;
        co_return true;
    }
    [[nodiscard]] task<bool> write(std::span<const std::string_view> pieces) override {
        for (const auto piece : pieces)
            take(piece);
        look();
        co_return true;
    }
    [[nodiscard]] task<bool> finish(std::span<const std::string_view> last) override {
        for (const auto piece : last)
            take(piece);
        co_return true;
    }
    void abort() noexcept override {}
    void close_after() noexcept override {}
    [[nodiscard]] bool gone() const noexcept override { return false; }
    void on_gone(std::function<void()>) override {}
    [[nodiscard]] bool started() const noexcept override { return started_; }
    [[nodiscard]] std::uint64_t bytes_out() const noexcept override { return bytes_; }

  private:
    void take(std::string_view piece) {
        bytes_ += piece.size();
        reader_.feed(piece);
        while (const auto block = reader_.next()) {
            if (block->has_data) text_ += read_answer_event(block->data).text();
        }
    }
    // The relay's guard has read it: what comes here may be shown.
    void look() {
        if (text_.size() == shown_) return;
        shown_ = text_.size();
        show_(text_);
    }

    show_text show_;
    http::sse_reader reader_;
    std::string text_;
    std::size_t shown_ = 0;
    std::uint64_t bytes_ = 0;
    bool started_ = false;
};

// The row said "variant" from the first word on; in the end somebody else answers.
reply fall_back_after_all(gateway& with, exchange& x, const std::string& cause,
                          const std::string& reason) {
    x.row.label_version.clear();
    x.row.served_variant.reset();
    x.row.answer.clear();
    return fall_back(with, x, cause, reason);
}

} // namespace

task<reply> answer_in_parts(gateway& with, exchange& x, show_text show) {
    text_taker out(std::move(show));
    auto r = co_await answer_stream(with, x, out);
    if (r.what != reply::kind::relayed) co_return r;
    if (x.row.outcome == events::outcome::killed)
        co_return fall_back_after_all(with, x, "killed", "killed");
    if (x.row.outcome != events::outcome::ok)
        co_return fall_back_after_all(with, x, "provider_down", "provider_down");
    auto seen = with.given().guard(*x.project, text_direction::output, x.row.answer);
    if (seen.stopped) {
        x.row.guard_out = events::guard_result::stopped;
        x.row.outcome = events::outcome::guard_stopped;
        co_return fall_back_after_all(with, x, "guardrail", "guard");
    }
    x.row.guard_out = seen.edited ? events::guard_result::edited : events::guard_result::pass;
    x.row.answer = std::move(seen.text);
    r.what = reply::kind::passed_on;
    co_return r;
}

} // namespace servery::gateway
