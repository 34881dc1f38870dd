#include "data_plane/assistant/knowledge/commands.h"
#include "data_plane/assistant/knowledge/entry_usage.h"
#include "data_plane/assistant/retrieval/bm25.h"
#include "data_plane/assistant/text/analyse.h"
#include "data_plane/assistant/text/normalise.h"
#include "foundation/base/ids.h"

#include <algorithm>

namespace servery::assistant {

namespace {

// What people may set; the rest follows from acts.
struct entry_fields {
    std::optional<std::string> key;
    std::optional<std::string> lang;
    std::optional<std::string> translation_of;
    std::optional<std::string> question;
    std::optional<std::string> answer;
    std::optional<std::vector<std::string>> tags;
    std::optional<std::string> topic;
    std::optional<std::vector<std::string>> audience;
    std::optional<std::string> valid_from;
    std::optional<std::string> valid_to;
    std::optional<std::string> review_by;
    std::optional<std::string> owner;
    std::optional<std::string> source_title;
    std::optional<std::string> source_locator;
    std::optional<std::string> checked_on;
    std::optional<json::object> extra;
};
BOOST_DESCRIBE_STRUCT(entry_fields, (),
                      (key, lang, translation_of, question, answer, tags, topic, audience,
                       valid_from, valid_to, review_by, owner, source_title, source_locator,
                       checked_on, extra))

result<events::knowledge_entry> with_fields(events::knowledge_entry e, const json::object& in) {
    entry_fields fields;
    std::vector<error> faults;
    json::read_json(json::value(in), fields, "", json::unknown::ignore, faults);
    const auto set = [](auto& into, auto& from) {
        if (from) into = std::move(*from);
    };
    set(e.key, fields.key);
    set(e.lang, fields.lang);
    set(e.translation_of, fields.translation_of);
    set(e.tags, fields.tags);
    set(e.topic, fields.topic);
    set(e.audience, fields.audience);
    set(e.valid_from, fields.valid_from);
    set(e.valid_to, fields.valid_to);
    set(e.review_by, fields.review_by);
    set(e.owner, fields.owner);
    set(e.source_title, fields.source_title);
    set(e.source_locator, fields.source_locator);
    set(e.checked_on, fields.checked_on);
    set(e.extra, fields.extra);
    std::erase(e.audience, "public");
    if (fields.question) e.question = to_nfc(trim(*fields.question));
    if (fields.answer) e.answer = to_nfc(trim(*fields.answer));
    for (auto& f : faults)
        f.id = "knowledge.entry.invalid";
    if (!faults.empty()) return all_faults(std::move(faults));
    return e;
}

bool is_live(const project_knowledge& base, const events::knowledge_entry& e) {
    const auto record = base.releases.find(base.published);
    if (record == base.releases.end()) return false;
    return std::ranges::any_of(record->second.members, [&](const events::release_member& m) {
        return m.key == e.key && m.version == e.version;
    });
}

std::string state_shown(const project_knowledge& base, const events::knowledge_entry& e,
                        const std::string& today) {
    const auto withdrawal = base.withdrawn.find(e.key);
    if (withdrawal != base.withdrawn.end() && e.version <= withdrawal->second.version)
        return "withdrawn";
    if (e.status == events::entry_status::retired) return "retired";
    if (is_live(base, e)) return !e.review_by.empty() && e.review_by < today ? "stale" : "live";
    return e.status == events::entry_status::approved ? "approved" : "draft";
}

json::object shown(const project_knowledge& base, const events::knowledge_entry& e,
                   const std::string& today) {
    json::object out;
    json::to_json_members(out, e);
    out["state"] = state_shown(base, e, today);
    json::array phrasings;
    for (const auto& [id, p] : base.phrasings)
        if (p.entry == e.key && p.state == events::phrasing_state::accepted)
            phrasings.emplace_back(json::object{{"id", p.id}, {"text", p.text}});
    out["phrasings"] = std::move(phrasings);
    return out;
}

bool matches(const events::knowledge_entry& e, const entry_filter& by, const std::string& today) {
    if (!by.status.empty() && json::enum_word(e.status) != by.status) return false;
    if (!by.lang.empty() && e.lang != by.lang) return false;
    if (!by.tag.empty() && std::ranges::find(e.tags, by.tag) == e.tags.end()) return false;
    return !by.stale || (!e.review_by.empty() && e.review_by < today);
}

// Staff search: leg A over the entries as they are edited now, best first.
std::vector<const events::knowledge_entry*>
searched(const std::vector<const events::knowledge_entry*>& all, const std::string& q) {
    bm25_index index;
    const auto stems = [](const std::string& text, const std::string& lang) {
        return content_stems(tokenise(normalise(text).text), lang, true);
    };
    for (const auto* e : all) {
        const bm25_column columns[] = {
            {5, stems(e->question, e->lang)}, {1, stems(e->answer, e->lang)}, {2, {e->key}}};
        index.add_row(columns, true);
    }
    index.finish();
    std::vector<double> scores(all.size());
    auto wanted = stems(q, all.empty() ? "en" : all.front()->lang);
    wanted.push_back(q);
    index.score(wanted, scores);
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (scores[i] > 0) order.emplace_back(-scores[i], i);
    std::ranges::sort(order);
    std::vector<const events::knowledge_entry*> out;
    for (const auto& [score, i] : order)
        out.push_back(all[i]);
    return out;
}

} // namespace

json::object knowledge_service::entries(const std::string& project, const entry_filter& by) const {
    const auto& base = known(project);
    const auto today = to_date(clock_.now());
    std::vector<const events::knowledge_entry*> found;
    for (const auto& [key, versions] : base.entries)
        if (matches(versions.back(), by, today)) found.push_back(&versions.back());
    if (!by.q.empty()) found = searched(found, by.q);
    auto begin = found.begin();
    if (!by.cursor.empty()) {
        begin = std::ranges::find(found, by.cursor, [](const auto* e) { return e->key; });
        if (begin != found.end()) ++begin;
    }
    const auto limit = std::clamp<std::size_t>(by.limit, 1, 200);
    json::object out;
    json::array items;
    const auto usage = usage_of_entries(base, clock_.now());
    for (; begin != found.end() && items.size() < limit; ++begin) {
        auto row = shown(base, **begin, today);
        const auto used = usage.find((*begin)->key);
        row["usage"] = to_json(used == usage.end() ? entry_usage{} : used->second);
        items.emplace_back(std::move(row));
    }
    out["next"] = nullptr;
    if (begin != found.end()) out["next"] = items.back().at("key");
    out["items"] = std::move(items);
    out["all"] = found.size();
    return out;
}

void knowledge_service::each_text(
    const std::string& project,
    const std::function<void(const std::string& key, std::string text)>& take) const {
    for (const auto& [key, versions] : known(project).entries) {
        const auto& newest = versions.back();
        if (newest.status != events::entry_status::retired)
            take(key, newest.question + "\n" + newest.answer);
    }
}

result<json::object> knowledge_service::entry(const std::string& project,
                                              const std::string& key) const {
    const auto& base = known(project);
    const auto* e = base.current(key);
    if (e == nullptr) return no_entry(key);
    return shown(base, *e, to_date(clock_.now()));
}

result<json::object> knowledge_service::entry_history(const std::string& project,
                                                      const std::string& key) const {
    const auto& base = known(project);
    const auto at = base.entries.find(key);
    if (at == base.entries.end()) return no_entry(key);
    json::array items;
    for (auto row = at->second.rbegin(); row != at->second.rend(); ++row)
        items.push_back(json::to_json(*row));
    return json::object{{"items", std::move(items)}, {"next", nullptr}};
}

result<json::object> knowledge_service::create_entry(const knowledge_actor& who,
                                                     const json::object& fields) {
    const auto& base = known(who.project);
    events::knowledge_entry fresh;
    fresh.lang = base.settings.default_lang;
    auto e = with_fields(fresh, fields);
    if (!e) return std::unexpected(e.error());
    std::set<std::string, std::less<>> taken;
    for (const auto& [key, versions] : base.entries)
        taken.insert(key);
    if (e->key.empty()) e->key = key_from_question(e->question, taken);
    if (auto faults = entry_faults(*e); !faults.empty()) return all_faults(std::move(faults));
    if (taken.contains(e->key))
        return fail(error_code::conflict, "knowledge.entry.key_taken",
                    "there is already an entry '" + e->key + "'", "key", "choose another key");
    if (auto done = commit(who, "entry", e->key, events::knowledge_entry_saved{*e, "created"});
        !done)
        return std::unexpected(done.error());
    return entry(who.project, e->key);
}

result<json::object> knowledge_service::edit_entry(const knowledge_actor& who,
                                                   const std::string& key, std::int64_t version,
                                                   const json::object& fields) {
    const auto before = entry_at(who.project, key, version);
    if (!before) return std::unexpected(before.error());
    auto e = with_fields(**before, fields);
    if (!e) return std::unexpected(e.error());
    e->key = key;
    if (auto faults = entry_faults(*e); !faults.empty()) return all_faults(std::move(faults));
    e->version = version + 1;
    e->status = events::entry_status::draft;
    e->approved_by.clear();
    e->approved_at.reset();
    if (auto done = commit(who, "entry", key, events::knowledge_entry_saved{*e, "edited"}); !done)
        return std::unexpected(done.error());
    return entry(who.project, key);
}

result<json::object> knowledge_service::approve_entry(const knowledge_actor& who,
                                                      const std::string& key,
                                                      std::int64_t version) {
    const auto e = entry_at(who.project, key, version);
    if (!e) return std::unexpected(e.error());
    if (scan_)
        for (const auto& name : scan_((*e)->question + "\n" + (*e)->answer))
            if (name == "secret" || name == "injection")
                return fail(error_code::conflict, "knowledge.entry.open_finding",
                            "the scan found a " + name + " in this entry", key,
                            "remove it and save the entry, then approve");
    const events::knowledge_entry_decided decided{key, version, events::entry_status::approved,
                                                  review_date(clock_.now(), (*e)->review_by)};
    if (auto done = commit(who, "entry", key, decided); !done) return std::unexpected(done.error());
    return entry(who.project, key);
}

result<json::object> knowledge_service::retire_entry(const knowledge_actor& who,
                                                     const std::string& key, std::int64_t version) {
    const auto e = entry_at(who.project, key, version);
    if (!e) return std::unexpected(e.error());
    const events::knowledge_entry_decided decided{key, version, events::entry_status::retired, {}};
    if (auto done = commit(who, "entry", key, decided); !done) return std::unexpected(done.error());
    return entry(who.project, key);
}

result<json::object> knowledge_service::withdraw_entry(const knowledge_actor& who,
                                                       const std::string& key,
                                                       const std::string& reason) {
    const auto* e = known(who.project).current(key);
    if (e == nullptr) return no_entry(key);
    if (trim(reason).empty())
        return fail(error_code::unprocessable, "knowledge.entry.no_reason",
                    "a withdrawal needs a reason", "reason", "say why it must not be served");
    const events::knowledge_withdrawn done_now{key, e->version, reason};
    if (auto done = commit(who, "entry", key, done_now); !done)
        return std::unexpected(done.error());
    return entry(who.project, key);
}

} // namespace servery::assistant
