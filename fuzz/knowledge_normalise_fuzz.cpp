// Any bytes as a message: normalising twice gives what once gives, and tokens are never empty.
#include "data_plane/assistant/text/analyse.h"
#include "data_plane/assistant/text/normalise.h"
#include "foundation/base/text.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace servery::assistant;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto once = normalise(bytes).text;
    if (!servery::is_utf8(once) || normalise(once).text != once) std::abort();
    for (const auto& t : tokenise(once))
        if (t.text.empty()) std::abort();
    return 0;
}
