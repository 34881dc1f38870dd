// The staff console as files in the binary: under /console/ a file of the build, or the page for
// every address that is a screen's. Files carry their content's hash in their name and are kept for
// a year; the page is new each time, because its policy names a nonce.
// Thread: any; the files never change.
#pragma once

#include "foundation/base/random.h"
#include "foundation/base/task.h"

#include <span>
#include <string_view>

namespace servery::http {
class request;
class responder;
} // namespace servery::http

namespace servery::app {

struct web_file {
    std::string_view path; // console/index.html, console/assets/…, widget/…
    std::string_view type; // content-type
    std::string_view hash; // 16 hex digits of its SHA-256
    std::span<const unsigned char> plain;
    std::span<const unsigned char> packed; // gzip; empty: none
};

// Everything that was built in; empty where the build left the web out.
[[nodiscard]] std::span<const web_file> web_files();
// Null when there is none of that path.
[[nodiscard]] const web_file* find_web_file(std::string_view path);

class web_assets {
  public:
    // tls: the public side is HTTPS.
    web_assets(random_source& random, bool tls) : random_(random), tls_(tls) {}

    // /console and everything below.
    [[nodiscard]] static bool owns(std::string_view path);
    [[nodiscard]] task<void> answer(http::request& in, http::responder& out) const;

  private:
    [[nodiscard]] task<void> page(http::request& in, http::responder& out) const;

    random_source& random_;
    bool tls_;
};

} // namespace servery::app
