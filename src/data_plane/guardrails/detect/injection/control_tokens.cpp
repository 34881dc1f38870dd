#include "data_plane/guardrails/detect/injection/control_tokens.h"

#include "data_plane/guardrails/detect/shadow.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace servery::guardrails::injection {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> tokens{{
    {"<|im_start|>", "control_token.im_start"},
    {"<|im_end|>", "control_token.im_end"},
    {"<|endoftext|>", "control_token.end_of_text"},
    {"<|start_header_id|>", "control_token.header"},
    {"<|eot_id|>", "control_token.end_of_turn"},
    {"<|system|>", "control_token.system"},
    {"<|assistant|>", "control_token.assistant"},
    {"<start_of_turn>", "control_token.start_of_turn"},
    {"<<sys>>", "control_token.sys"},
    {"[/inst]", "control_token.inst"},
    {"[inst]", "control_token.inst"},
    {"[system_prompt]", "control_token.system"},
}};

constexpr std::array<std::string_view, 6> roles{
    "system:", "system prompt:", "developer:", "assistant:", "instruction:", "instructions:"};

// A line that begins with three or more `#` and a role: the heading of a turn.
bool role_heading(std::string_view lower_text) {
    std::size_t at = 0;
    while (at < lower_text.size()) {
        auto line = lower_text.substr(at, lower_text.find('\n', at) - at);
        at += line.size() + 1;
        const auto first = line.find_first_not_of(' ');
        if (first == std::string_view::npos) continue;
        line.remove_prefix(first);
        if (!line.starts_with("###")) continue;
        line.remove_prefix(std::min(line.find_first_not_of("# "), line.size()));
        if (std::ranges::any_of(roles, [&](auto role) { return line.starts_with(role); }))
            return true;
    }
    return false;
}

// Letters of the tag block (U+E0020..E007F) that are no flag of a region: text nobody sees.
bool hidden_text(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = text.find("\xF3\xA0"); at != std::string_view::npos;
         at = text.find("\xF3\xA0", at + 4)) {
        const bool tag = at + 3 < text.size() && (text[at + 2] == '\x80' || text[at + 2] == '\x81');
        count += tag ? 1 : 0;
    }
    // a flag such as that of Scotland has six
    return count > 12;
}

// ![…](https://…/?q={…}): an image whose address carries what is written into it.
bool image_template(std::string_view text) {
    for (auto at = text.find("!["); at != std::string_view::npos; at = text.find("![", at + 2)) {
        const auto open = text.find("](", at);
        if (open == std::string_view::npos) return false;
        const auto close = text.find(')', open);
        const auto url = text.substr(open + 2, close - open - 2);
        const bool address = url.find("://") != std::string_view::npos;
        const bool query = url.find('?') != std::string_view::npos;
        if (address && query && url.find_first_of("{[<") != std::string_view::npos) return true;
    }
    return false;
}

bool may_hold_token(std::string_view text) {
    return text.find_first_of("<[#!") != std::string_view::npos;
}

} // namespace

std::string_view control_rule(std::string_view text) {
    if (hidden_text(text)) return "hidden_text";
    const shadow_text shadow(text);
    if (!may_hold_token(shadow.text())) return {};
    std::string low(shadow.text());
    std::ranges::transform(low, low.begin(), lower);
    for (const auto& [token, rule] : tokens)
        if (low.find(token) != std::string::npos) return rule;
    if (role_heading(low)) return "control_token.role_heading";
    if (image_template(low)) return "image_template";
    return {};
}

} // namespace servery::guardrails::injection
