#include "data_plane/assistant/knowledge/commands.h"
#include "foundation/base/ids.h"

#include <algorithm>
#include <set>

namespace servery::assistant {

namespace {

json::object shown(const import_record& record) {
    json::object out;
    const auto& content = record.content;
    out["import"] = record.id;
    out["state"] = record.state;
    out["kind"] = content.source_kind;
    out["name"] = content.name;
    out["done_units"] = content.units;
    out["all_units"] = content.units;
    json::array proposals;
    for (const auto& p : content.proposals) {
        json::object item;
        item["key"] = p.key;
        item["kind"] = p.kind;
        item["question"] = p.entry.question;
        item["answer"] = p.entry.answer;
        item["fields"] = json::to_json(p.fields);
        item["phrasings"] = json::to_json(p.phrasings);
        item["open_findings"] = json::to_json(p.open_findings);
        proposals.emplace_back(std::move(item));
    }
    out["proposals"] = std::move(proposals);
    out["problems"] = json::to_json(content.problems);
    out["findings"] = json::to_json(content.findings);
    out["missing"] = json::to_json(content.missing);
    out["taken"] = record.taken;
    out["refused"] = record.refused;
    return out;
}

std::unexpected<error> no_import(const std::string& id) {
    return fail(error_code::not_found, "knowledge.import.not_found",
                "there is no import '" + id + "'", id, "import the file again");
}

// The base as it would be with every proposal taken: what findings are looked for in.
std::vector<events::knowledge_entry> as_if_taken(const project_knowledge& base,
                                                 const proposal_list& list) {
    std::map<std::string, events::knowledge_entry> by_key;
    for (const auto& [key, versions] : base.entries)
        if (versions.back().status != events::entry_status::retired) by_key[key] = versions.back();
    for (const auto& p : list.proposals) {
        if (p.kind == "retire")
            by_key.erase(p.key);
        else
            by_key[p.key] = p.entry;
    }
    std::vector<events::knowledge_entry> out;
    for (auto& [key, e] : by_key)
        out.push_back(std::move(e));
    return out;
}

bool is_chosen(const events::import_proposal& p, const apply_request& what) {
    if (std::ranges::find(what.accept, p.key) != what.accept.end()) return true;
    if (p.kind == "new") return what.all_new || what.all;
    return p.kind != "same" && what.all;
}

} // namespace

result<json::object> knowledge_service::propose(const knowledge_actor& who,
                                                const import_request& in) {
    const auto kind = import_kind_of(in.kind, in.name);
    if (!kind) return std::unexpected(kind.error());
    auto content = read_import(*kind, in.content);
    if (!content) return std::unexpected(content.error());
    const auto& base = known(who.project);
    const auto lang = in.lang.empty() ? base.settings.default_lang : in.lang;
    auto list = propose_rows(*content, base, {}, lang, in.sync);

    events::knowledge_imported made;
    made.import = make_id("imp", clock_.now(), random_);
    made.source_kind = json::enum_word(*kind);
    made.name = in.name;
    made.units = content->units;
    made.problems = std::move(content->problems);
    std::ranges::move(list.problems, std::back_inserter(made.problems));
    made.missing = list.missing;
    std::set<std::string> in_file;
    for (auto& p : list.proposals) {
        in_file.insert(p.key);
        if (scan_ && p.kind != "same")
            for (auto& name : scan_(p.entry.question + "\n" + p.entry.answer))
                if (std::ranges::find(p.open_findings, name) == p.open_findings.end())
                    p.open_findings.push_back(std::move(name));
    }
    for (auto& f : find_faults(as_if_taken(base, list), to_date(clock_.now())))
        if (std::ranges::any_of(f.keys, [&](const auto& key) { return in_file.contains(key); }))
            made.findings.push_back(std::move(f));
    for (const auto& p : list.proposals)
        for (const auto& name : p.open_findings)
            made.findings.push_back({name, {p.key}, "found by the scan of imported text"});
    made.proposals = std::move(list.proposals);
    const auto id = made.import;
    if (auto done = commit(who, "import", id, made); !done) return std::unexpected(done.error());
    return import_status(who.project, id);
}

result<json::object> knowledge_service::apply_import(const knowledge_actor& who,
                                                     const std::string& import_id,
                                                     const apply_request& what) {
    const auto& base = known(who.project);
    const auto at = base.imports.find(import_id);
    if (at == base.imports.end()) return no_import(import_id);
    if (at->second.state == "cancelled")
        return fail(error_code::conflict, "knowledge.import.closed", "the import was cancelled",
                    import_id, "import the file again");
    const auto& proposals = at->second.content.proposals;
    for (const auto& key : what.accept)
        if (std::ranges::find(proposals, key, &events::import_proposal::key) == proposals.end())
            return fail(error_code::unprocessable, "knowledge.import.no_proposal",
                        "the import has no proposal for '" + key + "'", "accept",
                        "name keys of its proposals");

    events::knowledge_import_closed closed{.import = import_id, .state = "applied"};
    std::vector<events::event> batch;
    for (const auto& p : proposals) {
        if (!is_chosen(p, what) || p.kind == "same") continue;
        const auto* before = base.current(p.key);
        const auto version = before == nullptr ? 0 : before->version;
        // What was edited since the import was read is not overwritten; blocked is blocked.
        const auto expected = p.kind == "new" ? 0 : p.entry.version;
        const bool blocked =
            what.approve && std::ranges::any_of(p.open_findings, [](const std::string& name) {
                return name == "secret" || name == "injection";
            });
        if (version != expected || blocked) {
            ++closed.refused;
            continue;
        }
        ++closed.taken;
        if (p.kind == "retire") {
            batch.push_back(make(who, "entry", p.key,
                                 events::knowledge_entry_decided{
                                     p.key, version, events::entry_status::retired, {}}));
            continue;
        }
        events::knowledge_entry_saved saved{p.entry, "imported"};
        saved.entry.version = version + 1;
        saved.entry.status = events::entry_status::draft;
        saved.entry.approved_by.clear();
        saved.entry.approved_at.reset();
        batch.push_back(make(who, "entry", p.key, saved));
        for (const auto& text : p.phrasings) {
            events::knowledge_phrasing_changed phrase{.phrasing =
                                                          make_id("ph", clock_.now(), random_),
                                                      .entry = p.key,
                                                      .text = text,
                                                      .origin = events::phrasing_origin::import,
                                                      .state = events::phrasing_state::accepted};
            batch.push_back(make(who, "phrasing", phrase.phrasing, phrase));
        }
        if (what.approve)
            batch.push_back(make(
                who, "entry", p.key,
                events::knowledge_entry_decided{p.key, version + 1, events::entry_status::approved,
                                                review_date(clock_.now(), saved.entry.review_by)}));
    }
    batch.push_back(make(who, "import", import_id, closed));
    if (auto done = commit(std::move(batch)); !done) return std::unexpected(done.error());
    return import_status(who.project, import_id);
}

result<json::object> knowledge_service::import_status(const std::string& project,
                                                      const std::string& import_id) const {
    const auto& base = known(project);
    const auto at = base.imports.find(import_id);
    if (at == base.imports.end()) return no_import(import_id);
    return shown(at->second);
}

status knowledge_service::cancel_import(const knowledge_actor& who, const std::string& import_id) {
    const auto& base = known(who.project);
    const auto at = base.imports.find(import_id);
    if (at == base.imports.end()) return no_import(import_id);
    if (at->second.state != "done")
        return fail(error_code::conflict, "knowledge.import.closed",
                    "the import is " + at->second.state, import_id, "nothing is left to cancel");
    return commit(who, "import", import_id,
                  events::knowledge_import_closed{.import = import_id, .state = "cancelled"});
}

} // namespace servery::assistant
