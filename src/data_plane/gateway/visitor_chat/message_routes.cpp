// A visitor's message and what follows: screened, committed, answered, committed again under the
// epoch it began with.
#include "data_plane/gateway/visitor_chat/message_routes.h"

#include "data_plane/gateway/back_home.h"
#include "data_plane/gateway/texts.h"
#include "data_plane/gateway/visitor_chat/parts.h"
#include "foundation/base/ids.h"
#include "foundation/base/log.h"
#include "foundation/base/text.h"
#include "foundation/http/query.h"

#include <algorithm>
#include <chrono>

namespace servery::gateway {

namespace {

constexpr std::size_t most_code_points = 2000;
constexpr std::int64_t history_for_answer = 20; // messages that go along with a question
constexpr std::chrono::seconds extend_every{1};

error bad_member(std::string name, std::string wanted) {
    return error{.code = error_code::invalid_argument,
                 .id = "request.invalid_field",
                 .message = name + " must be " + wanted,
                 .where = name,
                 .remedy = "correct it"};
}

// What the visitor sent, ready to be committed.
struct sent_message {
    std::string client_id;
    std::string text;     // redacted; what people read
    std::string question; // what is asked: the number of a choice, or the text
    std::string lang;
};

// The question of an offered choice and its place, by key or by number.
std::optional<std::pair<std::string, std::string>>
chosen(const std::vector<events::message_added>& history, std::string_view choice) {
    for (auto it = history.rbegin(); it != history.rend(); ++it) {
        if (it->choices.empty()) continue;
        for (std::size_t i = 0; i < it->choices.size(); ++i) {
            const auto number = std::to_string(i + 1);
            if (it->choices[i].key == choice || number == choice)
                return std::pair(it->choices[i].question, number);
        }
        return std::nullopt;
    }
    return std::nullopt;
}

std::vector<events::message_added> recent(gateway& with, const hash16& conversation) {
    auto all = with.given().book->history(conversation, 0, 10'000);
    if (all.size() > history_for_answer) all.erase(all.begin(), all.end() - history_for_answer);
    return all;
}

result<sent_message> take_message(gateway& with, const chat_caller& c, const json::object& body) {
    sent_message out;
    out.client_id = json::text_or(body, "client_id");
    out.lang = json::text_or(body, "lang", c.project->language);
    if (out.client_id.empty() || out.client_id.size() > 64)
        return std::unexpected(bad_member("client_id", "a text of 1 to 64 bytes"));
    auto text = std::string(trim(json::text_or(body, "text")));
    if (!is_utf8(text) || code_points(text) > most_code_points)
        return std::unexpected(bad_member("text", "a text of at most 2000 characters"));
    if (const auto choice = json::text_or(body, "choice"); !choice.empty()) {
        if (const auto picked = chosen(recent(with, c.conversation), choice)) {
            out.text = picked->first;
            out.question = picked->second;
            return out;
        }
        if (text.empty()) return std::unexpected(bad_member("choice", "one that was offered"));
    }
    if (text.empty()) return std::unexpected(bad_member("text", "a text of at least 1 character"));
    auto seen = with.given().guard(*c.project, text_direction::input, text, &c.conversation);
    out.text = std::move(seen.text);
    out.question = out.text;
    return out;
}

// What admission will say of this visitor: the row of the message names its stage and whether it
// may be drawn for a label.
policy::admission foresee(gateway& with, const chat_caller& c) {
    auto& given = with.given();
    policy::admission_input in;
    in.policy = c.policy.get();
    in.project = c.project;
    in.kills = &given.kills;
    in.kind = policy::key_kind::public_;
    in.purpose = c.staff ? events::purpose::staff : events::purpose::visitor;
    in.who.visitor = c.visitor;
    if (c.staff) in.groups.emplace_back("staff");
    if (c.trial) in.kind = policy::key_kind::sandbox;
    in.now = given.clock.now();
    in.pinned = with.pins().find(c.conversation, in.now);
    in.consent_given = true; // asked before
    return policy::admit(in);
}

policy::visitor_message message_of(gateway& with, const chat_caller& c, const sent_message& sent) {
    policy::visitor_message out;
    out.project = c.project->id;
    out.conversation = c.conversation;
    out.conversation_id = chat_conversation;
    out.visitor = c.visitor;
    out.staff = c.staff;
    const auto verdict = foresee(with, c);
    out.eligible = verdict.eligible;
    if (verdict.grant != nullptr) out.stage = verdict.grant->stage;
    out.client_id = sent.client_id;
    out.text = sent.text;
    out.lang = sent.lang;
    out.channel = "widget";
    return out;
}

turn_question question_of(gateway& with, const chat_caller& c, const sent_message& sent,
                          const policy::opened_turn& opened) {
    turn_question out;
    out.project = c.project->id;
    for (const auto& m : recent(with, c.conversation)) {
        if (m.msg_seq >= opened.msg_seq || m.text.empty() ||
            m.author == events::author_kind::system)
            continue;
        const bool visitor = m.author == events::author_kind::visitor;
        out.turns.push_back({visitor ? "user" : "assistant", m.text});
    }
    out.turns.push_back({"user", sent.question});
    out.visitor = c.visitor;
    out.staff = c.staff;
    out.conversation_id = chat_conversation;
    out.lang = sent.lang;
    out.channel = "widget";
    out.key_id = c.key->id;
    out.misses = opened.misses;
    out.trial = c.trial;
    policy::conversation_state owner;
    owner.known = true;
    owner.id = opened.conversation;
    owner.owner = opened.owner;
    owner.epoch = opened.epoch;
    owner.misses = opened.misses;
    owner.consent_given = has_consent(with, c);
    out.owner = std::move(owner);
    return out;
}

// Shows the text while it comes, and asks for more time as long as it does.
std::function<void(std::string_view)> shower(gateway* with, const hash16& conversation,
                                             const std::string& turn) {
    using clock = std::chrono::steady_clock;
    return [with, conversation, turn, asked = clock::time_point{}](std::string_view text) mutable {
        with->parts().show(conversation, turn, text);
        const auto& extend = with->given().extend_turn;
        if (!extend || clock::now() - asked < extend_every) return;
        asked = clock::now();
        extend(turn);
    };
}

// Runs on after the 202 was sent; the watchdog of the book ends a turn that this one lost.
task<void> run_turn(gateway* with, net::reactor* home, turn_question asked,
                    policy::opened_turn opened, hash16 conversation, std::string label) {
    const auto project = asked.project;
    with->parts().begin(conversation, opened.turn, std::move(label));
    asked.show = shower(with, conversation, opened.turn);
    auto said = co_await with->answer_turn(home, std::move(asked));
    auto* book = with->given().book;
    const auto done = co_await await_elsewhere<result<policy::turn_result>>(
        home, [book, project, opened, answer = std::move(said.answer)](
                  std::function<void(result<policy::turn_result>)> resume) mutable {
            book->close_turn(project, opened.turn, opened.epoch, std::move(answer),
                             std::move(resume));
        });
    with->parts().end(conversation, opened.turn);
    if (!done) log::warn("chat.turn_not_closed", {{"turn", opened.turn}, {"id", done.error().id}});
}

std::int64_t number_word(const http::request& in, std::string_view name, std::int64_t otherwise) {
    const auto words = http::parse_query(in.query);
    const auto value = words ? http::word(*words, name) : std::nullopt;
    if (!value || value->empty() || value->size() > 15 ||
        !std::ranges::all_of(*value, [](char ch) { return ch >= '0' && ch <= '9'; }))
        return otherwise;
    return std::stoll(std::string(*value));
}

} // namespace

task<void> post_message(gateway* with, http::request* in, http::responder* out,
                        std::string widget) {
    auto c = read_caller(*with, *in, widget, visitor_need::required);
    auto body = c ? co_await read_json(*in) : result<json::object>(std::unexpected(c.error()));
    if (body && !has_consent(*with, *c)) body = std::unexpected(consent_needed());
    if (!body) {
        co_await send_fault(*out, *with, *in, body.error());
        co_return;
    }
    if (auto over = take_rates(with->rates(), *c->project, in->peer, c->visitor,
                               with->given().clock.now())) {
        co_await send_fault(*out, *with, *in, std::move(over->fault), over->wait);
        co_return;
    }
    auto sent = take_message(*with, *c, *body);
    if (!sent) {
        co_await send_fault(*out, *with, *in, sent.error());
        co_return;
    }
    auto* book = with->given().book;
    const auto opened = co_await await_elsewhere<result<policy::opened_turn>>(
        c->home, [book, message = message_of(*with, *c, *sent)](
                     std::function<void(result<policy::opened_turn>)> resume) mutable {
            book->open_turn(std::move(message), std::move(resume));
        });
    if (!opened) {
        co_await send_fault(*out, *with, *in, opened.error());
        co_return;
    }
    const bool ask =
        !opened->repeated && opened->owner == events::owner_kind::ai && !opened->turn.empty();
    if (ask) {
        const auto* label = c->project->text("label", sent->lang);
        start(run_turn(with, c->home, question_of(*with, *c, *sent, *opened), *opened,
                       c->conversation, label == nullptr ? "" : label->version));
    }
    co_await send_json(*out, c->policy.get(), c->origin, 202,
                       json::object{{"conversation", opened->conversation},
                                    {"seq", opened->msg_seq},
                                    {"owner", json::enum_word(opened->owner)}});
}

task<void> get_history(gateway* with, http::request* in, http::responder* out, std::string widget) {
    auto c = read_caller(*with, *in, widget, visitor_need::required);
    if (!c) {
        co_await send_fault(*out, *with, *in, c.error());
        co_return;
    }
    const auto limit =
        static_cast<std::size_t>(std::clamp<std::int64_t>(number_word(*in, "limit", 50), 1, 200));
    const auto before = number_word(*in, "before", INT64_MAX);
    auto all = with->given().book->history(c->conversation, 0, 10'000);
    std::erase_if(all, [&](const auto& m) { return m.msg_seq >= before; });
    json::array items;
    const auto from = all.size() > limit ? all.size() - limit : 0;
    for (std::size_t i = from; i < all.size(); ++i)
        items.push_back(message_json(*with, *c, all[i]));
    json::value next = nullptr;
    if (from > 0) next = all[from].msg_seq;
    co_await send_json(*out, c->policy.get(), c->origin, 200,
                       json::object{{"items", std::move(items)}, {"next", std::move(next)}});
}

// Who asks for a person before anything was said has a conversation that begins with that.
task<status> begin_with_request(gateway* with, const chat_caller* c, json::object body) {
    auto* book = with->given().book;
    if (book->look(c->conversation).known) co_return status{};
    json::object first{{"client_id", c->request_id},
                       {"text", json::text_or(body, "text")},
                       {"lang", json::text_or(body, "lang", c->project->language)}};
    if (trim(json::text_or(first, "text")).empty())
        first["text"] = text_for(*c->project, "ask_person", json::text_or(first, "lang")).text;
    const auto sent = take_message(*with, *c, first);
    if (!sent) co_return std::unexpected(sent.error());
    const auto opened = co_await await_elsewhere<result<policy::opened_turn>>(
        c->home, [book, message = message_of(*with, *c, *sent)](
                     std::function<void(result<policy::opened_turn>)> resume) mutable {
            book->open_turn(std::move(message), std::move(resume));
        });
    if (!opened) co_return std::unexpected(opened.error());
    co_return status{};
}

task<void> post_human(gateway* with, http::request* in, http::responder* out, std::string widget) {
    auto c = read_caller(*with, *in, widget, visitor_need::required);
    auto body = c ? co_await read_json(*in) : result<json::object>(std::unexpected(c.error()));
    if (body && !has_consent(*with, *c)) body = std::unexpected(consent_needed());
    if (!body) {
        co_await send_fault(*out, *with, *in, body.error());
        co_return;
    }
    const auto ask = with->given().ask_for_person;
    auto done = co_await begin_with_request(with, &*c, *body);
    if (done && ask)
        done = co_await await_elsewhere<status>(
            c->home, [ask, project = c->project->id,
                      conversation = c->conversation](std::function<void(status)> resume) {
                ask(project, conversation, std::move(resume));
            });
    if (!done) {
        co_await send_fault(*out, *with, *in, done.error());
        co_return;
    }
    co_await send_json(*out, c->policy.get(), c->origin, 202, json::object{{"owner", "nobody"}});
}

} // namespace servery::gateway
