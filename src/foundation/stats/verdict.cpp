#include "foundation/stats/verdict.h"

#include <cmath>

namespace servery::stats {

std::string_view name(verdict v) noexcept {
    switch (v) {
    case verdict::pass:
        return "PASS";
    case verdict::fail:
        return "FAIL";
    case verdict::wait:
        break;
    }
    return "WAIT";
}

double ln_threshold(double alpha) noexcept {
    return -std::log(alpha);
}

latch::latch(error_rates alpha) noexcept
    : pass_threshold_(ln_threshold(alpha.pass)), fail_threshold_(ln_threshold(alpha.fail)) {}

void latch::observe(const evidence& now) noexcept {
    if (!pass_at_ && now.ln_e_pass >= pass_threshold_) pass_at_ = now.n;
    if (!fail_at_ && now.ln_e_fail >= fail_threshold_) fail_at_ = now.n;
}

verdict latch::at(std::int64_t n, std::int64_t min_n) const noexcept {
    if (fail_at_) return verdict::fail;
    return pass_at_ && n >= min_n ? verdict::pass : verdict::wait;
}

} // namespace servery::stats
