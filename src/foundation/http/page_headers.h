// The headers of everything that a browser shows or loads from here, in one place, so that no page
// forgets one. Security design, section 9. Thread: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace servery {
class random_source;
}

namespace servery::http {

enum class page_kind {
    console,     // a page of the console: own scripts, own styles, styles with the nonce
    chat_page,   // the hosted chat: as the console, with the widget's own style element
    widget_file, // the widget's script and styles, which foreign pages load
    asset,       // scripts, styles, fonts and pictures of the console
    plain_page,  // a page of ours without any script; its style stands in it
    data,        // an answer of the API
    download,    // a file to be saved: never shown with our rights
};

// 128 random bits as base64url: new for each page, named in its policy and by its style elements.
[[nodiscard]] std::string page_nonce(random_source& random);

using header_set = std::vector<std::pair<std::string, std::string>>;

// Names in lower case; caching and content-type are the caller's. nonce: only of console and
// chat_page. tls: the public side is HTTPS.
[[nodiscard]] header_set page_headers(page_kind kind, std::string_view nonce, bool tls);

} // namespace servery::http
