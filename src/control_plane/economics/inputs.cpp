#include "control_plane/economics/inputs.h"

#include "foundation/base/text.h"

#include <algorithm>
#include <cmath>

namespace servery::economics {
namespace {

using enum domain;
using m = measured_as;

constexpr std::array<input_definition, input_count> definitions{{
    {"N", &inputs::N, amount, m::volume, "contacts a month"},
    {"cache_hit", &inputs::cache_hit, share, m::point, "share of input tokens from the cache"},
    {"discount", &inputs::discount, amount, m::typed, "discount rate a year"},
    {"draft_saving", &inputs::draft_saving, share, m::rate, "share of a piece's time saved"},
    {"drafts", &inputs::drafts, amount, m::volume, "pieces a month"},
    {"eligible", &inputs::eligible, share, m::rate, "share of contacts in scope"},
    {"harm_cost", &inputs::harm_cost, amount, m::typed, "cost of one harmful answer"},
    {"harm_rate", &inputs::harm_rate, share, m::rate, "harmful answers a conversation"},
    {"hosting", &inputs::hosting, amount, m::point, "hosting a month"},
    {"hours_kb", &inputs::hours_kb, amount, m::hours, "hours a month on the knowledge"},
    {"hours_monitor", &inputs::hours_monitor, amount, m::hours, "hours a month on watching"},
    {"in_tok", &inputs::in_tok, amount, m::point, "tokens in, a turn"},
    {"involve", &inputs::involve, share, m::rate, "share of those the AI answers"},
    {"judge_cost", &inputs::judge_cost, amount, m::point, "cost of one judged answer"},
    {"judge_rate", &inputs::judge_rate, share, m::point, "share judged by a model"},
    {"kappa", &inputs::kappa, share, m::typed, "share of freed time that becomes money"},
    {"kappa_own", &inputs::kappa_own, share, m::typed, "share of own time that is money"},
    {"lost_rate", &inputs::lost_rate, share, m::typed, "orders lost a conversation"},
    {"margin", &inputs::margin, share, m::typed, "margin of an order"},
    {"min_draft", &inputs::min_draft, amount, m::mean, "minutes of a piece today"},
    {"min_easy", &inputs::min_easy, amount, m::mean, "minutes of an easy contact"},
    {"min_handoff_extra", &inputs::min_handoff_extra, any, m::mean,
     "extra minutes of a handed-over one"},
    {"min_review", &inputs::min_review, amount, m::mean, "minutes to read one answer"},
    {"order_value", &inputs::order_value, amount, m::typed, "value of an order"},
    {"out_tok", &inputs::out_tok, amount, m::point, "tokens out, a turn"},
    {"price_cached", &inputs::price_cached, amount, m::point, "price of cached tokens a million"},
    {"price_in", &inputs::price_in, amount, m::point, "price of input tokens a million"},
    {"price_out", &inputs::price_out, amount, m::point, "price of output tokens a million"},
    {"recontact", &inputs::recontact, share, m::rate, "share that returns within 7 days"},
    {"resolve", &inputs::resolve, share, m::rate, "share solved without a person"},
    {"retry", &inputs::retry, share, m::point, "share of calls repeated"},
    {"rev_uplift_rate", &inputs::rev_uplift_rate, share, m::typed, "orders gained a conversation"},
    {"review_share", &inputs::review_share, share, m::point, "share of answers read by a person"},
    {"setup_cash", &inputs::setup_cash, amount, m::point, "cash spent once"},
    {"setup_hours", &inputs::setup_hours, amount, m::hours, "hours spent once"},
    {"subscription", &inputs::subscription, amount, m::point, "subscription a month"},
    {"training_hours", &inputs::training_hours, amount, m::hours, "hours of training"},
    {"turns", &inputs::turns, amount, m::mean, "turns a conversation"},
    {"wage_h", &inputs::wage_h, amount, m::typed, "cost of a staff hour"},
    {"wage_owner", &inputs::wage_owner, amount, m::typed, "cost of an owner's hour"},
}};
static_assert(std::ranges::is_sorted(definitions, {}, &input_definition::name));

double likely_of(const given_inputs& given, std::string_view name) {
    const auto it = given.find(name);
    return it == given.end() ? 0.0 : it->second.range.likely;
}

error range_fault(std::string_view name, std::string message, std::string remedy) {
    return {.code = error_code::unprocessable,
            .id = "economics.input.range",
            .message = std::string(name) + " " + std::move(message),
            .where = std::string(name),
            .remedy = std::move(remedy)};
}

std::optional<error> fault_of(const input_definition& what, const range& r) {
    if (!std::isfinite(r.low) || !std::isfinite(r.likely) || !std::isfinite(r.high))
        return range_fault(what.name, "is no number", "write a number or [low, likely, high]");
    if (r.low > r.likely || r.likely > r.high)
        return range_fault(what.name, "runs backwards",
                           "write [low, likely, high] from low to high");
    if (what.domain == share && (r.low < 0 || r.high > 1))
        return range_fault(what.name, "is a share outside 0 to 1", "write 45 % as 0.45");
    if (what.domain == amount && r.low < 0)
        return range_fault(what.name, "is negative", "write zero or more");
    return std::nullopt;
}

} // namespace

const std::array<input_definition, input_count>& input_definitions() {
    return definitions;
}

std::optional<std::size_t> input_index(std::string_view name) {
    const auto it = std::ranges::lower_bound(definitions, name, {}, &input_definition::name);
    if (it == definitions.end() || it->name != name) return std::nullopt;
    return static_cast<std::size_t>(it - definitions.begin());
}

const range* case_inputs::range_of(std::string_view name) const {
    const auto at = input_index(name);
    for (const auto& u : uncertain)
        if (at && u.index == *at) return &u.range;
    return nullptr;
}

std::vector<std::string> missing_inputs(const given_inputs& given) {
    std::vector<std::string> out;
    const auto need = [&](const char* name) {
        if (!given.contains(std::string_view(name)) &&
            std::ranges::find(out, std::string_view(name)) == out.end())
            out.emplace_back(name);
    };
    // Leaving upkeep out is the commonest error of calculators, so it has no default.
    need("hours_monitor");
    need("hours_kb");
    need("wage_owner");
    if (likely_of(given, "N") > 0)
        for (const auto* name : {"resolve", "min_easy", "min_handoff_extra", "wage_h"})
            need(name);
    if (likely_of(given, "drafts") > 0)
        for (const auto* name : {"min_draft", "draft_saving", "wage_h"})
            need(name);
    if (likely_of(given, "harm_rate") > 0) need("harm_cost");
    return out;
}

result<case_inputs> make_case(const given_inputs& given) {
    case_inputs out;
    std::vector<error> faults;
    std::vector<std::string> names;
    for (const auto& d : definitions)
        names.emplace_back(d.name);
    for (const auto& [name, value] : given) {
        const auto at = input_index(name);
        if (!at) {
            const auto near = nearest_name(name, names);
            faults.push_back(
                {.code = error_code::unprocessable,
                 .id = "economics.input.unknown",
                 .message = "'" + name + "' is no input of a value case",
                 .where = name,
                 .remedy = near.empty() ? "leave it out" : "did you mean '" + near + "'?"});
            continue;
        }
        const auto& what = definitions[*at];
        if (auto fault = fault_of(what, value.range)) {
            faults.push_back(std::move(*fault));
            continue;
        }
        out.likely.*what.member = value.range.likely;
        if (!value.point) out.uncertain.push_back({*at, value.range});
    }
    if (const auto missing = missing_inputs(given); !missing.empty() && faults.empty()) {
        std::string list;
        for (const auto& name : missing)
            list += (list.empty() ? "" : ", ") + name;
        return fail(error_code::unprocessable, "economics.input.missing",
                    "the value case lacks " + list, "roi.inputs",
                    "write them under roi.inputs of the plan; an estimate is good enough");
    }
    if (!faults.empty()) {
        error first = std::move(faults.front());
        faults.erase(faults.begin());
        first.more = std::move(faults);
        return std::unexpected(std::move(first));
    }
    std::ranges::sort(out.uncertain, {}, &uncertain_input::index);
    return out;
}

} // namespace servery::economics
