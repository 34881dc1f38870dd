// The words of the wizard by language: data/wizard/<language>.yaml. Internal to the module.
// Thread: immutable after first use, any thread.
#pragma once

#include "foundation/json/json.h"

#include <string>
#include <string_view>

namespace servery::plan {

// A text by its place: "questions", "who", "why"; "" if the language does not have it.
[[nodiscard]] std::string wizard_word(std::string_view language, std::string_view part,
                                      std::string_view key, std::string_view member = {});
[[nodiscard]] std::string wizard_label(std::string_view language, std::string_view question,
                                       std::string_view field);
// What the wizard changed by itself, in words; {} becomes `with`.
[[nodiscard]] std::string wizard_note(std::string_view language, std::string_view key,
                                      std::string_view with = {});
// A fault in words; {} becomes `with`.
[[nodiscard]] std::string wizard_fault(std::string_view language, std::string_view key,
                                       std::string_view with = {});

} // namespace servery::plan
