#include "foundation/store/schema.h"

namespace servery::store {

std::vector<schema_step> current_schema() {
    return {{.to = 1, .sql = R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

-- Events of class traffic. Those of class audit stand in audit and audit_detail, once.
CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    project TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    object_type TEXT NOT NULL,
    object_id TEXT NOT NULL,
    phase TEXT NOT NULL,
    outcome TEXT NOT NULL,
    request_id TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX event_kind ON event (kind, seq);

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    log_seq INTEGER NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    project TEXT NOT NULL,
    object_type TEXT NOT NULL,
    object_id TEXT NOT NULL,
    phase TEXT NOT NULL,
    outcome TEXT NOT NULL,
    request_id TEXT NOT NULL,
    digest BLOB NOT NULL,
    prev BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE TABLE audit_detail (
    seq INTEGER PRIMARY KEY,
    salt BLOB NOT NULL,
    json TEXT NOT NULL
) STRICT;
)sql"},
            {.to = 2, .sql = R"sql(
-- Placeholders of live conversations. The row with the placeholder '' holds the conversation's key,
-- sealed under the installation's; the others hold values, sealed under that key.
CREATE TABLE vault (
    conversation BLOB NOT NULL,
    placeholder TEXT NOT NULL,
    class TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (conversation, placeholder)
) STRICT, WITHOUT ROWID;
CREATE INDEX vault_by_expiry ON vault (expires);

-- Answers under an Idempotency-Key, sealed.
CREATE TABLE answer (
    slot BLOB PRIMARY KEY,
    at INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_by_time ON answer (at);
)sql"}};
}

std::string exchange_schema() {
    return R"sql(
CREATE TABLE IF NOT EXISTS exchange (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    exchange_id TEXT NOT NULL,
    project TEXT NOT NULL,
    environment TEXT NOT NULL,
    purpose TEXT NOT NULL,
    conversation BLOB NOT NULL,
    outcome TEXT NOT NULL,
    cost_nano INTEGER,
    body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS exchange_by_id ON exchange (exchange_id) WHERE exchange_id <> '';
-- Nothing reads by conversation, and its index cost a page of the log for every row.
DROP INDEX IF EXISTS exchange_by_conversation;
CREATE INDEX IF NOT EXISTS exchange_by_time ON exchange (project, at);
)sql";
}

} // namespace servery::store
