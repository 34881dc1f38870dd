// Simulated visitors: each opens the chat, asks one question of the business's own test questions,
// reads the answer, chooses when asked back, and presses a thumb now and then. Thread: one.
#pragma once

#include "app/rehearsal/wire.h"
#include "foundation/base/random.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace servery::app::rehearsal {

struct question {
    std::string text;
    bool answerable = true; // an entry answers it
};

// Reads the columns text and outcome of a questions file. Errors: rehearsal.questions.empty.
[[nodiscard]] result<std::vector<question>> read_questions(std::string_view csv);
// The questions of a knowledge file as visitors type them: another opening, small letters, no mark
// at the end. Most of what people ask a business stands in its FAQ.
[[nodiscard]] std::vector<question> typed_by_visitors(std::string_view knowledge_csv);

class visitors {
  public:
    // widget: id; api: bearer is the project's public key. group "" = the public.
    // Two of three visits ask one of `common`, the others one of `questions`.
    visitors(wire api, std::string widget, std::vector<question> common,
             std::vector<question> questions, random_source& random)
        : api_(std::move(api)), widget_(std::move(widget)), common_(std::move(common)),
          questions_(std::move(questions)), random_(random) {}

    // One visitor's whole visit. settle is called after each message, so that what follows from it
    // is done. Errors: what the server answered; a visitor should never see one.
    [[nodiscard]] status visit(const std::function<void()>& settle);
    [[nodiscard]] std::int64_t count() const { return count_; }

  private:
    wire api_;
    std::string widget_;
    std::vector<question> common_;
    std::vector<question> questions_;
    random_source& random_;
    std::int64_t count_ = 0;
};

} // namespace servery::app::rehearsal
