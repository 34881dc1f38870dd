#include "foundation/base/frame_memory.h"

namespace servery {

struct frame_memory_end {
    ~frame_memory_end() {
        auto& lists = frame_memory::lists;
        lists.ended = true;
        for (auto& list : lists.by_size) {
            while (list.first != nullptr) {
                auto* frame = list.first;
                list.first = frame->next;
                ::operator delete(frame);
            }
            list.length = 0;
        }
    }
    // Naming the object is what registers its end with the thread.
    void touch() const noexcept {}
};

void frame_memory::watch_thread() noexcept {
    static thread_local const frame_memory_end at_thread_end;
    at_thread_end.touch();
    lists.watched = true;
}

} // namespace servery
