#include "app/app.h"
#include "app/demo_seed.h"
#include "app/instance.h"
#include "foundation/base/log.h"
#include "foundation/store/backup.h"

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

int run(const serve_options& options, bool with_demo) {
    const auto signals = block_signals();
    ::umask(077);
    ::prctl(PR_SET_DUMPABLE, 0);
    set_log_level(options.log_level);
    auto opened = instance::open({.folder = options.data,
                                  .listen = options.listen,
                                  .master_key_file = options.master_key_file,
                                  .threads = options.threads});
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
    log::info("server.ready", {{"url", server.url()}});

    int signal = 0;
    sigwait(&signals, &signal);
    log::info("server.draining", {{"signal", signal}});
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

int restore(const restore_options& options) {
    auto done = store::restore_backup(options.from, options.into);
    if (!done) return refuse(done.error());
    std::printf("restored %lld events and %lld exchanges of %s into %s\n",
                static_cast<long long>(done->n_events), static_cast<long long>(done->n_exchanges),
                to_rfc3339(done->at).c_str(), options.into.c_str());
    std::printf(
        "grants come back suspended: an owner confirms them with `servery rollout unkill`\n");
    return 0;
}

} // namespace servery::app
