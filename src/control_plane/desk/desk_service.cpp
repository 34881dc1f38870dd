#include "control_plane/desk/desk_service.h"

#include "control_plane/desk/desk_core.h"
#include "control_plane/desk/texts.h"

#include <algorithm>

namespace servery::desk {

desk_core::desk_core(const clock& now_, random_source& random_, events::log& log_,
                     surroundings around_)
    : now(now_), random(random_), log(log_), around(std::move(around_)),
      state(view, [this](std::string_view project) { return settings(project).consent_version; }) {}

visitor_text desk_core::text(const conversation& c, std::string_view key) const {
    const auto lang = c.lang.empty() ? settings(c.project).language : c.lang;
    auto own = around.text ? around.text(c.project, key, lang) : visitor_text{};
    if (own.text.empty()) own.text = shipped_text(key, lang);
    return own;
}

std::string desk_core::name_of(std::string_view person) const {
    auto name = around.person_name ? around.person_name(person) : std::string();
    return name.empty() ? std::string(person) : name;
}

result<const conversation*> desk_core::find(std::string_view project, std::string_view id) const {
    if (const auto* c = state.find(project, id)) return c;
    return fail(error_code::not_found, "desk.conversation.unknown",
                "there is no such conversation in this project", std::string(id),
                "reload the list");
}

ownership ownership_of(const conversation& c) {
    return {.conversation = c.id, .owner = c.owner, .person = c.person, .epoch = c.epoch};
}

desk_service::desk_service(const clock& now, random_source& random, events::log& log,
                           surroundings around)
    : inner_(std::make_unique<desk_core>(now, random, log, std::move(around))) {}
desk_service::~desk_service() = default;

// ---- fold and time -----------------------------------------------------------------------------

void desk_service::apply(const events::event& e) {
    inner_->state.apply(e);
    inner_->learn_name(e);
}

void desk_service::recover() {
    inner_->state.refresh_consent();
    inner_->expire_turns(inner_->now.now(), true);
}

void desk_service::on_tick(instant at) {
    inner_->state.refresh_consent();
    inner_->expire_turns(at, false);
    inner_->expire_drafts(at);
    inner_->close_silent(at);
    inner_->wake_snoozed(at);
    send_due(at);
}

void desk_service::extend_turn(std::string_view turn, instant at) {
    inner_->state.extend(turn, at + part_time);
}

status desk_service::on_kill(std::string_view project, std::string_view variant) {
    for (const auto& id : inner_->state.with_turn()) {
        const auto& c = inner_->state.at(id);
        const bool meant = variant.empty() || c.variant.empty() || c.variant == variant;
        if (!c.turn || c.project != project || !meant) continue;
        if (auto done = inner_->hand_over(c, "killed", "killed"); !done) return done;
    }
    return {};
}

// ---- conversation book -------------------------------------------------------------------------

policy::conversation_state desk_service::look(const hash16& conversation) const {
    return inner_->view.look(conversation);
}

std::shared_ptr<void> desk_service::watch(const hash16& conversation, std::int64_t after_seq,
                                          std::function<void()> wake) {
    return inner_->view.watch(conversation, after_seq, std::move(wake));
}

std::vector<events::message_added>
desk_service::history(const hash16& conversation, std::int64_t after_seq, std::size_t limit) const {
    return inner_->view.history(conversation, after_seq, limit);
}

void desk_service::open_turn(policy::visitor_message message,
                             std::function<void(result<policy::opened_turn>)> done) {
    inner_->around.post([this, message = std::move(message), done = std::move(done)] {
        done(inner_->open(message));
    });
}

void desk_service::close_turn(std::string project, std::string turn, std::int64_t epoch,
                              policy::turn_answer answer,
                              std::function<void(result<policy::turn_result>)> done) {
    inner_->around.post([this, project = std::move(project), turn = std::move(turn), epoch,
                         answer = std::move(answer), done = std::move(done)] {
        done(inner_->close(project, turn, epoch, answer));
    });
}

void desk_service::consent(std::string project, events::consent_changed record,
                           std::function<void(status)> done) {
    inner_->around.post(
        [this, project = std::move(project), record = std::move(record), done = std::move(done)] {
            // Whose it is stands in the detail, which can be erased; the chain itself cannot.
            auto e = events::make_event(record, {.at = inner_->now.now(),
                                                 .project = project,
                                                 .by = {events::actor_kind::visitor, {}},
                                                 .object_type = "visitor",
                                                 .object_id = {},
                                                 .phase = inner_->settings(project).phase,
                                                 .request_id = {}});
            auto written = inner_->log.commit({std::move(e)});
            done(written ? status{} : std::unexpected(written.error()));
        });
}

bool desk_service::consent_given(std::string_view project, const hash16& visitor) const {
    return inner_->view.consented(project, visitor);
}

// ---- visitors' other acts ----------------------------------------------------------------------

namespace {

status check_thumb(const thumb& given) {
    constexpr std::string_view reasons[] = {"",        "wrong",       "not_asked",
                                            "unclear", "out_of_date", "unfair"};
    if ((given.direction == "up" || given.direction == "down") &&
        std::ranges::find(reasons, given.reason) != std::end(reasons))
        return {};
    return fail(error_code::unprocessable, "desk.thumb.invalid",
                "a thumb is up or down, with one of the known reasons", "thumb",
                "up or down; wrong, not_asked, unclear, out_of_date, unfair or no reason");
}

} // namespace

void desk_service::feedback(std::string project, hash16 conversation, thumb given,
                            std::function<void(status)> done) {
    inner_->around.post([this, project = std::move(project), conversation, given = std::move(given),
                         done = std::move(done)] {
        if (auto good = check_thumb(given); !good) return done(good);
        const auto* c = inner_->state.find(conversation);
        const stored_message* on = nullptr;
        if (c != nullptr && c->project == project)
            for (const auto& m : c->messages)
                if (m.m.message == given.message && m.m.author == events::author_kind::ai) on = &m;
        if (on == nullptr)
            return done(fail(error_code::not_found, "desk.message.unknown",
                             "there is no such answer in this conversation", given.message,
                             "give the id of an answer of this conversation"));
        const events::feedback_given f{.conversation = c->id,
                                       .message = given.message,
                                       .thumb = given.direction,
                                       .reason = given.reason,
                                       .variant = on->m.variant};
        const auto visitor = c->visitor ? to_hex(*c->visitor) : std::string();
        auto e = events::make_event(f, {.at = inner_->now.now(),
                                        .project = project,
                                        .by = {events::actor_kind::visitor, visitor},
                                        .object_type = "message",
                                        .object_id = f.message,
                                        .phase = inner_->settings(project).phase,
                                        .request_id = {}});
        auto written = inner_->log.commit({std::move(e)});
        done(written ? status{} : std::unexpected(written.error()));
    });
}

void desk_service::ask_for_person(std::string project, hash16 conversation,
                                  std::function<void(result<ownership>)> done) {
    inner_->around.post([this, project = std::move(project), conversation, done = std::move(done)] {
        const auto* c = inner_->state.find(conversation);
        if (c == nullptr || c->project != project)
            return done(fail(error_code::not_found, "desk.conversation.unknown",
                             "there is no such conversation", {}, "send a message first"));
        if (c->owner == events::owner_kind::ai)
            if (auto handed = inner_->hand_over(*c, "human_request", "handoff"); !handed)
                return done(std::unexpected(handed.error()));
        done(ownership_of(*c));
    });
}

} // namespace servery::desk
