#include "data_plane/gateway/visitor_chat/routes.h"

#include "data_plane/gateway/http_parts.h"
#include "data_plane/gateway/visitor_chat/message_routes.h"
#include "data_plane/gateway/visitor_chat/session_routes.h"
#include "foundation/http/router.h"

#include <array>

namespace servery::gateway {

namespace {

using chat_handler = task<void> (*)(gateway*, http::request*, http::responder*, std::string);

struct chat_route {
    http::method verb;
    const char* path;
    chat_handler answer;
};

constexpr std::array chat_routes{
    chat_route{http::method::get, "/widget/v1/{widget}/config", get_config},
    chat_route{http::method::get, "/widget/v1/{widget}/notice", get_notice},
    chat_route{http::method::post, "/widget/v1/{widget}/consent", post_consent},
    chat_route{http::method::post, "/widget/v1/{widget}/label-shown", post_label_shown},
    chat_route{http::method::post, "/widget/v1/{widget}/sessions", post_session},
    chat_route{http::method::post, "/widget/v1/{widget}/messages", post_message},
    chat_route{http::method::get, "/widget/v1/{widget}/events", get_events},
    chat_route{http::method::get, "/widget/v1/{widget}/history", get_history},
    chat_route{http::method::post, "/widget/v1/{widget}/human", post_human},
    chat_route{http::method::post, "/widget/v1/{widget}/feedback", post_feedback},
};

} // namespace

void add_visitor_chat(gateway& with, http::router& to) {
    for (const auto& route : chat_routes) {
        to.add(route.verb, route.path,
               [&with, answer = route.answer](http::request& in, http::responder& out,
                                              const http::path_params& path) {
                   return answer(&with, &in, &out, std::string(path.get("widget")));
               });
        to.add(http::method::options, route.path,
               [&with](http::request& in, http::responder& out, const http::path_params&) {
                   return answer_preflight(with, in, out);
               });
    }
}

} // namespace servery::gateway
