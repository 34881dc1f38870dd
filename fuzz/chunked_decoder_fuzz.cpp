// Any bytes as a chunked body: the same payload and end whether they come at once or one by one,
// and never more payload than bytes.
#include "foundation/http/chunked.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

using servery::http::chunked_decoder;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<char> all(data, data + size);
    chunked_decoder at_once;
    const auto whole = at_once.decode(all);
    const std::string payload(all.data(), whole.payload);
    if (whole.payload > whole.consumed || whole.consumed > size) std::abort();
    if (whole.at == chunked_decoder::state::done &&
        std::memcmp(all.data() + whole.consumed, data + whole.consumed, size - whole.consumed) != 0)
        std::abort();

    chunked_decoder bytewise;
    std::string slowly;
    auto at = chunked_decoder::state::more;
    for (std::size_t i = 0; i < size && at == chunked_decoder::state::more; ++i) {
        char one = static_cast<char>(data[i]);
        const auto step = bytewise.decode({&one, 1});
        slowly.append(&one, step.payload);
        at = step.at;
    }
    if (at != whole.at || slowly != payload) std::abort();
    return 0;
}
