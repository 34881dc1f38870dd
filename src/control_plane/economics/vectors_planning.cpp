#include "control_plane/economics/breakeven.h"
#include "control_plane/economics/phase_cost.h"
#include "control_plane/economics/portfolio.h"
#include "control_plane/economics/tiers.h"
#include "control_plane/economics/vector_reader.h"
#include "foundation/stats/rate.h"
#include "foundation/stats/sample_size.h"
#include "foundation/stats/wilson.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

namespace servery::economics {
namespace {

class planning_checks {
  public:
    explicit planning_checks(vector_reader& in) : in_(in) {}

    void run() {
        samples();
        planning();
    }

  private:
    void samples() {
        std::size_t i = 0;
        for (const auto& row : in_.file().at("wilson").as_array()) {
            const auto w = stats::wilson({whole(row.at("k")), whole(row.at("n"))});
            const auto name = fmt::format("wilson[{}]", i++);
            in_.same(name + ".lo", row.at("lo"), w.lower);
            in_.same(name + ".hi", row.at("hi"), w.upper);
        }
        i = 0;
        for (const auto& row : in_.file().at("n_to_prove").as_array()) {
            const auto e = stats::exact_test(number(row.at("p0")), number(row.at("p1")));
            const auto name = fmt::format("n_to_prove[{}]", i++);
            in_.same(name + ".n", row.at("n"), e ? std::optional(double(e->n)) : std::nullopt, 0);
            in_.same(name + ".k", row.at("k"), e ? std::optional(double(e->good)) : std::nullopt,
                     0);
        }
        i = 0;
        for (const auto& row : in_.file().at("reachability").as_array()) {
            const double a_month = in_.base().N * in_.base().eligible * in_.base().involve *
                                   number(row.at("exposure"));
            in_.same(fmt::format("reachability[{}].months", i++), row.at("months"),
                     number(row.at("n")) / a_month);
        }
        const auto& m = in_.file().at("n_mean_above");
        const double z = stats::normal_quantile(.95) + stats::normal_quantile(.8);
        const double gap = number(m.at("true")) - number(m.at("target"));
        in_.same("n_mean_above.n", m.at("n"), std::ceil(std::pow(z * number(m.at("sd")) / gap, 2)),
                 0);
    }

    void sizes(const std::string& name, const json::value& n50, const json::value& n80,
               const json::value& n90, const std::optional<stats::sample_size>& s) {
        if (!s) return in_.add(name, false, json::write(n50), "none");
        in_.same(name + ".n50", n50, static_cast<double>(s->n50), 0);
        in_.same(name + ".n80", n80, static_cast<double>(s->n80), 0);
        in_.same(name + ".n90", n90, static_cast<double>(s->n90), 0);
    }

    void planning() {
        const auto& p = in_.file().at("planning").as_object();
        in_.same("planning.marginal_resolution", p.at("marginal_resolution"),
                 marginal_resolution(in_.base()));
        exposures(p);
        posteriors(p);
        sequential(p);
        costs(p);
    }

    void exposures(const json::object& p) {
        std::size_t i = 0;
        for (const auto& row : p.at("exposure_by_month").as_array()) {
            std::vector<segment> segments;
            for (const auto& s : row.at("segments").as_array())
                segments.push_back({number(s.at(0)), number(s.at(1))});
            const auto found =
                exposure_by_month(segments, static_cast<int>(whole(row.at("horizon")))).value();
            const auto& want = row.at("v").as_array();
            for (std::size_t m = 0; m < want.size(); ++m)
                in_.same(fmt::format("planning.exposure_by_month[{}][{}]", i, m), want[m],
                         found.at(m));
            ++i;
        }
        i = 0;
        for (const auto& row : p.at("forward_npv").as_array()) {
            std::vector<double> xs;
            for (const auto& x : row.at("xs").as_array())
                xs.push_back(number(x));
            in_.same(fmt::format("planning.forward_npv[{}].v", i++), row.at("v"),
                     forward_npv(in_.use_case(json::text_or(row.as_object(), "use")), xs,
                                 number(row.at("rest"))));
        }
        const auto& e = p.at("evpi").as_object();
        draw_case light{in_.use_case(json::text_or(e, "use")), {}};
        for (const auto& t : in_.triangles(e.at("tri").as_object()))
            light.drawn.push_back({t.index, t.range});
        const auto found = simulate(light, in_.months(static_cast<int>(whole(e.at("horizon")))),
                                    {.n = static_cast<int>(whole(e.at("n"))),
                                     .seed = static_cast<std::uint64_t>(whole(e.at("seed")))});
        in_.same("planning.evpi.v", e.at("v"), found->evpi);
        in_.same("planning.evpi.p_positive", e.at("p_positive"), found->p_positive);
    }

    void posteriors(const json::object& p) {
        std::size_t i = 0;
        for (const auto& row : p.at("beta_prior").as_array()) {
            const auto law = beta_prior(range_of(row.at("tri")));
            const auto name = fmt::format("planning.beta_prior[{}]", i++);
            in_.same(name + ".a", row.at("a"), law.a);
            in_.same(name + ".b", row.at("b"), law.b);
        }
        i = 0;
        for (const auto& row : p.at("beta_posterior").as_array()) {
            const auto law =
                beta_posterior(range_of(row.at("tri")), whole(row.at("s")), whole(row.at("n")));
            in_.same(fmt::format("planning.beta_posterior[{}]", i++), row.at("v"),
                     beta_quantile(law, number(row.at("u"))));
        }
        i = 0;
        for (const auto& row : p.at("mean_posterior").as_array()) {
            const auto law = mean_posterior(range_of(row.at("tri")), whole(row.at("n")),
                                            number(row.at("mean")), number(row.at("sd")));
            const auto name = fmt::format("planning.mean_posterior[{}]", i++);
            in_.same(name + ".mu", row.at("mu"), law.mean);
            in_.same(name + ".se", row.at("se"), law.sd);
            in_.same(name + ".q90", row.at("q90"), law.quantile(.9));
        }
    }

    void sequential(const json::object& p) {
        std::size_t i = 0;
        for (const auto& row : p.at("ln_e_pass").as_array())
            in_.same(fmt::format("planning.ln_e_pass[{}]", i++), row.at("v"),
                     stats::rate_ln_e_pass({whole(row.at("s")), whole(row.at("n"))},
                                           number(row.at("p0"))));
        i = 0;
        for (const auto& row : p.at("n_sequential").as_array())
            sizes(fmt::format("planning.n_sequential[{}]", i++), row.at("n50"), row.at("n80"),
                  row.at("n90"),
                  stats::rate_sample(number(row.at("p0")), number(row.at("p1")), .05));
        const auto& mean = p.at("n_sequential_mean");
        const auto& n = mean.at("n").as_array();
        sizes("planning.n_sequential_mean", n[0], n[1], n[2],
              stats::mean_sample(number(mean.at("target")), number(mean.at("true")),
                                 number(mean.at("sd")), .05));
        const auto& two = p.at("n_two_arm");
        const auto& both = two.at("n").as_array();
        sizes("planning.n_two_arm", both[0], both[1], both[2],
              stats::two_arm_sample({.pi = number(two.at("pi")),
                                     .variance_new = number(two.at("var_t")),
                                     .variance_control = number(two.at("var_c")),
                                     .difference = number(two.at("difference")),
                                     .margin = number(two.at("margin"))},
                                    .05));
    }

    static std::optional<std::size_t> phase_index(std::string_view word) {
        static constexpr std::array words{"sandbox", "pilot", "rollout", "production"};
        const auto at = std::ranges::find(words, word);
        if (at == words.end()) return std::nullopt;
        return static_cast<std::size_t>(at - words.begin());
    }
    static range amount(const json::value& v) {
        return v.is_array() ? range_of(v) : range::at(number(v));
    }
    static cost_unit unit_of(std::string_view word) {
        static constexpr std::array words{
            "hours", "hours_per_week",  "hours_per_month", "hours_per_person",
            "money", "money_per_month", "money_per_year",  "derived",
            "na"};
        const auto at = std::ranges::find(words, word);
        if (at == words.end()) throw std::invalid_argument("unit");
        return static_cast<cost_unit>(at - words.begin());
    }
    static cost_row row_of(const json::object& o) {
        cost_row out;
        out.id = json::text_or(o, "id");
        for (const auto& p : o.at("phases").as_array())
            if (const auto at = phase_index(p.as_string())) out.phases[*at] = true;
        out.person = json::text_or(o, "person");
        out.external = json::text_or(o, "source") == "external";
        out.covered = o.contains("covers");
        const auto& e = o.at("estimate").as_object();
        out.unit = unit_of(json::text_or(e, "unit"));
        out.persons = json::number_or(e, "persons", 1);
        if (const auto* v = e.if_contains("value")) out.value = amount(*v);
        if (const auto* each = e.if_contains("per_phase"))
            for (const auto& [word, v] : each->as_object())
                if (const auto at = phase_index(word)) out.per_phase[*at] = amount(v);
        return out;
    }

    void costs(const json::object& p) {
        std::vector<cost_row> rows;
        for (const auto& row : p.at("phase_cost_rows").as_array())
            rows.push_back(row_of(row.as_object()));
        std::map<std::string, double> rates;
        for (const auto& [who, rate] : p.at("phase_cost_rates").as_object())
            rates[std::string(who)] = number(rate);
        for (const auto& row : p.at("phase_cost").as_array()) {
            const auto word = json::text_or(row.as_object(), "phase");
            const auto found =
                phase_cost(rows, phase_index(word).value(), number(row.at("months")), rates,
                           number(row.at("conversations")), number(row.at("per_conversation")));
            in_.same("planning.phase_cost." + word + ".hours", row.at("hours"), found.hours);
            in_.same("planning.phase_cost." + word + ".opportunity", row.at("opportunity"),
                     found.opportunity);
            in_.same("planning.phase_cost." + word + ".cash", row.at("cash"), found.cash);
        }
        std::vector<price_tier> tiers;
        for (const auto& t : p.at("tiers").as_array()) {
            const auto& o = t.as_object();
            tiers.push_back({json::text_or(o, "name"), number(o.at("monthly")),
                             number(o.at("includes")), std::nullopt});
            if (const auto* over = o.if_contains("overage"); over && !over->is_null())
                tiers.back().overage = number(*over);
        }
        std::size_t i = 0;
        for (const auto& row : p.at("tier_cost").as_array()) {
            const auto found = tier_cost(tiers, number(row.at("volume")));
            const auto name = fmt::format("planning.tier_cost[{}]", i++);
            in_.same(name + ".tier", row.at("tier"),
                     found.tier ? std::optional(static_cast<double>(*found.tier)) : std::nullopt,
                     0);
            in_.same(name + ".cost", row.at("cost"), found.cost);
        }
        i = 0;
        for (const auto& row : p.at("portfolio_score").as_array())
            in_.same(fmt::format("planning.portfolio_score[{}]", i++), row.at("v"),
                     portfolio_score(number(row.at("p")), number(row.at("mean_positive")),
                                     number(row.at("hours")), number(row.at("months"))));
    }

    vector_reader& in_;
};

} // namespace

void check_planning(vector_reader& in) {
    planning_checks(in).run();
}

} // namespace servery::economics
