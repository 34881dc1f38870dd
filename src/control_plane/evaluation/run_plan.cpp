#include "control_plane/evaluation/run_plan.h"

#include "foundation/base/hash.h"
#include "foundation/stats/wilson.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <tuple>

namespace servery::evaluation {
namespace {

constexpr std::int64_t most_repeats = 20;
constexpr std::size_t most_variants = 8;
constexpr std::int64_t likely_tokens_out = 200;

error refused(error_code code, std::string id, std::string message, std::string where,
              std::string remedy) {
    return {.code = code,
            .id = std::move(id),
            .message = std::move(message),
            .where = std::move(where),
            .remedy = std::move(remedy)};
}

// Nano-units of so many tokens, rounded up: an estimate never rounds a cost away.
std::int64_t nano_of(const variant_price& price, std::int64_t tokens_in, std::int64_t tokens_out) {
    const auto total =
        static_cast<long double>(price.in_nano) * static_cast<long double>(tokens_in) +
        static_cast<long double>(price.out_nano) * static_cast<long double>(tokens_out);
    return static_cast<std::int64_t>(std::ceil(total / 1e6L));
}

std::int64_t text_bytes(const eval_case& c) {
    const auto turns = user_turns(c);
    if (!turns) return 0;
    std::int64_t bytes = 0;
    for (const auto& t : *turns)
        bytes += static_cast<std::int64_t>(t.size());
    return bytes;
}

// bytes/4 x 1.1, the usual rule of thumb for tokens
std::int64_t tokens_of(std::int64_t bytes) {
    return (bytes * 11 + 39) / 40;
}

// A token is at least a byte; the rest is what a chat format adds.
std::int64_t worst_tokens_of(std::int64_t bytes) {
    return bytes + 64;
}

std::int64_t calls_of(const eval_case& c) {
    return c.turns.empty() ? 1 : static_cast<std::int64_t>(c.turns.size());
}

bool is_free(const variant_card& card) {
    return card.price ? card.price->free() : card.in_process;
}

std::int64_t worst_nano(const variant_card& v, const eval_case& c) {
    if (is_free(v) || !v.price) return 0;
    const auto calls = calls_of(c);
    // Each later turn sends the earlier ones again.
    const auto in = (worst_tokens_of(text_bytes(c)) + v.prompt_tokens) * calls +
                    v.max_output_tokens * (calls - 1) * calls / 2;
    return nano_of(*v.price, in, v.max_output_tokens * calls);
}

status check_variants(const std::vector<variant_card>& variants, const run_options& options) {
    if (variants.empty() || variants.size() > most_variants)
        return std::unexpected(refused(error_code::unprocessable, "eval.run.bad_options",
                                       "a run compares 1 to 8 variants", "variants",
                                       "name at least one"));
    std::set<std::string> hashes;
    std::string currency;
    for (const auto& v : variants) {
        if (!hashes.insert(v.hash).second)
            return std::unexpected(refused(error_code::unprocessable, "eval.run.bad_options",
                                           "the variant is named twice", v.hash, "name it once"));
        if (!v.frozen)
            return std::unexpected(refused(error_code::conflict, "eval.variant.not_frozen",
                                           "the variant rests on a draft", v.label,
                                           "publish the draft, then test the frozen variant"));
        if (!v.price && !v.in_process && !options.allow_unpriced)
            return std::unexpected(refused(error_code::unprocessable, "eval.run.unpriced",
                                           "the price of the variant is not known", v.label,
                                           "set a price (0 = free), or allow unpriced runs"));
        if (!v.price || v.price->free()) continue;
        if (!currency.empty() && currency != v.price->currency)
            return std::unexpected(
                refused(error_code::unprocessable, "eval.run.mixed_currencies",
                        "the variants are priced in " + currency + " and " + v.price->currency,
                        "variants", "test them in runs of their own"));
        currency = v.price->currency;
    }
    return {};
}

std::vector<unit> ordered_units(const run_plan& plan) {
    struct key {
        std::uint64_t family;
        unit u;
    };
    std::vector<key> keys;
    keys.reserve(plan.cases.size() * plan.variants.size() *
                 static_cast<std::size_t>(plan.options.repeat));
    for (std::uint32_t c = 0; c < plan.cases.size(); ++c) {
        field_bytes bytes;
        bytes.add_u64(static_cast<std::uint64_t>(plan.options.seed))
            .add(std::string_view(plan.cases[c].family));
        const auto family = blake2b_64(bytes.view());
        for (std::uint32_t e = 0; e < static_cast<std::uint32_t>(plan.options.repeat); ++e)
            for (std::uint32_t v = 0; v < plan.variants.size(); ++v)
                keys.push_back({family, {.case_index = c, .variant_index = v, .epoch = e}});
    }
    std::ranges::sort(keys, {}, [&](const key& k) {
        return std::tuple(k.family, std::string_view(plan.cases[k.u.case_index].id), k.u.epoch,
                          k.u.variant_index);
    });
    std::vector<unit> units;
    units.reserve(keys.size());
    for (auto& k : keys) {
        k.u.seq = static_cast<std::int64_t>(units.size());
        units.push_back(k.u);
    }
    return units;
}

run_price price_of(const run_plan& plan) {
    std::int64_t low = 0;
    std::int64_t likely = 0;
    std::int64_t high = 0;
    run_price out;
    for (const auto& v : plan.variants) {
        if (!v.price || v.price->free()) continue;
        out.currency = v.price->currency;
        const auto usual = v.usual_tokens_out.value_or(likely_tokens_out);
        for (const auto& c : plan.cases) {
            const auto in = tokens_of(text_bytes(c)) + v.prompt_tokens;
            const auto times = calls_of(c) * plan.options.repeat;
            low += nano_of(*v.price, in, std::max<std::int64_t>(1, usual / 2)) * times;
            likely += nano_of(*v.price, in, usual) * times;
            high += worst_nano(v, c) * plan.options.repeat;
        }
    }
    out.low = nano_to_micros(low);
    out.likely = nano_to_micros(likely);
    out.high = nano_to_micros(high);
    return out;
}

std::string can_prove(std::int64_t families, double target) {
    const auto percent = [](double share) {
        return std::to_string(static_cast<int>(std::floor(share * 100 + 1e-9)));
    };
    const auto bound = [&](std::int64_t good) {
        return stats::wilson({.good = good, .n = families}).lower;
    };
    const auto n = std::to_string(families);
    std::string out = "with " + n + (families == 1 ? " question" : " questions");
    if (families > 1)
        out += " even " + std::to_string(families - 1) + " right only shows at least " +
               percent(bound(families - 1)) + " of 100";
    else
        out += " a right answer only shows at least " + percent(bound(1)) + " of 100";
    if (bound(families) < target)
        out += "; not even all right can show the target of " + percent(target) + " of 100";
    return out;
}

status check_options(const run_options& o) {
    const bool ok = o.repeat >= 1 && o.repeat <= most_repeats && o.target > 0 && o.target < 1 &&
                    o.concurrency >= 0 && o.concurrency <= 1000 && o.deadline_ms > 0 &&
                    (!o.cap || o.cap->value >= 0);
    if (ok) return {};
    return std::unexpected(refused(error_code::unprocessable, "eval.run.bad_options",
                                   "an option of the run is out of its range", "options",
                                   "repeat 1..20, target between 0 and 1, concurrency 0..1000"));
}

} // namespace

result<run_plan> plan_run(std::string run, std::vector<eval_case> cases,
                          std::vector<variant_card> variants, run_options options) {
    if (auto ok = check_options(options); !ok) return std::unexpected(ok.error());
    if (auto ok = check_variants(variants, options); !ok) return std::unexpected(ok.error());
    if (cases.empty())
        return fail(error_code::unprocessable, "eval.run.bad_options", "there is no case to run",
                    "dataset", "import cases first");
    run_plan plan;
    plan.run = std::move(run);
    plan.variants = std::move(variants);
    plan.options = options;
    plan.cases.reserve(cases.size());
    for (auto& c : cases) {
        auto done = complete(std::move(c));
        if (!done) return std::unexpected(done.error());
        plan.cases.push_back(*std::move(done));
    }
    plan.dataset_hash = hash_of(plan.cases);
    plan.families = static_cast<std::int64_t>(families_in(plan.cases));
    plan.units = ordered_units(plan);
    plan.price = price_of(plan);
    // 1.2 x high, rounded up
    plan.cap = options.cap.value_or(micros{(plan.price.high.value * 6 + 4) / 5});
    plan.can_prove = can_prove(plan.families, options.target);
    return plan;
}

std::int64_t worst_case_nano(const run_plan& plan, const unit& u) {
    return worst_nano(plan.variants[u.variant_index], plan.cases[u.case_index]);
}

} // namespace servery::evaluation
