// user list, create, role; token create.
#include "cli/client.h"
#include "cli/output.h"
#include "foundation/base/text.h"

namespace servery::cli {

namespace {

int list(const arguments&, const common& with) {
    return finish(with, client(with).get("/people"), [](const json::object& got) {
        table rows({"id", "name", "e-mail", "organisation", "projects"});
        for (const auto& p : items(got)) {
            const auto& o = p.as_object();
            rows.row({cell(o, "id"), cell(o, "name"), cell(o, "email"), cell(o, "organisation"),
                      cell(o, "projects")});
        }
        rows.print();
        return exit_code::good;
    });
}

int create(const arguments& in, const common& with) {
    json::object body{{"id", in.text("id")}, {"name", in.text("name", in.text("id"))}};
    if (in.has("email")) body["email"] = in.text("email");
    if (in.has("organisation")) body["organisation"] = texts(in.list("organisation"));
    if (in.text("password") == "-") {
        auto secret = read_file("-");
        if (!secret) return refuse(with, secret.error());
        body["password"] = std::string(trim(*secret));
    } else if (in.has("password")) {
        return refuse(with, {.code = error_code::invalid_argument,
                             .id = "cli.user.password",
                             .message = "a password is read from stdin, never from an argument",
                             .where = "--password",
                             .remedy = "write --password - and give it on stdin"});
    }
    return finish(with, client(with).send("POST", "/people", body), [](const json::object& p) {
        line("made " + cell(p, "id"));
        return exit_code::good;
    });
}

int role(const arguments& in, const common& with) {
    client server(with);
    const auto path = server.in_project("/roles/" + escape(in.text("person")));
    if (!path) return refuse(with, path.error());
    return finish(with, server.send("PUT", *path, {{"roles", texts(in.list("roles"))}}),
                  [](const json::object& r) {
                      line(cell(r, "person") + ": " + cell(r, "roles"));
                      return exit_code::good;
                  });
}

int token(const arguments& in, const common& with) {
    return finish(with, client(with).send("POST", "/me/tokens", {{"name", in.text("name")}}),
                  [](const json::object& t) {
                      line(cell(t, "token"));
                      line("This is the only time it is shown; until " + cell(t, "expires_at"));
                      return exit_code::good;
                  });
}

} // namespace

command_list user_commands() {
    using kind = option_kind;
    return {{"user list", "everybody, with roles", "servery user list", {}, list},
            {"user create",
             "make a person",
             "servery user create rosa --name Rosa --email rosa@example.com",
             {{"id", "a-z, 0-9 and -", kind::place, true},
              {"name", "display name"},
              {"email", "for signing in"},
              {"password", "- : read it from stdin"},
              {"organisation", "admin, auditor", kind::list}},
             create},
            {"user role",
             "set somebody's roles in the project",
             "servery user role rosa editor",
             {{"person", "the person", kind::place, true},
              {"roles", "viewer, agent, editor, owner; none = out", kind::places}},
             role},
            {"user token",
             "a token for commands, of the person acting",
             "servery user token --name laptop",
             {{"name", "where it is used", kind::text, true}},
             token}};
}

} // namespace servery::cli
