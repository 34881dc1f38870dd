#include "app/app.h"
#include "app/demo_seed.h"
#include "app/instance.h"
#include "app/service_notice.h"
#include "app/services.h"
#include "foundation/base/log.h"

#include <csignal>
#include <cstdio>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace servery::app {

namespace {

// SIGTERM and SIGINT are taken by sigwait on the main thread; every other thread inherits the mask.
sigset_t block_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return set;
}

int exit_code_of(const error& fault) {
    return fault.code == error_code::invalid_argument ? 2 : 3;
}

int refuse(const error& fault) {
    std::fprintf(stderr, "servery: %s\n", to_line(fault).c_str());
    return exit_code_of(fault);
}

void set_log_level(const std::string& word) {
    if (word == "debug") log::set_level(log::level::debug);
    if (word == "warn") log::set_level(log::level::warn);
    if (word == "error") log::set_level(log::level::error);
}

// Where nobody is yet, whoever opens this link becomes the first person. On stderr, since scripts
// read what a server prints on stdout.
void invite_first_person(instance& server) {
    std::string link;
    server.on_control([&](services& all) {
        if (!all.people.empty()) return;
        auto made = all.people.make_link({}, "", api::access::link_purpose::setup);
        if (made) link = std::move(*made);
    });
    if (link.empty()) return;
    std::fprintf(stderr,
                 "nobody has an account here yet: open this within an hour, it works once\n"
                 "  %s/console/setup#%s\n",
                 server.url().c_str(), link.c_str());
}

int run(const serve_options& options, bool with_demo) {
    const auto signals = block_signals();
    ::umask(077);
    ::prctl(PR_SET_DUMPABLE, 0);
    set_log_level(options.log_level);
    auto opened = instance::open({.folder = options.data,
                                  .listen = options.listen,
                                  .master_key_file = options.master_key_file,
                                  .threads = options.threads,
                                  .trusted_proxies = options.trusted_proxies});
    if (!opened) return refuse(opened.error());
    auto& server = **opened;
    demo_secrets secrets;
    if (with_demo) {
        auto seeded = seed_demo(server, options.data);
        if (!seeded) return refuse(seeded.error());
        secrets = std::move(*seeded);
    }
    std::printf("ready %s\n", server.url().c_str());
    if (with_demo) print_demo(secrets, server.url(), options.json);
    std::fflush(stdout);
    invite_first_person(server);
    log::info("server.ready", {{"url", server.url()}});
    if (!notify_service("READY=1")) log::warn("server.notice.lost");

    int signal = 0;
    sigwait(&signals, &signal);
    log::info("server.draining", {{"signal", signal}});
    notify_service("STOPPING=1");
    server.drain(millis{30'000});
    opened->reset();
    log::info("server.stopped");
    return 0;
}

} // namespace

int serve(const serve_options& options) {
    return run(options, false);
}

int demo(const serve_options& options) {
    return run(options, true);
}

} // namespace servery::app
