// doctor, backup, version.
#include "cli/client.h"
#include "cli/output.h"
#include "cli/version.h"

#include <filesystem>
#include <sys/stat.h>

namespace servery::cli {

namespace {

// One check of the doctor, with the fix if it is red.
struct check {
    std::string name;
    bool good = false;
    std::string found;
    std::string fix;
};

check folder_check(const std::filesystem::path& folder) {
    struct stat about{};
    if (::stat(folder.c_str(), &about) != 0)
        return {"data folder", false, folder.string() + " is not there",
                "name it with --data, or start `servery demo`"};
    const bool closed = (about.st_mode & 077) == 0;
    return {"data folder", closed,
            closed ? folder.string() : folder.string() + " is open to other users",
            "chmod 700 " + folder.string()};
}

check token_check(const std::filesystem::path& folder) {
    struct stat about{};
    const auto file = folder / "admin.token";
    if (::stat(file.c_str(), &about) != 0)
        return {"operator's token", false, "there is none", "start the server on this folder once"};
    const bool closed = (about.st_mode & 077) == 0;
    return {"operator's token", closed, closed ? "readable by its user only" : "open to others",
            "chmod 600 " + file.string()};
}

check key_check(const std::filesystem::path& folder) {
    std::error_code ignored;
    const auto inside = std::filesystem::exists(folder / "master.key", ignored);
    return {"master key", !inside,
            inside ? "lies inside the data folder" : "outside the data folder",
            "move it out, and name it with --master-key-file"};
}

std::vector<check> server_checks(const client& server) {
    std::vector<check> out;
    const auto health = server.get_raw("/healthz");
    out.push_back({"server", health && health->good(),
                   health ? server.url() : to_line(health.error()),
                   "start it: servery serve, or name it with --url"});
    if (!health || !health->good()) return out;
    const auto ready = server.get_raw("/readyz");
    out.push_back({"ready", ready && ready->good(), ready ? ready->text : to_line(ready.error()),
                   "see what it waits for"});
    const auto me = server.get("/session");
    out.push_back({"signed in", me && me->good(),
                   me && me->good() ? cell(object_in(me->body.as_object(), "person"), "id")
                                    : "the token is not accepted",
                   "use the data folder of that server: --data"});
    const auto chain = server.get("/audit/verify");
    const bool whole = chain && chain->good() && chain->body.is_object() &&
                       json::bool_or(chain->body.get_object(), "ok", false);
    out.push_back({"audit chain", whole,
                   chain && chain->body.is_object()
                       ? cell(chain->body.get_object(), "rows") + " rows"
                       : "not read",
                   "servery audit verify names the row"});
    return out;
}

int doctor(const arguments&, const common& with) {
    const std::filesystem::path folder = data_folder(with);
    std::vector<check> all{folder_check(folder), token_check(folder), key_check(folder)};
    for (auto& c : server_checks(client(with)))
        all.push_back(std::move(c));
    bool good = true;
    json::array rows;
    for (const auto& c : all) {
        good = good && c.good;
        rows.push_back(json::object{
            {"check", c.name}, {"ok", c.good}, {"found", c.found}, {"fix", c.good ? "" : c.fix}});
        if (with.json) continue;
        line((c.good ? good_word("ok   ") : bad_word("fault")) + " " + c.name + ": " + c.found);
        if (!c.good) line("      " + c.fix);
    }
    if (with.json) line(json::write(json::object{{"ok", good}, {"checks", std::move(rows)}}));
    return good ? exit_code::good : exit_code::answer_no;
}

int backup(const arguments& in, const common& with) {
    // The server writes it: a path is read from where this command runs.
    const auto to = std::filesystem::absolute(in.text("to")).string();
    return finish(with, client(with).send("POST", "/backups", {{"to", to}}),
                  [&](const json::object& made) {
                      line("backup written to " + to);
                      for (const auto& m : made)
                          if (m.value().is_number() || m.value().is_string())
                              line("  " + std::string(m.key()) + " " + cell(made, m.key()));
                      return exit_code::good;
                  });
}

int show_version(const arguments&, const common& with) {
    if (with.json)
        line(json::write(json::object{{"version", version}}));
    else
        line("servery " + std::string(version));
    return exit_code::good;
}

} // namespace

command_list health_commands() {
    return {{"doctor",
             "check data folder, token, server and audit chain; each fault with its fix",
             "servery doctor",
             {},
             doctor},
            {"backup",
             "a backup of the running server",
             "servery backup --to backup-today",
             {{"to", "an empty or new folder", option_kind::text, true}},
             backup},
            {"version", "the version", "servery version", {}, show_version}};
}

} // namespace servery::cli
