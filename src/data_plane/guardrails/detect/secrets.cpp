#include "data_plane/guardrails/detect/secrets.h"

#include <re2/re2.h>

#include <array>
#include <cmath>
#include <memory>

namespace servery::guardrails {
namespace {

// mark: no match begins anywhere else. more_than: bits a character of the match must exceed, so
// that "AKIAXXXXXXXXXXXXXXXX" of a handbook is none.
struct rule {
    std::string_view name;
    std::string_view mark;
    const char* shape;
    double more_than = 0;
};

// Forms as their services publish them.
constexpr std::array rules{
    rule{"private_key", "-----BEGIN", R"(-----BEGIN[ A-Z0-9]{0,100}PRIVATE KEY-----)"},
    rule{"servery_key", "svy_", R"(\bsvy_(?:live|test|sandbox)_[a-z2-7]{39}\b)"},
    rule{"openai_key", "sk-", R"(\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,200}\b)", 3.5},
    rule{"aws_access_key", "AKIA", R"(\bAKIA[A-Z2-7]{16}\b)", 3},
    rule{"google_api_key", "AIza", R"(\bAIza[0-9A-Za-z_-]{35}\b)", 3.5},
    rule{"github_token", "gh", R"(\bgh[pousr]_[0-9A-Za-z]{36}\b)", 3},
    rule{"github_token", "github_pat_", R"(\bgithub_pat_[0-9A-Za-z_]{82}\b)", 3},
    rule{"gitlab_token", "glpat-", R"(\bglpat-[0-9A-Za-z_-]{20}\b)", 3},
    rule{"slack_token", "xox", R"(\bxox[abeoprs]-[0-9A-Za-z-]{10,250}\b)", 3},
    rule{"stripe_key", "k_live_", R"(\b[rs]k_live_[0-9A-Za-z]{10,99}\b)", 3},
    rule{"sendgrid_key", "SG.", R"(\bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}\b)", 3},
    rule{"npm_token", "npm_", R"(\bnpm_[0-9A-Za-z]{36}\b)", 3},
    rule{"bearer_jwt", "eyJ",
         R"(\beyJ[0-9A-Za-z_-]{10,1000}\.eyJ[0-9A-Za-z_-]{10,1000}\.[0-9A-Za-z_-]{10,1000})", 3},
};

// Shannon's, in bits a character.
double entropy(std::string_view text) {
    std::array<int, 256> seen{};
    for (const char c : text)
        ++seen[static_cast<unsigned char>(c)];
    double bits = 0;
    for (const int n : seen) {
        if (n == 0) continue;
        const double share = n / static_cast<double>(text.size());
        bits -= share * std::log2(share);
    }
    return bits;
}

const RE2& shape_of(std::size_t i) {
    static const auto made = [] {
        std::array<std::unique_ptr<RE2>, rules.size()> out;
        for (std::size_t n = 0; n < rules.size(); ++n)
            out[n] = std::make_unique<RE2>(rules[n].shape);
        return out;
    }();
    return *made[i];
}

} // namespace

std::vector<secret_finding> find_secrets(std::string_view text) {
    std::vector<secret_finding> out;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (text.find(rules[i].mark) == std::string_view::npos) continue;
        const re2::StringPiece whole(text.data(), text.size());
        re2::StringPiece match;
        std::size_t from = 0;
        while (shape_of(i).Match(whole, from, whole.size(), RE2::UNANCHORED, &match, 1)) {
            const auto begin = static_cast<std::size_t>(match.data() - text.data());
            from = begin + match.size();
            if (entropy({match.data(), match.size()}) > rules[i].more_than)
                out.push_back({rules[i].name, begin, from});
        }
    }
    return out;
}

} // namespace servery::guardrails
