#include "control_plane/evaluation/graders/values.h"

#include "foundation/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace servery::evaluation {
namespace {

bool digit(char c) {
    return c >= '0' && c <= '9';
}
bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

struct found_value {
    std::string form;
    bool claims = false; // says something that can be wrong
    std::size_t end = 0;
};

constexpr std::array<std::string_view, 60> units{
    "%",      "eur",    "euro",    "euros",  "usd",     "dollar",  "dollars", "gbp",     "pound",
    "pounds", "chf",    "franken", "cent",   "cents",   "percent", "prozent", "h",       "hr",
    "hrs",    "hour",   "hours",   "stunde", "stunden", "min",     "minute",  "minutes", "minuten",
    "day",    "days",   "tag",     "tage",   "tagen",   "week",    "weeks",   "woche",   "wochen",
    "month",  "months", "monat",   "monate", "year",    "years",   "jahr",    "jahre",   "night",
    "nights", "nacht",  "km",      "m",      "cm",      "mm",      "kg",      "g",       "l",
    "miles",  "mile",   "meter",   "metres", "uhr",     "am"};

std::string_view next_word(std::string_view text, std::size_t at) {
    if (at < text.size() && (text[at] == ' ' || text[at] == '-')) ++at;
    if (at < text.size() && text[at] == '%') return "%";
    if (text.substr(at).starts_with("€") || text.substr(at).starts_with("£") ||
        (at < text.size() && text[at] == '$'))
        return "%";
    std::size_t end = at;
    while (end < text.size() && letter(text[end]))
        ++end;
    return text.substr(at, end - at);
}

bool unit_follows(std::string_view text, std::size_t at) {
    const auto word = lower_ascii(next_word(text, at));
    return std::ranges::find(units, std::string_view(word)) != units.end();
}

bool currency_before(std::string_view text, std::size_t at) {
    auto head = text.substr(0, at);
    if (head.ends_with(' ')) head.remove_suffix(1);
    if (head.ends_with('$') || head.ends_with("€") || head.ends_with("£")) return true;
    const auto tail = lower_ascii(head.substr(head.size() >= 3 ? head.size() - 3 : 0));
    return tail == "eur" || tail == "usd" || tail == "gbp" || tail == "chf";
}

std::string two(int n) {
    return (n < 10 ? "0" : "") + std::to_string(n);
}

int small_number(std::string_view digits) {
    int n = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), n);
    return n;
}

// am, pm, a.m., p.m. behind `at`; sets `at` behind it. 0 none, 1 am, 2 pm.
int half_of_day(std::string_view text, std::size_t& at) {
    std::size_t i = at;
    if (i < text.size() && text[i] == ' ') ++i;
    if (i >= text.size()) return 0;
    const char first = text[i] | 0x20;
    if (first != 'a' && first != 'p') return 0;
    ++i;
    if (i < text.size() && text[i] == '.') ++i;
    if (i >= text.size() || (text[i] | 0x20) != 'm') return 0;
    ++i;
    if (i < text.size() && letter(text[i])) return 0;
    if (i < text.size() && text[i] == '.' && text[i - 2] == '.') ++i;
    at = i;
    return first == 'a' ? 1 : 2;
}

// "15:30", "3:30pm", "3 pm"
std::optional<found_value> time_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && digit(text[end]))
        ++end;
    if (end - at > 2) return std::nullopt;
    int hour = small_number(text.substr(at, end - at));
    int minute = 0;
    bool colon = false;
    if (end + 2 < text.size() && text[end] == ':' && digit(text[end + 1]) && digit(text[end + 2])) {
        minute = small_number(text.substr(end + 1, 2));
        colon = true;
        end += 3;
    }
    const int half = half_of_day(text, end);
    if (!colon && half == 0) return std::nullopt;
    if (hour > 24 || minute > 59) return std::nullopt;
    if (half == 2 && hour < 12) hour += 12;
    if (half == 1 && hour == 12) hour = 0;
    return found_value{.form = two(hour) + ":" + two(minute), .claims = true, .end = end};
}

// "1.000,50", "1,000.50", "1 000"
std::string number_form(std::string_view written) {
    std::string plain;
    const auto last_dot = written.rfind('.');
    const auto last_comma = written.rfind(',');
    char decimal = '\0';
    const auto count = [&](char c) { return std::ranges::count(written, c); };
    if (last_dot != std::string_view::npos && last_comma != std::string_view::npos) {
        decimal = last_dot > last_comma ? '.' : ',';
    } else if (last_dot != std::string_view::npos || last_comma != std::string_view::npos) {
        const char c = last_dot != std::string_view::npos ? '.' : ',';
        const auto at = written.rfind(c);
        const auto behind = written.size() - at - 1;
        const bool thousands = count(c) > 1 || (behind == 3 && written[0] != '0');
        if (!thousands) decimal = c;
    }
    for (const char c : written) {
        if (digit(c)) plain += c;
        if (c == decimal) plain += '.';
    }
    if (plain.find('.') != std::string::npos) {
        while (plain.ends_with('0'))
            plain.pop_back();
        if (plain.ends_with('.')) plain.pop_back();
    }
    std::size_t zeros = 0;
    while (zeros + 1 < plain.size() && plain[zeros] == '0' && plain[zeros + 1] != '.')
        ++zeros;
    return plain.substr(zeros);
}

found_value number_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    std::size_t digits = 0;
    while (end < text.size()) {
        if (digit(text[end])) {
            ++digits;
            ++end;
            continue;
        }
        const bool inner =
            (text[end] == '.' || text[end] == ',') && end + 1 < text.size() && digit(text[end + 1]);
        if (!inner) break;
        ++end;
    }
    found_value v{.form = number_form(text.substr(at, end - at)), .end = end};
    v.claims = digits >= 3 || unit_follows(text, end) || currency_before(text, at);
    return v;
}

bool in_address(char c) {
    return digit(c) || letter(c) || std::string_view("._%+-@/:?=&#~").find(c) != std::string::npos;
}

// An e-mail address or a link: a run of address characters that holds an @ or a "www." or "://".
std::optional<found_value> address_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && in_address(text[end]))
        ++end;
    auto run = text.substr(at, end - at);
    while (!run.empty() && std::string_view(".:?/").find(run.back()) != std::string::npos)
        run.remove_suffix(1);
    const auto sign = run.find('@');
    const bool email =
        sign != std::string_view::npos && sign > 0 && run.find('.', sign) != std::string_view::npos;
    const bool link = run.find("://") != std::string_view::npos || run.starts_with("www.");
    if (!email && !link) return std::nullopt;
    return found_value{.form = lower_ascii(run), .claims = true, .end = at + run.size()};
}

template <typename Take>
void each_value(std::string_view text, Take take) {
    std::size_t at = 0;
    bool word_start = true;
    while (at < text.size()) {
        const char c = text[at];
        std::optional<found_value> v;
        if (word_start && (letter(c) || digit(c))) v = address_at(text, at);
        if (!v && digit(c)) {
            v = time_at(text, at);
            if (!v) v = number_at(text, at);
        }
        if (v) {
            take(*v);
            at = std::max(at + 1, v->end);
            word_start = false;
            continue;
        }
        word_start = !letter(c) && !digit(c);
        ++at;
    }
}

} // namespace

std::set<std::string> all_values(std::string_view text) {
    std::set<std::string> out;
    each_value(text, [&](const found_value& v) { out.insert(v.form); });
    return out;
}

std::vector<std::string> stated_facts(std::string_view text) {
    std::vector<std::string> out;
    each_value(text, [&](const found_value& v) {
        if (v.claims) out.push_back(v.form);
    });
    return out;
}

} // namespace servery::evaluation
