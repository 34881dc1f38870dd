// The free list of 16 KiB buffers of one reactor: a connection holds one only while bytes are
// under way. Thread: the reactor's.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace servery::net {

class buffer_list {
  public:
    static constexpr std::size_t size = 16 * 1024;
    // Readable bytes behind `size`, for parsers that read past the end.
    static constexpr std::size_t padding = 64;

    struct give_back {
        buffer_list* home = nullptr;
        void operator()(char* bytes) const noexcept { home->put(bytes); }
    };
    using buffer = std::unique_ptr<char[], give_back>;

    buffer_list() = default;
    buffer_list(const buffer_list&) = delete;
    buffer_list& operator=(const buffer_list&) = delete;
    ~buffer_list() {
        for (char* bytes : free_)
            delete[] bytes;
    }

    [[nodiscard]] buffer take() {
        if (free_.empty()) return buffer(new char[size + padding](), give_back{this});
        char* bytes = free_.back();
        free_.pop_back();
        return buffer(bytes, give_back{this});
    }

  private:
    static constexpr std::size_t keep = 256;
    void put(char* bytes) noexcept {
        if (free_.size() < keep)
            free_.push_back(bytes);
        else
            delete[] bytes;
    }
    std::vector<char*> free_;
};

} // namespace servery::net
