// The texts the injection model is trained and judged on, each with its part. Thread: one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace servery::train {

// train: weights are fitted; held: thresholds and temperature are; test: only reported.
enum class part : std::uint8_t { train, held, test };

// A label of a head: no = 0, yes = 1; unsaid rows do not train it.
enum class label : std::uint8_t { no, yes, unsaid };

struct row {
    std::string text;
    label attack = label::unsaid;
    label instruct = label::unsaid;
    float weight = 1;
    train::part part = train::part::train;
    // Which figure it counts in: direct, jailbreak, hidden, order, benign, security, trigger,
    // ordinary, question, passage.
    std::string group;
    std::string order; // hidden: the instruction; only windows that hold its beginning say yes
    bool own = false;  // written for this project: may be printed
    int fold = -1;     // 0..4 of the odd lines of a file; 4 is held back
};

// `data`: the folder that holds guardrails/injection and assistant; `texts`: our own. Throws
// std::runtime_error naming the file that is missing.
[[nodiscard]] std::vector<row> read_rows(const std::string& data, const std::string& texts,
                                         std::uint64_t seed);

} // namespace servery::train
