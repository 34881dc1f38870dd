// audit/checkpoints.jsonl: one signed line every 256 audit rows, or after 60 s with changes.
// Thread: the writer thread.
#pragma once

#include "foundation/store/event_writer.h"

#include <filesystem>

namespace servery::store {

class checkpoint_file {
  public:
    // Cuts off a line that a crash tore. Errors: store.folder.unusable.
    [[nodiscard]] static result<checkpoint_file> open(const std::filesystem::path& folder,
                                                      const key_tree& keys, const clock& now);
    // Writes a checkpoint if one is due; `last` = whatever its age, if the chain has grown.
    enum class when { due, last };
    void offer(const chain_head& head, when w, const fault_seam& fault);

  private:
    checkpoint_file(std::filesystem::path file, const key_tree& keys, const clock& now)
        : file_(std::move(file)), keys_(&keys), now_(&now), at_(now.now()) {}
    [[nodiscard]] bool append(const std::string& line) const;

    std::filesystem::path file_;
    const key_tree* keys_;
    const clock* now_;
    std::int64_t seq_ = 0; // of the last checkpoint
    instant at_;
};

} // namespace servery::store
