// desk list, show, reply, claim, return; label next, add.
#include "cli/client.h"
#include "cli/output.h"

namespace servery::cli {

namespace {

int list(const arguments& in, const common& with) {
    client server(with);
    const auto path =
        server.in_project("/desk/conversations?view=" + escape(in.text("view", "needs_you")));
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), [](const json::object& got) {
        table rows({"conversation", "owner", "waiting", "last"});
        for (const auto& c : items(got)) {
            const auto& o = c.as_object();
            rows.row({cell(o, "id").empty() ? cell(o, "conversation") : cell(o, "id"),
                      cell(o, "owner"), cell(o, "waiting_on"), cell(o, "last_text")});
        }
        rows.print();
        const auto counts = object_in(got, "counts");
        std::string all;
        for (const auto& m : counts)
            all += (all.empty() ? "" : ", ") + std::string(m.key()) + " " + cell(counts, m.key());
        line(all);
        return exit_code::good;
    });
}

int show(const arguments& in, const common& with) {
    client server(with);
    const auto path = server.in_project("/desk/conversations/" + escape(in.text("id")));
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), [](const json::object& got) {
        for (const auto& m : items(got, "messages")) {
            const auto& o = m.as_object();
            const auto author = cell(o, "author").empty() ? cell(o, "role") : cell(o, "author");
            line(bold(author) + "  " + cell(o, "text"));
        }
        const auto draft = object_in(got, "draft");
        if (!draft.empty()) line("draft " + cell(draft, "id") + ": " + cell(draft, "text"));
        const auto about = object_in(got, "conversation");
        line("(" + cell(about, "owner") + ", epoch " + cell(about, "epoch") + ")");
        return exit_code::good;
    });
}

// What the desk knows of a conversation, for epoch and last message.
result<json::object> state_of(const client& server, const std::string& path) {
    const auto got = server.get(path);
    if (!got) return std::unexpected(got.error());
    if (!got->good() || !got->body.is_object())
        return fail(error_code::not_found, "desk.conversation.unknown",
                    "there is no such conversation", "conversation", "see `servery desk list`");
    return got->body.get_object();
}

int reply(const arguments& in, const common& with) {
    client server(with);
    const auto path = server.in_project("/desk/conversations/" + escape(in.text("id")));
    if (!path) return refuse(with, path.error());
    auto text = in.text("text");
    if (text == "-") {
        auto read = read_file("-");
        if (!read) return refuse(with, read.error());
        text = std::move(*read);
    }
    const auto state = state_of(server, *path);
    if (!state) return refuse(with, state.error());
    std::int64_t last = 0;
    for (const auto& m : items(*state, "messages"))
        last = std::max(last, json::int_or(m.as_object(), "msg_seq", 0));
    return finish(with, server.send("POST", *path + "/reply", {{"text", text}, {"if_seq", last}}),
                  [](const json::object& sent) {
                      line("sent " +
                           (cell(sent, "id").empty() ? cell(sent, "message") : cell(sent, "id")));
                      return exit_code::good;
                  });
}

auto owning(std::string verb) {
    return [verb = std::move(verb)](const arguments& in, const common& with) {
        client server(with);
        const auto path = server.in_project("/desk/conversations/" + escape(in.text("id")));
        if (!path) return refuse(with, path.error());
        const auto state = state_of(server, *path);
        if (!state) return refuse(with, state.error());
        const auto epoch = json::int_or(object_in(*state, "conversation"), "epoch", 0);
        json::object body{{"epoch", epoch}};
        if (in.has("force")) body["force"] = true;
        return finish(with, server.send("POST", *path + "/" + verb, body),
                      [](const json::object& o) {
                          line("owner " + cell(o, "owner") + " " + cell(o, "person"));
                          return exit_code::good;
                      });
    };
}

int next(const arguments&, const common& with) {
    client server(with);
    const auto path = server.in_project("/desk/review/next");
    if (!path) return refuse(with, path.error());
    const auto got = server.get(*path);
    if (got && got->status == 204) {
        line(with.json ? "{}" : "nothing to judge");
        return exit_code::good;
    }
    return finish(with, got, [](const json::object& m) {
        line(bold("visitor  ") + cell(m, "text"));
        line(bold("answer   ") + cell(m, "answer"));
        line("judge it: servery label add " + cell(m, "message") + " right");
        return exit_code::good;
    });
}

int add(const arguments& in, const common& with) {
    client server(with);
    const auto path = server.in_project("/desk/labels");
    if (!path) return refuse(with, path.error());
    json::object body{{"message", in.text("message")},
                      {"verdict", in.text("verdict")},
                      {"harm", in.has("harm")},
                      {"note", in.text("note")}};
    if (in.has("entry")) body["entries"] = texts(in.list("entry"));
    return finish(with, server.send("POST", *path, body), [](const json::object& l) {
        line("recorded " + cell(l, "verdict") + " (" + cell(l, "sampling") + ")");
        return exit_code::good;
    });
}

} // namespace

command_list desk_commands() {
    using kind = option_kind;
    const option id{"id", "the conversation", kind::place, true};
    return {{"desk list",
             "conversations that need somebody",
             "servery desk list --view needs_you",
             {{"view", "needs_you, drafts, ai_answering, waiting, closed", kind::text, false,
               "needs_you"}},
             list},
            {"desk show", "one conversation", "servery desk show cv_0123", {id}, show},
            {"desk reply",
             "answer a visitor",
             "servery desk reply cv_0123 \"We keep a parking space for you.\"",
             {id, {"text", "the answer; - for stdin", kind::place, true}},
             reply},
            {"desk claim",
             "take a conversation",
             "servery desk claim cv_0123",
             {id, {"force", "from a colleague", kind::flag}},
             owning("claim")},
            {"desk return",
             "give it back to the AI",
             "servery desk return cv_0123",
             {id},
             owning("return")},
            {"label next", "the next answer to judge", "servery label next", {}, next},
            {"label add",
             "judge an answer",
             "servery label add m_0123 wrong --harm --note \"told a wrong price\"",
             {{"message", "the visitor's message", kind::place, true},
              {"verdict", "right, wrong, unsure", kind::place, true},
              {"harm", "it could do harm", kind::flag},
              {"entry", "entry that would be right", kind::list},
              {"note", "in your words"}},
             add}};
}

} // namespace servery::cli
