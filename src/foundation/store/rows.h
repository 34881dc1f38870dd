// How events and exchanges become rows and come back. Inside this module only.
// Thread: pure functions over a statement of the caller.
#pragma once

#include "foundation/events/event.h"
#include "foundation/events/exchange.h"
#include "foundation/store/audit_chain.h"
#include "foundation/store/exchange_body.h"
#include "foundation/store/sqlite.h"

#include <boost/json/parser.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace servery::store {

// Reads JSON objects one after the other. Each tree lives in one block of memory, freed with its
// last copy: members need no allocation of their own.
class body_reader {
  public:
    body_reader();
    // An empty object if the text is no JSON object.
    [[nodiscard]] json::object read(std::string_view text);

  private:
    boost::json::parser parser_;
};

inline constexpr std::string_view insert_event_sql =
    "INSERT INTO event VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)";
inline constexpr std::string_view select_event_sql =
    "SELECT seq,at,kind,project,actor_kind,actor_id,object_type,object_id,phase,outcome,"
    "request_id,body FROM event WHERE seq >= ?1 ORDER BY seq";
void bind_event(statement& insert, const events::event& e);
[[nodiscard]] events::event read_event(const statement& row, body_reader& bodies);

inline constexpr std::string_view insert_audit_sql =
    "INSERT INTO audit VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)";
inline constexpr std::string_view insert_detail_sql = "INSERT INTO audit_detail VALUES (?1,?2,?3)";
// The columns of audit_row, then salt and json of its detail (null when erased).
inline constexpr std::string_view audit_columns =
    "SELECT a.seq,a.log_seq,a.at,a.kind,a.actor_kind,a.actor_id,a.project,a.object_type,"
    "a.object_id,a.phase,a.outcome,a.request_id,a.digest,a.prev,a.hash,d.salt,d.json "
    "FROM audit a LEFT JOIN audit_detail d ON d.seq = a.seq ";
inline constexpr int column_salt = 15;
inline constexpr int column_json = 16;
void bind_audit(statement& insert, const audit_row& row);
// Without its detail.
[[nodiscard]] audit_row read_audit(const statement& row);
// The body inside a detail's text; empty if the text is not of that form.
[[nodiscard]] json::object body_of_detail(std::string_view detail, body_reader& bodies);
// What replay needs of an audit row: the columns of event, in the same order, with the detail's
// text in place of the body.
inline constexpr std::string_view select_audit_events_sql =
    "SELECT a.log_seq,a.at,a.kind,a.project,a.actor_kind,a.actor_id,a.object_type,a.object_id,"
    "a.phase,a.outcome,a.request_id,d.json FROM audit a LEFT JOIN audit_detail d ON d.seq = a.seq "
    "WHERE a.seq >= coalesce((SELECT seq FROM audit WHERE log_seq >= ?1 ORDER BY log_seq LIMIT 1), "
    "9223372036854775807) ORDER BY a.seq";
[[nodiscard]] events::event read_audit_event(const statement& row, body_reader& bodies);

inline constexpr std::string_view insert_exchange_sql =
    "INSERT INTO exchange VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10) "
    "ON CONFLICT (exchange_id) WHERE exchange_id <> '' DO NOTHING";
inline constexpr std::string_view exchange_columns = "SELECT seq,body FROM exchange ";
void bind_exchange(statement& insert, const events::exchange& row);
[[nodiscard]] events::exchange read_exchange(const statement& row, exchange_body_reader& bodies);

// "2026-11"; the file of that month, and every month's file there is, oldest first.
[[nodiscard]] std::string month_of(instant at);
[[nodiscard]] std::filesystem::path exchange_file(const std::filesystem::path& folder,
                                                  std::string_view month);
[[nodiscard]] std::vector<std::filesystem::path>
exchange_files(const std::filesystem::path& folder);

} // namespace servery::store
