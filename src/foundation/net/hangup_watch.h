// Tells that a client went away, also while nobody reads from it. The loop's own epoll set never
// asks for EPOLLRDHUP (chriskohlhoff/asio #1561), and a FIN that comes with the last request bytes
// is eaten by the read that takes them; so each reactor has a second epoll set that holds every
// client socket with EPOLLRDHUP alone: one epoll_ctl a connection, none a request. Thread: the
// reactor's.
#pragma once

#include <functional>
#include <memory>

namespace servery::net {

struct reactor_native;

class hangup_watch {
  public:
    // What is told; must be removed, or its descriptor closed, before it dies.
    class watched {
      public:
        // The peer's FIN or RST was seen. Called once.
        virtual void hung_up() = 0;

      protected:
        ~watched() = default;
    };

    explicit hangup_watch(reactor_native& home);
    hangup_watch(const hangup_watch&) = delete;
    hangup_watch& operator=(const hangup_watch&) = delete;
    ~hangup_watch();

    [[nodiscard]] bool add(int descriptor, watched& who);
    void remove(int descriptor) noexcept;

  private:
    void wait();
    void drain();
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace servery::net
