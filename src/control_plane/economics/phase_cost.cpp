#include "control_plane/economics/phase_cost.h"

#include "control_plane/economics/random.h"

#include <algorithm>

namespace servery::economics {
namespace {

constexpr std::array drawn_names{"N", "eligible", "involve", "subscription", "turns"};

double rate_of(const std::map<std::string, double>& rates, const std::string& person) {
    if (const auto it = rates.find(person.empty() ? "owner" : person); it != rates.end())
        return it->second;
    const auto owner = rates.find("owner");
    return owner == rates.end() ? 0.0 : owner->second;
}

void add_amount(phase_amounts& to, const cost_row& row, double amount,
                const std::map<std::string, double>& rates) {
    if (!is_hours(row.unit)) {
        to.cash += amount;
        return;
    }
    const double rate = rate_of(rates, row.person);
    if (row.external) {
        to.cash += amount * rate;
        return;
    }
    to.hours += amount;
    to.opportunity += amount * rate;
    to.hours_by_person[row.person.empty() ? "owner" : row.person] += amount;
}

double traffic_cash(const inputs& p, const phase_traffic& t) {
    const double conversations = p.N * p.eligible * p.involve * t.exposure_months;
    return conversations * token_cost(p) + (t.subscription_apart ? p.subscription * t.months : 0.0);
}

// One thing that is drawn: an input of the case, or a row of the guide.
struct drawn_key {
    std::string name;
    const drawn_input* input = nullptr;
    std::size_t row = 0;
};

std::vector<drawn_key> keys_of(std::span<const cost_row> rows, std::size_t phase,
                               const draw_case& of) {
    std::vector<drawn_key> keys;
    for (const auto& d : of.drawn) {
        const auto name = input_definitions()[d.index].name;
        if (std::ranges::find(drawn_names, name) != drawn_names.end())
            keys.push_back({std::string(name), &d, 0});
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto v = row_value(rows[i], phase);
        if (v && v->low != v->high && row_factor(rows[i], phase, 1) > 0)
            keys.push_back({"row:" + rows[i].id, nullptr, i});
    }
    std::ranges::sort(keys, {}, &drawn_key::name);
    return keys;
}

double percentile(std::vector<double>& values, double a) {
    std::ranges::sort(values);
    return quantile(values, a);
}

} // namespace

bool is_hours(cost_unit unit) {
    return unit == cost_unit::hours || unit == cost_unit::hours_per_week ||
           unit == cost_unit::hours_per_month || unit == cost_unit::hours_per_person;
}

std::optional<range> row_value(const cost_row& row, std::size_t phase) {
    if (std::ranges::any_of(row.per_phase, [](const auto& v) { return v.has_value(); }))
        return row.per_phase[phase] ? row.per_phase[phase] : range::at(0);
    return row.value;
}

double row_factor(const cost_row& row, std::size_t phase, double months) {
    if (!row.phases[phase] || row.covered) return 0;
    const bool by_phase =
        std::ranges::any_of(row.per_phase, [](const auto& v) { return v.has_value(); });
    const auto phases = static_cast<double>(std::ranges::count(row.phases, true));
    const double share = by_phase ? 1.0 : 1.0 / phases;
    switch (row.unit) {
    case cost_unit::hours:
    case cost_unit::money:
        return share;
    case cost_unit::hours_per_week:
        return months * days_a_month / 7;
    case cost_unit::hours_per_month:
    case cost_unit::money_per_month:
        return months;
    case cost_unit::money_per_year:
        return months / 12;
    case cost_unit::hours_per_person:
        return row.persons;
    case cost_unit::derived:
    case cost_unit::na:
        break;
    }
    return 0;
}

phase_amounts phase_cost(std::span<const cost_row> rows, std::size_t phase, double months,
                         const std::map<std::string, double>& rates, double conversations,
                         double per_conversation) {
    phase_amounts out;
    out.cash = conversations * per_conversation;
    for (const auto& row : rows)
        if (const auto v = row_value(row, phase))
            add_amount(out, row, v->likely * row_factor(row, phase, months), rates);
    return out;
}

namespace {

// The rows of one phase, ready for many draws: no lookup and no allocation a draw.
class phase_draws {
  public:
    phase_draws(std::span<const cost_row> rows, std::size_t phase, const phase_traffic& traffic,
                const std::map<std::string, double>& rates, const draw_case& of)
        : traffic_(traffic), now_(of.likely) {
        for (const auto& row : rows) {
            line l{.value = row_value(row, phase).value_or(range{}),
                   .factor = row_factor(row, phase, traffic.months),
                   .rate = rate_of(rates, row.person)};
            l.at = l.value.likely;
            l.own_hours = is_hours(row.unit) && !row.external;
            if (is_hours(row.unit) && row.external) l.factor *= l.rate; // bought hours are cash
            if (l.own_hours && l.factor > 0) l.person = person_index(row.person);
            lines_.push_back(l);
        }
        hours_.resize(people_.size());
        for (const auto& k : keys_of(rows, phase, of))
            keys_.push_back(k);
    }

    void draw(splitmix64& random) {
        for (const auto& k : keys_)
            set(k, random.next());
    }
    void everything_high() {
        for (const auto& k : keys_)
            set(k, 1.0 - 1e-12);
    }
    // Fills the sums below.
    void add_up() {
        cash = 0;
        opportunity = 0;
        std::ranges::fill(hours_, 0.0);
        for (const auto& l : lines_) {
            if (l.factor <= 0) continue;
            const double amount = l.at * l.factor;
            if (!l.own_hours) {
                cash += amount;
                continue;
            }
            hours_[l.person] += amount;
            opportunity += amount * l.rate;
        }
        cash += traffic_cash(now_, traffic_);
    }
    [[nodiscard]] double hours() const {
        double sum = 0;
        for (const double h : hours_)
            sum += h;
        return sum;
    }
    [[nodiscard]] const std::vector<std::string>& people() const { return people_; }
    [[nodiscard]] double hours_of(std::size_t person) const { return hours_[person]; }
    double cash = 0;
    double opportunity = 0;

  private:
    struct line {
        range value;
        double factor = 0;
        double rate = 0;
        double at = 0; // the value of this draw
        bool own_hours = false;
        std::size_t person = 0;
    };

    std::size_t person_index(const std::string& id) {
        const auto name = id.empty() ? std::string("owner") : id;
        const auto it = std::ranges::find(people_, name);
        if (it != people_.end()) return static_cast<std::size_t>(it - people_.begin());
        people_.push_back(name);
        return people_.size() - 1;
    }
    void set(const drawn_key& k, double u) {
        if (k.input != nullptr)
            now_.*input_definitions()[k.input->index].member = draw_from(k.input->law, u);
        else
            lines_[k.row].at = triangular_inverse(u, lines_[k.row].value);
    }

    phase_traffic traffic_;
    inputs now_;
    std::vector<line> lines_;
    std::vector<drawn_key> keys_;
    std::vector<std::string> people_;
    std::vector<double> hours_;
};

} // namespace

phase_forecast forecast_phase(std::span<const cost_row> rows, std::size_t phase,
                              const phase_traffic& traffic,
                              const std::map<std::string, double>& rates, const draw_case& of,
                              int n) {
    phase_draws draws(rows, phase, traffic, rates, of);
    phase_forecast out;
    draws.add_up();
    out.likely = {.hours = draws.hours(),
                  .opportunity = draws.opportunity,
                  .cash = draws.cash,
                  .hours_by_person = {}};
    for (std::size_t i = 0; i < draws.people().size(); ++i)
        out.likely.hours_by_person[draws.people()[i]] = draws.hours_of(i);
    splitmix64 random(phase_seed);
    std::vector<double> cash(static_cast<std::size_t>(std::max(1, n)));
    std::vector<double> hours(cash.size());
    std::vector<std::vector<double>> each(draws.people().size(), std::vector<double>(cash.size()));
    for (std::size_t draw = 0; draw < cash.size(); ++draw) {
        draws.draw(random);
        draws.add_up();
        cash[draw] = draws.cash;
        hours[draw] = draws.hours();
        for (std::size_t i = 0; i < each.size(); ++i)
            each[i][draw] = draws.hours_of(i);
    }
    draws.everything_high();
    draws.add_up();
    out.highest_cash = draws.cash;
    out.highest_hours = draws.hours();
    out.cash_p50 = percentile(cash, .5);
    out.cash_p80 = quantile(cash, .8);
    out.hours_p80 = percentile(hours, .8);
    for (std::size_t i = 0; i < each.size(); ++i)
        out.hours_p80_by_person[draws.people()[i]] = percentile(each[i], .8);
    return out;
}

} // namespace servery::economics
