// Any bytes as a visitor id, as attributes and as a conversation id: nobody is let in without a
// MAC.
#include "data_plane/gateway/identity.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace servery;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    key32 key{};
    key[0] = 42; // the fuzzer does not know it
    if (gateway::read_visitor_id(key, "p", "", text, instant{1'767'225'600'000})) std::abort();
    const std::string prefixed = "svy_vis_" + std::string(text);
    if (gateway::read_visitor_id(key, "p", "", prefixed, instant{1'767'225'600'000})) std::abort();
    (void)gateway::parse_attributes(text);
    (void)gateway::is_conversation_id(text);
    return 0;
}
