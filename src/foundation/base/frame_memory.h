// Memory of coroutine frames. One request awaits a dozen short coroutines, whose frames have the
// same few sizes again and again: each thread keeps what was freed, by size, and hands it out
// without the allocator's locks and searches.
//
// Frames above 2 KiB and whatever exceeds a size's list go to the allocator. A frame may be freed
// on another thread than the one that made it. Under a sanitizer coroutines keep to the allocator,
// so that a use after the end is still seen. Thread: any; a list belongs to its thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>

// Clang has it; elsewhere no sanitizer is asked for.
#ifndef __has_feature
#define __has_feature(x) 0
#endif

namespace servery {

class frame_memory {
  public:
    [[nodiscard]] static void* take(std::size_t bytes) {
        const auto size = size_class(bytes);
        if (size >= classes) return ::operator new(bytes);
        auto& list = lists.by_size[size];
        if (list.first == nullptr) return ::operator new((size + 1) * step);
        auto* out = list.first;
        list.first = out->next;
        --list.length;
        return out;
    }

    static void give(void* frame, std::size_t bytes) noexcept {
        const auto size = size_class(bytes);
        if (size >= classes || lists.ended) return ::operator delete(frame);
        auto& list = lists.by_size[size];
        if (list.length >= most_kept) return ::operator delete(frame);
        if (!lists.watched) watch_thread();
        list.first = ::new (frame) link{list.first};
        ++list.length;
    }

    // Frames that this thread keeps, for tests.
    [[nodiscard]] static std::size_t kept() noexcept {
        std::size_t out = 0;
        for (const auto& list : lists.by_size)
            out += list.length;
        return out;
    }

  private:
    static constexpr std::size_t step = 64;
    static constexpr std::size_t classes = 32;
    static constexpr std::uint32_t most_kept = 256; // a size: at most 4.2 MiB a thread in all

    struct link {
        link* next;
    };
    struct free_list {
        link* first = nullptr;
        std::uint32_t length = 0;
    };
    // Trivially destroyed, so that a frame may still be freed while its thread ends.
    struct thread_lists {
        std::array<free_list, classes> by_size;
        bool watched = false; // this thread's end gives the lists back
        bool ended = false;
    };

    static constexpr std::size_t size_class(std::size_t bytes) { return (bytes - 1) / step; }
    static void watch_thread() noexcept;

    static constinit thread_local thread_lists lists;
    friend struct frame_memory_end;
};

inline constinit thread_local frame_memory::thread_lists frame_memory::lists{};

// What a coroutine's promise inherits to have its frame here.
struct pooled_frame {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    static void* operator new(std::size_t bytes) { return ::operator new(bytes); }
    static void operator delete(void* frame) noexcept { ::operator delete(frame); }
#else
    static void* operator new(std::size_t bytes) { return frame_memory::take(bytes); }
    static void operator delete(void* frame, std::size_t bytes) noexcept {
        frame_memory::give(frame, bytes);
    }
#endif
};

} // namespace servery
