// Codes of RFC 6238 and the second factor over them.
#include "api/access/people.h"
#include "api/access/totp.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <set>

namespace servery::api::access {
namespace {

using testing::HasSubstr;
using testing::Not;

// RFC 6238, appendix B, SHA-1; six digits are the last six of its eight.
TEST(totp, gives_the_codes_of_the_rfc) {
    const auto seed = as_bytes("12345678901234567890");
    const std::vector<std::pair<std::int64_t, std::string>> published{
        {59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
        {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    for (const auto& [second, code] : published)
        EXPECT_EQ(totp_code(seed, totp_step(instant{second * 1000})), code) << second;
}

TEST(totp, takes_the_step_before_and_after_and_no_further) {
    const auto seed = as_bytes("12345678901234567890");
    const instant now{1'764'000'000'000};
    const auto step = totp_step(now);
    for (const auto distance : {-1, 0, 1})
        EXPECT_EQ(match_totp(seed, totp_code(seed, step + distance), now, 0), step + distance);
    for (const auto distance : {-3, -2, 2, 3})
        EXPECT_FALSE(match_totp(seed, totp_code(seed, step + distance), now, 0)) << distance;
}

TEST(totp, refuses_a_step_that_was_used_and_everything_before_it) {
    const auto seed = as_bytes("12345678901234567890");
    const instant now{1'764'000'000'000};
    const auto step = totp_step(now);
    EXPECT_FALSE(match_totp(seed, totp_code(seed, step), now, step));
    EXPECT_FALSE(match_totp(seed, totp_code(seed, step - 1), now, step));
    EXPECT_TRUE(match_totp(seed, totp_code(seed, step + 1), now, step));
}

TEST(totp, takes_nothing_but_six_digits) {
    const auto seed = as_bytes("12345678901234567890");
    const instant now{59'000};
    for (const auto* code : {"", "28708", "2870820", "94287082", "28708 ", "abcdef"})
        EXPECT_FALSE(match_totp(seed, code, now, 0)) << code;
}

// Stands for sealing: what it gives does not hold what it got.
std::string turned(std::string text) {
    for (auto& c : text)
        c = static_cast<char>(c ^ 0x5a);
    return text;
}

struct factors : testing::Test {
    manual_clock now{instant{1'764'000'000'000}};
    seeded_random random{5};
    events::memory_log log;
    seals keeper{.seal = [](std::string_view place, std::string_view s) -> result<std::string> {
                     return to_hex(as_bytes(turned(std::string(place) + "\n" + std::string(s))));
                 },
                 .open = [](std::string_view place, std::string_view s) -> result<std::string> {
                     const auto bytes = from_hex(s);
                     const auto text = turned(std::string(as_text(*bytes)));
                     const auto head = std::string(place) + "\n";
                     if (!text.starts_with(head))
                         return fail(error_code::internal, "secret.sealed.closed", "moved");
                     return text.substr(head.size());
                 }};
    people all{now, random, log, keeper};

    factors() {
        log.add_fold([this](const events::event& e) { all.apply(e); });
        (void)all.create({}, {.id = "rosa",
                              .name = "Rosa",
                              .email = "rosa@example.com",
                              .password_hash = "hash",
                              .organisation = {}});
    }

    static std::vector<std::uint8_t> seed_of(const std::string& base32) {
        std::vector<std::uint8_t> out;
        std::uint32_t buffer = 0;
        int bits = 0;
        for (const char c : base32) {
            const auto value = c >= 'A' && c <= 'Z' ? c - 'A' : c - '2' + 26;
            buffer = (buffer << 5) | static_cast<std::uint32_t>(value);
            bits += 5;
            if (bits < 8) continue;
            out.push_back(static_cast<std::uint8_t>(buffer >> (bits - 8)));
            bits -= 8;
        }
        return out;
    }

    // As an authenticator app does it, from the text that was shown.
    std::string code(int steps_ahead = 0) const {
        return totp_code(seed_of(secret), totp_step(now.now()) + steps_ahead);
    }
    void next_step() { now.advance(millis{30'000}); }

    std::string secret;
    std::vector<std::string> recovery;
    void enrol() {
        const auto begun = all.factors().begin("rosa");
        ASSERT_TRUE(begun);
        secret = begun->secret;
        const auto codes = all.factors().confirm("rosa", code(), "req_1");
        ASSERT_TRUE(codes) << to_line(codes.error());
        recovery = *codes;
        next_step();
    }
    std::string logged() const {
        std::string text;
        for (const auto& e : log.all())
            text += json::write(json::to_json(e));
        return text;
    }
};

TEST_F(factors, are_on_only_once_the_app_gave_a_code) {
    const auto begun = all.factors().begin("rosa");
    ASSERT_TRUE(begun);
    EXPECT_THAT(begun->uri, HasSubstr("otpauth://totp/Servery:rosa?secret=" + begun->secret));
    EXPECT_FALSE(all.factors().enrolled("rosa"));
    EXPECT_EQ(all.factors().confirm("rosa", "000000", "").error().id, "access.code");
    EXPECT_FALSE(all.factors().enrolled("rosa"));
    secret = begun->secret;
    EXPECT_TRUE(all.factors().confirm("rosa", code(), ""));
    EXPECT_TRUE(all.factors().enrolled("rosa"));
    EXPECT_EQ(all.factors().begin("rosa").error().id, "access.totp.enrolled");
}

TEST_F(factors, forget_an_enrolment_after_a_quarter_of_an_hour) {
    const auto begun = all.factors().begin("rosa");
    secret = begun->secret;
    now.advance(enrolment_lifetime);
    EXPECT_EQ(all.factors().confirm("rosa", code(), "").error().id, "access.totp.not_begun");
}

TEST_F(factors, take_each_code_once_even_after_a_restart) {
    enrol();
    const auto used = code();
    EXPECT_TRUE(all.factors().verify("rosa", used, ""));
    EXPECT_EQ(all.factors().verify("rosa", used, "").error().id, "access.code");
    people again(now, random, log, keeper);
    for (const auto& e : log.all())
        again.apply(e);
    EXPECT_EQ(again.factors().verify("rosa", used, "").error().id, "access.code");
    next_step();
    EXPECT_TRUE(again.factors().verify("rosa", code(), ""));
}

TEST_F(factors, refuse_the_very_code_they_were_confirmed_with) {
    const auto begun = all.factors().begin("rosa");
    secret = begun->secret;
    const auto first = code();
    ASSERT_TRUE(all.factors().confirm("rosa", first, ""));
    EXPECT_EQ(all.factors().verify("rosa", first, "").error().id, "access.code");
}

TEST_F(factors, give_ten_recovery_codes_that_work_once_each_however_they_are_typed) {
    enrol();
    EXPECT_EQ(std::set<std::string>(recovery.begin(), recovery.end()).size(), 10U);
    auto shouted = recovery[0];
    for (auto& c : shouted)
        c = c == '-' ? ' ' : static_cast<char>(std::toupper(c));
    EXPECT_TRUE(all.factors().verify("rosa", shouted, ""));
    EXPECT_EQ(all.factors().verify("rosa", recovery[0], "").error().id, "access.code");
    EXPECT_EQ(all.factors().recovery_codes_left("rosa"), 9U);
    EXPECT_TRUE(all.factors().verify("rosa", recovery[9], ""));
}

TEST_F(factors, make_the_old_recovery_codes_worthless_when_new_ones_are_made) {
    enrol();
    const auto fresh = all.factors().renew_recovery("rosa", "");
    ASSERT_TRUE(fresh);
    EXPECT_FALSE(all.factors().verify("rosa", recovery[0], ""));
    EXPECT_TRUE(all.factors().verify("rosa", fresh->front(), ""));
}

TEST_F(factors, write_down_neither_seed_nor_code_in_the_clear) {
    enrol();
    EXPECT_THAT(logged(), Not(HasSubstr(secret)));
    EXPECT_THAT(logged(), Not(HasSubstr(to_hex(seed_of(secret)) + "\"")));
    for (const auto& c : recovery)
        EXPECT_THAT(logged(), Not(HasSubstr(c)));
}

TEST_F(factors, stop_listening_to_guesses_but_not_for_long) {
    enrol();
    int evaluated = 0;
    for (int i = 0; i < 10'000; ++i) {
        evaluated += all.factors().verify("rosa", "12345", "").error().id == "access.code" ? 1 : 0;
        now.advance(millis{360}); // 10,000 guesses in an hour
    }
    EXPECT_LE(evaluated, 100);
    now.advance(millis{60'000});
    EXPECT_TRUE(all.factors().verify("rosa", code(), ""));
}

TEST_F(factors, count_no_code_that_the_disk_did_not_take) {
    enrol();
    log.set_down(true);
    EXPECT_EQ(all.factors().verify("rosa", code(), "").error().id, "audit.store.down");
    log.set_down(false);
    EXPECT_TRUE(all.factors().verify("rosa", code(), ""));
}

TEST_F(factors, survive_a_new_password_by_link) {
    enrol();
    const auto link = all.make_link({}, "rosa", link_purpose::invite);
    ASSERT_TRUE(link);
    const auto session = all.start_session("rosa", "password", "");
    ASSERT_TRUE(all.use_link(
        *link,
        {.id = "other", .name = {}, .email = {}, .password_hash = "new hash", .organisation = {}}));
    EXPECT_TRUE(all.factors().enrolled("rosa"));
    EXPECT_EQ(all.find("rosa")->password_hash, "new hash");
    EXPECT_EQ(all.find_session(session->cookie), nullptr);
    EXPECT_EQ(all.check_link(*link).error().id, "access.link_used");
    EXPECT_EQ(all.find("other"), nullptr);
}

TEST_F(factors, need_keys_to_be_set_up_at_all) {
    people bare(now, random, log);
    EXPECT_EQ(bare.factors().begin("rosa").error().id, "access.totp.no_keys");
}

} // namespace
} // namespace servery::api::access
