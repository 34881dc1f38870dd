#include "app/instance.h"

#include "api/control_api.h"
#include "app/api_ports.h"
#include "app/services.h"
#include "data_plane/gateway/answer_callable.h"
#include "data_plane/gateway/gateway.h"
#include "data_plane/gateway/visitor_chat/routes.h"
#include "data_plane/provider/openai_compatible.h"
#include "data_plane/provider/rehearsal/rehearsal_provider.h"
#include "foundation/base/log.h"
#include "foundation/http/client_pool.h"
#include "foundation/http/router.h"
#include "foundation/http/server.h"
#include "foundation/net/address_guard.h"
#include "foundation/net/blocking_pool.h"
#include "foundation/net/reactor.h"

#include <algorithm>
#include <fstream>
#include <mutex>
#include <sys/stat.h>
#include <thread>

namespace servery::app {

namespace {

constexpr std::string_view version = "0.1.0";

result<key_tree> keys_of(const instance_options& with, random_source& random) {
    std::string from_environment;
    if (const char* text = std::getenv("SERVERY_MASTER_KEY")) {
        from_environment = text;
        ::unsetenv("SERVERY_MASTER_KEY");
    }
    master_key_places places{.folder = with.folder};
    if (!with.master_key_file.empty()) places.key_file = with.master_key_file;
    if (const char* dir = std::getenv("CREDENTIALS_DIRECTORY")) places.credentials_dir = dir;
    if (!from_environment.empty()) places.environment = &from_environment;
    auto master = find_master_key(places);
    const bool fresh = !std::filesystem::exists(with.folder / "keys.sealed");
    if (!master) {
        if (!fresh || master.error().id != "secret.master.missing")
            return std::unexpected(master.error());
        master = make_master_key_file(default_master_key_file(with.folder), random);
        if (!master) return std::unexpected(master.error());
    }
    return fresh ? key_tree::create(with.folder, *master, random)
                 : key_tree::open(with.folder, *master);
}

// The local operator's token: readable by the user that runs the server, new at each start.
std::string write_admin_token(const std::filesystem::path& folder, random_source& random) {
    std::array<std::uint8_t, 32> bytes;
    random.fill(bytes);
    const auto text = "svo_" + to_base32(bytes);
    const auto file = folder / "admin.token";
    {
        std::ofstream out(file, std::ios::trunc);
        out << text << "\n";
    }
    ::chmod(file.c_str(), 0600);
    return text;
}

} // namespace

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

    std::mutex background_mutex;
    std::vector<std::thread> background;

    [[nodiscard]] const clock& now() const { return with.now ? *with.now : system_time; }
    [[nodiscard]] random_source& random() { return with.random ? *with.random : system_randomness; }
    [[nodiscard]] const key_tree& keys() const { return with.keys ? *with.keys : *own_keys; }

    status open_store();
    status start_services();
    status open_in_flight();
    void start_network();
    status listen();
    void stop();
    [[nodiscard]] gateway::ports gateway_ports();
    void in_background(std::function<void()> work);
    task<void> answer(http::request& in, http::responder& out);
};

status instance::impl::open_store() {
    std::error_code ec;
    std::filesystem::create_directories(with.folder, ec);
    if (ec)
        return fail(error_code::unavailable, "app.folder.unusable",
                    "the data folder cannot be made: " + ec.message(), with.folder.string(),
                    "choose another with --data, or make it writable");
    ::chmod(with.folder.c_str(), 0700);
    if (with.keys == nullptr) {
        auto made = keys_of(with, random());
        if (!made) return std::unexpected(made.error());
        own_keys.emplace(std::move(*made));
    }
    auto opened = store::store::open(
        {.folder = with.folder, .now = &now(), .random = &random(), .keys = &keys()});
    if (!opened) return std::unexpected(opened.error());
    store = std::move(*opened);
    is_new = store->state().last_seq == 0;
    admin_token = write_admin_token(with.folder, random());
    return {};
}

status instance::impl::start_services() {
    on = std::make_unique<ground>(ground{
        .now = now(),
        .random = random(),
        .keys = keys(),
        .store = *store,
        .control = control,
        .folder = with.folder,
        .answer = {},
        .probe = {},
        .in_background = [this](std::function<void()> work) { in_background(std::move(work)); }});
    all = std::make_unique<services>(*on);
    std::ifstream words(with.folder / "kill_board");
    if (words) {
        all->kills.from_text(std::string(std::istreambuf_iterator<char>(words), {}));
    }
    control.start(with.ticking ? std::function<void()>([this] { all->tick(); })
                               : std::function<void()>{});
    status started;
    control.run([&] { started = all->start(); });
    if (started) started = open_in_flight();
    return started;
}

// What a process before this one was doing when it died becomes rows, with their money; then the
// file follows the rows of this one.
status instance::impl::open_in_flight() {
    auto opened = gateway::in_flight_file::open(with.folder / "in_flight");
    if (!opened) return std::unexpected(std::move(opened.error()));
    in_flight = std::move(*opened);
    const auto left = in_flight->leftovers();
    for (const auto& row : left) {
        const auto known = store->exchange_by_id(row.exchange_id);
        if (!known) return std::unexpected(known.error());
        if (*known) continue;
        control.run([&] { all->ledger.book(row); });
        store->post(row);
        log::warn("gateway.crashed", {{"exchange", row.exchange_id},
                                      {"spend", json::enum_word(row.spend)},
                                      {"cost_nano", row.cost_nano.value_or(0)}});
    }
    if (!left.empty()) {
        if (auto durable = store->flush(); !durable) return durable;
        in_flight->forget_leftovers();
    }
    control.run([this] {
        all->log.add_reaction(
            {}, [this](const events::exchange& row) { in_flight->committed(row.exchange_id); });
    });
    return {};
}

gateway::ports instance::impl::gateway_ports() {
    provider::connectors upstreams;
    upstreams.add("openai", provider::openai_connector(
                                [this](net::reactor& home) -> http::client_pool& {
                                    return *clients[home.index()];
                                },
                                [this](std::string_view id) { return all->credentials.get(id); }));
    const auto serving = [this](std::string_view project, std::string_view release) {
        thread_local std::map<const assistant::serving_board*, assistant::serving_reader> readers;
        auto it = readers.find(&all->serving);
        if (it == readers.end()) it = readers.try_emplace(&all->serving, all->serving).first;
        return it->second.find(project, release);
    };
    upstreams.add("assistant", provider::assistant_connector(serving));
    upstreams.add("rehearsal", provider::rehearsal_connector());
    return {.clock = now(),
            .random = random(),
            .policy = all->board,
            .kills = all->kills,
            .spend = all->ledger,
            .pepper = keys().plain_subkey(key_use::api_key),
            .visitor_key = keys().plain_subkey(key_use::visitor),
            .upstreams = std::move(upstreams),
            .serving = serving,
            .guard = gateway::default_guard(),
            .in_flight = in_flight.get(),
            .book = &all->desk,
            .record = [this](events::exchange row) { store->post(std::move(row)); },
            .emit = [this](events::event row) { store->post(std::move(row)); },
            .consented =
                [this](std::string_view project, const hash16& visitor) {
                    return all->desk.consent_given(project, visitor);
                },
            .feedback =
                [this](std::string project, hash16 conversation, gateway::thumb_given thumb,
                       std::function<void(status)> done) {
                    all->desk.feedback(std::move(project), conversation,
                                       {.message = std::move(thumb.message),
                                        .direction = std::move(thumb.direction),
                                        .reason = std::move(thumb.reason)},
                                       std::move(done));
                },
            .ask_for_person =
                [this](std::string project, hash16 conversation, std::function<void(status)> done) {
                    all->desk.ask_for_person(
                        std::move(project), conversation,
                        [done = std::move(done)](const result<desk::ownership>& now_owned) {
                            done(now_owned ? status{} : std::unexpected(now_owned.error()));
                        });
                }};
}

void instance::impl::in_background(std::function<void()> work) {
    const std::scoped_lock lock(background_mutex);
    background.emplace_back(std::move(work));
}

task<void> instance::impl::answer(http::request& in, http::responder& out) {
    if (api::control_api::owns(in.path)) {
        co_await api->answer(in, out);
        co_return;
    }
    auto match = router.find(in.verb, in.path);
    if (match.what == http::router::found::route) {
        co_await match.to->answer(in, out, match.params);
        co_return;
    }
    const bool method = match.what == http::router::found::wrong_method;
    error fault{.code = method ? error_code::invalid_argument : error_code::not_found,
                .id = method ? "http.method" : "http.unknown_path",
                .message = method ? "this path takes " + match.allow : "there is no such path",
                .where = std::string(in.path),
                .remedy = method ? "use one of them" : "check the base URL: it ends in /v1"};
    const auto body = http::fault_json(fault);
    const http::header headers[] = {{"content-type", "application/json"}, {"allow", match.allow}};
    co_await out.send(method ? 405 : 404, std::span(headers).first(method ? 2 : 1), body);
}

void instance::impl::start_network() {
    pool = std::make_unique<net::blocking_pool>();
    names = std::make_unique<net::resolver>(*pool);
    const auto cores = std::max(1U, std::thread::hardware_concurrency());
    reactors = std::make_unique<net::reactor_pool>(
        with.threads > 0 ? static_cast<std::size_t>(with.threads) : cores);
    for (std::size_t i = 0; i < reactors->size(); ++i)
        clients.push_back(std::make_unique<http::client_pool>(reactors->at(i), *names));
    gateway = std::make_unique<gateway::gateway>(gateway_ports());
    gateway->add_routes(router);
    gateway::add_visitor_chat(*gateway, router);
    reactors->start();
    on->answer = evaluation_answer(*gateway, *reactors);
    on->probe = visitor_probe(*gateway, *reactors);
}

status instance::impl::listen() {
    const auto at = net::parse_endpoint(with.listen);
    if (!at)
        return fail(error_code::invalid_argument, "app.listen.address",
                    "'" + with.listen + "' is not an address to listen on", "--listen",
                    "write ADDRESS:PORT, such as 127.0.0.1:8080");
    api::options how;
    how.on_control = [this](std::function<void()> work) { control.post(std::move(work)); };
    how.on_pool = [this](std::function<void()> work) {
        // A full queue means overload; the work then runs on the control thread, later but surely.
        if (!pool->submit(work)) control.post(std::move(work));
    };
    how.admin_token = blake2b_256(as_bytes(admin_token));
    how.version = version;
    how.origins = {"http://" + with.listen, "http://localhost:" + std::to_string(at->port)};
    api = std::make_unique<api::control_api>(
        api::backend{.now = now(),
                     .random = random(),
                     .log = all->log,
                     .registry = all->registry,
                     .people = all->people,
                     .plans = &all->plans,
                     .gates = &all->gates,
                     .rollouts = &all->rollouts,
                     .desk = &all->desk,
                     .evaluation = &all->evaluation,
                     .monitoring = &all->monitoring,
                     .ports = make_api_ports(*all, *store, *gateway, *reactors)},
        how);
    if (auto whole = api->check(); !whole) return whole;
    http::server_options options;
    options.listen = *at;
    server = std::make_unique<http::server>(
        *reactors, options,
        [this](http::request& in, http::responder& out) { return answer(in, out); });
    return server->listen();
}

void instance::impl::stop() {
    if (server) server->drain(millis{2000});
    server.reset();
    {
        std::vector<std::thread> running;
        {
            const std::scoped_lock lock(background_mutex);
            running.swap(background);
        }
        for (auto& t : running)
            t.join();
    }
    control.stop();
    if (reactors) reactors->stop_and_join();
    clients.clear();
    api.reset();
    gateway.reset();
    pool.reset();
    store.reset();
}

instance::instance(std::unique_ptr<impl> inner) : impl_(std::move(inner)) {}

instance::~instance() {
    impl_->stop();
}

result<std::unique_ptr<instance>> instance::open(instance_options with) {
    auto inner = std::make_unique<impl>();
    inner->with = std::move(with);
    auto made = std::unique_ptr<instance>(new instance(std::move(inner)));
    auto& self = *made->impl_;
    if (auto ok = self.open_store(); !ok) return std::unexpected(ok.error());
    if (auto ok = self.start_services(); !ok) return std::unexpected(ok.error());
    self.start_network();
    if (auto ok = self.listen(); !ok) return std::unexpected(ok.error());
    // Commands on this machine find the server by its data folder.
    std::ofstream(self.with.folder / "server.url", std::ios::trunc) << made->url() << "\n";
    return made;
}

std::string instance::url() const {
    const auto at = net::parse_endpoint(impl_->with.listen);
    auto shown = *at;
    shown.port = impl_->server->port();
    return "http://" + net::to_text(shown);
}

const std::string& instance::admin_token() const {
    return impl_->admin_token;
}

bool instance::is_new() const {
    return impl_->is_new;
}

void instance::on_control(const std::function<void(services&)>& work) {
    impl_->control.run([&] { work(*impl_->all); });
}

void instance::settle() {
    // Twice: what the first round's reactions posted is folded by the second.
    for (int i = 0; i < 2; ++i)
        impl_->control.run([this] { impl_->all->log.settle(true); });
}

void instance::tick() {
    impl_->control.run([this] {
        impl_->all->log.settle(true);
        impl_->all->tick();
        impl_->all->log.settle(true);
    });
}

void instance::drain(millis within) {
    impl_->server->drain(within);
}

} // namespace servery::app
