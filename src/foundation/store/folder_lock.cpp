#include "foundation/store/folder_lock.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <unistd.h>

namespace servery::store {

folder_lock::~folder_lock() {
    if (fd_ >= 0) ::close(fd_);
}

result<folder_lock> folder_lock::take(const std::filesystem::path& folder) {
    const auto file = folder / "lock";
    folder_lock out;
    out.fd_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (out.fd_ < 0)
        return fail(error_code::unavailable, "store.folder.unusable",
                    std::string("the lock file cannot be opened: ") + std::strerror(errno),
                    file.string(), "check that the folder exists and belongs to this user");
    if (::flock(out.fd_, LOCK_EX | LOCK_NB) != 0) {
        std::array<char, 32> owner{};
        const auto n = ::pread(out.fd_, owner.data(), owner.size() - 1, 0);
        const std::string pid(owner.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
        return fail(error_code::conflict, "store.locked",
                    "another process works on this data folder" +
                        (pid.empty() ? std::string() : " (process " + pid + ")"),
                    folder.string(), "stop that process, or give another --data folder");
    }
    const auto pid = std::to_string(::getpid());
    // Only for people: who holds the lock is known without it.
    if (::ftruncate(out.fd_, 0) == 0) std::ignore = ::pwrite(out.fd_, pid.data(), pid.size(), 0);
    return out;
}

} // namespace servery::store
