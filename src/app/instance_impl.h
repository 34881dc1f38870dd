// What one running Servery is made of, in the order in which it starts. Only for instance.cpp (its
// life) and gateway_ports.cpp (what the gateway is given).
#pragma once

#include "api/control_api.h"
#include "app/instance.h"
#include "app/pending_work.h"
#include "app/services.h"
#include "app/web_assets.h"
#include "data_plane/gateway/gateway.h"
#include "foundation/http/client_pool.h"
#include "foundation/http/router.h"
#include "foundation/http/server.h"
#include "foundation/net/address_guard.h"
#include "foundation/net/blocking_pool.h"
#include "foundation/net/reactor.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace servery::app {

struct instance::impl {
    instance_options with;
    system_clock system_time;
    system_random system_randomness;
    std::optional<key_tree> own_keys;
    std::unique_ptr<store::store> store;
    control_thread control;
    std::unique_ptr<ground> on;
    std::unique_ptr<services> all;
    bool is_new = false;
    std::string admin_token;

    std::unique_ptr<net::blocking_pool> pool;
    std::unique_ptr<net::resolver> names;
    std::unique_ptr<net::reactor_pool> reactors;
    std::vector<std::unique_ptr<http::client_pool>> clients;
    std::unique_ptr<gateway::in_flight_file> in_flight;
    std::unique_ptr<gateway::gateway> gateway;
    std::unique_ptr<api::control_api> api;
    http::router router;
    std::unique_ptr<http::server> server;
    std::optional<web_assets> web;

    struct background_work {
        std::shared_ptr<std::atomic<bool>> over;
        std::thread thread;
    };
    std::mutex background_mutex;
    std::vector<background_work> background;
    bool stopping = false; // nothing new begins in the background any more
    pending_work pending;

    [[nodiscard]] const clock& now() const { return with.now ? *with.now : system_time; }
    [[nodiscard]] random_source& random() { return with.random ? *with.random : system_randomness; }
    [[nodiscard]] random_source& reactor_random() {
        return with.reactor_random ? *with.reactor_random : system_randomness;
    }
    [[nodiscard]] random_source& request_random() {
        return with.request_random ? *with.request_random : system_randomness;
    }
    [[nodiscard]] const key_tree& keys() const { return with.keys ? *with.keys : *own_keys; }

    status open_store();
    status start_services();
    status open_in_flight();
    void start_network();
    status listen();
    void stop();
    [[nodiscard]] gateway::ports gateway_ports();
    [[nodiscard]] gateway::visitor_ports visitor_ports();
    void in_background(std::function<void()> work);
    task<void> answer(http::request& in, http::responder& out);
};

} // namespace servery::app
