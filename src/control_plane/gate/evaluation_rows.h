// The kinds of conditions, one function each. Internal to the module. Thread: one at a time.
#pragma once

#include "control_plane/gate/evaluation.h"

namespace servery::gate {

class row_builder {
  public:
    row_builder(const evaluation_input& in, std::string gate_id)
        : in_(in), d_(in.plan->typed), gate_(std::move(gate_id)) {}

    void activities(plan::phase left);
    // lenient: not failing is enough (after a stage whose visitors are not counted).
    void metrics(plan::phase left, bool lenient, bool live_only);
    void rollback_metrics(plan::phase current);
    // with_test: the proof-of-concept set too.
    void variant(bool with_test);
    void risks_due(int gate);
    void risks_kept(plan::phase current);
    void drills();
    void owner(plan::phase opened);
    void dwell(const plan::stage& before);
    void sample_ratio(const plan::stage& before);
    // All stages of the phase were reached and had their time.
    void ladder(plan::phase left);
    void lint(const std::string& gate);
    // Waivers applied; failing ones first.
    [[nodiscard]] std::vector<condition> take();

  private:
    condition& add(std::string id, std::string kind, std::string group, std::string label);
    void metric(const plan::metric& m, const plan::target& t, const std::string& phase,
                bool fail_only, bool live_only);
    void risk(const plan::risk& row, bool live_only, int gate);
    bool risk_evidence(const plan::risk& row, const plan::evidence_rule& e, bool live_only);
    [[nodiscard]] std::optional<double> approved_cash(const events::fact* forecast) const;
    void risk_answer(const plan::risk& row, bool evidence_passes);
    void risk_signature(const plan::risk& row);
    // Fills value, n, age and expiry from a judged fact, and turns what is too old into expired.
    void fill(condition& c, const judgement& j, const events::fact* f,
              const plan::fact_definition& definition, const std::string& row_max_age);
    void age(condition& c, instant as_of, std::optional<millis> limit);

    const evaluation_input& in_;
    const plan::document& d_;
    std::string gate_;
    std::vector<condition> out_;
};

} // namespace servery::gate
