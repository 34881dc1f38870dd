// What the service holds: the fold, and the runs that are on their way in this process.
// Thread: the control thread.
#pragma once

#include "control_plane/evaluation/datasets.h"
#include "control_plane/evaluation/evaluation_service.h"
#include "control_plane/evaluation/runner.h"

#include <map>
#include <memory>
#include <string>

namespace servery::evaluation {

struct evaluation_service::state {
    const clock& time;
    random_source& random;
    events::log& log;
    evaluation_seams seams;
    dataset_book datasets;
    std::map<std::string, run_info, std::less<>> runs;
    std::map<std::string, std::string, std::less<>> phases; // by project
    std::shared_ptr<memory_cache> cache = std::make_shared<memory_cache>(20'000);

    struct active {
        run_control control;
        // Latest progress, written by the run's thread.
        std::atomic<std::int64_t> done{0};
        std::atomic<std::int64_t> calls{0};
        std::atomic<std::int64_t> spent_nano{0};
        // Cleared when the service goes away: a run that ends later has nobody to tell.
        std::atomic<bool> wanted{true};
    };
    std::map<std::string, std::shared_ptr<active>> on_their_way;

    [[nodiscard]] events::context where(std::string_view project, const events::actor& by,
                                        std::string type, std::string id) const;
    [[nodiscard]] result<run_plan> plan_of(const run_info& run) const;
    [[nodiscard]] status launch(const run_info& run, bool resumed, bool retry_lost,
                                std::optional<micros> cap, const events::actor& by);
    void finished(const std::string& run, const run_plan& plan, const run_outcome& outcome);
    void apply_run(const events::event& e);
};

[[nodiscard]] std::filesystem::path journal_file(const std::filesystem::path& folder,
                                                 const std::string& run);

} // namespace servery::evaluation
