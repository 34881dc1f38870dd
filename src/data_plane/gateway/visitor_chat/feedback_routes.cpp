#include "data_plane/gateway/visitor_chat/feedback_routes.h"

#include "data_plane/gateway/back_home.h"
#include "data_plane/gateway/visitor_chat/parts.h"
#include "foundation/base/text.h"

namespace servery::gateway {

namespace {

constexpr std::size_t most_report = 1000; // code points

error bad_member(std::string name, std::string wanted) {
    return error{.code = error_code::invalid_argument,
                 .id = "request.invalid_field",
                 .message = name + " must be " + wanted,
                 .where = name,
                 .remedy = "correct it"};
}

error not_here(std::string what) {
    return error{.code = error_code::unimplemented,
                 .id = "desk.widget.not_offered",
                 .message = "this server does not offer " + what + " in the chat",
                 .remedy = "write to the business instead"};
}

// The message that the body names, by its number or its id.
std::string message_in(gateway& with, const chat_caller& c, const json::object& body) {
    const auto seq = json::int_or(body, "seq", 0);
    if (seq <= 0) return json::text_or(body, "message");
    for (const auto& m : with.given().book->history(c.conversation, seq - 1, 1)) {
        if (m.msg_seq == seq) return m.message;
    }
    return {};
}

struct read_call {
    chat_caller c;
    json::object body;
};

// Who calls, with what: the beginning of every route here.
task<result<read_call>> read(gateway* with, http::request* in, std::string widget) {
    auto c = read_caller(*with, *in, widget, visitor_need::required);
    if (!c) co_return std::unexpected(c.error());
    if (in->verb != http::method::post) co_return read_call{std::move(*c), {}};
    auto body = co_await read_json(*in);
    if (!body) co_return std::unexpected(body.error());
    co_return read_call{std::move(*c), std::move(*body)};
}

task<void> answer_done(gateway* with, http::request* in, http::responder* out, const chat_caller* c,
                       status done, std::string word) {
    if (!done) {
        co_await send_fault(*out, *with, *in, done.error());
        co_return;
    }
    co_await send_json(*out, c->policy.get(), c->origin, 202, json::object{{word, true}});
}

} // namespace

task<void> post_feedback(gateway* with, http::request* in, http::responder* out,
                         std::string widget) {
    auto got = co_await read(with, in, std::move(widget));
    if (!got) {
        co_await send_fault(*out, *with, *in, got.error());
        co_return;
    }
    auto& [c, body] = *got;
    const thumb_given thumb{.message = message_in(*with, c, body),
                            .direction = json::text_or(body, "thumb"),
                            .reason = json::text_or(body, "reason")};
    const auto give = with->given().feedback;
    status done;
    if (thumb.direction != "up" && thumb.direction != "down")
        done = std::unexpected(bad_member("thumb", "up or down"));
    else if (give)
        done = co_await await_elsewhere<status>(
            c.home, [give, thumb, project = c.project->id,
                     conversation = c.conversation](std::function<void(status)> resume) {
                give(project, conversation, thumb, std::move(resume));
            });
    co_await answer_done(with, in, out, &c, std::move(done), "taken");
}

task<void> post_report(gateway* with, http::request* in, http::responder* out, std::string widget) {
    auto got = co_await read(with, in, std::move(widget));
    if (!got) {
        co_await send_fault(*out, *with, *in, got.error());
        co_return;
    }
    auto& [c, body] = *got;
    const auto said = std::string(trim(json::text_or(body, "text")));
    const auto give = with->given().visitors.report;
    status done;
    if (!is_utf8(said) || code_points(said) > most_report) {
        done = std::unexpected(bad_member("text", "a text of at most 1000 characters"));
    } else if (!give) {
        done = std::unexpected(not_here("reports"));
    } else {
        const report_given what{
            .message = message_in(*with, c, body),
            .text = with->given().guard(*c.project, text_direction::input, said).text};
        done = co_await await_elsewhere<status>(
            c.home, [give, what, project = c.project->id,
                     conversation = c.conversation](std::function<void(status)> resume) {
                give(project, conversation, what, std::move(resume));
            });
    }
    co_await answer_done(with, in, out, &c, std::move(done), "reported");
}

task<void> get_my_data(gateway* with, http::request* in, http::responder* out, std::string widget) {
    auto got = co_await read(with, in, std::move(widget));
    const auto give = with->given().visitors.export_data;
    if (!got || !give) {
        co_await send_fault(*out, *with, *in, got ? not_here("one's own data") : got.error());
        co_return;
    }
    const auto& c = got->c;
    auto data = co_await await_elsewhere<result<json::object>>(
        c.home, [give, project = c.project->id,
                 visitor = *c.visitor](std::function<void(result<json::object>)> resume) {
            give(project, visitor, std::move(resume));
        });
    if (!data) {
        co_await send_fault(*out, *with, *in, data.error());
        co_return;
    }
    co_await send_json(*out, c.policy.get(), c.origin, 200, std::move(*data));
}

task<void> delete_my_data(gateway* with, http::request* in, http::responder* out,
                          std::string widget) {
    auto got = co_await read(with, in, std::move(widget));
    const auto erase = with->given().visitors.erase;
    if (!got || !erase) {
        co_await send_fault(*out, *with, *in, got ? not_here("the deletion of data") : got.error());
        co_return;
    }
    const auto& c = got->c;
    auto done = co_await await_elsewhere<status>(
        c.home,
        [erase, project = c.project->id, visitor = *c.visitor](std::function<void(status)> resume) {
            erase(project, visitor, std::move(resume));
        });
    co_await answer_done(with, in, out, &c, std::move(done), "accepted");
}

} // namespace servery::gateway
