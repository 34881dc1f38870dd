#include "app/api_ports.h"
#include "app/gateway_asks.h"
#include "app/instance_impl.h"
#include "app/kept_answers.h"
#include "app/version.h"
#include "data_plane/gateway/answer_callable.h"
#include "data_plane/gateway/visitor_chat/routes.h"
#include "foundation/base/log.h"

#include <algorithm>
#include <fstream>
#include <sys/stat.h>

namespace servery::app {

namespace {

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

// What a browser on this machine may call us. The first is how links to our pages begin.
std::vector<std::string> own_origins(const net::address& at) {
    const auto port = ":" + std::to_string(at.port);
    return {"http://" + net::to_text(at), "http://localhost" + port, "http://127.0.0.1" + port};
}

// Plain HTTP on this address does not leave the machine.
bool stays_inside(std::string_view listen) {
    const auto at = net::parse_endpoint(listen);
    return at && net::is_loopback(*at);
}

// Where commands on this machine reach it: an address that means "all" cannot be asked.
std::string url_for_commands(net::address at, std::uint16_t port) {
    const auto host = net::host_text(at);
    if (host == "0.0.0.0") return "http://127.0.0.1:" + std::to_string(port);
    if (host == "::") return "http://[::1]:" + std::to_string(port);
    at.port = port;
    return "http://" + net::to_text(at);
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
        .pending = pending,
        .folder = with.folder,
        .answer = {},
        .probe = {},
        .in_background = [this](std::function<void()> work) { in_background(std::move(work)); },
        .behind_tls = stays_inside(with.listen),
        .lets_texts_go = with.ticking});
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

void instance::impl::in_background(std::function<void()> work) {
    const std::scoped_lock lock(background_mutex);
    if (stopping) return;
    // Threads that ended are joined when the next one begins, so that they do not pile up.
    std::erase_if(background, [](background_work& w) {
        if (!*w.over) return false;
        w.thread.join();
        return true;
    });
    auto over = std::make_shared<std::atomic<bool>>(false);
    background.push_back(
        {over, std::thread([work = std::move(work), token = pending.begin(), over] {
             work();
             *over = true;
         })});
}

task<void> instance::impl::answer(http::request& in, http::responder& out) {
    if (api::control_api::owns(in.path)) {
        co_await api->answer(in, out);
        co_return;
    }
    if (web_assets::owns(in.path)) {
        co_await web->answer(in, out);
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
    reactors = std::make_unique<net::reactor_pool>(
        with.threads > 0 ? static_cast<std::size_t>(with.threads) : net::usable_cores());
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
    how.on_request = [this](std::string id) { all->log.set_request(std::move(id)); };
    how.device_key =
        blake2b_256_keyed(keys().plain_subkey(key_use::api_key), as_bytes("known-device"));
    how.origins = own_origins(*at);
    api = std::make_unique<api::control_api>(
        api::backend{.now = now(),
                     .random = request_random(),
                     .log = all->log,
                     .registry = all->registry,
                     .people = all->people,
                     .plans = &all->plans,
                     .gates = &all->gates,
                     .rollouts = &all->rollouts,
                     .desk = &all->desk,
                     .evaluation = &all->evaluation,
                     .monitoring = &all->monitoring,
                     .alerts = &all->alerts,
                     .privacy = &all->privacy,
                     .ports = make_api_ports(*all, *store, *gateway, *reactors),
                     .changes = &all->changes,
                     .answers = answer_keeper_of(keys(), *store, now())},
        how);
    if (auto whole = api->check(); !whole) return whole;
    web.emplace(reactor_random(), how.tls);
    http::server_options options;
    options.listen = *at;
    for (const auto& text : with.trusted_proxies) {
        const auto proxy = net::parse_address(text);
        if (!proxy)
            return fail(error_code::invalid_argument, "app.trusted_proxy.address",
                        "'" + text + "' is not an address", "--trusted-proxy",
                        "write the address alone, such as 127.0.0.1, without a port");
        options.trusted_proxies.push_back(*proxy);
    }
    if (!stays_inside(with.listen) && with.trusted_proxies.empty())
        log::warn("app.listen.open", {{"address", with.listen},
                                      {"why", "plain HTTP beyond this machine; put a proxy with "
                                              "TLS before it"}});
    server = std::make_unique<http::server>(
        *reactors, options,
        [this](http::request& in, http::responder& out) { return answer(in, out); });
    if (auto open = server->listen(); !open) return open;
    // With port 0 it is known only now.
    auto bound = *at;
    bound.port = server->port();
    control.run([&] { api->set_origins(own_origins(bound)); });
    return {};
}

void instance::impl::stop() {
    if (server) server->drain(millis{2000});
    server.reset();
    {
        std::vector<background_work> running;
        {
            const std::scoped_lock lock(background_mutex);
            stopping = true;
            running.swap(background);
        }
        for (auto& w : running)
            w.thread.join();
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
    std::ofstream(self.with.folder / "server.url", std::ios::trunc)
        << url_for_commands(*net::parse_endpoint(self.with.listen), self.server->port()) << "\n";
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
    for (int i = 0; i < 2; ++i) {
        impl_->pending.wait_for_none();
        // An answer may be with its caller before its row is posted.
        impl_->reactors->on_each([](net::reactor&) {});
        impl_->control.run([this] { impl_->all->log.settle(true); });
    }
}

void instance::tick() {
    impl_->control.run([this] { impl_->all->tick(); });
}

void instance::drain(millis within) {
    // Visitors' streams would last until they are cut.
    impl_->gateway->parts().close();
    impl_->server->drain(within);
}

} // namespace servery::app
