// backup, version.
#include "app/version.h"
#include "cli/client.h"
#include "cli/output.h"
#include "foundation/store/backup.h"

#include <filesystem>

namespace servery::cli {

namespace {

// Of a backup's manifest, whatever it came from.
void print_manifest(const json::object& m) {
    line("  made at " + cell(m, "at") + ", schema " + cell(m, "schema"));
    line("  " + cell(m, "n_events") + " events, " + cell(m, "n_exchanges") + " exchanges");
    line("  audit chain up to " + cell(m, "chain_seq") + ", " +
         cell(m, "chain_hash").substr(0, 12));
    line("  " + std::to_string(items(m, "files").size()) + " files");
}

// Reads the folder itself: no server is asked.
int verify(const std::string& folder, const common& with) {
    const auto good = store::verify_backup(folder);
    if (!good) {
        const int code = refuse(with, good.error());
        // Read, and found damaged: the answer is "no".
        return good.error().code == error_code::unprocessable ? int(exit_code::answer_no) : code;
    }
    const auto manifest = json::to_json(*good).as_object();
    if (with.json) {
        line(json::write(manifest));
        return exit_code::good;
    }
    line("the backup is whole");
    print_manifest(manifest);
    return exit_code::good;
}

int backup(const arguments& in, const common& with) {
    if (in.has("verify")) return verify(in.text("verify"), with);
    if (!in.has("to"))
        return refuse(with, {.code = error_code::invalid_argument,
                             .id = "cli.backup.where",
                             .message = "a backup needs a folder to go to",
                             .where = "--to",
                             .remedy = "name an empty or new folder: servery backup --to FOLDER"});
    // The server writes it: a path is read from where this command runs.
    const auto to = std::filesystem::absolute(in.text("to")).string();
    return finish(with, client(with).send("POST", "/backups", {{"to", to}}),
                  [&](const json::object& made) {
                      line("backup written to " + to);
                      print_manifest(made);
                      line("The master key is not in it: keep that file somewhere else, too.");
                      return exit_code::good;
                  });
}

int show_version(const arguments&, const common& with) {
    if (with.json)
        line(json::write(json::object{{"version", app::version}}));
    else
        line("servery " + std::string(app::version));
    return exit_code::good;
}

} // namespace

command_list health_commands() {
    return {{"backup",
             "a backup of the running server, or a look whether one is whole",
             "servery backup --to backup-today",
             {{"to", "an empty or new folder; the server writes it"},
              {"verify", "read this backup: hashes, databases, audit chain"}},
             backup},
            {"version", "the version", "servery version", {}, show_version}};
}

} // namespace servery::cli
