// Finds that a stream of observations in [0, 1] went past a limit of the plan, and when, with a
// bounded rate of false alarms (Shiryaev-Roberts over e-values).
//   e_j(x) = x m_j/m0 + (1-x)(1-m_j)/(1-m0)   m_j: m0 with its odds times 1.5, 2.5, 5, 10
//   R_j   <- (R_j + 1) e_j,  R = mean of R_j;  alarm at R >= A, then R = 0
//   C     <- max(C, 0) + ln(mean of e_j);      where C last left 0 is "since about"
// While the mean of x, given all before it, is at most m0, R_n - n is a supermartingale: the mean
// number of observations to a false alarm is at least A, so they come at a rate of at most 1/A.
// Sources: Roberts, Technometrics 1966; Shin, Ramdas, Rinaldo, "E-detectors", 2022.
// Thread: plain value, any thread.
#pragma once

#include <array>
#include <cstdint>

namespace servery::stats {

class limit_detector {
  public:
    // limit m0 is kept within [0.001, 0.999].
    explicit limit_detector(double limit = 0.5) noexcept;

    // One observation, 0 <= x <= 1. True: alarm; the detector begins anew.
    [[nodiscard]] bool observe(double x, double threshold) noexcept;

    // R; an alarm comes at the threshold.
    [[nodiscard]] double evidence() const noexcept;
    // Observations of the run that the latest one belongs to; 0: it speaks for nothing new, or
    // none came yet. After an alarm: those of the run that was the alarm.
    [[nodiscard]] std::int64_t run() const noexcept { return run_; }
    [[nodiscard]] double limit() const noexcept { return limit_; }
    // Forgets all observations.
    void reset() noexcept;

  private:
    double limit_;
    std::array<double, 4> raised_{}; // m_j
    std::array<double, 4> r_{};
    double c_ = 0;
    std::int64_t run_ = 0;
};

} // namespace servery::stats
