#include "foundation/base/random.h"
#include "foundation/http/page_headers.h"

#include <gmock/gmock.h>
#include <map>

namespace servery::http {
namespace {

using testing::HasSubstr;
using testing::Not;

std::map<std::string, std::string> of(page_kind kind, std::string_view nonce = {},
                                      bool tls = false) {
    std::map<std::string, std::string> out;
    for (const auto& [name, value] : page_headers(kind, nonce, tls))
        out[name] = value;
    return out;
}

TEST(page_headers, forbid_foreign_and_inline_scripts_on_every_page) {
    for (const auto kind : {page_kind::console, page_kind::chat_page, page_kind::plain_page,
                            page_kind::widget_file, page_kind::asset, page_kind::data}) {
        const auto policy = of(kind, "abc")["content-security-policy"];
        EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
        EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
        EXPECT_THAT(policy, Not(HasSubstr("unsafe-eval")));
        EXPECT_THAT(policy, Not(HasSubstr("http")));
    }
    EXPECT_THAT(of(page_kind::console, "abc")["content-security-policy"],
                HasSubstr("script-src 'self';"));
}

TEST(page_headers, name_the_nonce_for_styles_only) {
    const auto policy = of(page_kind::console, "Nonce-1_x")["content-security-policy"];
    EXPECT_THAT(policy, HasSubstr("style-src 'self' 'nonce-Nonce-1_x'"));
    EXPECT_EQ(policy.find("nonce"), policy.rfind("'nonce") + 1);
}

TEST(page_headers, keep_a_nonce_that_would_break_out_of_the_header_away) {
    const auto policy = of(page_kind::console, "x'; script-src *")["content-security-policy"];
    EXPECT_THAT(policy, Not(HasSubstr("script-src *")));
}

TEST(page_headers, let_foreign_pages_load_the_widget_and_nothing_else) {
    EXPECT_EQ(of(page_kind::widget_file)["cross-origin-resource-policy"], "cross-origin");
    for (const auto kind : {page_kind::console, page_kind::chat_page, page_kind::asset,
                            page_kind::data, page_kind::download})
        EXPECT_EQ(of(kind)["cross-origin-resource-policy"], "same-origin");
}

TEST(page_headers, ask_for_https_only_where_there_is_https) {
    EXPECT_FALSE(of(page_kind::console).contains("strict-transport-security"));
    EXPECT_TRUE(of(page_kind::console, "", true).contains("strict-transport-security"));
}

TEST(page_nonces, are_new_each_time_and_fit_into_a_header) {
    seeded_random random(1);
    const auto first = page_nonce(random);
    EXPECT_EQ(first.size(), 22U); // 128 bits in base64url
    EXPECT_NE(first, page_nonce(random));
    EXPECT_THAT(of(page_kind::console, first)["content-security-policy"], HasSubstr(first));
}

} // namespace
} // namespace servery::http
