// A desk over a log in memory, with short ways to say what visitors, the AI and staff do.
#pragma once

#include "control_plane/desk/desk_service.h"

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <string>

namespace servery::desk {

class desk_fixture : public ::testing::Test {
  protected:
    desk_fixture() {
        settings_.phase = "pilot";
        settings_.sampling_seed = {1, 2, 3};
        make_desk();
        log_.add_fold([this](const events::event& e) { desk_->apply(e); });
    }

    void make_desk() {
        desk_ = std::make_unique<desk_service>(
            now_, random_, log_,
            surroundings{
                .settings = [this](std::string_view) { return settings_; },
                .text =
                    [](std::string_view, std::string_view key, std::string_view) {
                        return key == "label" ? visitor_text{"AI", "v1"} : visitor_text{};
                    },
                .person_name = [](std::string_view id) { return "Dr. " + std::string(id); },
                .post = [this](std::function<void()> f) { queue_.push_back(std::move(f)); }});
    }
    // A crash and a start: nothing but the log is left.
    void restart() {
        queue_.clear();
        make_desk();
        for (const auto& e : log_.all())
            desk_->apply(e);
        desk_->recover();
    }
    void run() {
        while (!queue_.empty()) {
            auto next = std::move(queue_.front());
            queue_.pop_front();
            next();
        }
    }

    static hash16 key(int n) { return hash16{static_cast<std::uint8_t>(n), 7}; }
    static hash16 visitor(int n) { return hash16{static_cast<std::uint8_t>(n), 9}; }
    policy::visitor_message message(int n, std::string text = "Is breakfast included?") {
        policy::visitor_message m;
        m.project = "guest-house";
        m.conversation = key(n);
        m.visitor = visitor(n);
        m.eligible = true;
        m.text = std::move(text);
        m.lang = "en";
        m.channel = "widget";
        m.stage = "p10";
        return m;
    }
    static policy::turn_answer answer(std::string outcome, std::string text = "Yes, until ten.") {
        policy::turn_answer a;
        a.outcome = std::move(outcome);
        a.recommended = a.outcome == "hand_over" ? "hand_over" : "answer";
        a.reason = "low_confidence";
        a.text = std::move(text);
        a.candidate = a.text;
        a.confidence = 0.9;
        a.variant = "ab12";
        a.stage = "p10";
        a.phase = "pilot";
        a.entries = {"breakfast"};
        a.label_version = "v1";
        a.exchange_id = "exc_1";
        return a;
    }
    result<policy::opened_turn> ask(policy::visitor_message m) {
        std::optional<result<policy::opened_turn>> out;
        desk_->open_turn(std::move(m), [&](auto r) { out = std::move(r); });
        run();
        return *out;
    }
    policy::opened_turn ask(int n) { return ask(message(n)).value(); }
    result<policy::turn_result> finish(const policy::opened_turn& turn, policy::turn_answer a) {
        std::optional<result<policy::turn_result>> out;
        desk_->close_turn("guest-house", turn.turn, turn.epoch, std::move(a),
                          [&](auto r) { out = std::move(r); });
        run();
        return *out;
    }
    ownership owner(int n) {
        const auto s = desk_->look(key(n));
        return {.conversation = s.id, .owner = s.owner, .person = {}, .epoch = s.epoch};
    }
    std::vector<events::message_added> seen(int n) { return desk_->history(key(n), 0, 100); }
    std::string last_text(int n) { return seen(n).empty() ? "" : seen(n).back().text; }
    json::object shown(const std::string& id) { return desk_->show("guest-house", id).value(); }
    std::string pending_draft(const std::string& id) {
        const auto draft = shown(id).at("draft");
        return draft.is_null() ? "" : std::string(draft.at("id").as_string());
    }
    std::int64_t count(view v, std::string person = "anna") {
        list_request r;
        r.project = "guest-house";
        r.view = v;
        r.person = std::move(person);
        return static_cast<std::int64_t>(desk_->list(r).at("items").as_array().size());
    }
    std::int64_t last_seq(const std::string& id) {
        return shown(id).at("conversation").at("last_seq").as_int64();
    }
    staff_reply reply(const std::string& id, std::string person = "anna",
                      std::string client = "c1") {
        return {.conversation = id,
                .person = std::move(person),
                .client_id = std::move(client),
                .text = "Gladly.",
                .if_seq = last_seq(id)};
    }
    template <typename Record>
    std::vector<Record> logged() {
        std::vector<Record> out;
        for (const auto& e : log_.all())
            if (events::is<Record>(e)) out.push_back(events::read<Record>(e));
        return out;
    }

    manual_clock now_{{1'795'600'000'000}};
    seeded_random random_{3};
    events::memory_log log_;
    project_settings settings_;
    std::deque<std::function<void()>> queue_;
    std::unique_ptr<desk_service> desk_;
};

} // namespace servery::desk
