// The settings of the process: flags over SERVERY_* variables over servery.yaml over defaults, each
// with its origin. Everything else lives in the store. Thread: plain values.
#pragma once

#include "cli/command.h"
#include "foundation/base/result.h"

#include <map>
#include <string>
#include <vector>

namespace servery::cli {

struct setting {
    std::string value;  // lists: joined by commas
    std::string origin; // flag, SERVERY_LISTEN, servery.yaml:3, default
};

class settings {
  public:
    std::map<std::string, setting> all; // by name: data, listen, log_level …
    [[nodiscard]] std::string text(const std::string& name) const;
    // Errors: settings.invalid (invalid_argument), with the origin as its place.
    [[nodiscard]] result<std::int64_t> whole(const std::string& name) const;
    [[nodiscard]] std::vector<std::string> list(const std::string& name) const;
};

// servery.yaml: SERVERY_CONFIG, else the working folder's, else /etc/servery's. An unknown name
// there is a fault. Errors: settings.invalid, settings.unknown, each with file and line.
[[nodiscard]] result<settings> read_settings(const arguments& in, const common& with,
                                             const std::string& default_folder);
[[nodiscard]] int print_settings(const settings& of, bool as_json);
// The route table of this build; exit 3 if it has a fault.
[[nodiscard]] int print_routes(bool as_json);

} // namespace servery::cli
