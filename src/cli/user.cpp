// user list, create, role, link; one's own token, second factor and sessions.
#include "cli/client.h"
#include "cli/output.h"
#include "foundation/base/text.h"

#include <cstdio>
#include <iostream>
#include <unistd.h>

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

int link(const arguments& in, const common& with) {
    const auto path = "/people/" + escape(in.text("person")) + "/link";
    return finish(with, client(with).send("POST", path, {}), [](const json::object& made) {
        line(cell(made, "link"));
        line("Works once, until " + cell(made, "expires") +
             "; whoever opens it sets that person's password");
        return exit_code::good;
    });
}

int print_codes(const json::object& made) {
    line("Recovery codes, each good for once. This is the only time they are shown:");
    for (const auto& code : items(made, "recovery_codes"))
        line("  " + std::string(code.as_string()));
    return exit_code::good;
}

// Begins, shows the seed, and asks for the app's first code if there is somebody to ask.
int enrol(const common& with) {
    const client server(with);
    const auto begun = server.send("POST", "/me/totp", {});
    const bool asks = !with.json && ::isatty(STDIN_FILENO) != 0;
    const int shown = finish(with, begun, [&](const json::object& o) {
        line("Give this to your authenticator app:");
        line("  " + cell(o, "secret"));
        line("  " + cell(o, "uri"));
        if (!asks) line("then, within 15 minutes: servery user totp confirm CODE");
        return exit_code::good;
    });
    if (shown != exit_code::good || !asks) return shown;
    std::fputs("The six digits it shows now: ", stdout);
    std::fflush(stdout);
    std::string code;
    std::getline(std::cin, code);
    return finish(with, server.send("POST", "/me/totp/confirm", {{"code", code}}), print_codes);
}

int totp(const arguments& in, const common& with) {
    const auto act = in.text("act");
    const client server(with);
    if (act == "enrol") return enrol(with);
    if (act == "confirm")
        return finish(with,
                      server.send("POST", "/me/totp/confirm", {{"code", in.text("first-code")}}),
                      print_codes);
    if (act == "recovery")
        return finish(with, server.send("POST", "/me/recovery", {}), print_codes);
    if (act == "remove")
        return finish(with, server.send("DELETE", "/me/totp", {}), [](const json::object&) {
            line("the second factor is removed");
            return exit_code::good;
        });
    return refuse(with, {.code = error_code::invalid_argument,
                         .id = "cli.user.totp",
                         .message = "'" + act + "' is none of enrol, confirm, recovery, remove",
                         .where = "act",
                         .remedy = "begin with: servery user totp enrol"});
}

int sessions(const arguments&, const common& with) {
    return finish(with, client(with).get("/me/sessions"), [](const json::object& got) {
        table rows({"id", "method", "started", "last seen", "expires"});
        for (const auto& s : items(got)) {
            const auto& o = s.as_object();
            rows.row({cell(o, "id"), cell(o, "method"), cell(o, "started"), cell(o, "last_seen"),
                      cell(o, "expires")});
        }
        rows.print();
        return exit_code::good;
    });
}

int sign_out(const arguments& in, const common& with) {
    const auto id = in.text("session");
    const auto path = id.empty() ? std::string("/me/sessions") : "/me/sessions/" + escape(id);
    return finish(with, client(with).send("DELETE", path, {}), [&](const json::object&) {
        line(id.empty() ? "signed out everywhere" : "ended " + id);
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
             token},
            {"user link",
             "a one-time link by which somebody sets a new password (an invitation)",
             "servery user link rosa",
             {{"person", "the person", kind::place, true}},
             link},
            {"user totp",
             "the second factor of the person acting: enrol, confirm, recovery, remove",
             "servery user totp enrol",
             {{"act", "enrol, confirm, recovery (new recovery codes), remove", kind::place, true},
              {"first-code", "of confirm: what the app shows", kind::place}},
             totp},
            {"user sessions",
             "where the person acting is signed in",
             "servery user sessions",
             {},
             sessions},
            {"user sign-out",
             "end one session of the person acting, or all of them",
             "servery user sign-out",
             {{"session", "its id; none = everywhere", kind::place}},
             sign_out}};
}

} // namespace servery::cli
