#include "foundation/base/secret.h"

#include <sodium.h>

#include <cstring>
#include <new>

namespace servery {

void secret_bytes::wipe::operator()(std::uint8_t* memory) const noexcept {
    // sodium_free overwrites the pages before it gives them back.
    sodium_free(memory);
}

secret_bytes::secret_bytes(std::size_t size) : size_(size) {
    if (size == 0) return;
    if (sodium_init() < 0) throw std::bad_alloc();
    auto* memory = static_cast<std::uint8_t*>(sodium_malloc(size));
    if (memory == nullptr) throw std::bad_alloc();
    std::memset(memory, 0, size);
    data_.reset(memory);
}

secret_bytes secret_bytes::copy_of(bytes_view from) {
    secret_bytes out(from.size());
    if (!from.empty()) std::memcpy(out.data_.get(), from.data(), from.size());
    return out;
}

secret_bytes secret_bytes::random(std::size_t size, random_source& source) {
    secret_bytes out(size);
    source.fill(out.writable());
    return out;
}

void wipe_memory(std::span<std::uint8_t> memory) noexcept {
    sodium_memzero(memory.data(), memory.size());
}

} // namespace servery
