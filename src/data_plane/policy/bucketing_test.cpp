#include "data_plane/policy/bucketing.h"

#include <boost/math/special_functions/gamma.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <numeric>

namespace servery::policy {
namespace {

constexpr std::uint64_t ids = 1'000'000;

hash16 counting_bytes() {
    hash16 bytes;
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
    return bytes;
}

hash16 salt_number(std::uint8_t i) {
    hash16 salt = counting_bytes();
    salt[0] = i;
    salt[15] = static_cast<std::uint8_t>(255 - i);
    return salt;
}

hash16 visitor(std::uint64_t i) {
    hash16 id{};
    std::memcpy(id.data(), &i, sizeof i);
    return id;
}

bucket bucket_of_visitor(const hash16& salt, std::uint64_t i, purpose what = purpose::include) {
    const hash16 id = visitor(i);
    return servery1_bucket(salt, what, unit_kind::visitor, id);
}

// P(chi-square with k degrees >= x).
double chi_square_p(double x, double k) {
    return boost::math::gamma_q(k / 2, x / 2);
}

// 10 x 10 table of two buckets over all ids against independence, 81 degrees of freedom.
double independence_p(const hash16& a, purpose for_a, const hash16& b, purpose for_b) {
    std::array<std::array<double, 10>, 10> table{};
    for (std::uint64_t i = 0; i < ids; ++i)
        ++table[bucket_of_visitor(a, i, for_a) / 1000][bucket_of_visitor(b, i, for_b) / 1000];
    double x = 0;
    for (std::size_t r = 0; r < 10; ++r)
        for (std::size_t c = 0; c < 10; ++c) {
            double row = 0;
            double column = 0;
            for (std::size_t k = 0; k < 10; ++k) {
                row += table[r][k];
                column += table[k][c];
            }
            const double expected = row * column / ids;
            x += (table[r][c] - expected) * (table[r][c] - expected) / expected;
        }
    return chi_square_p(x, 81);
}

TEST(bucketing, siphash_gives_its_authors_vector) {
    const hash16 key = counting_bytes();
    EXPECT_EQ(siphash24(key, bytes_view(key).first(15)), 0xa129ca6149be45e5U);
}

TEST(bucketing, servery1_gives_its_published_vectors) {
    struct row {
        purpose what;
        unit_kind kind;
        std::string_view unit;
        std::uint64_t hash;
        bucket expected;
    };
    const hash16 salt = counting_bytes();
    const std::string zeros(16, '\0');
    const std::string counting(as_text(salt));
    for (const row& r : {
             row{purpose::include, unit_kind::visitor, zeros, 0x740dc5907f0be4c6, 4533},
             row{purpose::include, unit_kind::visitor, counting, 0xad0b0d01d8eebf3c, 6759},
             row{purpose::include, unit_kind::conversation, counting, 0xf2cbe50bbf513069, 9484},
             row{purpose::include, unit_kind::account, "a", 0xb9628519e717ecac, 7241},
             row{purpose::holdout, unit_kind::account, "a", 0xc37623f7b0422c9f, 7635},
             row{purpose::shadow, unit_kind::account, "a", 0x7f6fc3c9a4852f8c, 4977},
             row{purpose::variant, unit_kind::account, "a", 0xe0275df6c3af129a, 8756},
             row{purpose::include, unit_kind::account, "Ærøskøbing", 0xb3bacee1a7dfd180, 7020},
         }) {
        EXPECT_EQ(servery1_hash(salt, r.what, r.kind, as_bytes(r.unit)), r.hash);
        EXPECT_EQ(servery1_bucket(salt, r.what, r.kind, as_bytes(r.unit)), r.expected);
    }
}

TEST(bucketing, long_ids_hash_like_the_length_prefixed_fields_they_are) {
    for (const std::size_t length : {0UL, 200UL, 201UL, 5'000UL}) {
        const std::string unit(length, 'x');
        field_bytes fields;
        fields.add("shadow").add("conversation").add(std::string_view(unit));
        EXPECT_EQ(
            servery1_hash(salt_number(3), purpose::shadow, unit_kind::conversation, as_bytes(unit)),
            siphash24(salt_number(3), fields.view()));
    }
}

TEST(bucketing, growing_the_share_never_moves_anyone_out) {
    constexpr std::array<std::uint32_t, 8> shares{0, 100, 500, 1000, 3000, 6000, 9999, 10000};
    std::array<std::uint64_t, shares.size()> inside{};
    for (std::uint64_t i = 0; i < ids; ++i) {
        const bucket b = bucket_of_visitor(counting_bytes(), i);
        ASSERT_LT(b, bucket_count);
        bool before = false;
        for (std::size_t s = 0; s < shares.size(); ++s) {
            const bool now = within(b, shares[s]);
            ASSERT_TRUE(now || !before) << "visitor " << i << " fell out at " << shares[s];
            inside[s] += now ? 1 : 0;
            before = now;
        }
    }
    for (std::size_t s = 0; s < shares.size(); ++s) {
        const double share = shares[s] / 10'000.0;
        const double error = std::sqrt(share * (1 - share) / ids);
        EXPECT_NEAR(static_cast<double>(inside[s]) / ids, share, 4 * error + 1e-12);
    }
}

TEST(bucketing, a_million_ids_fill_every_hundredth_alike) {
    std::array<double, 100> cells{};
    for (std::uint64_t i = 0; i < ids; ++i)
        ++cells[bucket_of_visitor(counting_bytes(), i) / 100];
    double x = 0;
    for (const double cell : cells)
        x += (cell - 1e4) * (cell - 1e4) / 1e4;
    const double p = chi_square_p(x, 99);
    RecordProperty("p", std::to_string(p));
    EXPECT_GT(p, 1e-4);
}

TEST(bucketing, salts_are_independent) {
    for (std::uint8_t pair = 0; pair < 20; ++pair) {
        const double p =
            independence_p(salt_number(pair), purpose::include,
                           salt_number(static_cast<std::uint8_t>(pair + 100)), purpose::include);
        EXPECT_GT(p, 1e-4) << "pair " << int{pair};
    }
}

TEST(bucketing, purposes_are_independent) {
    constexpr std::array all{purpose::include, purpose::variant, purpose::holdout, purpose::shadow};
    for (std::size_t a = 0; a < all.size(); ++a)
        for (std::size_t b = a + 1; b < all.size(); ++b)
            EXPECT_GT(independence_p(salt_number(9), all[a], salt_number(9), all[b]), 1e-4)
                << name(all[a]) << " and " << name(all[b]);
}

RC_GTEST_PROP(bucketing, fields_do_not_run_into_each_other, ()) {
    // "ab" + "c" must not be "a" + "bc": an id that begins with another kind's word differs.
    const auto id = *rc::gen::string<std::string>();
    const auto a =
        servery1_hash(salt_number(1), purpose::include, unit_kind::account, as_bytes(id));
    const auto b =
        servery1_hash(salt_number(1), purpose::include, unit_kind::visitor, as_bytes(id));
    RC_ASSERT(a != b);
}

TEST(bucketing, words_are_read_back) {
    for (const auto what : {purpose::include, purpose::variant, purpose::holdout, purpose::shadow})
        EXPECT_EQ(parse_purpose(name(what)), what);
    for (const auto kind : {unit_kind::visitor, unit_kind::account, unit_kind::conversation})
        EXPECT_EQ(parse_unit_kind(name(kind)), kind);
    EXPECT_FALSE(parse_purpose("Include"));
    EXPECT_FALSE(parse_unit_kind(""));
}

} // namespace
} // namespace servery::policy
