#include "data_plane/provider/rehearsal/rehearsal_provider.h"

#include "data_plane/provider/rehearsal/player.h"
#include "foundation/http/client_pool.h"
#include "foundation/net/timer.h"

#include <map>
#include <mutex>

namespace servery::provider {

namespace {

using rehearsal::ending;

error upstream_fault(std::string_view id, std::string message) {
    return error{.code = id == http::client_fault::cancelled ? error_code::cancelled
                                                             : error_code::upstream_failed,
                 .id = std::string(id),
                 .message = std::move(message),
                 .origin = error_origin::upstream};
}

// Plays the list of steps; a wait is cut short by cancel() and by the call's deadlines.
class rehearsal_upstream final : public upstream {
  public:
    rehearsal_upstream(net::reactor* home, std::shared_ptr<rehearsal::player> player)
        : player_(std::move(player)) {
        if (home != nullptr) timer_.emplace(*home);
    }

    task<result<answer_head>> open(call what) override {
        rehearsal::asked asked;
        asked.endpoint = what.endpoint;
        for (const auto piece : what.pieces)
            asked.body += piece;
        asked.headers = what.headers;
        show_ = player_->perform(asked);
        times_ = what.times;
        if (show_.end == ending::refuse)
            co_return std::unexpected(
                upstream_fault(http::client_fault::connect, "the connection was refused"));
        sent_ = true;
        const bool never = show_.head_wait_us < 0;
        const auto limit = times_.head.count() * 1000;
        const bool late = never || (limit > 0 && show_.head_wait_us > limit);
        if (!co_await wait(late ? limit : show_.head_wait_us))
            co_return std::unexpected(upstream_fault(http::client_fault::cancelled, "cancelled"));
        if (late)
            co_return std::unexpected(
                upstream_fault(http::client_fault::head_timeout, "no answer in time"));
        answer_head head;
        head.status = show_.status;
        head.content_type = show_.content_type;
        head.request_id = "rehearsal-" + std::to_string(show_.nth);
        for (const auto& [name, value] : show_.headers) {
            if (name == "retry-after") head.headers.emplace_back(name, value);
        }
        co_return head;
    }

    task<result<std::string_view>> next() override {
        if (at_ < show_.steps.size()) {
            const auto& s = show_.steps[at_];
            const auto limit = (at_ == 0 ? times_.first_token : times_.idle_gap).count() * 1000;
            const bool late = limit > 0 && s.wait_us > limit;
            if (!co_await wait(late ? limit : s.wait_us)) co_return cancelled();
            if (late)
                co_return std::unexpected(
                    upstream_fault(http::client_fault::idle_timeout, "the stream fell silent"));
            ++at_;
            co_return std::string_view(s.bytes);
        }
        switch (show_.end) {
        case ending::complete:
            co_return std::string_view{};
        case ending::hang:
            if (!co_await wait(times_.idle_gap.count() * 1000)) co_return cancelled();
            co_return std::unexpected(
                upstream_fault(http::client_fault::idle_timeout, "the stream fell silent"));
        case ending::reset:
            co_return std::unexpected(
                upstream_fault(http::client_fault::reset, "the connection was reset"));
        case ending::close:
        case ending::half_close:
        case ending::refuse:
            break;
        }
        co_return std::unexpected(
            upstream_fault(http::client_fault::closed, "the connection was closed too early"));
    }

    void cancel() noexcept override {
        cancelled_ = true;
        if (timer_) timer_->cancel();
    }
    bool request_sent() const noexcept override { return sent_; }

  private:
    // false: cancelled meanwhile.
    task<bool> wait(std::int64_t us) {
        if (us > 0 && timer_ && !cancelled_) (void)co_await timer_->wait(millis{(us + 999) / 1000});
        co_return !cancelled_;
    }
    static std::unexpected<error> cancelled() {
        return std::unexpected(upstream_fault(http::client_fault::cancelled, "cancelled"));
    }

    std::shared_ptr<rehearsal::player> player_;
    std::optional<net::timer> timer_;
    rehearsal::performance show_;
    deadlines times_;
    std::size_t at_ = 0;
    bool sent_ = false;
    bool cancelled_ = false;
};

// The players of this process by provider; a changed script starts a new one.
class players {
  public:
    result<std::shared_ptr<rehearsal::player>> of(const settings& to) {
        const std::lock_guard lock(mutex_);
        auto& known = by_id_[to.id];
        if (known.player && known.script == to.script) return known.player;
        auto parsed = rehearsal::parse_script(to.script, "providers." + to.id + ".script");
        if (!parsed) return std::unexpected(parsed.error());
        known = {to.script, std::make_shared<rehearsal::player>(std::move(*parsed))};
        return known.player;
    }

  private:
    struct entry {
        std::string script;
        std::shared_ptr<rehearsal::player> player;
    };
    std::mutex mutex_;
    std::map<std::string, entry> by_id_;
};

} // namespace

connector rehearsal_connector() {
    return [known = std::make_shared<players>()](
               net::reactor* home, const settings& to) -> result<std::unique_ptr<upstream>> {
        auto player = known->of(to);
        if (!player) return std::unexpected(player.error());
        return std::make_unique<rehearsal_upstream>(home, std::move(*player));
    };
}

} // namespace servery::provider
