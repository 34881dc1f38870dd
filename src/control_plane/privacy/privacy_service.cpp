#include "control_plane/privacy/privacy_service.h"

#include "control_plane/privacy/subject.h"
#include "foundation/base/ids.h"
#include "foundation/base/log.h"

#include <algorithm>
#include <future>

namespace servery::privacy {

namespace {

std::string word_of(const events::actor& by) {
    return by.kind == events::actor_kind::visitor ? "visitor" : "staff";
}

json::object to_object(const request_state& r) {
    json::object out{
        {"id", r.id},           {"what", r.what},     {"state", r.state},
        {"subject", r.subject}, {"by", r.by},         {"received", to_rfc3339(r.received)},
        {"done_at", nullptr},   {"reason", r.reason}, {"certificate", nullptr}};
    if (r.done_at) out["done_at"] = to_rfc3339(*r.done_at);
    if (!r.certificate) return out;
    const auto& c = *r.certificate;
    json::object rows;
    for (const auto& [kind, n] : c.rows)
        rows[kind] = n;
    out["certificate"] = json::object{{"rows", std::move(rows)},
                                      {"conversations", c.conversations},
                                      {"logs_emptied", c.logs_emptied},
                                      {"seq", r.certificate_seq},
                                      {"backups", "backups made before this still hold it; delete "
                                                  "them, or let their 35 days pass"}};
    return out;
}

} // namespace

privacy_service::privacy_service(const clock& now, random_source& random, events::log& log,
                                 store::store& store, privacy_seams seams)
    : now_(now), random_(random), log_(log), store_(store), seams_(std::move(seams)),
      looked_at_(now.now()) {}

events::context privacy_service::context(const events::actor& by, const std::string& project,
                                         const std::string& request,
                                         const std::string& request_id) const {
    return {.at = now_.now(),
            .project = project,
            .by = by,
            .object_type = "privacy_request",
            .object_id = request,
            .phase = seams_.phase(project),
            .request_id = request_id};
}

void privacy_service::apply(const events::event& e) {
    if (events::is<request_changed>(e)) {
        const auto change = events::read<request_changed>(e);
        if (change.request.empty()) return;
        auto& r = requests_[change.request];
        if (r.id.empty()) {
            r = {.id = change.request,
                 .project = e.project,
                 .what = change.what,
                 .state = {},
                 .subject = change.subject,
                 .by = change.by,
                 .reason = {},
                 .received = e.at,
                 .done_at = {},
                 .visitor = {},
                 .certificate = {}};
            order_.push_back(r.id);
        }
        r.state = change.state;
        r.reason = change.reason;
        if (change.state != "in_progress") r.done_at = e.at;
    } else if (events::is<request_subject>(e)) {
        const auto about = events::read<request_subject>(e);
        if (const auto at = requests_.find(about.request); at != requests_.end())
            at->second.visitor = about.visitor;
    } else if (events::is<erasure_certified>(e)) {
        auto made = events::read<erasure_certified>(e);
        const auto at = requests_.find(made.request);
        if (at == requests_.end()) return;
        at->second.certificate = std::move(made);
        at->second.certificate_seq = e.seq;
        at->second.state = "done";
        at->second.done_at = e.at;
        at->second.visitor.reset();
    } else if (events::is<retention_ran>(e)) {
        ran_[e.project] = {.at = e.at, .counts = events::read<retention_ran>(e)};
    }
}

status privacy_service::read_log(const std::function<void(events::event&&)>& on_event,
                                 const std::function<void(events::exchange&&)>& on_exchange) const {
    // What was answered a moment ago is part of it.
    if (auto done = store_.flush(); !done) return done;
    return store_.replay(0, on_event, on_exchange);
}

status privacy_service::control(const std::function<status()>& work) const {
    std::promise<status> outcome;
    seams_.on_control([&] { outcome.set_value(work()); });
    return outcome.get_future().get();
}

result<hash16> privacy_service::visitor_named(std::string_view project, std::string_view id) const {
    hash16 out{};
    if (const auto bytes = from_hex(id); bytes && bytes->size() == out.size()) {
        std::ranges::copy(*bytes, out.begin());
        return out;
    }
    if (const auto known = seams_.visitor_of(project, id)) return *known;
    return fail(error_code::not_found, "privacy.subject.unknown",
                "this names no visitor of the project", "visitor",
                "look for them first: servery privacy find WORDS");
}

result<std::string> privacy_service::note_export(const asker& who, const std::string& project,
                                                 const hash16& visitor) {
    const auto id = make_id("rq", now_.now(), random_);
    const request_changed made{.request = id,
                               .what = "export",
                               .state = "done",
                               .subject = subject_ref(visitor),
                               .by = word_of(who.by),
                               .reason = {}};
    auto by = who.by;
    if (by.kind == events::actor_kind::visitor) by.id.clear();
    const auto done =
        log_.commit({events::make_event(made, context(by, project, id, who.request_id))});
    if (!done) return std::unexpected(done.error());
    return id;
}

void privacy_service::export_for_visitor(std::string project, hash16 visitor,
                                         std::function<void(result<json::object>)> done) {
    seams_.in_background([this, project = std::move(project), visitor, done = std::move(done)] {
        auto pack = collect(project, visitor);
        if (pack) {
            const asker who{.by = {.kind = events::actor_kind::visitor, .id = {}},
                            .request_id = {}};
            auto noted = control([&]() -> status {
                auto id = note_export(who, project, visitor);
                if (!id) return std::unexpected(id.error());
                return {};
            });
            if (!noted) return done(std::unexpected(noted.error()));
        }
        done(std::move(pack));
    });
}

void privacy_service::erase_for_visitor(std::string project, hash16 visitor,
                                        std::function<void(result<std::string>)> done) {
    seams_.on_control([this, project = std::move(project), visitor, done = std::move(done)] {
        done(erase({.by = {.kind = events::actor_kind::visitor, .id = {}}, .request_id = {}},
                   project, visitor));
    });
}

result<std::string> privacy_service::erase(const asker& who, const std::string& project,
                                           const hash16& visitor) {
    for (const auto& [id, r] : requests_)
        if (r.project == project && r.visitor == visitor && r.state == "in_progress")
            return fail(error_code::conflict, "privacy.erase.running",
                        "this visitor is being erased already", id, "wait until it is done");
    const auto id = make_id("rq", now_.now(), random_);
    const request_changed received{.request = id,
                                   .what = "erase",
                                   .state = "in_progress",
                                   .subject = subject_ref(visitor),
                                   .by = word_of(who.by),
                                   .reason = {}};
    const auto where = context(who.by, project, id, who.request_id);
    const auto done = log_.commit(
        {events::make_event(received, where),
         events::make_event(request_subject{.request = id, .visitor = visitor}, where)});
    if (!done) return std::unexpected(done.error());
    start_erasure(requests_.at(id));
    return id;
}

void privacy_service::start_erasure(const request_state& r) {
    seams_.in_background([this, project = r.project, id = r.id, visitor = *r.visitor] {
        if (auto done = carry_out(project, id, visitor); !done)
            fail_request(project, id, done.error());
    });
}

void privacy_service::fail_request(const std::string& project, const std::string& id,
                                   const error& why) {
    log::error("privacy.erasure_failed", {{"request", id}, {"why", to_line(why)}});
    (void)control([&]() -> status {
        const auto& r = requests_.at(id);
        const request_changed failed{.request = id,
                                     .what = r.what,
                                     .state = "failed",
                                     .subject = r.subject,
                                     .by = r.by,
                                     .reason = why.id};
        auto done = log_.commit({events::make_event(failed, context({}, project, id))});
        if (!done) return std::unexpected(done.error());
        return {};
    });
}

void privacy_service::recover() {
    for (const auto& id : order_) {
        const auto& r = requests_.at(id);
        if (r.what == "erase" && r.state == "in_progress" && r.visitor) start_erasure(r);
    }
}

json::array privacy_service::requests(std::string_view project) const {
    json::array out;
    for (auto at = order_.rbegin(); at != order_.rend(); ++at)
        if (const auto& r = requests_.at(*at); r.project == project) out.push_back(to_object(r));
    return out;
}

result<json::object> privacy_service::request(std::string_view project, std::string_view id) const {
    const auto at = requests_.find(id);
    if (at == requests_.end() || at->second.project != project)
        return fail(error_code::not_found, "privacy.request.unknown",
                    "there is no such request here", "request", "see `servery privacy requests`");
    return to_object(at->second);
}

} // namespace servery::privacy
