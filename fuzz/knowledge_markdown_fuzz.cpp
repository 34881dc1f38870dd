// Any bytes as Markdown: the import and the rendering of answers do not crash, and no rendered
// answer holds a tag that the subset does not have.
#include "data_plane/assistant/decide/serving.h"
#include "data_plane/assistant/ingest/import_file.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace servery::assistant;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    (void)read_import(import_kind::markdown, bytes);
    const auto html = render_html(bytes);
    for (const std::string_view tag : {"<script", "<img", "<iframe", "<style", "href=\"javascript"})
        if (html.find(tag) != std::string::npos) std::abort();
    return 0;
}
