#include "foundation/net/hangup_watch.h"

#include "foundation/net/native.h"

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <sys/epoll.h>

namespace servery::net {

using set_descriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;

struct hangup_watch::impl {
    set_descriptor set;
};

hangup_watch::hangup_watch(reactor_native& home)
    : impl_(new impl{set_descriptor(home.context.get_executor(), ::epoll_create1(EPOLL_CLOEXEC))}) {
    wait();
}

hangup_watch::~hangup_watch() = default;

bool hangup_watch::add(int descriptor, watched& who) {
    epoll_event ask{};
    ask.events = EPOLLRDHUP | EPOLLONESHOT;
    ask.data.ptr = &who;
    return ::epoll_ctl(impl_->set.native_handle(), EPOLL_CTL_ADD, descriptor, &ask) == 0;
}

void hangup_watch::remove(int descriptor) noexcept {
    epoll_event ignored{};
    ::epoll_ctl(impl_->set.native_handle(), EPOLL_CTL_DEL, descriptor, &ignored);
}

void hangup_watch::wait() {
    impl_->set.async_wait(set_descriptor::wait_read, [this](const boost::system::error_code& ec) {
        if (ec) return;
        drain();
        wait();
    });
}

// One event at a time: what is told may close other connections, whose events must then be gone.
void hangup_watch::drain() {
    epoll_event event{};
    while (::epoll_wait(impl_->set.native_handle(), &event, 1, 0) == 1)
        static_cast<watched*>(event.data.ptr)->hung_up();
}

} // namespace servery::net
