// Any bytes as a stream of events, cut in two: the raw views give the input back and the data does
// not depend on the cut.
#include "foundation/http/sse.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using servery::http::sse_reader;

namespace {

struct reading {
    std::string raw;
    std::string data;
};

void take(const servery::http::sse_event& event, reading& into) {
    into.raw += event.raw;
    if (event.has_data) into.data.append(event.name).append("|").append(event.data).append("\x1e");
}

reading read(std::string_view first, std::string_view second) {
    sse_reader reader;
    reading out;
    for (const auto piece : {first, second}) {
        reader.feed(piece);
        while (const auto event = reader.next())
            take(*event, out);
    }
    if (const auto last = reader.finish()) take(*last, out);
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    const auto cut = std::min<std::size_t>(data[0], text.size());
    const auto whole = read(text, {});
    const auto parts = read(text.substr(0, cut), text.substr(cut));
    // A line feed behind a finished CR, with nothing after it, belongs to no event.
    const auto is_input = [&](const std::string& raw) { return raw == text || raw + "\n" == text; };
    if (!is_input(whole.raw) || !is_input(parts.raw) || whole.data != parts.data) std::abort();
    return 0;
}
