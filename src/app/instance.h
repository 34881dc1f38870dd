// One running Servery: the store and its services on the control thread, the gateway and the API on
// the reactors. Used by serve, demo and rehearse alike, so that a rehearsal takes the visitors'
// road. Thread: made, used and destroyed by one thread; the calls that say so may come from others.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/key_tree.h"
#include "foundation/base/random.h"
#include "foundation/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace servery::app {

class services;

struct instance_options {
    std::filesystem::path folder; // data folder; made if absent
    std::string listen = "127.0.0.1:0";
    std::string master_key_file;              // "" = <folder>.key
    int threads = 0;                          // reactors; 0 = one a core
    std::vector<std::string> trusted_proxies; // addresses whose X-Forwarded-For is believed
    const clock* now = nullptr;               // null = the system's
    // Where ids come from; null = the system's. Each thread draws from a source of its own, or the
    // sequence would depend on who came first; request ids too, because how many there are depends
    // on how often a client asked.
    random_source* random = nullptr;         // the control thread
    random_source* reactor_random = nullptr; // the gateway; repeatable with one reactor
    random_source* request_random = nullptr; // the API's request ids
    const key_tree* keys = nullptr;          // null = opened or made from the master key
    // false: time moves only by tick(); rows tell no durations and no decision times out, since the
    // machine's speed is none of the clock's.
    bool ticking = true;
};

class instance {
  public:
    // Opens the data folder (a lock refuses a second process), replays, listens.
    // Errors: store.*, secret.*, http.listen.failed, app.listen.address, api.route.undeclared.
    [[nodiscard]] static result<std::unique_ptr<instance>> open(instance_options with);
    ~instance();
    instance(const instance&) = delete;
    instance& operator=(const instance&) = delete;

    [[nodiscard]] std::string url() const; // http://127.0.0.1:8080
    [[nodiscard]] const std::string& admin_token() const;
    // True if the folder had no events before it was opened.
    [[nodiscard]] bool is_new() const;

    // Runs on the control thread and waits.
    void on_control(const std::function<void(services&)>& work);
    // Everything begun and posted so far is durable and folded, and what follows from it is done.
    void settle();
    // What time has made due by the clock's new time; for rehearsals.
    void tick();

    // Stops accepting, lets requests in flight end for at most `within`, writes what is left.
    void drain(millis within);

    struct impl;

  private:
    explicit instance(std::unique_ptr<impl> inner);
    std::unique_ptr<impl> impl_;
};

} // namespace servery::app
