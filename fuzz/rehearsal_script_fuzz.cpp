// Any bytes as a rehearsal script, and any bytes as a request to a script that is accepted.
#include "data_plane/provider/rehearsal/player.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace servery::provider::rehearsal;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    auto script = parse_script(text, "fuzz");
    if (!script) return 0;
    player plays(std::move(*script));
    (void)plays.perform({"chat/completions", std::string(text), {}});
    (void)plays.perform(
        {"chat/completions", R"({"stream":true,"messages":[{"role":"user","content":"x"}]})", {}});
    return 0;
}
