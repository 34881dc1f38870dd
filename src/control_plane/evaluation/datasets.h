// Datasets of all projects and their versions, as a fold. A case is valid from the version that
// added it to the one that removed or replaced it. Thread: one.
#pragma once

#include "control_plane/evaluation/case.h"
#include "control_plane/evaluation/evaluation_service.h"
#include "foundation/events/eval_dataset.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::evaluation {

class dataset_book {
  public:
    // Events of other kinds are ignored.
    void apply(const events::event& e);

    [[nodiscard]] const dataset_info* find(std::string_view project,
                                           std::string_view id_or_name) const;
    [[nodiscard]] std::vector<dataset_info> of(std::string_view project) const;
    // The cases of one version, by id.
    [[nodiscard]] std::vector<eval_case> cases(const std::string& dataset,
                                               std::int64_t version) const;

    // What changed between the newest version and `next`; none if nothing did.
    struct change {
        events::eval_dataset_versioned record;
        std::int64_t added = 0;
        std::int64_t replaced = 0;
    };
    [[nodiscard]] std::optional<change> change_to(const std::string& dataset,
                                                  const std::vector<eval_case>& next) const;

  private:
    struct stored_case {
        std::int64_t from = 0;
        std::int64_t to = 0; // 0 = still valid
        eval_case body;
    };
    struct stored {
        dataset_info info;
        std::map<std::string, std::vector<stored_case>, std::less<>> cases;
    };
    void add_version(const events::event& e);

    std::map<std::string, stored, std::less<>> by_id_;
};

} // namespace servery::evaluation
