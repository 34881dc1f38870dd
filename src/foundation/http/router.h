// Paths to handlers. A path is compared byte for byte: no decoding, no folding of `//` or a
// trailing slash, since each such kindness is a way around a rule. `{name}` takes one whole,
// non-empty segment, `{name*}` as the last one the whole rest (also empty). A literal segment wins
// over `{name}`, that over `{name*}`. Thread: built at start, then read by all.
#pragma once

#include "foundation/base/task.h"
#include "foundation/http/message.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace servery::http {

class request;
class responder;

// The parameters of a match, in the order of the pattern; views into the request.
class path_params {
  public:
    // The value of `{name}`; empty if the pattern has no such name.
    [[nodiscard]] std::string_view get(std::string_view name) const noexcept;
    void add(std::string_view name, std::string_view value) { values_.emplace_back(name, value); }
    [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }

  private:
    std::vector<std::pair<std::string_view, std::string_view>> values_;
};

using route_handler = std::function<task<void>(request&, responder&, const path_params&)>;

class router {
  public:
    struct route {
        method verb;
        std::string pattern;
        route_handler answer;
    };
    enum class found { route, unknown_path, wrong_method };
    struct match {
        found what = found::unknown_path;
        const route* to = nullptr;
        path_params params;
        std::string allow; // for wrong_method: "GET, POST"
    };

    router();
    router(router&&) noexcept;
    router& operator=(router&&) noexcept;
    ~router();

    // Throws std::logic_error on a malformed pattern or one that exists already with that method:
    // a mistake of the program, found at start.
    void add(method verb, std::string pattern, route_handler answer);
    // HEAD is matched as GET where no HEAD route exists.
    [[nodiscard]] match find(method verb, std::string_view path) const;
    [[nodiscard]] std::vector<const route*> routes() const;

  private:
    struct node;
    std::unique_ptr<node> root_;
    std::vector<std::unique_ptr<route>> routes_;
};

} // namespace servery::http
