#include "data_plane/provider/usage.h"

namespace servery::provider {

std::optional<usage> read_usage(std::string_view object_text) {
    const auto tree = json::parse(object_text, {.bytes = 64 * 1024, .depth = 16});
    if (!tree || !tree->is_object()) return std::nullopt;
    return read_usage(tree->get_object());
}

std::optional<usage> read_usage(const json::object& o) {
    usage out;
    out.in = json::int_or(o, "prompt_tokens", -1);
    out.out = json::int_or(o, "completion_tokens", 0);
    if (const auto* details = o.if_contains("prompt_tokens_details");
        details != nullptr && details->is_object())
        out.cached = json::int_or(details->get_object(), "cached_tokens", 0);
    if (out.in < 0 || out.out < 0 || out.cached < 0 || out.cached > out.in) return std::nullopt;
    return out;
}

} // namespace servery::provider
