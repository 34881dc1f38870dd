#include "control_plane/plan/document.h"

#include "control_plane/plan/faults.h"
#include "control_plane/plan/registry.h"

#include <algorithm>
#include <charconv>

namespace servery::plan {
namespace {

using namespace std::chrono;

instant at_day(year_month_day day, millis of_day) {
    const auto days = sys_days(day).time_since_epoch();
    return {duration_cast<millis>(days).count() + of_day.count()};
}

instant add_months(instant at, int months_more) {
    const sys_time<millis> time{millis{at.ms}};
    const auto day = floor<days>(time);
    const year_month_day from{day};
    const auto month = year_month{from.year(), from.month()} + months{months_more};
    const auto last = (month / last_spec{}).day();
    const auto clamped = std::min(from.day(), last);
    return at_day(month / clamped, duration_cast<millis>(time - day));
}

struct parts {
    std::int64_t n = 0;
    std::string_view unit;
};

result<parts> parts_of(std::string_view text) {
    parts out;
    const auto done = std::from_chars(text.data(), text.data() + text.size(), out.n);
    out.unit = text.substr(static_cast<std::size_t>(done.ptr - text.data()));
    const bool known = out.unit == "h" || out.unit == "d" || out.unit == "w" || out.unit == "mo" ||
                       out.unit == "y";
    if (done.ec != std::errc{} || out.n < 1 || out.n > 10'000'000 || !known)
        return fail(error_code::unprocessable, "plan.duration.invalid",
                    "'" + std::string(text) + "' is not a duration", {},
                    "write for example 8h, 14d, 2w, 1mo or 1y");
    return out;
}

} // namespace

std::optional<estimate> read_estimate(const json::value& v) {
    if (v.is_number()) {
        const auto d = v.to_number<double>();
        return estimate{d, d, d};
    }
    if (!v.is_array() || v.get_array().size() != 3) return std::nullopt;
    const auto& list = v.get_array();
    if (!std::ranges::all_of(list, [](const json::value& x) { return x.is_number(); }))
        return std::nullopt;
    return estimate{list[0].to_number<double>(), list[1].to_number<double>(),
                    list[2].to_number<double>()};
}

bool risk::required_in(phase p) const {
    return std::ranges::find(phases, p) != phases.end();
}

const metric* document::find_metric(std::string_view id) const {
    const auto it = std::ranges::find(metrics, id, &metric::id);
    return it == metrics.end() ? nullptr : &*it;
}
const stage* document::find_stage(std::string_view id) const {
    const auto it = std::ranges::find(rollout.stages, id, &stage::id);
    return it == rollout.stages.end() ? nullptr : &*it;
}
const risk* document::find_risk(std::string_view id) const {
    const auto it = std::ranges::find(risks, id, &risk::id);
    return it == risks.end() ? nullptr : &*it;
}
const person* document::find_person(std::string_view id) const {
    const auto it = std::ranges::find(people, id, &person::id);
    return it == people.end() ? nullptr : &*it;
}
const phase_plan& document::in(phase p) const {
    return phases[static_cast<std::size_t>(index(p))];
}
int document::stage_index(std::string_view id) const {
    const auto it = std::ranges::find(rollout.stages, id, &stage::id);
    return it == rollout.stages.end() ? -1 : static_cast<int>(it - rollout.stages.begin());
}

int plan_document::line_of(std::string_view path) const {
    return nearest_line(lines, path);
}

std::optional<phase> phase_from(std::string_view text) {
    return json::enum_from<phase>(text);
}
std::string_view word(phase p) {
    return json::enum_word(p);
}
std::optional<phase> next_phase(phase p) {
    if (p == phase::production) return std::nullopt;
    return static_cast<phase>(index(p) + 1);
}

bool due_at_gate(const risk& row, int gate) {
    const auto opened = static_cast<phase>(gate);
    if (row.due != due_kind::exit && row.required_in(opened)) return true;
    return gate > 0 && row.due != due_kind::entry && row.required_in(static_cast<phase>(gate - 1));
}

bool evidence_due_at_gate(const risk& row, const evidence_rule& e, int gate) {
    if (!due_at_gate(row, gate)) return false;
    const auto* f = find_fact(e.ref);
    return gate > 0 || f == nullptr || !f->variant_bound;
}

std::optional<int> gate_number(std::string_view gate) {
    if (gate.size() != 2 || gate[0] != 'G' || gate[1] < '0' || gate[1] > '3') return std::nullopt;
    return gate[1] - '0';
}

result<millis> duration_of(std::string_view text) {
    const auto p = parts_of(text);
    if (!p) return std::unexpected(p.error());
    constexpr std::int64_t hour = 3'600'000;
    if (p->unit == "h") return millis{p->n * hour};
    if (p->unit == "d") return millis{p->n * 24 * hour};
    if (p->unit == "w") return millis{p->n * 168 * hour};
    // 30.4375 days a month, 365.25 a year
    if (p->unit == "mo") return millis{p->n * 24 * hour * 304'375 / 10'000};
    return millis{p->n * 24 * hour * 36'525 / 100};
}

result<instant> add_duration(instant at, std::string_view text) {
    const auto p = parts_of(text);
    if (!p) return std::unexpected(p.error());
    if (p->unit == "mo") return add_months(at, static_cast<int>(p->n));
    if (p->unit == "y") return add_months(at, static_cast<int>(p->n) * 12);
    return at + *duration_of(text);
}

result<instant> date_of(std::string_view text) {
    if (text.size() > 10) return parse_rfc3339(text);
    int y = 0;
    unsigned m = 0;
    unsigned d = 0;
    bool ok = text.size() == 10 && text[4] == '-' && text[7] == '-';
    if (ok) {
        std::from_chars(text.data(), text.data() + 4, y);
        std::from_chars(text.data() + 5, text.data() + 7, m);
        std::from_chars(text.data() + 8, text.data() + 10, d);
        ok = year_month_day{year{y}, month{m}, day{d}}.ok();
    }
    if (!ok)
        return fail(error_code::unprocessable, "plan.date.invalid",
                    "'" + std::string(text) + "' is not a date", {},
                    "write for example 2026-11-25");
    return at_day(year_month_day{year{y}, month{m}, day{d}}, millis{0});
}

} // namespace servery::plan
