// What the rows of the data plane say about it, as facts that gates read: pure folds, fed in log
// order. Thread: the control thread.
#pragma once

#include "foundation/events/desk.h"
#include "foundation/events/exchange.h"
#include "foundation/events/fact.h"
#include "foundation/events/guard_blocked.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace servery::gateway {

// guardrails.label_coverage: conversations with a label_shown record before their first AI text, of
// conversations with AI text. The live figure counts visitors; the sandbox's, before there is any
// public traffic, counts the colleagues who try the assistant, and says phase sandbox.
class label_coverage {
  public:
    void apply(const events::event& e); // label.shown
    void apply(const events::exchange& row);
    // Over the AI conversations in [from, to); n = 0 without a value when there are none, so that
    // the fact stays fresh on a quiet day.
    [[nodiscard]] events::fact fact(std::string_view project, events::environment env, instant from,
                                    instant to) const;

  private:
    struct conversation {
        std::optional<instant> labelled;
        std::optional<instant> first_text;
        std::string phase;
        events::environment env = events::environment::live;
        bool unlabelled_message = false; // an AI message without a label version
    };
    std::map<std::string, std::map<hash16, conversation>, std::less<>> projects_;
};

// gateway.fallback_drill, filter = cause: the fault was injected and the fallback served.
class fallback_drills {
  public:
    void apply(const events::exchange& row); // rows of purpose and reason drill
    [[nodiscard]] std::vector<events::fact> facts(std::string_view project, instant now) const;

  private:
    struct drill {
        instant at;
        bool served = false;
        std::uint32_t recovery_us = 0;
        std::string phase;
        std::string variant;
        std::int64_t count = 0;
        std::int64_t good = 0;
    };
    std::map<std::string, std::map<std::string, drill>, std::less<>> projects_;
};

// What the guard and the consent record saw, by day, sandbox and live apart:
//   guardrails.pii_scan          of n exchanges looked at, `sum` held personal data; exists from
//   one
//                                day of traffic on
//   guardrails.injection_alerts  texts stopped as an injection in 7 days
//   guardrails.block_rate        exchanges that a guard stopped, of all in 7 days
//   guardrails.consent_coverage  exchanges with a consent record, of those in a day that need one
class guard_tally {
  public:
    void apply(const events::event& e); // guard.blocked, which stands before its exchange
    void apply(const events::exchange& row);
    // Over the days up to and with that of `now`.
    [[nodiscard]] std::vector<events::fact> facts(std::string_view project, events::environment env,
                                                  instant now) const;

  private:
    struct day_cell {
        std::int64_t exchanges = 0;
        std::int64_t personal = 0;
        std::int64_t stopped = 0;
        std::int64_t injections = 0;
        std::int64_t consent_needed = 0;
        std::int64_t consent_given = 0;
    };
    using cells = std::map<std::int64_t, day_cell>; // by day number
    struct project_cells {
        cells live;
        cells sandbox;
    };
    [[nodiscard]] static day_cell sum(const cells& of, std::int64_t first, std::int64_t last);
    std::map<std::string, project_cells, std::less<>> projects_;
    std::map<std::string, std::int64_t, std::less<>> stopped_; // injections, by exchange to come
};

} // namespace servery::gateway
