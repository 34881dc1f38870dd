#include "api/access/password.h"

#include "foundation/base/text.h"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace servery::api::access {

namespace {

constexpr unsigned long long passes = 2;
constexpr std::size_t memory = 19ULL * 1024 * 1024;

// Long common passwords only: shorter ones are refused by length. Compared after folding away case,
// digits at the end and repeated blocks.
constexpr std::array<std::string_view, 26> common{"passwordpassword",
                                                  "qwertyuiopasdf",
                                                  "qwertyuiop",
                                                  "qwertzuiop",
                                                  "administrator",
                                                  "letmeinletmein",
                                                  "iloveyouiloveyou",
                                                  "welcomewelcome",
                                                  "changemechange",
                                                  "changemenow",
                                                  "correcthorsebatterystaple",
                                                  "trustno1trustno1",
                                                  "abcdefghijkl",
                                                  "abcdefghijklm",
                                                  "abcdefghijklmnop",
                                                  "asdfghjklzxcvbnm",
                                                  "1q2w3e4r5t6y",
                                                  "1q2w3e4r5t6y7u",
                                                  "qazwsxedcrfv",
                                                  "zaq12wsxcde3",
                                                  "passwortpasswort",
                                                  "monkeymonkey",
                                                  "dragondragon",
                                                  "footballfootball",
                                                  "defaultpassword",
                                                  "secretpassword"};

// Words that people begin with; alone, twice, or with digits behind them they are guessed first.
constexpr std::array<std::string_view, 44> words{
    "password", "passwort", "qwerty",   "qwertz",   "letmein",  "welcome",  "willkommen",
    "monkey",   "dragon",   "sunshine", "princess", "football", "fussball", "baseball",
    "superman", "batman",   "master",   "shadow",   "michael",  "jordan",   "hello",
    "hallo",    "summer",   "sommer",   "winter",   "spring",   "admin",    "changeme",
    "secret",   "geheim",   "iloveyou", "computer", "internet", "starwars", "liebe",
    "schatz",   "servery",  "azerty",   "asdfgh",   "zxcvbn",   "yxcvbn",   "administrator",
    "login",    "abcdef"};

// "p4ssw0rd" is "password".
std::string without_disguise(std::string_view text) {
    std::string out(text);
    for (auto& c : out) {
        if (c == '0') c = 'o';
        if (c == '1' || c == '!') c = 'i';
        if (c == '3') c = 'e';
        if (c == '4' || c == '@') c = 'a';
        if (c == '5' || c == '$') c = 's';
    }
    return out;
}

bool is_word_or_twice(std::string_view text) {
    const auto half = text.size() / 2;
    const bool twice = text.size() % 2 == 0 && text.substr(0, half) == text.substr(half);
    return std::ranges::find(words, text) != words.end() ||
           (twice && std::ranges::find(words, text.substr(0, half)) != words.end());
}

std::string_view without_digits(std::string_view text) {
    while (!text.empty() && (text.back() < 'a' || text.back() > 'z'))
        text.remove_suffix(1);
    return text;
}

// "abcabcabcabc" and "111111111111" are one block repeated.
bool is_repetition(std::string_view text) {
    for (std::size_t block = 1; block <= 4 && block < text.size(); ++block) {
        bool same = true;
        for (std::size_t i = block; i < text.size() && same; ++i)
            same = text[i] == text[i - block];
        if (same) return true;
    }
    return false;
}

bool is_run(std::string_view text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
        const int step = text[i] - text[i - 1];
        if (step != 1 && !(text[i - 1] == '9' && text[i] == '0')) return false;
    }
    return true;
}

bool is_common(std::string_view password) {
    const auto folded = lower_ascii(password);
    const auto stem = without_digits(folded);
    return is_repetition(folded) || is_run(folded) || is_word_or_twice(stem) ||
           is_word_or_twice(without_disguise(stem)) ||
           std::ranges::find(common, folded) != common.end() ||
           (stem.size() >= 8 && std::ranges::find(common, stem) != common.end());
}

std::unexpected<error> refuse(std::string id, std::string message, std::string remedy) {
    return fail(error_code::unprocessable, std::move(id), std::move(message), "password",
                std::move(remedy));
}

} // namespace

status check_password(std::string_view password, const std::vector<std::string>& names) {
    if (!is_utf8(password) || code_points(password) < 12)
        return refuse("access.password.short", "a password has at least 12 characters",
                      "four words are easy to keep in mind");
    if (code_points(password) > 128)
        return refuse("access.password.long", "a password has at most 128 characters",
                      "shorten it");
    if (is_common(password))
        return refuse("access.password.common", "this password is one of the first that is tried",
                      "take four words that do not belong together");
    const auto folded = lower_ascii(password);
    for (const auto& name : names) {
        const auto part = lower_ascii(trim(std::string_view(name).substr(0, name.find('@'))));
        if (part.size() >= 4 && folded.find(part) != std::string::npos)
            return refuse("access.password.contains_name",
                          "a password must not contain your own or the organisation's name",
                          "leave the name out");
    }
    return {};
}

result<std::string> hash_password(std::string_view password) {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (sodium_init() < 0 ||
        crypto_pwhash_str_alg(out.data(), password.data(), password.size(), passes, memory,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(error_code::unavailable, "access.password.no_memory",
                    "there is no memory to check a password", {}, "try again in a moment");
    return std::string(out.data());
}

bool verify_password(std::string_view hash, std::string_view password) {
    const std::string text(hash); // libsodium wants a terminated string
    return sodium_init() >= 0 &&
           crypto_pwhash_str_verify(text.c_str(), password.data(), password.size()) == 0;
}

const std::string& nobodys_hash() {
    static const std::string hash = [] {
        std::array<unsigned char, 32> bits{};
        if (sodium_init() >= 0) randombytes_buf(bits.data(), bits.size());
        return hash_password({reinterpret_cast<const char*>(bits.data()), bits.size()})
            .value_or("$argon2id$");
    }();
    return hash;
}

} // namespace servery::api::access
