#include "control_plane/monitoring/calendar_month.h"

#include <fmt/format.h>

#include <charconv>

namespace servery::monitoring {
namespace {

namespace ch = std::chrono;

instant begin_of(ch::year_month m) {
    const ch::sys_days day{m / 1};
    return {ch::duration_cast<ch::milliseconds>(day.time_since_epoch()).count()};
}

} // namespace

instant calendar_month::begin() const {
    return begin_of(value);
}
instant calendar_month::end() const {
    return begin_of(value + ch::months{1});
}

std::string calendar_month::name() const {
    return fmt::format("{:04}-{:02}", static_cast<int>(value.year()),
                       static_cast<unsigned>(value.month()));
}

calendar_month month_of(instant at) {
    const auto days = ch::floor<ch::days>(ch::sys_time<ch::milliseconds>{ch::milliseconds{at.ms}});
    const ch::year_month_day date{days};
    return {date.year() / date.month()};
}

std::optional<calendar_month> parse_month(std::string_view text) {
    if (text.size() != 7 || text[4] != '-') return std::nullopt;
    int year = 0;
    unsigned month = 0;
    const auto y = std::from_chars(text.data(), text.data() + 4, year);
    const auto m = std::from_chars(text.data() + 5, text.data() + 7, month);
    if (y.ec != std::errc{} || m.ec != std::errc{} || m.ptr != text.data() + 7) return std::nullopt;
    const ch::year_month value{ch::year{year}, ch::month{month}};
    if (!value.ok()) return std::nullopt;
    return calendar_month{value};
}

} // namespace servery::monitoring
