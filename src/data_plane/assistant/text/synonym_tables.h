// The shipped synonym groups as text; read by synonyms.cpp only.
#pragma once

#include <string_view>

namespace servery::assistant {

extern const std::string_view english_synonyms;
extern const std::string_view german_synonyms;

} // namespace servery::assistant
