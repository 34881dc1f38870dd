#include "data_plane/assistant/knowledge/commands.h"
#include "data_plane/assistant/text/normalise.h"
#include "foundation/base/ids.h"

#include <algorithm>

namespace servery::assistant {

namespace {

json::object shown(const phrasing& p) {
    json::object out;
    out["id"] = p.id;
    out["entry"] = p.entry;
    out["text"] = p.text;
    out["origin"] = boost::json::string_view(json::enum_word(p.origin));
    out["state"] = boost::json::string_view(json::enum_word(p.state));
    out["seen"] = p.seen;
    return out;
}

} // namespace

json::object knowledge_service::phrasings(const std::string& project,
                                          const std::string& state) const {
    std::vector<const phrasing*> found;
    for (const auto& [id, p] : known(project).phrasings)
        if (state.empty() || json::enum_word(p.state) == state) found.push_back(&p);
    std::ranges::sort(found, [](const phrasing* a, const phrasing* b) {
        return a->seen != b->seen ? a->seen > b->seen : a->id < b->id;
    });
    json::array items;
    for (const auto* p : found)
        items.emplace_back(shown(*p));
    return json::object{{"items", std::move(items)}, {"next", nullptr}};
}

result<json::object> knowledge_service::add_phrasing(const knowledge_actor& who,
                                                     const std::string& entry_key,
                                                     const std::string& text,
                                                     events::phrasing_origin origin,
                                                     const std::string& message) {
    if (known(who.project).current(entry_key) == nullptr) return no_entry(entry_key);
    const auto clean = to_nfc(trim(text));
    if (normalise(clean).text.empty() || code_points(clean) > 300)
        return fail(error_code::unprocessable, "knowledge.phrasing.invalid",
                    "a phrasing has 1 to 300 characters and words in them", "text",
                    "write it as a visitor would ask");
    const events::knowledge_phrasing_changed made{.phrasing = make_id("ph", clock_.now(), random_),
                                                  .entry = entry_key,
                                                  .text = clean,
                                                  .origin = origin,
                                                  .state = events::phrasing_state::suggested,
                                                  .message = message};
    if (auto done = commit(who, "phrasing", made.phrasing, made); !done)
        return std::unexpected(done.error());
    return shown(known(who.project).phrasings.at(made.phrasing));
}

result<json::object> knowledge_service::decide_phrasing(const knowledge_actor& who,
                                                        const std::string& id, bool accept) {
    const auto& base = known(who.project);
    const auto at = base.phrasings.find(id);
    if (at == base.phrasings.end())
        return fail(error_code::not_found, "knowledge.phrasing.not_found",
                    "there is no phrasing '" + id + "'", id, "list the suggested phrasings");
    const auto& p = at->second;
    if (accept)
        if (const auto* other = base.accepted_text(p.text);
            other != nullptr && other->id != id && other->entry != p.entry)
            return fail(error_code::conflict, "knowledge.phrasing.taken",
                        "this wording is accepted at '" + other->entry + "'", other->entry,
                        "reject it there first");
    const events::knowledge_phrasing_changed changed{
        .phrasing = p.id,
        .entry = p.entry,
        .text = p.text,
        .origin = p.origin,
        .state = accept ? events::phrasing_state::accepted : events::phrasing_state::rejected,
        .message = p.message};
    if (auto done = commit(who, "phrasing", id, changed); !done)
        return std::unexpected(done.error());
    return shown(known(who.project).phrasings.at(id));
}

} // namespace servery::assistant
