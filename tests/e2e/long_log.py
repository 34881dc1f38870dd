"""Makes the log of a stopped data folder long: its conversations are told again under other ids, with
the heartbeats of the days they would have taken. Only records of class traffic: the audit chain is
the server's alone.
"""
import datetime
import re
import sqlite3

OWN_IDS = re.compile(r"\b((?:cv|msg|trn|drf|exc)_[a-z2-7]{20})([a-z2-7]{6})\b")
HASHES = re.compile(r'("(?:visitor|conversation_hash|conversation)":"[0-9a-f]{24})([0-9a-f]{8})"')
DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
HEARTBEATS = 7  # a conversation: two hundred conversations a day, one heartbeat a minute


def renamed(text, k):
    tail, n = "", k
    for _ in range(6):
        tail, n = DIGITS[n % 32] + tail, n // 32
    text = OWN_IDS.sub(lambda m: m[1] + tail, text)
    return HASHES.sub(lambda m: f'{m[1]}{k:08x}"', text)


def conversation_hash(events):
    for row in events:
        found = re.search(r'"conversation_hash":"([0-9a-f]{32})"', row["body"])
        if found and found[1].strip("0"):
            return bytes.fromhex(found[1])
    return b""


def lengthen(data, records):
    """Appends until the log has so many records; returns how many it has then."""
    log = sqlite3.connect(data / "servery.db")
    rows = sqlite3.connect(next(iter(sorted(data.glob("exchange-*.db")))))
    for db in (log, rows):
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA synchronous=OFF")
    count = sum(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for db, table in ((log, "event"), (log, "audit"), (rows, "exchange")))
    seq = max(log.execute("SELECT max(seq) FROM event").fetchone()[0],
              log.execute("SELECT max(log_seq) FROM audit").fetchone()[0],
              rows.execute("SELECT max(seq) FROM exchange").fetchone()[0])
    tales = {}
    for row in log.execute("SELECT * FROM event WHERE body LIKE '%\"cv_%' ORDER BY seq"):
        tales.setdefault(re.search(r'"conversation":"(cv_\w+)"', row["body"])[1], []).append(row)
    project = next(iter(tales.values()))[0]["project"]
    minute = log.execute("SELECT min(at) FROM event").fetchone()[0] // 60000 - records
    k = 0
    while count < records:
        k += 1
        for events in tales.values():
            exchanges = rows.execute("SELECT * FROM exchange WHERE conversation = ?",
                                     (conversation_hash(events),)).fetchall()
            for x in exchanges:
                seq += 1
                body = renamed(x["body"], k)
                rows.execute("INSERT INTO exchange VALUES (?,?,?,?,?,?,?,?,?,?)", (
                    seq, x["at"], renamed(x["exchange_id"], k), x["project"], x["environment"],
                    x["purpose"], x["conversation"][:12] + k.to_bytes(4, "big"), x["outcome"],
                    x["cost_nano"], body))
            for e in events:
                seq += 1
                log.execute("INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                            (seq, *e[1:7], renamed(e["object_id"], k), *e[8:11],
                             renamed(e["body"], k)))
            for _ in range(HEARTBEATS):
                seq, minute = seq + 1, minute + 1
                log.execute(
                    "INSERT INTO event VALUES (?,?,'heartbeat',?,'system','','project',?,'pilot',"
                    "'done','',?)",
                    (seq, minute * 60000, project, project,
                     '{"minute":"%s","state":"up","exchanges":0,"decided_by":"probe"}' %
                     rfc3339(minute)))
            count += len(exchanges) + len(events) + HEARTBEATS
    for db in (log, rows):
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
    return count


def rfc3339(minute):
    at = datetime.datetime.fromtimestamp(minute * 60, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
