#include "control_plane/privacy/blanking.h"

#include <algorithm>
#include <array>

namespace servery::privacy {

namespace {

// Ids we made, names of variants and releases, and enumerations.
constexpr std::array<std::string_view, 33> kept{
    "author",      "cause",     "channel",      "conversation", "conversation_hash",
    "decided_by",  "delivered", "draft",        "due",          "entries",
    "exchange_id", "how",       "kind",         "label",        "label_version",
    "lang",        "message",   "message_kind", "outbox",       "owner",
    "person",      "phase",     "recommended",  "release",      "request",
    "stage",       "state",     "thumb",        "turn",         "variant",
    "verdict",     "visitor",   "waiting_on"};

// Kept when they are a code of ours ("no_match"), blanked when somebody wrote them.
constexpr std::array<std::string_view, 4> codes{"reason", "conversation_status", "owner_person",
                                                "sampling"};

bool is_code(std::string_view text) {
    return text.size() <= 40 && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                      c == '.';
           });
}

bool contains(const auto& list, std::string_view name) {
    return std::ranges::find(list, name) != list.end();
}

json::value without_text(std::string_view name, const json::value& v, const replacements& instead);

json::value texts_of(std::string_view name, const json::array& all, const replacements& instead) {
    json::array out;
    if (contains(kept, name))
        for (const auto& one : all)
            out.push_back(without_text(name, one, instead));
    return out;
}

json::value without_text(std::string_view name, const json::value& v, const replacements& instead) {
    if (v.is_array()) return texts_of(name, v.get_array(), instead);
    if (v.is_object()) return json::object{};
    if (!v.is_string()) return v;
    const std::string_view text = v.get_string();
    if (const auto at = instead.find(text); at != instead.end()) return json::string(at->second);
    if (contains(kept, name)) return v;
    if (contains(codes, name) && is_code(text)) return v;
    return json::string();
}

} // namespace

json::object blanked(const json::object& body, const replacements& instead) {
    json::object out;
    for (const auto& m : body)
        out[m.key()] = without_text(m.key(), m.value(), instead);
    // A message without text is nothing to be labelled.
    if (out.contains("drawn")) out["drawn"] = false;
    return out;
}

} // namespace servery::privacy
