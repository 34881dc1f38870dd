// Puts values back into a text that arrives in pieces: a placeholder cut anywhere is restored, for
// its own conversation only. However the text is cut, the output is that of restore() on the whole.
// Thread: one lane of one exchange.
#pragma once

#include "data_plane/guardrails/vault.h"

#include <string>
#include <string_view>

namespace servery::guardrails {

class placeholder_restorer {
  public:
    // The vault must outlive the restorer; what it learns later is not restored.
    explicit placeholder_restorer(const conversation_vault& vault) : vault_(vault) {}

    void feed(std::string_view delta, std::string& out);
    void finish(std::string& out);
    [[nodiscard]] std::size_t held() const { return held_.size(); }

  private:
    std::size_t read(std::string_view text, bool last, std::string& out);

    const conversation_vault& vault_;
    std::string held_;
    char before_ = '\0'; // the byte in front of held_
};

} // namespace servery::guardrails
