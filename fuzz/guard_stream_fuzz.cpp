// A text fed in pieces gives what the whole gives, whatever the bytes and the cuts: the first bytes
// of the input say where to cut. Restoring placeholders keeps to the same rule.
#include "data_plane/guardrails/chunkings.h"
#include "data_plane/guardrails/restorer.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace servery;
using namespace servery::guardrails;

namespace {

std::vector<std::string_view> cut(std::string_view text, std::string_view sizes) {
    std::vector<std::string_view> out;
    for (std::size_t i = 0; !text.empty(); ++i) {
        const auto n =
            1 + (sizes.empty() ? 7 : static_cast<unsigned char>(sizes[i % sizes.size()]) % 40);
        const auto piece = text.substr(0, static_cast<std::size_t>(n));
        out.push_back(piece);
        text.remove_prefix(piece.size());
    }
    return out;
}

void restore_like_the_whole(const conversation_vault& vault,
                            const std::vector<std::string_view>& pieces, std::string_view text) {
    placeholder_restorer restorer(vault);
    std::string out;
    for (const auto piece : pieces)
        restorer.feed(piece, out);
    restorer.finish(out);
    if (out != vault.restore(text)) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto policy = default_policy();
    static const auto vault = [] {
        auto* v = new conversation_vault(key32{1});
        (void)v->placeholder_of(pii_type::EMAIL_ADDRESS, "ann@example.com");
        (void)v->placeholder_of(pii_type::CREDIT_CARD, "4111111111111111");
        return v;
    }();
    constexpr std::size_t head = 8;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto sizes = input.substr(0, head);
    const auto text = input.size() > head ? input.substr(head) : std::string_view{};
    const auto pieces = cut(text, sizes);
    for (const auto from : {lane::output, lane::tool_args, lane::user})
        if (read_pieces(pieces, policy, from) != read_whole(text, policy, from)) std::abort();
    restore_like_the_whole(*vault, pieces, text);
    return 0;
}
