#include "control_plane/economics/vectors.h"

#include "control_plane/economics/breakeven.h"
#include "control_plane/economics/random.h"
#include "control_plane/economics/vector_reader.h"

#include <fmt/format.h>

namespace servery::economics {
namespace {

constexpr double same_draw = 1e-9;

class value_checks {
  public:
    explicit value_checks(vector_reader& in) : in_(in) {}

    void run() {
        random_stream();
        closed_forms();
        monte_carlo();
        use_cases();
    }

  private:
    void random_stream() {
        splitmix64 random(42);
        std::size_t i = 0;
        for (const auto& u : in_.file().at("splitmix64_seed42_first5").as_array())
            in_.same(fmt::format("splitmix64_seed42_first5[{}]", i++), u, random.next(), 0);
        i = 0;
        for (const auto& row : in_.file().at("tri_inv").as_array()) {
            const auto& o = row.as_object();
            const range r{number(o.at("lo")), number(o.at("mode")), number(o.at("hi"))};
            in_.same(fmt::format("tri_inv[{}]", i++), o.at("v"),
                     triangular_inverse(number(o.at("u")), r), same_draw);
        }
    }

    void month_flows_of(const std::string& name, const json::object& want, const month_flows& m) {
        const std::pair<const char*, double> found[] = {{"reach", m.reach},
                                                        {"solved", m.solved},
                                                        {"saved", m.saved},
                                                        {"penalty", m.penalty},
                                                        {"assist", m.assist},
                                                        {"revenue", m.revenue},
                                                        {"errors", m.errors},
                                                        {"tokens", m.tokens},
                                                        {"people", m.people},
                                                        {"fixed", m.fixed},
                                                        {"benefit", m.benefit},
                                                        {"cost", m.cost},
                                                        {"net_capacity", m.net_capacity},
                                                        {"net_cash", m.net_cash}};
        for (const auto& [key, value] : found)
            if (want.contains(key)) in_.same(name + "." + key, want.at(key), value);
    }
    void project_of(const std::string& name, const json::object& want, const project_value& p) {
        in_.same(name + ".setup", want.at("setup"), p.setup);
        in_.same(name + ".roi", want.at("roi"), p.roi);
        in_.same(name + ".payback", want.at("payback"), p.payback);
        in_.same(name + ".npv", want.at("npv"), p.npv);
        in_.same(name + ".total_benefit", want.at("total_benefit"), p.total_benefit);
        in_.same(name + ".total_cost", want.at("total_cost"), p.total_cost);
    }

    void closed_forms() {
        in_.same("token_cost_per_conv", in_.file().at("token_cost_per_conv"),
                 token_cost(in_.base()));
        month_flows_of("month_full", in_.file().at("month_full").as_object(), month(in_.base(), 1));
        month_flows_of("month_10", in_.file().at("month_10").as_object(), month(in_.base(), .1));
        project_of("project12", in_.file().at("project12").as_object(),
                   project(in_.base(), in_.months(12)));
        project_of("project24", in_.file().at("project24").as_object(),
                   project(in_.base(), in_.months(24)));
        in_.same("break_even_volume", in_.file().at("break_even_volume"),
                 break_even_volume(in_.base()));
        in_.same("break_even_resolution", in_.file().at("break_even_resolution"),
                 break_even_resolution(in_.base()));
        in_.same("unit_contribution", in_.file().at("unit_contribution"),
                 unit_contribution(in_.base()));
        in_.same("vendor_monthly", in_.file().at("vendor_monthly"), vendor_monthly(in_.base()));
    }

    void spread_of(const std::string& name, const json::object& want, const draw_case& of,
                   int horizon) {
        const auto found = simulate(of, in_.months(horizon),
                                    {.n = static_cast<int>(whole(want.at("n"))),
                                     .seed = static_cast<std::uint64_t>(whole(want.at("seed")))});
        if (!found) return in_.add(name, false, "draws", found.error().message);
        in_.same(name + ".p10", want.at("p10"), found->p10, same_draw);
        in_.same(name + ".p50", want.at("p50"), found->p50, same_draw);
        in_.same(name + ".p90", want.at("p90"), found->p90, same_draw);
        in_.same(name + ".p_positive", want.at("p_positive"), found->p_positive, same_draw);
        in_.same(name + ".mean", want.at("mean"), found->mean, same_draw);
    }

    void monte_carlo() {
        spread_of("mc12", in_.file().at("mc12").as_object(), in_.drawn(in_.base()), 12);
        spread_of("mc24", in_.file().at("mc24").as_object(), in_.drawn(in_.base()), 24);
        const auto bars = tornado(in_.drawn(in_.base()), in_.months(12));
        for (const auto& row : in_.file().at("tornado12").as_array()) {
            const auto name = json::text_or(row.as_object(), "k");
            const auto at = input_index(name);
            for (const auto& b : bars)
                if (at && b.index == *at) {
                    in_.same("tornado12." + name + ".low", row.at("low"), b.low);
                    in_.same("tornado12." + name + ".high", row.at("high"), b.high);
                }
        }
        const auto& large = in_.file().at("big").as_object();
        month_flows_of("big.month_full", large.at("month_full").as_object(), month(in_.big(), 1));
        project_of("big.project12", large.at("project12").as_object(),
                   project(in_.big(), in_.months(12)));
        // the five ranges of the larger firm, unless the file names its own
        json::object wider{{"N", {2300, 3000, 4000}},
                           {"hours_monitor", {6, 12, 25}},
                           {"hours_kb", {4, 8, 16}},
                           {"setup_hours", {50, 90, 180}},
                           {"subscription", {80, 150, 400}}};
        if (const auto* own = large.if_contains("tri")) wider = own->as_object();
        spread_of("big.mc12", large.at("mc12").as_object(), in_.drawn(in_.big(), wider), 12);
        in_.same("vendor_monthly_big", in_.file().at("vendor_monthly_big"),
                 vendor_monthly(in_.big()));
    }

    void use_cases() {
        for (const auto& [key, v] : in_.file().at("use_cases").as_object()) {
            auto p = in_.use_case(key);
            const auto& o = v.as_object();
            if (const auto* own = o.if_contains("params")) in_.set(p, own->as_object());
            const auto name = "use_cases." + std::string(key);
            month_flows_of(name + ".month", o.at("month").as_object(), month(p, 1));
            project_of(name + ".project12", o.at("project12").as_object(),
                       project(p, in_.months(12)));
            if (p.N <= 0) continue;
            in_.same(name + ".break_even_volume", o.at("break_even_volume"), break_even_volume(p));
            in_.same(name + ".vendor_monthly", o.at("vendor_monthly"), vendor_monthly(p));
        }
    }

    vector_reader& in_;
};

} // namespace

void check_value(vector_reader& in) {
    value_checks(in).run();
}

result<std::vector<vector_check>> verify_vectors(const json::object& file) {
    try {
        vector_reader in(file);
        check_value(in);
        check_planning(in);
        return std::move(in.found);
    } catch (const std::exception& e) {
        return fail(error_code::invalid_argument, "economics.vectors.invalid",
                    "this is no file of reference numbers: " + std::string(e.what()), {},
                    "see tests/data/economics/README.md");
    }
}

} // namespace servery::economics
