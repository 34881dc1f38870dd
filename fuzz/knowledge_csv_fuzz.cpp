// Any bytes as a CSV file of questions and answers: no crash, and every row has both texts.
#include "data_plane/assistant/ingest/import_file.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace servery::assistant;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (const auto kind : {import_kind::csv, import_kind::tsv, import_kind::paste}) {
        const auto content = read_import(kind, bytes);
        if (!content) continue;
        for (const auto& row : content->rows)
            if (row.question.empty() || row.answer.empty()) std::abort();
    }
    return 0;
}
