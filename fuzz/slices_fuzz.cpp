// Any bytes: the request reader never reads outside, and what it accepts, spliced with an empty
// plan, leaves as it came.
#include "data_plane/gateway/splice.h"

#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace servery::gateway;
    std::string body(reinterpret_cast<const char*>(data), size);
    body.append(json_tail_room, ' ');
    const auto view = std::string_view(body).substr(0, size);
    for (const auto kind : {request_kind::chat, request_kind::embeddings}) {
        const auto what = slice(view, kind);
        if (!what) continue;
        splice_plan untouched;
        untouched.user = user_field::as_sent;
        const auto same = splice(view, *what, untouched);
        if (!same || same->joined() != view.substr(what->object.begin, what->object.size()))
            std::abort();
        splice_plan changed;
        changed.model = "m";
        changed.prompt = "p";
        changed.output_cap = 5;
        changed.inject_usage = true;
        (void)splice(view, *what, changed);
    }
    return 0;
}
