#include "foundation/store/audit_chain.h"

#include "foundation/store/rows.h"
#include "foundation/store/sqlite.h"

#include <sodium.h>

#include <array>
#include <charconv>
#include <fstream>
#include <map>
#include <set>

namespace servery::store {
namespace {

constexpr std::string_view chain_name = "servery-audit-1";
constexpr std::string_view checkpoint_name = "servery-checkpoint-1";

std::array<std::uint8_t, 8> big_endian(std::int64_t value) {
    std::array<std::uint8_t, 8> out{};
    auto rest = static_cast<std::uint64_t>(value);
    for (int i = 7; i >= 0; --i) {
        out[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(rest);
        rest >>= 8;
    }
    return out;
}

void append(std::vector<std::uint8_t>& out, bytes_view bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void append_field(std::vector<std::uint8_t>& out, bytes_view bytes) {
    const auto length = big_endian(static_cast<std::int64_t>(bytes.size()));
    append(out, bytes_view(length).subspan(4));
    append(out, bytes);
}

struct signing_key {
    std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> open{};
    std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret{};
    explicit signing_key(const key_tree& keys) {
        const auto seed = keys.subkey(key_use::audit);
        crypto_sign_seed_keypair(open.data(), secret.data(), seed.view().data());
    }
    ~signing_key() { wipe_memory(secret); }
    signing_key(const signing_key&) = delete;
    signing_key& operator=(const signing_key&) = delete;
    [[nodiscard]] std::string id() const { return to_hex(blake2b_256(open)).substr(0, 12); }
};

std::vector<std::uint8_t> signed_bytes(const checkpoint& point) {
    std::vector<std::uint8_t> out;
    append(out, as_bytes(checkpoint_name));
    append_field(out, big_endian(point.seq));
    append_field(out, as_bytes(point.hash));
    append_field(out, big_endian(point.at.ms));
    append_field(out, as_bytes(point.key_id));
    return out;
}

// The checkpoints of a file; a line that cannot be read counts as one with a bad signature.
std::vector<checkpoint> read_checkpoints(const std::filesystem::path& file) {
    std::vector<checkpoint> out;
    std::ifstream in(file);
    std::string line;
    while (std::getline(in, line)) {
        // A line without its end was torn by a crash and has never been acknowledged.
        if (in.eof()) break;
        auto parsed = json::parse(line);
        auto point = parsed ? json::from_json<checkpoint>(*parsed, json::unknown::ignore)
                            : result<checkpoint>(std::unexpected(parsed.error()));
        out.push_back(point ? *point : checkpoint{});
    }
    return out;
}

// The log number that a detail's text begins with: {"log_seq":N,
std::int64_t log_seq_of(std::string_view detail) {
    constexpr std::string_view head = R"({"log_seq":)";
    if (!detail.starts_with(head)) return -1;
    std::int64_t n = -1;
    std::from_chars(detail.data() + head.size(), detail.data() + detail.size(), n);
    return n;
}

// Walks the rows in the order of their numbers and stops at the first fault.
class verifier {
  public:
    verifier(const database& db, const key_tree* keys, std::vector<checkpoint> points)
        : db_(db), keys_(keys) {
        report_.checkpoints = static_cast<std::int64_t>(points.size());
        for (auto& point : points)
            points_.emplace(point.seq, std::move(point));
    }

    result<audit_report> run(std::int64_t from) {
        if (auto ready = start(from); !ready) return std::unexpected(ready.error());
        auto rows = db_.prepare(std::string(audit_columns) + "WHERE a.seq >= ?1 ORDER BY a.seq");
        if (!rows) return std::unexpected(rows.error());
        rows->bind(1, from);
        for (;;) {
            const auto step = rows->step();
            if (step == step_result::failed) return std::unexpected(db_.fault("read the chain"));
            if (step == step_result::done) break;
            if (!check(*rows)) return report_;
        }
        finish();
        return report_;
    }

  private:
    status start(std::int64_t from) {
        auto installation = db_.prepare("SELECT value FROM meta WHERE key = 'installation'");
        if (!installation) return std::unexpected(installation.error());
        const auto found = installation->step() == step_result::row;
        expected_ = from;
        prev_ = first_prev(found ? installation->text(0) : std::string_view{});
        if (from <= 1) return {};
        auto before = db_.prepare("SELECT hash, log_seq FROM audit WHERE seq = ?1");
        if (!before) return std::unexpected(before.error());
        before->bind(1, from - 1);
        if (before->step() != step_result::row) return {};
        const auto hash = before->blob(0);
        if (hash.size() == prev_.size()) std::copy(hash.begin(), hash.end(), prev_.begin());
        log_seq_ = before->integer(1);
        return {};
    }

    bool found(audit_fault fault, std::int64_t seq, std::string why) {
        report_.ok = false;
        report_.fault = fault;
        report_.bad_seq = seq;
        report_.why = std::move(why);
        return false;
    }

    // Is there a row somewhere that claims to follow the last good one?
    [[nodiscard]] bool follower_exists() const {
        auto query = db_.prepare("SELECT 1 FROM audit WHERE prev = ?1");
        if (!query) return false;
        query->bind(1, bytes_view(prev_));
        return query->step() == step_result::row;
    }

    bool check(const statement& stored) {
        const auto row = read_audit(stored);
        if (row.seq != expected_)
            return found(audit_fault::gap, expected_, "this number is missing");
        const bool own_hash = chain_hash(row) == row.hash;
        if (row.prev != prev_) {
            const bool moved = own_hash || follower_exists();
            return found(moved ? audit_fault::order : audit_fault::changed, row.seq,
                         moved ? "this row does not follow the row before it"
                               : "this row was changed");
        }
        if (!own_hash) return found(audit_fault::changed, row.seq, "this row was changed");
        if (row.log_seq <= log_seq_)
            return found(audit_fault::order, row.seq, "its place in the log was changed");
        if (!check_detail(row, stored)) return false;
        if (!check_points(row)) return false;
        prev_ = row.hash;
        log_seq_ = row.log_seq;
        ++expected_;
        ++report_.rows;
        report_.last_seq = row.seq;
        report_.last_hash = to_hex(row.hash);
        return true;
    }

    bool check_detail(const audit_row& row, const statement& stored) {
        if (stored.is_null(column_json)) {
            erased_.insert(row.seq);
            return true;
        }
        hash32 salt{};
        const auto bytes = stored.blob(column_salt);
        const auto text = stored.text(column_json);
        if (bytes.size() == salt.size()) std::copy(bytes.begin(), bytes.end(), salt.begin());
        if (detail_digest(salt, text) != row.digest)
            return found(audit_fault::detail, row.seq, "the detail of this row was changed");
        if (log_seq_of(text) != row.log_seq)
            return found(audit_fault::order, row.seq, "its place in the log was changed");
        if (row.kind == detail_erased_kind) {
            body_reader bodies;
            const auto body = body_of_detail(text, bodies);
            if (const auto* seqs = body.if_contains("seqs"); seqs != nullptr && seqs->is_array())
                for (const auto& seq : seqs->get_array())
                    if (seq.is_int64()) erased_.erase(seq.get_int64());
        }
        return true;
    }

    bool check_points(const audit_row& row) {
        for (auto [at, end] = points_.equal_range(row.seq); at != end; ++at) {
            if (keys_ != nullptr && !signature_holds(*keys_, at->second))
                return found(audit_fault::checkpoint, row.seq,
                             "a checkpoint is not signed by this installation");
            if (at->second.hash != to_hex(row.hash))
                return found(audit_fault::checkpoint, row.seq,
                             "a checkpoint states another hash: the chain was written anew");
        }
        return true;
    }

    void finish() {
        if (!erased_.empty()) {
            found(audit_fault::detail, *erased_.begin(),
                  "the detail of this row is missing, and no erasure names it");
            return;
        }
        if (points_.contains(0)) {
            found(audit_fault::checkpoint, 0, "a line of the checkpoint file cannot be read");
            return;
        }
        if (!points_.empty() && points_.rbegin()->first >= expected_)
            found(audit_fault::cut, expected_,
                  "a checkpoint knows row " + std::to_string(points_.rbegin()->first) +
                      ", but the chain ends before it");
    }

    const database& db_;
    const key_tree* keys_;
    std::multimap<std::int64_t, checkpoint> points_;
    std::set<std::int64_t> erased_; // details that are missing and not yet named by an erasure
    audit_report report_;
    hash32 prev_{};
    std::int64_t expected_ = 1;
    std::int64_t log_seq_ = 0;
};

} // namespace

hash32 first_prev(std::string_view installation) {
    std::vector<std::uint8_t> bytes;
    append(bytes, as_bytes(chain_name));
    append(bytes, as_bytes(installation));
    return blake2b_256(bytes);
}

hash32 chain_hash(const audit_row& row) {
    std::vector<std::uint8_t> bytes;
    bytes.reserve(384);
    append(bytes, as_bytes(chain_name));
    append(bytes, row.prev);
    append_field(bytes, big_endian(row.seq));
    append_field(bytes, big_endian(row.at.ms));
    append_field(bytes, as_bytes(row.kind));
    append_field(bytes, as_bytes(json::enum_word(row.by.kind)));
    append_field(bytes, as_bytes(row.by.id));
    append_field(bytes, as_bytes(row.project));
    append_field(bytes, as_bytes(row.object_type));
    append_field(bytes, as_bytes(row.object_id));
    append_field(bytes, as_bytes(row.phase));
    append_field(bytes, as_bytes(row.outcome));
    append_field(bytes, as_bytes(row.request_id));
    append_field(bytes, row.digest);
    return blake2b_256(bytes);
}

hash32 detail_digest(const hash32& salt, std::string_view json_text) {
    return blake2b_256_keyed(salt, as_bytes(json_text));
}

std::string detail_text(std::int64_t log_seq, const json::object& body) {
    return R"({"log_seq":)" + std::to_string(log_seq) + R"(,"body":)" + json::write(body) + '}';
}

checkpoint sign_checkpoint(const key_tree& keys, std::int64_t seq, const hash32& hash, instant at) {
    const signing_key key(keys);
    checkpoint out{.seq = seq, .hash = to_hex(hash), .at = at, .key_id = key.id(), .signature = {}};
    std::array<std::uint8_t, crypto_sign_BYTES> signature{};
    const auto bytes = signed_bytes(out);
    crypto_sign_detached(signature.data(), nullptr, bytes.data(), bytes.size(), key.secret.data());
    out.signature = to_hex(signature);
    return out;
}

bool signature_holds(const key_tree& keys, const checkpoint& point) {
    const auto signature = from_hex(point.signature);
    if (!signature || signature->size() != crypto_sign_BYTES) return false;
    const signing_key key(keys);
    const auto bytes = signed_bytes(point);
    return crypto_sign_verify_detached(signature->data(), bytes.data(), bytes.size(),
                                       key.open.data()) == 0;
}

result<audit_report> verify_audit(const std::filesystem::path& folder, const key_tree* keys,
                                  verify_options with) {
    // Checkpoints first: rows that are written meanwhile then only make the chain longer.
    auto points = read_checkpoints(with.checkpoints.empty() ? folder / "audit" / "checkpoints.jsonl"
                                                            : with.checkpoints);
    auto db = database::open(folder / "servery.db", access::read);
    if (!db) return std::unexpected(db.error());
    if (auto begun = db->exec("BEGIN"); !begun) return std::unexpected(begun.error());
    return verifier(*db, keys, std::move(points)).run(std::max<std::int64_t>(1, with.from));
}

} // namespace servery::store
