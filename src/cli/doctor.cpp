// doctor: what is wrong with this installation, each fault with its fix.
#include "cli/client.h"
#include "cli/output.h"
#include "foundation/base/key_tree.h"
#include "foundation/store/schema.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace servery::cli {

namespace {

namespace fs = std::filesystem;

// A note is worth knowing and no reason to fail; a fault is.
enum class finding { good, note, fault };

struct check {
    std::string name;
    finding state = finding::good;
    std::string found;
    std::string fix;
};

finding fault_unless(bool good) {
    return good ? finding::good : finding::fault;
}

std::string first_line(const fs::path& file) {
    std::ifstream in(file);
    std::string text;
    std::getline(in, text);
    return text;
}

check closed_to_others(std::string name, const fs::path& file, const std::string& if_absent,
                       const std::string& mode) {
    struct stat about{};
    if (::stat(file.c_str(), &about) != 0)
        return {std::move(name), finding::fault, file.string() + " is not there", if_absent};
    const bool closed = (about.st_mode & 077) == 0;
    return {std::move(name), fault_unless(closed),
            file.string() + (closed ? "" : " is open to other users"),
            "chmod " + mode + " " + file.string()};
}

check master_key_check(const fs::path& folder) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (entry.path().extension() == ".key")
            return {"master key", finding::fault, entry.path().string() + " is in the data folder",
                    "move it out, so that a copy of the folder opens nothing, and name it with "
                    "--master-key-file"};
    const auto beside = default_master_key_file(folder);
    if (fs::exists(beside, ignored)) return closed_to_others("master key", beside, "", "600");
    return {"master key", finding::good, "not beside the data folder: given by the service", ""};
}

check space_check(const fs::path& folder) {
    constexpr double gib = 1024.0 * 1024 * 1024;
    std::error_code failed;
    const auto space = fs::space(folder, failed);
    if (failed) return {"disk", finding::fault, failed.message(), "look at the disk"};
    const auto free = static_cast<double>(space.available) / gib;
    return {"disk", fault_unless(free >= 1), fmt::format("{:.1f} GiB free", free),
            "below 1 GiB answers go on, but rows may be lost: make room"};
}

// The database's schema against this program's, and what upgrades left behind.
std::vector<check> schema_checks(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::exists(folder / "servery.db", ignored)) return {};
    const auto schema = store::read_schema(folder);
    if (!schema)
        return {{"database", finding::fault, to_line(schema.error()),
                 "restore a backup: servery restore"}};
    const auto found =
        fmt::format("schema {}, this program's is {}", schema->version, schema->newest);
    std::vector<check> out;
    if (schema->version > schema->newest)
        out.push_back({"database", finding::fault, found,
                       "start the newer version, or restore an older backup"});
    else
        out.push_back({"database",
                       schema->version == schema->newest ? finding::good : finding::note, found,
                       "the next start upgrades it and keeps a copy in backups/"});
    for (const auto& copy : schema->copies)
        out.push_back({"copy of before an upgrade", finding::note, copy.string(),
                       "delete it when the upgrade has proved itself: what was erased since is "
                       "still in it"});
    return out;
}

// What the kernel says of the process that holds the folder's lock: "" if none runs.
std::string running_process(const fs::path& folder) {
    const auto pid = first_line(folder / "lock");
    std::error_code ignored;
    return !pid.empty() && fs::exists("/proc/" + pid + "/status", ignored) ? pid : std::string();
}

std::string status_value(const std::string& pid, std::string_view name) {
    std::ifstream in("/proc/" + pid + "/status");
    for (std::string text; std::getline(in, text);) {
        if (!text.starts_with(name) || !text.substr(name.size()).starts_with(":")) continue;
        const auto at = text.find_first_not_of(" \t", name.size() + 1);
        return at == std::string::npos ? std::string() : text.substr(at);
    }
    return {};
}

std::vector<check> process_checks(const std::string& pid) {
    std::vector<check> out;
    const auto user = status_value(pid, "Uid");
    const bool root = user.starts_with("0\t");
    out.push_back({"user", root ? finding::note : finding::good,
                   root ? "the server runs as root" : "the server runs as an ordinary user",
                   "run it as a user of its own; the package's service does"});
    const bool locked_in = status_value(pid, "NoNewPrivs") == "1";
    const bool filtered = status_value(pid, "Seccomp") == "2";
    out.push_back({"sandboxing", locked_in && filtered ? finding::good : finding::note,
                   std::string("no new privileges: ") + (locked_in ? "on" : "off") +
                       ", system call filter: " + (filtered ? "on" : "off"),
                   "both are on in the package's service"});
    return out;
}

check address_check(const std::string& url) {
    const bool open = url.starts_with("http://") && !url.starts_with("http://127.") &&
                      !url.starts_with("http://localhost") && !url.starts_with("http://[::1]");
    return {"address", open ? finding::note : finding::good, url,
            "plain HTTP beyond this machine: put a proxy with TLS before it"};
}

check chain_check(const client& server) {
    const auto chain = server.get("/audit/verify");
    if (!chain || !chain->body.is_object())
        return {"audit chain", finding::fault, "not read", "servery audit verify"};
    const auto& body = chain->body.get_object();
    return {"audit chain", fault_unless(chain->good() && json::bool_or(body, "ok", false)),
            cell(body, "rows") + " rows", "servery audit verify names the row"};
}

std::vector<check> server_checks(const client& server) {
    std::vector<check> out;
    const auto health = server.get_raw("/healthz");
    const bool there = health && health->good();
    out.push_back({"server", fault_unless(there), health ? server.url() : to_line(health.error()),
                   "start it: servery serve, or name it with --url"});
    if (!there) return out;
    out.push_back(address_check(server.url()));
    const auto ready = server.get_raw("/readyz");
    out.push_back({"ready", fault_unless(ready && ready->good()),
                   ready ? ready->text : to_line(ready.error()), "see what it waits for"});
    const auto me = server.get("/session");
    const bool known = me && me->good();
    out.push_back({"signed in", fault_unless(known),
                   known ? cell(object_in(me->body.as_object(), "person"), "id")
                         : "the token is not accepted",
                   "use the data folder of that server: --data"});
    if (known) out.push_back(chain_check(server));
    return out;
}

std::vector<check> all_checks(const common& with) {
    const fs::path folder = data_folder(with);
    std::vector<check> all{closed_to_others("data folder", folder,
                                            "name it with --data, or start `servery demo`", "700")};
    std::error_code ignored;
    if (fs::exists(folder, ignored)) {
        all.push_back(closed_to_others("operator's token", folder / "admin.token",
                                       "start the server on this folder once", "600"));
        all.push_back(master_key_check(folder));
        all.push_back(space_check(folder));
        for (auto& c : schema_checks(folder))
            all.push_back(std::move(c));
        if (const auto pid = running_process(folder); !pid.empty())
            for (auto& c : process_checks(pid))
                all.push_back(std::move(c));
    }
    for (auto& c : server_checks(client(with)))
        all.push_back(std::move(c));
    return all;
}

std::string_view word_of(finding state) {
    if (state == finding::good) return "ok";
    return state == finding::note ? "note" : "fault";
}

void print(const check& c) {
    const auto word = fmt::format("{:5}", word_of(c.state));
    line((c.state == finding::fault ? bad_word(word) : good_word(word)) + " " + c.name + ": " +
         c.found);
    if (c.state != finding::good) line("      " + c.fix);
}

int doctor(const arguments&, const common& with) {
    const auto all = all_checks(with);
    bool good = true;
    json::array rows;
    for (const auto& c : all) {
        good = good && c.state != finding::fault;
        if (!with.json) print(c);
        rows.push_back(json::object{{"check", c.name},
                                    {"ok", c.state != finding::fault},
                                    {"state", word_of(c.state)},
                                    {"found", c.found},
                                    {"fix", c.state == finding::good ? "" : c.fix}});
    }
    if (with.json) line(json::write(json::object{{"ok", good}, {"checks", std::move(rows)}}));
    return good ? exit_code::good : exit_code::answer_no;
}

} // namespace

command_list doctor_commands() {
    return {{"doctor",
             "check data folder, keys, process, server and audit chain; each fault with its fix",
             "servery doctor",
             {},
             doctor}};
}

} // namespace servery::cli
