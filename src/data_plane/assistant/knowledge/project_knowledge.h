// What is known of one project's knowledge: the pure fold of its events. No commands, no clock, no
// index. Thread: owned by the control thread.
#pragma once

#include "data_plane/assistant/decide/decide.h"
#include "data_plane/assistant/retrieval/release.h"
#include "foundation/events/calibration_changed.h"
#include "foundation/events/desk.h"
#include "foundation/events/knowledge_published.h"
#include "foundation/json/json.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace servery::assistant {

struct phrasing {
    std::string id;
    std::string entry;
    std::string text;
    events::phrasing_origin origin = events::phrasing_origin::staff;
    events::phrasing_state state = events::phrasing_state::suggested;
    std::string message;
    std::int64_t seen = 1; // how often visitors used this wording
    std::int64_t accepted_seq = 0;
};

enum class release_state { draft, checked, published, superseded };
BOOST_DESCRIBE_ENUM(release_state, draft, checked, published, superseded)

struct release_record {
    std::string id;
    std::int64_t seq = 0; // 1, 2, … in the project
    std::string parent;
    std::string note;
    release_state state = release_state::draft;
    std::vector<events::release_member> members;
    json::object report;
    std::string created_by;
    std::string published_by;
    instant created_at;
    std::optional<instant> published_at;
};

struct import_record {
    std::string id;
    std::string state = "done"; // done, applied, cancelled
    events::knowledge_imported content;
    std::int64_t taken = 0;
    std::int64_t refused = 0;
};

struct pilot_message {
    std::string id;
    std::string text;
    std::string conversation;
    instant at;
    std::string lang;
    std::vector<std::string> offered; // the ask that this message followed, if any
    std::vector<std::string> decided; // entries of the recommended answer
};

struct label_seen {
    events::label_recorded label;
    instant at;
};

struct trip_state {
    std::string calibration;
    std::int64_t right = 0;
    std::int64_t wrong = 0;
    bool tripped = false;
};

struct withdrawal {
    std::int64_t version = 0;
    std::string reason;
    std::string by;
    instant at;
};

struct project_knowledge {
    // the newest row last; all versions are kept
    std::map<std::string, std::vector<events::knowledge_entry>, std::less<>> entries;
    std::map<std::string, std::set<std::string>> open_findings; // key -> secret, injection
    std::map<std::string, phrasing, std::less<>> phrasings;     // by id
    std::map<std::string, release_record, std::less<>> releases;
    std::map<std::string, import_record, std::less<>> imports;
    std::map<std::string, withdrawal, std::less<>> withdrawn; // by key
    std::string published;
    std::vector<events::quality_finding> findings;
    events::knowledge_settings_changed settings;

    std::deque<std::string> message_order;
    std::map<std::string, pilot_message, std::less<>> messages;  // visitor messages with a decision
    std::map<std::string, pilot_message, std::less<>> undecided; // last visitor message a talk
    // Old talks are forgotten when there are more than this: twice what the last look left, so that
    // a busy week is not walked through at each of its messages.
    std::size_t forget_above = 5000;
    std::map<std::string, label_seen, std::less<>> labels; // by message: the newest label
    std::vector<events::calibration_changed> calibrations; // newest row of each, in order
    std::map<std::string, instant> calibration_at;
    trip_state trip;

    void apply(const events::event& e);

    [[nodiscard]] const events::knowledge_entry* current(std::string_view key) const;
    [[nodiscard]] const events::knowledge_entry* version(std::string_view key,
                                                         std::int64_t number) const;
    // The newest approved version of an entry that is not retired, or null.
    [[nodiscard]] const events::knowledge_entry* approved(std::string_view key) const;
    // The content of a draft, checked or published release.
    [[nodiscard]] std::optional<release> content_of(std::string_view release_id) const;
    // All approved entries now, with the accepted phrasings.
    [[nodiscard]] std::vector<events::release_member> members_now() const;
    [[nodiscard]] release content_of(const std::vector<events::release_member>& members) const;
    // The calibration in force for this release, tripped ones left out.
    [[nodiscard]] const events::calibration_changed* active(std::string_view release_id) const;
    [[nodiscard]] const phrasing* accepted_text(std::string_view text) const;

  private:
    void decide_entry(const events::event& e);
    void fold_phrasing(const events::event& e);
    void fold_release(const events::event& e);
    void fold_desk(const events::event& e);
    void fold_label(const events::event& e);
    void suggest(const std::string& entry, const std::string& text, const std::string& message);
};

} // namespace servery::assistant
