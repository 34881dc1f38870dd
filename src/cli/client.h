// The control API as commands use it: one call at a time over the blocking client, faults as lines
// for people or as the API's own object. Thread: one.
#pragma once

#include "cli/command.h"
#include "foundation/base/result.h"
#include "foundation/json/json.h"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace servery::cli {

struct api_answer {
    int status = 0;
    json::value body; // null when it is no JSON
    std::string text;
    std::string etag; // without quotes
    [[nodiscard]] bool good() const { return status >= 200 && status < 300; }
};

class client {
  public:
    explicit client(const common& with);

    // path: behind /api/v1, for example "/projects"; a body makes it JSON.
    // Errors: those of http::fetch (the server cannot be reached).
    [[nodiscard]] result<api_answer> get(const std::string& path) const;
    [[nodiscard]] result<api_answer> send(std::string_view method, const std::string& path,
                                          const json::object& body,
                                          const std::string& if_match = {}) const;
    // A body that is not JSON.
    [[nodiscard]] result<api_answer> upload(std::string_view method, const std::string& path,
                                            const std::string& body, const std::string& type,
                                            const std::string& if_match = {}) const;
    // Outside /api/v1: /healthz.
    [[nodiscard]] result<api_answer> get_raw(const std::string& path) const;

    // --project, or the only one there is. Errors: cli.project.which, project.unknown.
    [[nodiscard]] result<std::string> project() const;
    // "/projects/{project}" + rest.
    [[nodiscard]] result<std::string> in_project(const std::string& rest) const;
    [[nodiscard]] const std::string& url() const { return url_; }

  private:
    [[nodiscard]] result<api_answer> call(std::string_view method, const std::string& url,
                                          const std::string& body, const std::string& type,
                                          const std::string& if_match) const;
    const common& with_;
    std::string url_;
    std::string token_;
};

// The data folder that commands look into: --data, SERVERY_DATA, ./servery-data, ./servery-demo.
[[nodiscard]] std::string data_folder(const common& with);

using printer = std::function<int(const json::object&)>;
// Ends a command: a fault is printed and gives its exit code; with --json the API's object is
// printed as it came; else `print` writes for people and gives the exit code.
[[nodiscard]] int finish(const common& with, const result<api_answer>& answer,
                         const printer& print);
// The same with the code of the answer itself: with --json too.
[[nodiscard]] int finish(const common& with, const result<api_answer>& answer, const printer& print,
                         const std::function<int(const json::object&)>& code);
// Prints the fault, with --json as {"error":…}.
[[nodiscard]] int refuse(const common& with, const error& fault);
[[nodiscard]] int exit_code_of(error_code code);

// Reads a file, or stdin for "-". Errors: cli.file.unreadable (not_found).
[[nodiscard]] result<std::string> read_file(const std::string& path);
// The whole file anew. Errors: cli.file.unwritable (unavailable).
[[nodiscard]] status write_file(const std::string& path, std::string_view bytes);
[[nodiscard]] std::string escape(std::string_view path_word);

} // namespace servery::cli
