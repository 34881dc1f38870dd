#include "data_plane/assistant/knowledge/commands.h"

#include <algorithm>

namespace servery::assistant {

namespace {

json::object shown(const knowledge_index& index, const candidate& c, const ask_request& asked) {
    const auto& e = index.entries()[c.entry];
    json::object out;
    out["key"] = e.key;
    out["question"] = e.question;
    out["score"] = c.score;
    json::object legs;
    legs["A"] = c.leg_a;
    legs["B1"] = c.leg_b1;
    legs["B2"] = c.leg_b2;
    if (c.leg_c >= 0) legs["C"] = c.leg_c;
    out["legs"] = std::move(legs);
    if (asked.why) out["matched"] = json::to_json(index.matched_words(asked.text, c.entry));
    return out;
}

json::object shown(const knowledge_index& index, const decision& made, const ask_request& asked) {
    // Where the assistant would ask, staff see the text that its first choice stands for.
    auto offered = made;
    if (made.recommended == outcome::ask && !made.choices.empty()) {
        offered.recommended = outcome::answer;
        offered.key = made.choices.front().key;
    }
    const auto approved = verbatim(index, offered);
    json::object out;
    out["outcome"] = boost::json::string_view(json::enum_word(made.recommended));
    out["reason"] = boost::json::string_view(json::enum_word(made.why));
    out["confidence"] = made.confidence;
    out["text"] = approved.text;
    out["entry"] = nullptr;
    if (const auto at = index.find(approved.key); at >= 0 && !approved.key.empty())
        out["entry"] =
            json::object{{"key", approved.key},
                         {"question", index.entries()[static_cast<std::size_t>(at)].question}};
    json::array sources;
    for (const auto& s : approved.sources) {
        json::object source{{"title", s.title}};
        if (!s.url.empty()) source["url"] = s.url;
        if (!s.checked_on.empty()) source["checked_on"] = s.checked_on;
        sources.emplace_back(std::move(source));
    }
    out["sources"] = std::move(sources);
    json::array choices;
    for (const auto& c : made.choices)
        choices.emplace_back(json::object{{"key", c.key}, {"question", c.question}});
    out["choices"] = std::move(choices);
    json::array top;
    for (const auto& c : made.top)
        top.emplace_back(shown(index, c, asked));
    out["top"] = std::move(top);
    out["lang"] = made.lang;
    out["topic"] = made.topic;
    if (asked.why) out["features"] = json::to_json(made.evidence);
    out["release"] = made.release;
    out["calibration"] = made.calibration;
    out["took_us"] = made.took_us;
    return out;
}

} // namespace

result<json::object> knowledge_service::ask(const std::string& project, const ask_request& asked) {
    const auto& base = known(project);
    auto id = asked.release.empty() ? base.published : asked.release;
    if (id.empty()) {
        std::int64_t newest = 0;
        for (const auto& [name, record] : base.releases)
            if (record.seq > newest) newest = record.seq, id = name;
    }
    if (id.empty())
        return fail(error_code::not_found, "knowledge.release.not_found",
                    "the project has no knowledge release", {},
                    "import entries, approve them, then check and publish a release");
    const auto index = index_of(project, id);
    if (!index) return std::unexpected(index.error());

    query message;
    message.text = asked.text;
    message.lang_hint = asked.lang;
    message.groups = (*index)->groups_of(asked.groups);
    message.groups.staff = message.groups.staff || asked.staff;
    message.offered = asked.offered;
    message.misses = asked.misses;
    message.now = clock_.now();
    assistant_serving serving;
    serving.project = project;
    serving.index = *index;
    serving.always_a_person = base.settings.always_a_person;
    for (const auto& e : (*index)->entries()) {
        const auto at = base.withdrawn.find(e.key);
        serving.withdrawn.push_back(at != base.withdrawn.end() && e.version <= at->second.version);
    }
    return shown(**index, decide(serving, message, true), asked);
}

} // namespace servery::assistant
