// Datasets, runs and their results of all projects: a fold of eval.* events. Runs are carried out
// away from the control thread and come back as one event with their summary and the facts.
// Thread: the control thread.
#pragma once

#include "control_plane/evaluation/answer.h"
#include "control_plane/evaluation/answer_cache.h"
#include "control_plane/evaluation/import.h"
#include "control_plane/evaluation/matrix.h"
#include "control_plane/evaluation/report.h"
#include "control_plane/evaluation/run_plan.h"
#include "foundation/base/clock.h"
#include "foundation/base/random.h"
#include "foundation/events/event.h"
#include "foundation/events/fact.h"
#include "foundation/events/log.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::evaluation {

struct dataset_version {
    std::int64_t version = 0;
    std::string hash;
    std::int64_t cases = 0;
    std::int64_t families = 0;
    std::string note;
    std::string by;
    instant at;
};
BOOST_DESCRIBE_STRUCT(dataset_version, (), (version, hash, cases, families, note, by, at))

struct dataset_info {
    std::string id;
    std::string project;
    std::string name;
    std::string kind;
    bool archived = false;
    std::vector<dataset_version> versions; // oldest first
};
BOOST_DESCRIBE_STRUCT(dataset_info, (), (id, project, name, kind, archived, versions))

struct import_report {
    std::int64_t version = 0;
    bool changed = false; // false: identical content made no new version
    std::int64_t added = 0;
    std::int64_t replaced = 0;
    std::int64_t removed = 0;
    std::vector<error> rejected;
    std::string rejected_file;
};

struct run_info {
    std::string id;
    std::string project;
    std::string dataset; // ds_…
    std::string dataset_name;
    std::int64_t version = 0;
    std::vector<std::string> variants;
    std::string state;
    std::string reason;
    std::int64_t calls = 0;
    run_price price;
    micros cap;
    micros spent;
    run_options options;
    std::string by;
    instant at;
    std::string can_prove;
    run_progress progress; // while it runs
    std::optional<run_summary> summary;
};

struct run_request {
    std::string dataset;                 // id or name
    std::optional<std::int64_t> version; // default: the newest
    std::vector<std::string> variants;   // hashes in hex
    run_options options;
};

// What app/ passes in.
struct evaluation_seams {
    answer_function answer;
    // A variant's card, or none if nobody knows the hash.
    std::function<std::optional<variant_card>(std::string_view project, std::string_view hash)>
        card;
    std::function<report_context(std::string_view project)> about;
    std::function<void(std::function<void()>)> in_background; // runs it on another thread
    std::function<void(std::function<void()>)> on_control;    // runs it on the control thread
    std::filesystem::path folder;                             // <data>/eval
    micros confirm_above{1'000'000};
};

class evaluation_service {
  public:
    evaluation_service(const clock& time, random_source& random, events::log& log,
                       evaluation_seams seams);
    ~evaluation_service();
    evaluation_service(const evaluation_service&) = delete;
    evaluation_service& operator=(const evaluation_service&) = delete;

    void apply(const events::event& e);
    // After the replay at start-up: runs that were running are interrupted.
    [[nodiscard]] status after_replay();

    [[nodiscard]] std::vector<dataset_info> datasets(std::string_view project) const;
    // By id or name. Errors: eval.dataset.unknown (not_found).
    [[nodiscard]] result<dataset_info> dataset(std::string_view project,
                                               std::string_view id_or_name) const;
    [[nodiscard]] result<std::vector<eval_case>>
    cases(std::string_view project, std::string_view id_or_name, std::int64_t version) const;
    // Errors: eval.dataset.exists (conflict), eval.dataset.bad_name (unprocessable).
    [[nodiscard]] result<dataset_info> create_dataset(std::string_view project, std::string name,
                                                      std::string kind, const events::actor& by);
    [[nodiscard]] status archive_dataset(std::string_view project, std::string_view id_or_name,
                                         const events::actor& by);
    // The file's cases become the next version (a full replacement). Errors: those of import_cases.
    [[nodiscard]] result<import_report> import(std::string_view project,
                                               std::string_view id_or_name, std::string_view text,
                                               case_format format, const import_options& options,
                                               const events::actor& by);

    [[nodiscard]] std::vector<run_info> runs(std::string_view project) const; // newest first
    // Errors: eval.run.unknown (not_found).
    [[nodiscard]] result<run_info> run(std::string_view project, std::string_view id) const;
    // Plans and prices. Errors: eval.variant.unknown (not_found), those of plan_run.
    [[nodiscard]] result<run_info> create_run(std::string_view project, const run_request& request,
                                              const events::actor& by);
    // confirm_price: the likely price the person saw, needed above confirm_above.
    // Errors: eval.run.state, eval.run.confirm_needed, eval.run.price_changed (conflict),
    // eval.run.capped (budget_exhausted: the cap leaves no room for one call).
    [[nodiscard]] status start(std::string_view project, std::string_view id,
                               std::optional<micros> confirm_price, const events::actor& by);
    // Of an interrupted, paused, cancelled or capped run. cap: a higher one.
    [[nodiscard]] status resume(std::string_view project, std::string_view id,
                                std::optional<micros> cap, bool retry_lost,
                                const events::actor& by);
    [[nodiscard]] status pause(std::string_view project, std::string_view id,
                               const events::actor& by);
    [[nodiscard]] status cancel(std::string_view project, std::string_view id,
                                const events::actor& by);
    // ext: html, pdf, md, json, junit.xml. Errors: eval.run.unknown, eval.run.state (no results
    // yet), eval.report.format (not_found), eval.report.pdf (out of memory).
    [[nodiscard]] result<std::string> report(std::string_view project, std::string_view id,
                                             std::string_view ext) const;

    // evaluation.poc_passed and evaluation.tools_compared of a finished run.
    [[nodiscard]] static std::vector<events::fact> facts_of(const run_summary& summary,
                                                            std::string_view phase, instant as_of);

  private:
    struct state;
    std::unique_ptr<state> s_;
};

struct offline_options {
    run_options run;
    std::optional<case_format> format; // by file name if none
    bool skip_bad = false;
    std::string lang;
    std::filesystem::path out;     // report; .html, .pdf, .md, .xml, .json; "" = beside nothing
    std::filesystem::path journal; // "" = nothing is kept
    std::function<void(const run_plan&)> planned;
    std::function<void(const run_progress&)> progress;
};

struct offline_result {
    run_summary summary;
    json::object json; // of --json
    int exit_code = 0; // 0 all passed, 1 some case failed, capped or interrupted
};

// `eval run FILE --offline`: without a server; keeps nothing but its report. `answer_for` is given
// what the file holds (FAQ entries to answer from) and gives the callable; `cards` are the variants
// to test. Errors: eval.file.unreadable (not_found), those of import_cases and plan_run.
struct offline_variants {
    answer_function answer;
    std::vector<variant_card> cards;
};
using offline_assistant = std::function<result<offline_variants>(const imported& from_file)>;
[[nodiscard]] result<offline_result> run_offline(const std::filesystem::path& file,
                                                 const offline_assistant& assistant,
                                                 const offline_options& options);

} // namespace servery::evaluation
