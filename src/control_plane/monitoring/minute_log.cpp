#include "control_plane/monitoring/minute_log.h"

#include <algorithm>

namespace servery::monitoring {
namespace {

std::size_t index_of(events::minute_state state) {
    return static_cast<std::size_t>(state);
}

} // namespace

std::size_t minute_log::place(std::int64_t minute) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(rows_, minute, {}, &row::minute) -
                                    rows_.begin());
}

void minute_log::set(std::int64_t minute, events::minute_state state) {
    if (rows_.empty() || minute > rows_.back().minute) {
        row next{.minute = minute, .upto = rows_.empty() ? row{}.upto : rows_.back().upto};
        ++next.upto[index_of(state)];
        rows_.push_back(next);
        return;
    }
    // A clock that was set back: the sums behind this minute change.
    const auto at = place(minute);
    if (rows_[at].minute == minute) {
        auto before = at == 0 ? row{}.upto : rows_[at - 1].upto;
        std::size_t old = 0;
        while (rows_[at].upto[old] == before[old])
            ++old;
        for (auto i = at; i < rows_.size(); ++i) {
            --rows_[i].upto[old];
            ++rows_[i].upto[index_of(state)];
        }
        return;
    }
    const row made{.minute = minute, .upto = at == 0 ? row{}.upto : rows_[at - 1].upto};
    rows_.insert(rows_.begin() + static_cast<std::ptrdiff_t>(at), made);
    for (auto i = at; i < rows_.size(); ++i)
        ++rows_[i].upto[index_of(state)];
}

std::int64_t minute_log::written(std::int64_t from, std::int64_t to) const {
    return static_cast<std::int64_t>(place(std::max(from, to)) - place(from));
}

minutes_count minute_log::between(std::int64_t from, std::int64_t to) const {
    const auto begin = place(from), end = place(std::max(from, to));
    const auto count = [&](events::minute_state state) -> std::int64_t {
        const auto upto = [&](std::size_t n) {
            return n == 0 ? 0 : rows_[n - 1].upto[index_of(state)];
        };
        return std::int64_t{upto(end)} - std::int64_t{upto(begin)};
    };
    using enum events::minute_state;
    return {.up = count(up),
            .fallback = count(fallback),
            .down = count(down),
            .not_offered = count(not_offered),
            .unknown = count(unknown)};
}

} // namespace servery::monitoring
