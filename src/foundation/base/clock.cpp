#include "foundation/base/clock.h"

#include <charconv>
#include <cstdio>

namespace servery {

namespace {

using days = std::chrono::days;
using std::chrono::sys_days;
using sys_millis = std::chrono::sys_time<millis>;

bool read_number(std::string_view text, std::size_t at, std::size_t n, int& out) {
    if (at + n > text.size()) return false;
    const char* first = text.data() + at;
    for (std::size_t i = 0; i < n; ++i) {
        if (first[i] < '0' || first[i] > '9') return false;
    }
    return std::from_chars(first, first + n, out).ec == std::errc{};
}

} // namespace

instant system_clock::now() const {
    const auto t = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<millis>(t).count()};
}

std::string to_rfc3339(instant at) {
    const sys_millis t{millis{at.ms}};
    const auto day = std::chrono::floor<days>(t);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{t - day};
    char buffer[40];
    int n = std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d",
                          static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                          static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                          static_cast<int>(time.minutes().count()),
                          static_cast<int>(time.seconds().count()));
    std::string text(buffer, static_cast<std::size_t>(n));
    if (const auto fraction = time.subseconds().count(); fraction != 0) {
        n = std::snprintf(buffer, sizeof buffer, ".%03d", static_cast<int>(fraction));
        text.append(buffer, static_cast<std::size_t>(n));
    }
    return text + "Z";
}

std::string to_date(instant at) {
    return to_rfc3339(at).substr(0, 10);
}

result<instant> parse_rfc3339(std::string_view text) {
    const auto wrong = [&] {
        return fail(error_code::invalid_argument, "base.time.invalid",
                    "'" + std::string(text) + "' is not a time", {},
                    "write it as 2026-11-25T09:30:00Z");
    };
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, fraction = 0;
    if (!read_number(text, 0, 4, year) || !read_number(text, 5, 2, month) ||
        !read_number(text, 8, 2, day) || text[4] != '-' || text[7] != '-')
        return wrong();
    std::size_t at = 10;
    if (text.size() > at) {
        if (text.size() < 20 || (text[at] != 'T' && text[at] != 't') ||
            !read_number(text, 11, 2, hour) || !read_number(text, 14, 2, minute) ||
            !read_number(text, 17, 2, second) || text[13] != ':' || text[16] != ':')
            return wrong();
        at = 19;
        if (text[at] == '.') {
            int scale = 100;
            ++at;
            const auto start = at;
            while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
                fraction += scale * (text[at] - '0');
                scale /= 10;
                ++at;
            }
            if (at == start) return wrong();
        }
        if (text.substr(at) != "Z" && text.substr(at) != "z" && text.substr(at) != "+00:00")
            return wrong();
    }
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return wrong();
    const auto t = sys_days{date}.time_since_epoch() + std::chrono::hours{hour} +
                   std::chrono::minutes{minute} + std::chrono::seconds{second} + millis{fraction};
    return instant{std::chrono::duration_cast<millis>(t).count()};
}

result<millis> parse_duration(std::string_view text) {
    const auto wrong = [&] {
        return fail(error_code::invalid_argument, "base.duration.invalid",
                    "'" + std::string(text) + "' is not a duration", {},
                    "write a whole number and a unit: 90s, 30m, 8h, 14d, 2w");
    };
    std::int64_t n = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (ec != std::errc{} || n < 0 || n > 1'000'000'000) return wrong();
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (unit == "ms") return millis{n};
    if (unit == "s") return std::chrono::seconds{n};
    if (unit == "m") return std::chrono::minutes{n};
    if (unit == "h") return std::chrono::hours{n};
    if (unit == "d") return std::chrono::hours{24 * n};
    if (unit == "w") return std::chrono::hours{168 * n};
    return wrong();
}

std::string to_duration(millis d) {
    const auto ms = d.count();
    if (ms % 86'400'000 == 0) return std::to_string(ms / 86'400'000) + "d";
    if (ms % 3'600'000 == 0) return std::to_string(ms / 3'600'000) + "h";
    if (ms % 60'000 == 0) return std::to_string(ms / 60'000) + "m";
    if (ms % 1000 == 0) return std::to_string(ms / 1000) + "s";
    return std::to_string(ms) + "ms";
}

} // namespace servery
