#include "data_plane/assistant/knowledge/commands.h"

#include <algorithm>
#include <chrono>

namespace servery::assistant {

namespace {

std::unexpected<error> no_release(const std::string& id) {
    return fail(error_code::not_found, "knowledge.release.not_found",
                "there is no release '" + id + "'", id, "list the releases");
}

json::object shown(const release_record& r) {
    json::object out;
    out["release"] = r.id;
    out["id"] = r.id;
    out["seq"] = r.seq;
    out["parent"] = r.parent;
    out["state"] = boost::json::string_view(json::enum_word(r.state));
    out["note"] = r.note;
    out["entries"] = r.members.size();
    out["report"] = r.report;
    out["created_by"] = r.created_by;
    out["created_at"] = to_rfc3339(r.created_at);
    out["published_by"] = r.published_by;
    out["published_at"] = json::to_json(r.published_at);
    return out;
}

// Entries that are not the same in both releases.
std::int64_t changed_entries(const release& before, const release& after) {
    const auto lines = [](const release& r) {
        std::map<std::string, std::string> out;
        for (const auto& e : r.entries) {
            release one;
            one.entries.push_back(e);
            out[e.key] = canonical_form(one);
        }
        return out;
    };
    const auto a = lines(before);
    const auto b = lines(after);
    std::int64_t n = 0;
    for (const auto& [key, line] : b) {
        const auto at = a.find(key);
        n += at == a.end() || at->second != line ? 1 : 0;
    }
    for (const auto& [key, line] : a)
        n += b.contains(key) ? 0 : 1;
    return n;
}

// A leading ' keeps a cell that a spreadsheet would take for a formula from being one.
std::string csv_cell(std::string_view text) {
    std::string out = "\"";
    if (!text.empty() && std::string_view("=+-@").find(text.front()) != std::string::npos)
        out += '\'';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

std::string joined_by_bar(const std::vector<std::string>& texts) {
    std::string out;
    for (const auto& text : texts)
        out += (out.empty() ? "" : "|") + text;
    return out;
}

std::string as_csv(const release& content) {
    std::string out =
        "id,question,answer,variants,tags,topic,lang,source,valid_from,valid_to,audience\r\n";
    for (const auto& e : content.entries) {
        const std::string cells[] = {e.key,
                                     e.question,
                                     e.answer,
                                     joined_by_bar(e.phrasings),
                                     joined_by_bar(e.tags),
                                     e.topic,
                                     e.lang,
                                     e.source_title,
                                     e.valid_from,
                                     e.valid_to,
                                     joined_by_bar(e.audience)};
        for (std::size_t i = 0; i < std::size(cells); ++i)
            out += (i > 0 ? "," : "") + csv_cell(cells[i]);
        out += "\r\n";
    }
    return out;
}

std::string as_markdown(const release& content) {
    std::string out;
    for (const auto& e : content.entries)
        out += "## " + e.question + "\n\n" + e.answer + "\n\n";
    return out;
}

} // namespace

result<json::object> knowledge_service::draft_release(const knowledge_actor& who,
                                                      const std::string& note) {
    const auto& base = known(who.project);
    auto members = base.members_now();
    if (members.empty())
        return fail(error_code::conflict, "knowledge.release.empty",
                    "no entry is approved, so the release would be empty", {},
                    "approve at least one entry");
    const auto id = release_id_of(base.content_of(members));
    if (!base.releases.contains(id)) {
        const events::knowledge_release_drafted drafted{id, base.published, note,
                                                        std::move(members)};
        if (auto done = commit(who, "release", id, drafted); !done)
            return std::unexpected(done.error());
    }
    return release_state(who.project, id);
}

result<json::object> knowledge_service::check_release(const knowledge_actor& who,
                                                      const std::string& id) {
    const auto& base = known(who.project);
    if (!base.releases.contains(id)) return no_release(id);
    const auto begun = std::chrono::steady_clock::now();
    const auto index = index_of(who.project, id);
    if (!index) return std::unexpected(index.error());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    const auto size = (*index)->size();
    events::knowledge_release_checked checked{.release = id, .compiled = true};
    checked.report["entries"] = (*index)->entries().size();
    checked.report["texts"] = size.texts;
    checked.report["legs"] = size.classes > 0 ? "A,B,C" : "A,B";
    checked.report["index_bytes"] = size.bytes;
    checked.report["compile_ms"] = static_cast<std::int64_t>(took.count() * 1000);
    // No test questions were run: unknown, not zero.
    for (const char* name : {"same", "better", "worse"})
        checked.report[name] = nullptr;
    if (auto done = commit(who, "release", id, checked); !done)
        return std::unexpected(done.error());
    if (live_) refresh(who.project);
    return release_state(who.project, id);
}

result<json::object> knowledge_service::publish_release(const knowledge_actor& who,
                                                        const std::string& id) {
    const auto& base = known(who.project);
    const auto at = base.releases.find(id);
    if (at == base.releases.end()) return no_release(id);
    if (at->second.state == release_state::draft)
        return fail(error_code::conflict, "knowledge.release.not_checked",
                    "the release was not checked", id, "check it, then publish");
    if (at->second.state == release_state::published) return release_state(who.project, id);
    // Compiled before anything changes: a release that does not compile never serves.
    const auto index = index_of(who.project, id);
    if (!index) return std::unexpected(index.error());

    const auto after = base.content_of(id).value_or(release{});
    const auto before = base.content_of(base.published).value_or(release{});
    events::knowledge_published published{.from_release = base.published, .to_release = id};
    published.entries = static_cast<std::int64_t>(after.entries.size());
    published.changed = changed_entries(before, after);
    const bool minor = !base.published.empty() &&
                       10 * published.changed <= static_cast<std::int64_t>(before.entries.size());
    published.size = minor ? events::release_size::minor : events::release_size::major;
    if (auto done = commit(who, "release", id, published); !done)
        return std::unexpected(done.error());
    return release_state(who.project, id);
}

result<json::object> knowledge_service::release_state(const std::string& project,
                                                      const std::string& id) const {
    const auto& base = known(project);
    const auto at = base.releases.find(id);
    if (at == base.releases.end()) return no_release(id);
    return shown(at->second);
}

json::object knowledge_service::releases(const std::string& project) const {
    std::vector<const release_record*> found;
    for (const auto& [id, record] : known(project).releases)
        found.push_back(&record);
    std::ranges::sort(found, std::greater<>{}, &release_record::seq);
    json::array items;
    for (const auto* r : found)
        items.emplace_back(shown(*r));
    return json::object{{"items", std::move(items)}, {"next", nullptr}};
}

std::string knowledge_service::published(const std::string& project) const {
    return known(project).published;
}

result<std::string> knowledge_service::export_release(const std::string& project,
                                                      const std::string& id,
                                                      const std::string& format) const {
    const auto content = known(project).content_of(id);
    if (!content) return no_release(id);
    if (format == "jsonl") return canonical_form(*content);
    if (format == "csv") return as_csv(*content);
    if (format == "md") return as_markdown(*content);
    return fail(error_code::unprocessable, "knowledge.release.format_unknown",
                "a release is exported as jsonl, csv or md, not as '" + format + "'", "format",
                "choose one of them");
}

} // namespace servery::assistant
