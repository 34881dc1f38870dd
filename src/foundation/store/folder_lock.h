// The lock that makes one process the owner of a data folder. It goes with the process, also when
// that is killed. Thread: any.
#pragma once

#include "foundation/base/result.h"

#include <filesystem>
#include <utility>

namespace servery::store {

class folder_lock {
  public:
    folder_lock() = default;
    ~folder_lock();
    folder_lock(folder_lock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    folder_lock& operator=(folder_lock&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    // Errors: store.locked (with the owner's process id), store.folder.unusable.
    [[nodiscard]] static result<folder_lock> take(const std::filesystem::path& folder);

  private:
    int fd_ = -1;
};

} // namespace servery::store
