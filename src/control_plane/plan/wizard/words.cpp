#include "control_plane/plan/wizard/words.h"

#include "control_plane/plan/data/embedded.h"
#include "control_plane/plan/load.h"

#include <map>

namespace servery::plan {
namespace {

const json::object& words_of(std::string_view language) {
    static const auto all = [] {
        std::map<std::string, json::object, std::less<>> out;
        for (const auto* name : {"en", "de"}) {
            const auto file = "wizard/" + std::string(name) + ".yaml";
            if (auto tree = parse_yaml(embedded_text(file), file))
                out[name] = std::move(tree->root);
        }
        return out;
    }();
    const auto it = all.find(language);
    return it == all.end() ? all.at("en") : it->second;
}

const json::object* part_of(const json::object* in, std::string_view key) {
    const auto* v = in == nullptr ? nullptr : in->if_contains(key);
    return v != nullptr && v->is_object() ? &v->get_object() : nullptr;
}

} // namespace

std::string wizard_word(std::string_view language, std::string_view part, std::string_view key,
                        std::string_view member) {
    const auto* in = part_of(&words_of(language), part);
    if (in == nullptr) return {};
    if (member.empty()) return json::text_or(*in, key);
    const auto* under = part_of(in, key);
    return under == nullptr ? std::string{} : json::text_or(*under, member);
}

std::string wizard_label(std::string_view language, std::string_view question,
                         std::string_view field) {
    const auto* in =
        part_of(part_of(part_of(&words_of(language), "questions"), question), "fields");
    return in == nullptr ? std::string{} : json::text_or(*in, field);
}

namespace {

std::string filled(std::string text, std::string_view with) {
    if (const auto at = text.find("{}"); at != std::string::npos) text.replace(at, 2, with);
    return text;
}

} // namespace

std::string wizard_note(std::string_view language, std::string_view key, std::string_view with) {
    return filled(wizard_word(language, "notes", key), with);
}

std::string wizard_fault(std::string_view language, std::string_view key, std::string_view with) {
    return filled(wizard_word(language, "faults", key), with);
}

} // namespace servery::plan
