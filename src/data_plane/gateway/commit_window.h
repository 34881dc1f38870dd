// Until the first event with text, a tool call or a refusal is sent, the upstream may still be
// changed or the fallback take over. Events without content are held here: at most 64, or 256 KiB.
// Thread: one a stream.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace servery::gateway {

class commit_window {
  public:
    static constexpr std::size_t most_events = 64;
    static constexpr std::size_t most_bytes = 256 * 1024;

    [[nodiscard]] bool committed() const { return committed_; }
    // Takes an event; after it committed() tells whether what is held must now be sent.
    void add(std::string_view raw, bool has_content);
    void commit() { committed_ = true; }
    [[nodiscard]] std::string take();

  private:
    std::string held_;
    std::size_t events_ = 0;
    bool committed_ = false;
};

} // namespace servery::gateway
