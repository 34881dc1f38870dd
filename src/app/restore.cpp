// `servery restore`: a data folder from a backup, and whether its master key is at hand.
#include "app/app.h"
#include "foundation/base/key_tree.h"
#include "foundation/store/backup.h"

#include <cstdio>

namespace servery::app {

namespace {

// "" = the key opens the folder; else what is missing, for people.
std::string key_problem(const restore_options& options) {
    master_key_places places{.folder = options.into};
    if (!options.master_key_file.empty()) places.key_file = options.master_key_file;
    const auto master = find_master_key(places);
    if (!master) return to_line(master.error());
    const auto keys = key_tree::open(options.into, *master);
    return keys ? std::string() : to_line(keys.error());
}

int refuse(const error& fault) {
    std::fprintf(stderr, "servery: %s\n", to_line(fault).c_str());
    switch (fault.code) {
    case error_code::not_found:
        return 4;
    case error_code::unavailable:
    case error_code::internal:
        return 3;
    default:
        return 2;
    }
}

} // namespace

int restore(const restore_options& options) {
    const auto done = store::restore_backup(options.from, options.into);
    if (!done) return refuse(done.error());
    const auto key = key_problem(options);
    if (options.json) {
        auto out = json::to_json(*done).as_object();
        out["into"] = options.into.c_str();
        out["master_key"] = key.empty() ? "fits" : key.c_str();
        std::printf("%s\n", json::write(out).c_str());
        return 0;
    }
    std::printf("restored %lld events and %lld exchanges of %s into %s\n",
                static_cast<long long>(done->n_events), static_cast<long long>(done->n_exchanges),
                to_rfc3339(done->at).c_str(), options.into.c_str());
    if (key.empty())
        std::printf("the master key fits\n");
    else
        std::printf("the master key is not in a backup and was not found: %s\n"
                    "  lay a copy of the old one beside the folder, as %s.key\n",
                    key.c_str(), options.into.c_str());
    std::printf("nobody is served until an owner confirms: servery rollout unkill\n"
                "next: servery serve --data %s\n",
                options.into.c_str());
    return 0;
}

} // namespace servery::app
