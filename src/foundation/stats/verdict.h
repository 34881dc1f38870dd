// The three verdicts and the latch that turns two e-processes into one of them. "Not enough data"
// is a verdict of its own: nothing here can turn it into a pass.
// Frame: E_0 = 1, E >= 0, mean <= 1 at every stopping time under its null, so that
// P(E ever >= 1/alpha) <= alpha (Ville's inequality). Every E is kept as its natural logarithm.
// Thread: plain values, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace servery::stats {

enum class verdict { wait, pass, fail };

// "WAIT", "PASS", "FAIL": the spelling of reports and of the API.
[[nodiscard]] std::string_view name(verdict v) noexcept;

// Probability of a false PASS and of a false FAIL, each in (0, 1).
struct error_rates {
    double pass = 0.05;
    double fail = 0.01;
};

// ln(1/alpha), what a ln E must reach. alpha in (0, 1).
[[nodiscard]] double ln_threshold(double alpha) noexcept;

// Natural logarithms of both e-processes after n observations.
struct evidence {
    std::int64_t n = 0;
    double ln_e_pass = 0;
    double ln_e_fail = 0;
};

// Remembers the first n at which each side reached its threshold. A crossing never falls again;
// only a new comparison (a new latch) starts over.
class latch {
  public:
    explicit latch(error_rates alpha = {}) noexcept;
    void observe(const evidence& now) noexcept;
    // FAIL wins over PASS; PASS needs n >= min_n as well.
    [[nodiscard]] verdict at(std::int64_t n, std::int64_t min_n) const noexcept;
    [[nodiscard]] std::optional<std::int64_t> pass_at() const noexcept { return pass_at_; }
    [[nodiscard]] std::optional<std::int64_t> fail_at() const noexcept { return fail_at_; }

  private:
    double pass_threshold_;
    double fail_threshold_;
    std::optional<std::int64_t> pass_at_;
    std::optional<std::int64_t> fail_at_;
};

} // namespace servery::stats
