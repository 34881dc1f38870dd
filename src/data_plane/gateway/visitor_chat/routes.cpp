#include "data_plane/gateway/visitor_chat/routes.h"

#include "data_plane/gateway/http_parts.h"
#include "data_plane/gateway/visitor_chat/asset_routes.h"
#include "data_plane/gateway/visitor_chat/feedback_routes.h"
#include "data_plane/gateway/visitor_chat/message_routes.h"
#include "data_plane/gateway/visitor_chat/session_routes.h"
#include "foundation/http/router.h"

#include <algorithm>
#include <array>
#include <string_view>

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
    chat_route{http::method::post, "/widget/v1/{widget}/report", post_report},
    chat_route{http::method::get, "/widget/v1/{widget}/me", get_my_data},
    chat_route{http::method::del, "/widget/v1/{widget}/me", delete_my_data},
};

// One answer to the preflight a path, whatever its methods.
bool first_of_its_path(const chat_route& route) {
    const auto* first = std::ranges::find_if(
        chat_routes, [&](const auto& r) { return std::string_view(r.path) == route.path; });
    return first == &route;
}

} // namespace

void add_visitor_chat(gateway& with, http::router& to) {
    for (const auto& route : chat_routes) {
        to.add(route.verb, route.path,
               [&with, answer = route.answer](http::request& in, http::responder& out,
                                              const http::path_params& path) {
                   return answer(&with, &in, &out, std::string(path.get("widget")));
               });
        if (!first_of_its_path(route)) continue;
        to.add(http::method::options, route.path,
               [&with](http::request& in, http::responder& out, const http::path_params&) {
                   return answer_preflight(with, in, out);
               });
    }
    to.add(http::method::get, "/widget/v1/{file}",
           [&with](http::request& in, http::responder& out, const http::path_params& path) {
               return get_widget_file(&with, &in, &out, std::string(path.get("file")));
           });
    to.add(http::method::get, "/chat/{widget}",
           [&with](http::request& in, http::responder& out, const http::path_params& path) {
               return get_chat_page(&with, &in, &out, std::string(path.get("widget")));
           });
}

} // namespace servery::gateway
