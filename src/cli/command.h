// A command as data: its words, its options, its example and what it does. One file declares the
// commands of a noun; run.cpp alone knows the option parser. Thread: one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::cli {

// Exit codes of the command line; the meaning is fixed.
enum exit_code : int {
    good = 0,
    answer_no = 1,     // done, and the answer is "no"
    wrong_use = 2,     // wrong use or bad input
    not_usable = 3,    // server, data folder or database
    not_found = 4,     //
    not_allowed = 5,   //
    interrupted = 130, //
};

enum class option_kind { text, list, flag, place, places };

// place: a positional argument; places: the rest of them. Names without dashes.
struct option {
    std::string name;
    std::string help;
    option_kind kind = option_kind::text;
    bool required = false;
    std::string otherwise; // shown as the default
};

// What was given on the command line.
class arguments {
  public:
    std::map<std::string, std::vector<std::string>, std::less<>> values;

    [[nodiscard]] bool has(std::string_view name) const;
    [[nodiscard]] std::string text(std::string_view name, std::string_view otherwise = {}) const;
    [[nodiscard]] std::vector<std::string> list(std::string_view name) const;
    // None if absent; a value that is no number makes the command fail before it runs.
    [[nodiscard]] std::optional<std::int64_t> whole(std::string_view name) const;
    [[nodiscard]] std::optional<double> number(std::string_view name) const;
};

// Flags that every command takes.
struct common {
    std::string url;     // --url, SERVERY_URL, the data folder's server.url, http://127.0.0.1:8080
    std::string token;   // --token, SERVERY_TOKEN, the data folder's admin.token
    std::string as;      // --as
    std::string code;    // --code
    std::string project; // --project
    std::string data;    // --data
    bool json = false;
};

struct command {
    std::string name; // "key create", "ask"
    std::string summary;
    std::string example; // works on the demo
    std::vector<option> options;
    std::function<int(const arguments&, const common&)> run;
};

using command_list = std::vector<command>;
[[nodiscard]] command_list server_commands(); // serve demo init rehearse upstream relay restore
[[nodiscard]] command_list health_commands(); // backup version
[[nodiscard]] command_list doctor_commands();
[[nodiscard]] command_list project_commands();
[[nodiscard]] command_list plan_commands();
[[nodiscard]] command_list roi_commands();
[[nodiscard]] command_list gate_commands();
[[nodiscard]] command_list rollout_commands();
[[nodiscard]] command_list knowledge_commands(); // ask, kb …
[[nodiscard]] command_list bench_commands();     // kb test, kb bench: offline
[[nodiscard]] command_list evaluation_commands();
[[nodiscard]] command_list guard_commands();         // guard check
[[nodiscard]] command_list guard_measure_commands(); // guard eval, guard bench
[[nodiscard]] command_list explain_commands();
[[nodiscard]] command_list desk_commands(); // desk, label
[[nodiscard]] command_list key_commands();
[[nodiscard]] command_list provider_commands(); // provider, price, spend
[[nodiscard]] command_list user_commands();
[[nodiscard]] command_list privacy_commands();
[[nodiscard]] command_list report_commands(); // report, audit
[[nodiscard]] command_list alert_commands();
[[nodiscard]] command_list all_commands();

} // namespace servery::cli
