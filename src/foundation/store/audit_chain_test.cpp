#include "foundation/store/audit_chain.h"
#include "foundation/store/sqlite.h"
#include "foundation/store/store_fixture_test.h"

#include <fstream>

namespace servery::store {
namespace {

class audit_chain : public store_fixture {
  protected:
    void fill(int rows, bool keep_checkpoints = true) {
        {
            auto s = open();
            for (int i = 1; i <= rows; ++i)
                s->commit({audit(i), traffic(i)}).value();
        }
        if (!keep_checkpoints) std::filesystem::remove(points());
    }
    std::filesystem::path points() const { return folder_ / "audit" / "checkpoints.jsonl"; }
    void sql(const std::string& text) {
        auto db = database::open(folder_ / "servery.db", access::write).value();
        const auto done = db.exec(text);
        ASSERT_TRUE(done) << to_line(done.error());
    }
    audit_report verify() { return verify_audit(folder_, &keys_).value(); }
    void expect(audit_fault fault, std::int64_t seq) {
        const auto report = verify();
        EXPECT_FALSE(report.ok);
        EXPECT_EQ(report.fault, fault) << report.why;
        EXPECT_EQ(report.bad_seq, seq) << report.why;
    }
};

TEST_F(audit_chain, an_untouched_chain_verifies) {
    fill(300);
    const auto report = verify();
    EXPECT_TRUE(report.ok) << report.why;
    EXPECT_EQ(report.rows, 300);
    EXPECT_EQ(report.checkpoints, 2); // at row 256 and at the end
    EXPECT_TRUE(open()->verify_audit(200)->ok);
}

// The reference: the hash as the document states it, field by field.
TEST_F(audit_chain, the_hash_is_taken_over_length_prefixed_fields_in_order) {
    fill(1);
    const auto row = open()->audit_rows({}).value().at(0);
    std::string bytes = "servery-audit-1";
    bytes += as_text(first_prev(open()->installation()));
    const auto number = [&](std::int64_t n) {
        std::string out;
        for (int shift = 56; shift >= 0; shift -= 8)
            out += static_cast<char>(static_cast<std::uint64_t>(n) >> shift);
        return out;
    };
    const auto digest = row.digest;
    for (const std::string& field :
         {number(1), number(row.at.ms), std::string("thing.done"), std::string("person"),
          std::string("anna"), std::string("guest-house"), std::string("thing"), std::string("t1"),
          std::string(), std::string("done"), std::string(), std::string(as_text(digest))}) {
        bytes += number(static_cast<std::int64_t>(field.size())).substr(4);
        bytes += field;
    }
    EXPECT_EQ(to_hex(row.hash), to_hex(blake2b_256(as_bytes(bytes))));
}

TEST_F(audit_chain, every_changed_field_of_every_row_is_found) {
    fill(6, false);
    const char* changes[] = {"at = at + 1",        "kind = 'thing.dont'",   "actor_kind = 'key'",
                             "actor_id = 'berta'", "project = 'shop'",      "object_type = 'other'",
                             "object_id = 't99'",  "phase = 'pilot'",       "outcome = 'refused'",
                             "request_id = 'r'",   "digest = zeroblob(32)", "prev = zeroblob(32)",
                             "hash = zeroblob(32)"};
    const auto copy = root_ / "copy.db";
    std::filesystem::copy_file(folder_ / "servery.db", copy);
    for (const auto* change : changes)
        for (int seq = 1; seq <= 6; ++seq) {
            sql("UPDATE audit SET " + std::string(change) + " WHERE seq = " + std::to_string(seq));
            const auto report = verify();
            EXPECT_FALSE(report.ok) << change << " at " << seq;
            EXPECT_EQ(report.bad_seq, seq) << change;
            std::filesystem::copy_file(copy, folder_ / "servery.db",
                                       std::filesystem::copy_options::overwrite_existing);
            std::filesystem::remove(folder_ / "servery.db-wal");
            std::filesystem::remove(folder_ / "servery.db-shm");
        }
    EXPECT_TRUE(verify().ok);
}

TEST_F(audit_chain, a_changed_row_is_told_from_a_moved_one) {
    fill(10, false);
    sql("UPDATE audit SET object_id = 'x' WHERE seq = 4");
    expect(audit_fault::changed, 4);
}

TEST_F(audit_chain, a_missing_row_is_a_gap) {
    fill(10, false);
    sql("DELETE FROM audit WHERE seq = 4");
    expect(audit_fault::gap, 4);
}

TEST_F(audit_chain, a_missing_row_with_the_rest_moved_up_is_found) {
    fill(10, false);
    sql("DELETE FROM audit WHERE seq = 4");
    sql("UPDATE audit SET seq = seq - 1 WHERE seq > 4");
    const auto report = verify();
    EXPECT_FALSE(report.ok);
    EXPECT_EQ(report.bad_seq, 4);
}

TEST_F(audit_chain, two_swapped_rows_are_out_of_order) {
    fill(10, false);
    sql("UPDATE audit SET seq = -1 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5;"
        "UPDATE audit SET seq = 5 WHERE seq = -1");
    expect(audit_fault::order, 4);
}

TEST_F(audit_chain, a_row_moved_in_the_log_is_found) {
    fill(10, false);
    sql("UPDATE audit SET log_seq = -1 WHERE seq = 4; UPDATE audit SET log_seq = 7 WHERE seq = 5;"
        "UPDATE audit SET log_seq = 9 WHERE seq = 4");
    const auto report = verify();
    EXPECT_EQ(report.fault, audit_fault::order);
    EXPECT_EQ(report.bad_seq, 4);
}

TEST_F(audit_chain, a_cut_tail_is_found_against_the_checkpoints) {
    fill(10);
    sql("DELETE FROM audit WHERE seq > 7; DELETE FROM audit_detail WHERE seq > 7");
    expect(audit_fault::cut, 8);
}

TEST_F(audit_chain, a_changed_detail_is_found) {
    fill(10, false);
    sql(R"(UPDATE audit_detail SET json = '{"log_seq":5,"body":{"n":99}}' WHERE seq = 3)");
    expect(audit_fault::detail, 3);
}

TEST_F(audit_chain, a_missing_detail_must_be_named_by_an_erasure) {
    fill(10, false);
    sql("DELETE FROM audit_detail WHERE seq = 3");
    expect(audit_fault::detail, 3);
    {
        auto s = open();
        auto erasure = audit(0);
        erasure.kind = detail_erased_kind;
        erasure.body = {{"seqs", json::array{3}}};
        s->commit({erasure}).value();
        EXPECT_FALSE(s->audit_rows({.object_id = "t3"})->at(0).detail);
    }
    EXPECT_TRUE(verify().ok) << verify().why;
}

TEST_F(audit_chain, a_chain_written_anew_does_not_match_its_checkpoints) {
    fill(10);
    std::filesystem::copy_file(points(), root_ / "kept");
    std::filesystem::remove_all(folder_);
    now_.advance(millis{5});
    fill(10);
    std::filesystem::copy_file(root_ / "kept", points(),
                               std::filesystem::copy_options::overwrite_existing);
    expect(audit_fault::checkpoint, 10);
}

TEST_F(audit_chain, a_checkpoint_of_another_installation_is_found) {
    fill(10);
    seeded_random other(99);
    const auto stranger = key_tree::in_memory(other);
    const auto report = verify_audit(folder_, &stranger).value();
    EXPECT_EQ(report.fault, audit_fault::checkpoint);
    EXPECT_TRUE(verify_audit(folder_, nullptr)->ok);
}

TEST_F(audit_chain, a_torn_last_line_of_the_checkpoints_is_cut_off) {
    fill(10);
    std::ofstream(points(), std::ios::app) << R"({"seq":11,"ha)";
    EXPECT_TRUE(verify().ok);
    fill(3);
    const auto report = verify();
    EXPECT_TRUE(report.ok) << report.why;
    EXPECT_EQ(report.checkpoints, 2);
    std::ofstream(points(), std::ios::app) << "nonsense\n";
    EXPECT_EQ(verify().fault, audit_fault::checkpoint);
}

TEST_F(audit_chain, a_checkpoint_is_written_after_a_minute_with_changes) {
    auto s = open();
    s->commit({audit(1)}).value();
    EXPECT_EQ(verify().checkpoints, 0);
    now_.advance(millis{60'000});
    s->commit({audit(2)}).value();
    s->commit({}).value();
    EXPECT_EQ(verify().checkpoints, 1);
}

} // namespace
} // namespace servery::store
