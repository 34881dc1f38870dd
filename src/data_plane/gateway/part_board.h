// The AI's text while it is being written, as far as it may be shown, for whoever watches the
// conversation. Nothing of it is stored; the finished message comes from the conversation book.
// Thread: any; one lock, never held while a watcher is called.
#pragma once

#include "foundation/base/hash.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace servery::gateway {

// A turn that runs. `text` only grows.
struct part_in_progress {
    std::string turn; // trn_…; "" = no turn runs
    std::string text;
    std::string label_version;
};

class part_board {
  public:
    part_board();
    part_board(const part_board&) = delete;
    part_board& operator=(const part_board&) = delete;
    ~part_board();

    void begin(const hash16& conversation, std::string turn, std::string label_version);
    // The whole text so far. Ignored for a turn that ended or was followed by another.
    void show(const hash16& conversation, std::string_view turn, std::string_view text);
    void end(const hash16& conversation, std::string_view turn);

    [[nodiscard]] part_in_progress look(const hash16& conversation) const;
    // Calls `wake` (any thread, cheap) at each change until the handle dies, which it may do after
    // the board.
    [[nodiscard]] std::shared_ptr<void> watch(const hash16& conversation,
                                              std::function<void()> wake);

    // The server drains: whoever watches is woken and ends.
    void close();
    [[nodiscard]] bool closed() const;

  private:
    struct table;
    std::shared_ptr<table> table_;
};

} // namespace servery::gateway
