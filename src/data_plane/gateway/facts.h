// What the rows of the data plane say about it, as facts that gates read: pure folds, fed in log
// order. Thread: the control thread.
#pragma once

#include "foundation/events/desk.h"
#include "foundation/events/exchange.h"
#include "foundation/events/fact.h"

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

} // namespace servery::gateway
