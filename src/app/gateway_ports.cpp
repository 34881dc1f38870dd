// What crosses from the gateway to the rest of the process, as callables.
#include "app/instance_impl.h"
#include "data_plane/provider/openai_compatible.h"
#include "data_plane/provider/rehearsal/rehearsal_provider.h"

#include <map>

namespace servery::app {

namespace {

std::optional<gateway::widget_file> widget_file_of(std::string_view name) {
    const auto* file = find_web_file("widget/" + std::string(name));
    if (file == nullptr) return std::nullopt;
    return gateway::widget_file{.type = file->type,
                                .hash = file->hash,
                                .plain = as_text(file->plain),
                                .packed = as_text(file->packed)};
}

void forget_durations(events::exchange& row) {
    row.t_body = row.t_admit = row.t_dispatch = row.t_done = row.gap_max = row.guard_us = 0;
    for (auto* mark : {&row.t_head, &row.t_first_token, &row.t_last_token})
        if (*mark) *mark = 0;
}

} // namespace

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
        auto found = it->second.find(project, release);
        if (found == nullptr || with.ticking) return found;
        auto unhurried = std::make_shared<assistant::assistant_serving>(*found);
        unhurried->deadline = millis{60'000};
        return assistant::serving_ptr(std::move(unhurried));
    };
    upstreams.add("assistant", provider::assistant_connector(serving));
    upstreams.add("rehearsal", provider::rehearsal_connector());
    return {.clock = now(),
            .random = reactor_random(),
            .policy = all->board,
            .kills = all->kills,
            .spend = all->ledger,
            .pepper = keys().plain_subkey(key_use::api_key),
            .visitor_key = keys().plain_subkey(key_use::visitor),
            .upstreams = std::move(upstreams),
            .serving = serving,
            .guard = all->guard,
            .in_flight = in_flight.get(),
            .book = &all->desk,
            .record =
                [this](events::exchange row) {
                    if (!with.ticking) forget_durations(row);
                    store->post(std::move(row));
                },
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
                },
            .extend_turn =
                [this](std::string turn) {
                    control.post([this, turn = std::move(turn)] {
                        all->desk.extend_turn(turn, now().now());
                    });
                },
            .visitors = visitor_ports()};
}

gateway::visitor_ports instance::impl::visitor_ports() {
    return {.file = widget_file_of,
            .tls = false,
            .report =
                [this](std::string project, hash16 conversation, gateway::report_given what,
                       std::function<void(status)> done) {
                    all->desk.report(std::move(project), conversation, std::move(what.message),
                                     std::move(what.text), std::move(done));
                },
            .export_data =
                [this](std::string project, hash16 visitor,
                       std::function<void(result<json::object>)> done) {
                    all->privacy.export_for_visitor(std::move(project), visitor, std::move(done));
                },
            .erase =
                [this](std::string project, hash16 visitor, std::function<void(status)> done) {
                    all->privacy.erase_for_visitor(
                        std::move(project), visitor,
                        [done = std::move(done)](const result<std::string>& begun) {
                            done(begun ? status{} : std::unexpected(begun.error()));
                        });
                }};
}

} // namespace servery::app
