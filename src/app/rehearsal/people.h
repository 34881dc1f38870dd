// The simulated business: colleagues who answer, check drafts and label, and the owner who runs the
// proof of concept, answers the checklist and signs. All over the control API, with their own
// rights. Thread: one.
#pragma once

#include "app/rehearsal/wire.h"
#include "foundation/base/random.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace servery::app::rehearsal {

struct label_model {
    double true_accuracy = 0.92; // share of the AI's answers that a person finds right
    double harm = 0;             // share of the labels that find harm
};

class colleagues {
  public:
    colleagues(wire api, std::string project, random_source& random)
        : api_(std::move(api)), prefix_("/api/v1/projects/" + project), random_(random) {}

    // Approves every draft that waits and answers every visitor who does.
    [[nodiscard]] status answer_all();
    // Tries the assistant in the sandbox with these questions, each in a conversation of its own.
    [[nodiscard]] status try_out(const wire& sandbox, const std::vector<std::string>& questions);
    // Labels the queue, at most `most` messages.
    [[nodiscard]] status label_queue(const label_model& as, int most);
    [[nodiscard]] std::int64_t labels() const { return labels_; }

  private:
    [[nodiscard]] status approve_drafts();
    [[nodiscard]] status reply_to_waiting();
    wire api_;
    std::string prefix_;
    random_source& random_;
    std::int64_t labels_ = 0;
};

class owner {
  public:
    owner(wire api, std::string project)
        : api_(std::move(api)), prefix_("/api/v1/projects/" + project) {}

    // The evaluation run of the proof of concept, the rollout document and the first drill.
    [[nodiscard]] status prepare(const std::string& variant, const std::function<void()>& settle);
    // The evening look: signs the gate ahead if it is ready, else does what a person can do for it.
    [[nodiscard]] status evening(const std::function<void()>& settle);
    // The gate ahead and its open conditions, one sentence each; "" if none is ahead.
    [[nodiscard]] result<std::string> what_is_missing() const;
    // Whether a metric of the gate ahead is shown not to hold: an owner stops there.
    [[nodiscard]] bool sees_failure() const { return sees_failure_; }
    // Runs the calibration when enough labels are there; signs one that is ready.
    [[nodiscard]] status calibrate();

  private:
    [[nodiscard]] status do_what_a_person_can(const json::object& page,
                                              const std::function<void()>& settle);
    [[nodiscard]] status sign_row(const std::string& row);
    [[nodiscard]] result<std::string> gate_ahead() const;
    wire api_;
    std::string prefix_;
    bool sees_failure_ = false;
};

} // namespace servery::app::rehearsal
