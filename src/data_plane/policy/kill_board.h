// The kill board: one word for each project and variant, beside the snapshot because it must not
// wait for a build. Read in admission and again directly before the upstream write.
// Thread: any; a reader is one lock-free lookup in an immutable map.
#pragma once

#include "foundation/base/hash.h"
#include "foundation/base/result.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace servery::policy {

enum class kill_word { live, rolled_back, killed };

class kill_board {
  public:
    // Scope: a project ("project", id) or a variant of a project ("variant", "<project>/<hex>").
    [[nodiscard]] kill_word project(std::string_view id) const;
    [[nodiscard]] kill_word variant(std::string_view project, const hash32& hash) const;
    void set_project(std::string_view id, kill_word word);
    void set_variant(std::string_view project, const hash32& hash, kill_word word);

    // One line a word that is not live: `killed project guest-house`. The file form, so that a kill
    // survives a restart without the database.
    [[nodiscard]] std::string to_text() const;
    void from_text(std::string_view text);

  private:
    using words = std::map<std::string, kill_word, std::less<>>;
    void set(std::string key, kill_word word);
    [[nodiscard]] kill_word get(std::string_view key) const;
    std::atomic<std::shared_ptr<const words>> words_{std::make_shared<const words>()};
};

} // namespace servery::policy
