// Buffers for secrets: locked in memory, guarded, wiped when they die, not printable, not copyable
// by accident. Thread: a secret is owned by one thread at a time; const access from any thread.
#pragma once

#include "foundation/base/hash.h"
#include "foundation/base/random.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace servery {

// Any number of secret bytes, chosen at construction.
class secret_bytes {
  public:
    secret_bytes() = default;
    explicit secret_bytes(std::size_t size);
    [[nodiscard]] static secret_bytes copy_of(bytes_view from);
    [[nodiscard]] static secret_bytes random(std::size_t size, random_source& source);
    [[nodiscard]] secret_bytes clone() const { return copy_of(view()); }

    secret_bytes(secret_bytes&&) noexcept = default;
    secret_bytes& operator=(secret_bytes&&) noexcept = default;
    secret_bytes(const secret_bytes&) = delete;
    secret_bytes& operator=(const secret_bytes&) = delete;

    [[nodiscard]] bytes_view view() const { return {data_.get(), size_}; }
    [[nodiscard]] std::span<std::uint8_t> writable() { return {data_.get(), size_}; }
    // For interfaces that take text (an upstream's key in a header). The view dies with the secret.
    [[nodiscard]] std::string_view text() const { return as_text(view()); }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }

  private:
    struct wipe {
        void operator()(std::uint8_t* memory) const noexcept;
    };
    std::unique_ptr<std::uint8_t[], wipe> data_;
    std::size_t size_ = 0;
};

// Overwrites memory in a way the compiler does not remove.
void wipe_memory(std::span<std::uint8_t> memory) noexcept;

} // namespace servery
