// Entries, imports, releases and calibration of all projects: a fold of the event log with the
// commands that add to it. Commands check against the current state, commit events, and never
// change state themselves. What is to be served is published on the serving board.
// Thread: the control thread; the board is read by all.
#pragma once

#include "data_plane/assistant/decide/calibration.h"
#include "data_plane/assistant/decide/serving.h"
#include "data_plane/assistant/ingest/import_file.h"
#include "data_plane/assistant/knowledge/project_knowledge.h"
#include "foundation/base/clock.h"
#include "foundation/base/random.h"
#include "foundation/events/fact.h"
#include "foundation/events/log.h"
#include "foundation/json/json.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace servery::assistant {

// Who acts in which project; from the caller's session.
struct knowledge_actor {
    std::string project;
    events::actor by;
    std::string phase;
    std::string request_id;
};

struct import_request {
    std::string kind; // "" = by the name; paste, csv, tsv, markdown
    std::string name; // file name or ""
    std::string content;
    std::string lang;  // "" = the row's own, else the project's default
    bool sync = false; // propose `retired` for entries that the file does not have
};

struct apply_request {
    std::vector<std::string> accept; // keys
    bool all_new = false;            // every proposal of kind new
    bool all = false;                // every proposal that is not the same
    bool approve = false;            // the same person approves what is taken
};

struct entry_filter {
    std::string q;      // searched by leg A over all entries, drafts included
    std::string status; // draft, approved, retired or ""
    std::string lang;
    std::string tag;
    bool stale = false; // review_by passed
    std::string cursor; // key of the last item seen
    std::size_t limit = 50;
};

struct ask_request {
    std::string text;
    std::string lang;
    std::string release; // "" = the published one, or the newest draft if none is published
    std::vector<std::string> groups;
    bool staff = true;
    std::vector<std::string> offered;
    int misses = 0;
    bool why = true; // scores per leg and matched words
};

// Scans of imported text (guardrails), passed in by the composition root: names of findings
// ("secret", "injection", "personal_data"); empty function = no scan.
using scan_function = std::function<std::vector<std::string>(std::string_view)>;

class knowledge_service {
  public:
    knowledge_service(const clock& now, random_source& random, events::log& log,
                      serving_board& board, scan_function scan = {}, model_params params = {});

    // The fold. Before start(): replay, nothing is compiled. After: the board follows.
    void apply(const events::event& e);
    // Compiles what is published and fills the board. Call once after the replay.
    void start();
    // Writes the events that time and labels made due (a tripped calibration, a raised threshold).
    // Call about once a minute and after each commit of labels.
    void tick();

    // --- imports -------------------------------------------------------------------------------
    // {import, proposals:[{key, kind, question, fields, answer}], problems, findings, taken,
    // refused}. Errors: knowledge.import.*
    [[nodiscard]] result<json::object> propose(const knowledge_actor& who,
                                               const import_request& in);
    // The same object with what was taken and refused. Errors: knowledge.import.unknown, .closed.
    [[nodiscard]] result<json::object> apply_import(const knowledge_actor& who,
                                                    const std::string& import_id,
                                                    const apply_request& what);
    [[nodiscard]] result<json::object> import_status(const std::string& project,
                                                     const std::string& import_id) const;
    [[nodiscard]] status cancel_import(const knowledge_actor& who, const std::string& import_id);

    // --- entries -------------------------------------------------------------------------------
    // {items:[entry + state shown], next}
    [[nodiscard]] json::object entries(const std::string& project, const entry_filter& by) const;
    [[nodiscard]] result<json::object> entry(const std::string& project,
                                             const std::string& key) const;
    // Question and answer of the newest version of every entry that is not retired.
    void each_text(const std::string& project,
                   const std::function<void(const std::string& key, std::string text)>& take) const;
    [[nodiscard]] result<json::object> entry_history(const std::string& project,
                                                     const std::string& key) const;
    // Reads the editable members of `fields`; errors knowledge.entry.invalid (all fields at once),
    // .key_taken, .stale (`more` empty; the caller sends the current entry), .not_found.
    [[nodiscard]] result<json::object> create_entry(const knowledge_actor& who,
                                                    const json::object& fields);
    [[nodiscard]] result<json::object> edit_entry(const knowledge_actor& who,
                                                  const std::string& key, std::int64_t version,
                                                  const json::object& fields);
    [[nodiscard]] result<json::object> approve_entry(const knowledge_actor& who,
                                                     const std::string& key, std::int64_t version);
    [[nodiscard]] result<json::object> retire_entry(const knowledge_actor& who,
                                                    const std::string& key, std::int64_t version);
    // Out of serving at once, without a release; only shrinks what is answered.
    [[nodiscard]] result<json::object>
    withdraw_entry(const knowledge_actor& who, const std::string& key, const std::string& reason);

    // --- phrasings -----------------------------------------------------------------------------
    // {items:[{id, entry, text, origin, state, seen}]}, most often seen first.
    [[nodiscard]] json::object phrasings(const std::string& project,
                                         const std::string& state) const;
    [[nodiscard]] result<json::object>
    add_phrasing(const knowledge_actor& who, const std::string& entry_key, const std::string& text,
                 events::phrasing_origin origin, const std::string& message = {});
    // Errors: knowledge.phrasing.not_found, .taken (accepted at another entry, named).
    [[nodiscard]] result<json::object> decide_phrasing(const knowledge_actor& who,
                                                       const std::string& id, bool accept);

    // --- releases ------------------------------------------------------------------------------
    // A draft of all approved entries now. The same content gives the same release.
    // Errors: knowledge.release.empty.
    [[nodiscard]] result<json::object> draft_release(const knowledge_actor& who,
                                                     const std::string& note);
    // Compiles it. Errors: knowledge.index.compile_failed.
    [[nodiscard]] result<json::object> check_release(const knowledge_actor& who,
                                                     const std::string& id);
    // Errors: knowledge.release.not_checked, .not_found.
    [[nodiscard]] result<json::object> publish_release(const knowledge_actor& who,
                                                       const std::string& id);
    [[nodiscard]] result<json::object> release_state(const std::string& project,
                                                     const std::string& id) const;
    [[nodiscard]] json::object releases(const std::string& project) const;
    // The published release's id or "".
    [[nodiscard]] std::string published(const std::string& project) const;
    // jsonl, csv or md of a release. Errors: knowledge.release.not_found, .format_unknown.
    [[nodiscard]] result<std::string> export_release(const std::string& project,
                                                     const std::string& id,
                                                     const std::string& format) const;

    // --- asking --------------------------------------------------------------------------------
    // {outcome, reason, confidence, text, entry:{key, question}, sources, choices, top:[{key,
    // question, score, legs, matched}], release, took_us}; at the sandbox threshold; never
    // recorded. For `ask`, text and entry are those of the first choice.
    // Errors: knowledge.release.not_found.
    [[nodiscard]] result<json::object> ask(const std::string& project, const ask_request& asked);

    // --- calibration ---------------------------------------------------------------------------
    // {state, promised_accuracy, labels, runs:[…], curve:[…]}
    [[nodiscard]] json::object calibration(const std::string& project) const;
    // Errors: knowledge.calibration.too_few_labels (says how many), .too_soon (says when),
    // knowledge.release.not_found. promised 0 = the project's setting.
    [[nodiscard]] result<json::object> run_calibration(const knowledge_actor& who,
                                                       double promised = 0);
    // Errors: knowledge.calibration.not_found, .not_ready, .not_proposed; the signature is the
    // acting person's, whose right the caller has checked.
    [[nodiscard]] result<json::object> activate_calibration(const knowledge_actor& who,
                                                            const std::string& id);

    // --- settings, findings, facts -------------------------------------------------------------
    [[nodiscard]] result<json::object> settings(const std::string& project) const;
    [[nodiscard]] result<json::object> change_settings(const knowledge_actor& who,
                                                       const json::object& fields);
    [[nodiscard]] json::object findings(const std::string& project) const;
    // assistant.entries_live and assistant.promised_accuracy_ok.
    [[nodiscard]] std::vector<events::fact> facts(const std::string& project) const;

  private:
    using index_ptr = std::shared_ptr<const knowledge_index>;
    [[nodiscard]] const project_knowledge* find(std::string_view project) const;
    [[nodiscard]] const project_knowledge& known(std::string_view project) const;
    template <typename Record>
    [[nodiscard]] events::event make(const knowledge_actor& who, std::string_view type,
                                     std::string_view id, const Record& record) const;
    [[nodiscard]] status commit(std::vector<events::event> batch);
    template <typename Record>
    [[nodiscard]] status commit(const knowledge_actor& who, std::string_view type,
                                std::string_view id, const Record& record);
    [[nodiscard]] result<const events::knowledge_entry*>
    entry_at(const std::string& project, const std::string& key, std::int64_t version) const;
    [[nodiscard]] result<index_ptr> index_of(const std::string& project, const std::string& id);
    [[nodiscard]] json::object calibration_report(const project_knowledge& base,
                                                  const knowledge_index& index) const;
    void tick_calibration(const std::string& project);
    void trim_compiled(const std::string& project);
    void refresh(const std::string& project);

    const clock& clock_;
    random_source& random_;
    events::log& log_;
    serving_board& board_;
    scan_function scan_;
    model_params params_;
    bool live_ = false;
    std::map<std::string, project_knowledge, std::less<>> projects_;
    // compiled releases by project and id: the published one and the latest few others
    std::map<std::string, std::map<std::string, index_ptr, std::less<>>, std::less<>> compiled_;
    std::shared_ptr<const serving_table> table_ = std::make_shared<serving_table>();
};

} // namespace servery::assistant
