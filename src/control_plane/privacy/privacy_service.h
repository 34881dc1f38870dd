// Keeps the promises to those whose data is here: finds a visitor, hands out what is stored about
// them, erases it for good, and lets texts go when their time is over. A fold of the events in
// records.h, with the jobs.
//
// Thread: the control thread, except where a call says otherwise. Jobs run on a thread of
// seams.in_background, read the store there and come back through seams.on_control.
#pragma once

#include "control_plane/privacy/records.h"
#include "foundation/base/clock.h"
#include "foundation/base/random.h"
#include "foundation/base/result.h"
#include "foundation/events/log.h"
#include "foundation/store/store.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::privacy {

class subject_collector;

// Days that texts are kept, by phase.
struct retention_rule {
    std::string phase;
    std::int64_t days = 0;
    std::string from; // plan, default
};
BOOST_DESCRIBE_STRUCT(retention_rule, (), (phase, days, from))

struct privacy_seams {
    std::function<void(std::function<void()>)> in_background;
    std::function<void(std::function<void()>)> on_control;
    // Closes an open conversation for good, so that nothing is added to it any more.
    std::function<status(std::string_view project, std::string_view conversation)> close;
    // Drops what is held in memory under a visitor's or a conversation's hash.
    std::function<void(const hash16& of)> forget;
    std::function<std::vector<std::string>()> projects;
    std::function<std::string(std::string_view project)> phase;
    // The plan's own number of days; none = the defaults.
    std::function<std::optional<std::int64_t>(std::string_view project)> plan_days;
    // The hash of a visitor as the browser or a server names it; none = not one of this project.
    std::function<std::optional<hash16>(std::string_view project, std::string_view id)> visitor_of;
};

// Who asks: a colleague, or the visitor.
struct asker {
    events::actor by;
    std::string request_id;
};

struct request_state {
    std::string id;
    std::string project;
    std::string what;  // erase, export
    std::string state; // in_progress, done, failed
    std::string subject;
    std::string by; // visitor, staff
    std::string reason;
    instant received;
    std::optional<instant> done_at;
    std::optional<hash16> visitor; // while it is in progress
    std::optional<erasure_certified> certificate;
    std::int64_t certificate_seq = 0; // place of the certificate in the log
};

class privacy_service {
  public:
    privacy_service(const clock& now, random_source& random, events::log& log, store::store& store,
                    privacy_seams seams);

    void apply(const events::event& e);
    // Once, after the replay: erasures that a crash interrupted go on.
    void recover();
    // The retention job, once a day.
    void on_tick(instant now);

    // --- finding; any thread: reads the store ---
    // {items:[{visitor, conversations, messages, first, last, says}]}, at most 20. words: part of a
    // message, a conversation's id, a visitor's id or hash. Errors: privacy.find.words.
    [[nodiscard]] result<json::object> find(const std::string& project, const std::string& words,
                                            const std::optional<hash16>& visitor) const;
    // What names a visitor: 32 hex digits, a signed id, an id that the site asserts.
    // Errors: privacy.subject.unknown.
    [[nodiscard]] result<hash16> visitor_named(std::string_view project, std::string_view id) const;

    // --- export ---
    // Everything stored about the visitor, as one object (docs/PRIVACY.md). Any thread.
    [[nodiscard]] result<json::object> collect(const std::string& project,
                                               const hash16& visitor) const;
    // The row that says it was handed out. Gives the request's id.
    [[nodiscard]] result<std::string> note_export(const asker& who, const std::string& project,
                                                  const hash16& visitor);
    // Both, for the visitor's own path; any thread, `done` on a background thread.
    void export_for_visitor(std::string project, hash16 visitor,
                            std::function<void(result<json::object>)> done);

    // --- erasure ---
    // Begins it and gives the request's id; the work goes on in the background.
    // Errors: privacy.erase.running (conflict), audit.store.down.
    [[nodiscard]] result<std::string> erase(const asker& who, const std::string& project,
                                            const hash16& visitor);
    // For the visitor's own path; any thread, `done` on the control thread.
    void erase_for_visitor(std::string project, hash16 visitor,
                           std::function<void(result<std::string>)> done);

    // --- reading ---
    // Newest first. Errors of request(): privacy.request.unknown.
    [[nodiscard]] json::array requests(std::string_view project) const;
    [[nodiscard]] result<json::object> request(std::string_view project, std::string_view id) const;
    // {rules:[…], last:{at, conversations, rows, exchanges}|null}
    [[nodiscard]] json::object retention(std::string_view project) const;
    [[nodiscard]] std::vector<retention_rule> rules(std::string_view project) const;
    // Runs it now in the background, whatever the time. Errors: privacy.retention.running.
    [[nodiscard]] status run_retention();

  private:
    [[nodiscard]] events::context context(const events::actor& by, const std::string& project,
                                          const std::string& request,
                                          const std::string& request_id = {}) const;
    [[nodiscard]] status read_log(const std::function<void(events::event&&)>& on_event,
                                  const std::function<void(events::exchange&&)>& on_exchange) const;
    // Runs on the control thread and waits; for jobs.
    [[nodiscard]] status control(const std::function<status()>& work) const;
    void start_erasure(const request_state& r);
    [[nodiscard]] status carry_out(const std::string& project, const std::string& id,
                                   const hash16& visitor);
    [[nodiscard]] status close_all(const std::string& project,
                                   const subject_collector& found) const;
    [[nodiscard]] status announce(const std::string& project, const std::string& id,
                                  const subject_collector& found,
                                  const std::vector<std::int64_t>& details);
    [[nodiscard]] status certify(const std::string& project, const std::string& id,
                                 const hash16& visitor, const subject_collector& found,
                                 const store::erasure_counts& counts);
    void fail_request(const std::string& project, const std::string& id, const error& why);
    [[nodiscard]] status let_go(const std::map<std::string, std::vector<retention_rule>>& rules,
                                instant now);

    const clock& now_;
    random_source& random_;
    events::log& log_;
    store::store& store_;
    privacy_seams seams_;
    std::map<std::string, request_state, std::less<>> requests_;
    std::vector<std::string> order_;
    struct last_run {
        instant at;
        retention_ran counts;
    };
    std::map<std::string, last_run, std::less<>> ran_; // by project
    bool retention_running_ = false;
    instant looked_at_;
};

// "index.html" of an export: the same words for people, one file without anything from outside.
[[nodiscard]] std::string export_page(const json::object& pack);

} // namespace servery::privacy
