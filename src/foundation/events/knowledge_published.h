// What happens to a project's knowledge: entries, phrasings, imports, releases, withdrawals.
// Written by data_plane/assistant/knowledge, which folds them into its whole state.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace servery::events {

enum class entry_status { draft, approved, retired };
BOOST_DESCRIBE_ENUM(entry_status, draft, approved, retired)

// One answer as people edit it. Dates are "2026-11-25" or empty; texts are NFC.
struct knowledge_entry {
    std::string key;
    std::string lang = "en";
    std::string translation_of;
    std::string question;
    std::string answer;
    std::vector<std::string> tags;
    std::string topic;
    std::vector<std::string> audience; // empty = public; "staff"; or names of groups
    std::string valid_from;
    std::string valid_to;
    std::string review_by;
    std::string owner;
    std::string source_title;
    std::string source_locator;
    std::string checked_on;
    entry_status status = entry_status::draft;
    std::string approved_by;
    std::optional<instant> approved_at;
    std::int64_t version = 1;
    json::object extra; // columns of an import that have no field here
};
BOOST_DESCRIBE_STRUCT(knowledge_entry, (),
                      (key, lang, translation_of, question, answer, tags, topic, audience,
                       valid_from, valid_to, review_by, owner, source_title, source_locator,
                       checked_on, status, approved_by, approved_at, version, extra))

// An entry was made or edited: the whole new row; the former rows stay in the log as its history.
struct knowledge_entry_saved {
    static constexpr std::string_view kind = "knowledge.entry_saved";
    static constexpr record_class cls = record_class::traffic;
    knowledge_entry entry;
    std::string cause; // created, edited, imported
};
BOOST_DESCRIBE_STRUCT(knowledge_entry_saved, (), (entry, cause))

// A person takes responsibility for this version, or takes the entry out.
struct knowledge_entry_decided {
    static constexpr std::string_view kind = "knowledge.entry_decided";
    static constexpr record_class cls = record_class::audit;
    std::string key;
    std::int64_t version = 0; // the version decided on
    entry_status status = entry_status::approved;
    std::string review_by;
};
BOOST_DESCRIBE_STRUCT(knowledge_entry_decided, (), (key, version, status, review_by))

enum class phrasing_state { suggested, accepted, rejected };
BOOST_DESCRIBE_ENUM(phrasing_state, suggested, accepted, rejected)
enum class phrasing_origin { import, visitor, staff, rule, model };
BOOST_DESCRIBE_ENUM(phrasing_origin, import, visitor, staff, rule, model)

struct knowledge_phrasing_changed {
    static constexpr std::string_view kind = "knowledge.phrasing_changed";
    static constexpr record_class cls = record_class::traffic;
    std::string phrasing; // ph_…
    std::string entry;
    std::string text;
    phrasing_origin origin = phrasing_origin::staff;
    phrasing_state state = phrasing_state::suggested;
    std::string message; // msg_… when from a visitor
};
BOOST_DESCRIBE_STRUCT(knowledge_phrasing_changed, (),
                      (phrasing, entry, text, origin, state, message))

struct import_problem {
    std::string unit; // "row 17", "lines 3-5"
    std::string column;
    std::string id;
    std::string message;
};
BOOST_DESCRIBE_STRUCT(import_problem, (), (unit, column, id, message))

struct import_proposal {
    std::string key;
    std::string kind;      // new, changed, same, retire
    knowledge_entry entry; // as it would be saved
    std::vector<std::string> phrasings;
    std::vector<std::string> fields;        // that differ, when changed
    std::vector<std::string> open_findings; // secret, injection: block approval
};
BOOST_DESCRIBE_STRUCT(import_proposal, (), (key, kind, entry, phrasings, fields, open_findings))

struct quality_finding {
    std::string kind; // duplicate, contradiction, answer_off_topic, no_source, too_long, …
    std::vector<std::string> keys;
    std::string note;
};
BOOST_DESCRIBE_STRUCT(quality_finding, (), (kind, keys, note))

struct knowledge_imported {
    static constexpr std::string_view kind = "knowledge.imported";
    static constexpr record_class cls = record_class::traffic;
    std::string import;      // imp_…
    std::string source_kind; // paste, csv, tsv, markdown
    std::string name;
    std::int64_t units = 0; // rows or lines read
    std::vector<import_proposal> proposals;
    std::vector<import_problem> problems;
    std::vector<quality_finding> findings;
    std::vector<std::string> missing; // keys of the base that the file does not have
};
BOOST_DESCRIBE_STRUCT(knowledge_imported, (),
                      (import, source_kind, name, units, proposals, problems, findings, missing))

struct knowledge_import_closed {
    static constexpr std::string_view kind = "knowledge.import_closed";
    static constexpr record_class cls = record_class::traffic;
    std::string import;
    std::string state; // applied, cancelled
    std::int64_t taken = 0;
    std::int64_t refused = 0;
};
BOOST_DESCRIBE_STRUCT(knowledge_import_closed, (), (import, state, taken, refused))

struct release_member {
    std::string key;
    std::int64_t version = 0;
    std::vector<std::string> phrasings; // ids of accepted ones
};
BOOST_DESCRIBE_STRUCT(release_member, (), (key, version, phrasings))

struct knowledge_release_drafted {
    static constexpr std::string_view kind = "knowledge.release_drafted";
    static constexpr record_class cls = record_class::traffic;
    std::string release; // kr_…
    std::string parent;  // the published release at that time, or ""
    std::string note;
    std::vector<release_member> members;
};
BOOST_DESCRIBE_STRUCT(knowledge_release_drafted, (), (release, parent, note, members))

struct knowledge_release_checked {
    static constexpr std::string_view kind = "knowledge.release_checked";
    static constexpr record_class cls = record_class::traffic;
    std::string release;
    bool compiled = false;
    json::object report;
};
BOOST_DESCRIBE_STRUCT(knowledge_release_checked, (), (release, compiled, report))

enum class release_size { minor, major };
BOOST_DESCRIBE_ENUM(release_size, minor, major)

struct knowledge_published {
    static constexpr std::string_view kind = "knowledge.published";
    static constexpr record_class cls = record_class::audit;
    std::string from_release;
    std::string to_release;
    release_size size = release_size::major; // minor: at most 10 % of the entries changed
    std::int64_t entries = 0;
    std::int64_t changed = 0;
    std::optional<std::int64_t> worse; // null = no regression was measured
    std::optional<std::int64_t> same;
    std::optional<std::int64_t> better;
};
BOOST_DESCRIBE_STRUCT(knowledge_published, (),
                      (from_release, to_release, size, entries, changed, worse, same, better))

// Takes versions up to this one of the entry out of serving, whatever release serves.
struct knowledge_withdrawn {
    static constexpr std::string_view kind = "knowledge.withdrawn";
    static constexpr record_class cls = record_class::audit;
    std::string key;
    std::int64_t version = 0;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(knowledge_withdrawn, (), (key, version, reason))

struct knowledge_settings_changed {
    static constexpr std::string_view kind = "knowledge.settings_changed";
    static constexpr record_class cls = record_class::audit;
    std::string default_lang = "en";
    double promised_accuracy = 0.80; // 0.70-0.95
    std::vector<std::string> always_a_person;
};
BOOST_DESCRIBE_STRUCT(knowledge_settings_changed, (),
                      (default_lang, promised_accuracy, always_a_person))

} // namespace servery::events
