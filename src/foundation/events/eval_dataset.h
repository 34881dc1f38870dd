// Datasets of questions that variants are tested with, and their versions. Case bodies stand in
// traffic-class records, so that a person's text can be erased; the hash of a version stays.
// Written by control_plane/evaluation.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <string>
#include <vector>

namespace servery::events {

struct eval_dataset_created {
    static constexpr std::string_view kind = "eval.dataset_created";
    static constexpr record_class cls = record_class::traffic;

    std::string dataset;      // ds_…
    std::string name;         // unique in its project
    std::string dataset_kind; // cases, regression
};
BOOST_DESCRIBE_STRUCT(eval_dataset_created, (), (dataset, name, dataset_kind))

// Version n of a dataset: what changed against version n - 1. A case is valid from the version that
// added it to the one that removed or replaced it.
struct eval_dataset_versioned {
    static constexpr std::string_view kind = "eval.dataset_versioned";
    static constexpr record_class cls = record_class::traffic;

    std::string dataset;
    std::int64_t version = 0; // 1, 2, 3 … without gaps
    std::string hash;         // over the sorted case hashes, hex
    std::int64_t cases = 0;
    std::int64_t families = 0;
    std::string note;
    json::array upserted;             // evaluation::eval_case, added or changed
    std::vector<std::string> removed; // ids
};
BOOST_DESCRIBE_STRUCT(eval_dataset_versioned, (),
                      (dataset, version, hash, cases, families, note, upserted, removed))

struct eval_dataset_archived {
    static constexpr std::string_view kind = "eval.dataset_archived";
    static constexpr record_class cls = record_class::traffic;

    std::string dataset;
};
BOOST_DESCRIBE_STRUCT(eval_dataset_archived, (), (dataset))

} // namespace servery::events
