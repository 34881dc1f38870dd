// What the command line starts: a server, the demo, a dress rehearsal, a new data folder, a
// restore. Each call returns the process's exit code (0 done, 1 done and the answer is "no", 2
// wrong use or bad input, 3 server, data folder or database not usable, 130 interrupted) and prints
// for people on stdout, progress and faults on stderr.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace servery::app {

struct serve_options {
    std::string data;                      // data folder; made if absent
    std::string listen = "127.0.0.1:8080"; // port 0 = any free one
    std::string database;                  // "" = SQLite in the data folder
    std::string master_key_file;           // "" = <data>.key
    std::vector<std::string> trusted_proxies;
    std::string log_level = "info";
    int threads = 0; // reactors; 0 = one a core
    bool json = false;
    bool allow_root = true;
    bool print_routes = false;   // print the route table and exit
    bool print_settings = false; // print each setting with its origin and exit
};

// Serves until SIGTERM or SIGINT, then drains. Prints `ready http://ADDR:PORT` when it serves.
int serve(const serve_options& options);

// serve() on a folder that holds the guest house: seeded when it is new, continued when it is not.
int demo(const serve_options& options);

struct init_options {
    serve_options server;
    std::string template_name = "faq-support";
    std::string answers_file;    // YAML or JSON map of the wizard's answers
    std::string resume_file;     // keeps the answers after each question; goes on from them
    std::string language = "en"; // of the questions: en, de
    std::string plan_only;       // write the plan here and make no data folder
    std::string from;            // fork this plan file
    std::string preset;          // shoestring
    bool yes = false;            // take every default
    std::string owner = "owner"; // slug of the first person
};
int init(const init_options& options);

struct rehearse_options {
    std::string plan_file;      // "" = the built-in first plan with the guest house
    std::string knowledge_file; // "" = the guest house
    std::string questions_file; // "" = the guest house's
    std::int64_t visitors_per_day = 120;
    double true_accuracy = 0.92;
    std::int64_t days = 180;
    std::uint64_t seed = 7;
    std::optional<double> break_at; // percent of the stage whose variant turns harmful
    bool json = false;
    std::string report; // folder for the reports; "" = a temporary one
};
// Exit 0: production was reached; 1: it was not.
int rehearse(const rehearse_options& options);

struct restore_options {
    std::string from;
    std::string into;
    std::string master_key_file; // "" = <into>.key; only looked at, to say whether it fits
    bool json = false;
};
int restore(const restore_options& options);

} // namespace servery::app
