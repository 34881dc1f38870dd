#include "api/access/second_factor.h"

#include "api/access/second_factor_records.h"
#include "api/access/totp.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <array>

namespace servery::api::access {

namespace {

std::unexpected<error> wrong_code() {
    return fail(error_code::unauthenticated, "access.code",
                "this code is wrong, too old or was used already", "code",
                "wait for the next code of your app, or take a recovery code");
}

std::unexpected<error> not_enrolled() {
    return fail(error_code::conflict, "access.totp.not_enrolled",
                "no second factor is set up for this person", {},
                "set one up: servery user totp enrol");
}

std::string place_of(std::string_view person) {
    return "person|totp|" + std::string(person);
}

// Case, blanks and dashes do not matter when one is typed in.
std::string folded(std::string_view code) {
    std::string out;
    for (const char c : lower_ascii(code))
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
    return out;
}

// Keyed with the seed, which is sealed: fifty bits behind a bare hash could be guessed by whoever
// holds a copy of the database.
hash32 recovery_hash(bytes_view seed, std::string_view code) {
    const auto key = blake2b_256(field_bytes{}.add("recovery").add(seed).view());
    return blake2b_256_keyed(key, as_bytes(folded(code)));
}

events::actor themselves(const std::string& person) {
    return {.kind = events::actor_kind::person, .id = person};
}

} // namespace

second_factors::second_factors(const clock& now, random_source& random, events::log& log,
                               seals with)
    : now_(now), random_(random), log_(log), with_(std::move(with)), guesses_(now) {}

events::context second_factors::context(const events::actor& by, const std::string& person,
                                        const std::string& request_id) const {
    return {.at = now_.now(),
            .project = {},
            .by = by,
            .object_type = "person",
            .object_id = person,
            .phase = {},
            .request_id = request_id};
}

void second_factors::apply(const events::event& e) {
    if (events::is<totp_enrolled>(e)) {
        const auto made = events::read<totp_enrolled>(e);
        factors_[made.person] = {.sealed = made.sealed,
                                 .last_step = made.step,
                                 .recovery = {made.recovery.begin(), made.recovery.end()},
                                 .since = e.at};
    } else if (events::is<totp_removed>(e)) {
        factors_.erase(events::read<totp_removed>(e).person);
    } else if (events::is<totp_used>(e)) {
        const auto used = events::read<totp_used>(e);
        if (const auto at = factors_.find(used.person); at != factors_.end())
            at->second.last_step = std::max(at->second.last_step, used.step);
    } else if (events::is<recovery_code_used>(e)) {
        const auto used = events::read<recovery_code_used>(e);
        if (const auto at = factors_.find(used.person); at != factors_.end())
            at->second.recovery.erase(used.hash);
    } else if (events::is<recovery_codes_made>(e)) {
        const auto made = events::read<recovery_codes_made>(e);
        if (const auto at = factors_.find(made.person); at != factors_.end())
            at->second.recovery = {made.hashes.begin(), made.hashes.end()};
    }
}

bool second_factors::enrolled(std::string_view person) const {
    return factors_.contains(person);
}

std::optional<instant> second_factors::since(std::string_view person) const {
    const auto at = factors_.find(person);
    if (at == factors_.end()) return {};
    return at->second.since;
}

std::size_t second_factors::recovery_codes_left(std::string_view person) const {
    const auto at = factors_.find(person);
    return at == factors_.end() ? 0 : at->second.recovery.size();
}

result<std::string> second_factors::seed_of(const std::string& person) const {
    const auto at = factors_.find(person);
    if (at == factors_.end()) return not_enrolled();
    return with_.open(place_of(person), at->second.sealed);
}

// 50 bits each: ten letters and digits in two groups, easy to read out and to type.
second_factors::made_codes second_factors::make_codes(bytes_view seed) {
    made_codes out;
    for (std::size_t i = 0; i < recovery_codes; ++i) {
        std::array<std::uint8_t, 7> bits{};
        random_.fill(bits);
        const auto text = to_base32(bits).substr(0, 10);
        out.texts.push_back(text.substr(0, 5) + "-" + text.substr(5));
        out.hashes.push_back(recovery_hash(seed, text));
    }
    return out;
}

result<second_factors::enrolment> second_factors::begin(const std::string& person) {
    if (enrolled(person))
        return fail(error_code::conflict, "access.totp.enrolled",
                    "a second factor is set up already", {},
                    "remove it first: servery user totp remove");
    if (!with_.seal || !with_.open)
        return fail(error_code::unavailable, "access.totp.no_keys",
                    "this server has no key to keep the seed under", {}, "ask its operator");
    std::vector<std::uint8_t> seed(totp_seed_bytes);
    random_.fill(seed);
    enrolment out{.secret = totp_secret_text(seed), .uri = totp_uri(seed, person)};
    std::erase_if(begun_, [&](const auto& b) { return b.second.until <= now_.now(); });
    begun_[person] = {.seed = std::move(seed), .until = now_.now() + enrolment_lifetime};
    return out;
}

result<std::vector<std::string>> second_factors::confirm(const std::string& person,
                                                         std::string_view code,
                                                         const std::string& request_id) {
    const auto at = begun_.find(person);
    if (at == begun_.end() || at->second.until <= now_.now())
        return fail(error_code::conflict, "access.totp.not_begun",
                    "setting up the second factor was not begun, or took too long", {},
                    "begin again: servery user totp enrol");
    const auto step = match_totp(at->second.seed, trim(code), now_.now(), 0);
    if (!step) return wrong_code();
    auto sealed = with_.seal(place_of(person), as_text(at->second.seed));
    if (!sealed) return std::unexpected(sealed.error());
    auto codes = make_codes(at->second.seed);
    const totp_enrolled made{
        .person = person, .sealed = *sealed, .step = *step, .recovery = codes.hashes};
    const auto done =
        log_.commit({events::make_event(made, context(themselves(person), person, request_id))});
    if (!done) return std::unexpected(done.error());
    begun_.erase(person);
    return std::move(codes.texts);
}

status second_factors::verify(const std::string& person, std::string_view code,
                              const std::string& request_id) {
    const auto seed = seed_of(person);
    if (!seed) return std::unexpected(seed.error());
    if (guesses_.wait(rate_class::code, person))
        return fail(error_code::rate_limited, "access.slow_down", "too many wrong codes", {},
                    "wait a minute and try again");
    const auto& own = factors_.find(person)->second;
    const auto bytes = as_bytes(*seed);
    std::vector<events::event> used;
    if (const auto step = match_totp(bytes, trim(code), now_.now(), own.last_step)) {
        used.push_back(events::make_event(totp_used{.person = person, .step = *step},
                                          context(themselves(person), person, request_id)));
    } else if (const auto hash = recovery_hash(bytes, code); own.recovery.contains(hash)) {
        used.push_back(events::make_event(recovery_code_used{.person = person, .hash = hash},
                                          context(themselves(person), person, request_id)));
    } else {
        (void)guesses_.take(rate_class::code, person);
        return wrong_code();
    }
    // Durable first: a code that could be used again after a crash would be no proof.
    const auto done = log_.commit(std::move(used));
    if (!done) return std::unexpected(done.error());
    return {};
}

result<std::vector<std::string>> second_factors::renew_recovery(const std::string& person,
                                                                const std::string& request_id) {
    const auto seed = seed_of(person);
    if (!seed) return std::unexpected(seed.error());
    auto codes = make_codes(as_bytes(*seed));
    const auto done = log_.commit(
        {events::make_event(recovery_codes_made{.person = person, .hashes = codes.hashes},
                            context(themselves(person), person, request_id))});
    if (!done) return std::unexpected(done.error());
    return std::move(codes.texts);
}

status second_factors::remove(const events::actor& by, const std::string& person,
                              const std::string& request_id) {
    if (!enrolled(person)) return not_enrolled();
    const auto done = log_.commit(
        {events::make_event(totp_removed{.person = person}, context(by, person, request_id))});
    if (!done) return std::unexpected(done.error());
    return {};
}

} // namespace servery::api::access
