// What the connections of one reactor share, and what the lanes of one server share. Internal to
// the server. Thread: a lane belongs to its reactor; `server_shared` says for itself.
#pragma once

#include "foundation/http/head_parser.h"
#include "foundation/http/server.h"
#include "foundation/net/buffer_list.h"
#include "foundation/net/reactor.h"
#include "foundation/net/tcp.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <ctime>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

namespace servery::http {

class connection;

// Any thread.
struct server_shared {
    server_options options;
    handler answer;
    std::atomic<bool> draining{false};
    std::atomic<std::size_t> open{0};
    std::atomic<std::size_t> in_flight{0};
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::array<std::uint8_t, 16>, std::size_t> by_address;

    // Counts a new connection in; false when a limit is reached.
    [[nodiscard]] bool admit(const net::address& peer);
    void forget(const net::address& peer);
};

// A head being read: the bytes and the parsed views. Held only while a request is under way.
struct head_room {
    net::buffer_list::buffer bytes;
    request_head_view head;
};

class lane {
  public:
    lane(net::reactor& home, std::shared_ptr<server_shared> shared);
    lane(const lane&) = delete;
    lane& operator=(const lane&) = delete;
    ~lane();

    [[nodiscard]] result<std::uint16_t> open(const net::address& at);
    void start();
    void stop_accepting() noexcept;
    void close_idle() noexcept;
    void kill_all() noexcept;

    // "date: Wed, 25 Nov 2026 21:44:23 GMT\r\n"
    [[nodiscard]] std::string_view date_line();
    [[nodiscard]] std::unique_ptr<head_room> take_room();
    void put_room(std::unique_ptr<head_room> room) noexcept;

    net::reactor& home;
    const std::shared_ptr<server_shared> shared;

  private:
    task<void> live(std::unique_ptr<connection> one);
    void accept(std::unique_ptr<net::stream> socket, const net::address& peer);

    net::listener listener_;
    std::unordered_set<connection*> connections_;
    std::vector<std::unique_ptr<head_room>> rooms_;
    std::time_t dated_ = 0;
    std::array<char, 48> date_{};
    std::size_t date_size_ = 0;
};

} // namespace servery::http
