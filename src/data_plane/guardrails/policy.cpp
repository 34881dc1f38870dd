#include "data_plane/guardrails/detect/detect.h"
#include "data_plane/guardrails/screen.h"
#include "foundation/base/text.h"
#include "foundation/json/describe.h"

#include <algorithm>
#include <map>
#include <optional>

namespace servery::guardrails {
namespace {

// The members of a policy document that this engine acts on.
struct pii_section {
    std::optional<span_action> default_;
    std::map<std::string, span_action> types;
    std::vector<std::string> public_values;
};
BOOST_DESCRIBE_STRUCT(pii_section, (), (default_, types, public_values))

// auto: the threshold of the model card. off: this step is not taken.
enum class threshold_word { auto_, off };
BOOST_DESCRIBE_ENUM(threshold_word, auto_, off)

struct injection_lane {
    threshold_word flag = threshold_word::auto_;
    threshold_word block = threshold_word::auto_;
};
BOOST_DESCRIBE_STRUCT(injection_lane, (), (flag, block))

struct injection_section {
    std::optional<injection_lane> user;
    std::optional<injection_lane> document;
};
BOOST_DESCRIBE_STRUCT(injection_section, (), (user, document))

struct direction_section {
    pii_section pii;
    injection_section injection;
    std::int64_t max_chars = 32'000;
};
BOOST_DESCRIBE_STRUCT(direction_section, (), (pii, injection, max_chars))

struct threshold_section {
    std::int64_t act = 40;
    std::int64_t flag = 20;
};
BOOST_DESCRIBE_STRUCT(threshold_section, (), (act, flag))

enum class mode_word { enforce, shadow };
BOOST_DESCRIBE_ENUM(mode_word, enforce, shadow)

struct mode_section {
    mode_word default_ = mode_word::enforce;
    std::optional<mode_word> injection;
};
BOOST_DESCRIBE_STRUCT(mode_section, (), (default_, injection))

struct policy_document {
    std::string api_version;
    std::string kind;
    std::vector<std::string> languages;
    std::vector<std::string> regions;
    mode_section mode;
    threshold_section thresholds;
    direction_section input;
    direction_section output;
};
BOOST_DESCRIBE_STRUCT(policy_document, (),
                      (api_version, kind, languages, regions, mode, thresholds, input, output))

std::vector<std::string> type_names() {
    return json::enum_words<pii_type>();
}

pii_rules defaults() {
    pii_rules rules;
    rules.actions.fill(span_action::redact);
    rules.actions[static_cast<std::size_t>(pii_type::URL)] = span_action::keep;
    return rules;
}

// The shipped rules of the phase, then `default` for all but URL, then the types.
pii_rules rules_of(const pii_section& section, pii_rules rules, std::string_view path,
                   std::vector<error>& faults) {
    for (std::size_t i = 0; section.default_ && i < pii_type_count; ++i)
        if (static_cast<pii_type>(i) != pii_type::URL) rules.actions[i] = *section.default_;
    for (const auto& [word, action] : section.types) {
        if (const auto type = json::enum_from<pii_type>(word)) {
            rules.actions[static_cast<std::size_t>(*type)] = action;
            continue;
        }
        const auto near = nearest_name(word, type_names());
        faults.push_back({.code = error_code::unprocessable,
                          .id = "guard.policy_invalid",
                          .message = "unknown type " + word,
                          .where = std::string(path) + ".pii.types." + word,
                          .remedy = near.empty() ? "use one of the recognisers' types"
                                                 : "did you mean " + near + "?"});
    }
    return rules;
}

bool outside(std::int64_t score) {
    return score < 0 || score > 100;
}

std::string digits_of(std::string_view text) {
    return normalise(pii_type::PHONE_NUMBER, text);
}

// Without country code and trunk prefix two writings of one number end in the same digits.
bool same_phone(std::string_view a, std::string_view b) {
    const auto national = [](std::string_view digits) {
        while (digits.starts_with('0'))
            digits.remove_prefix(1);
        return digits;
    };
    a = national(a);
    b = national(b);
    if (a.size() < b.size()) std::swap(a, b);
    constexpr std::size_t shortest = 6;
    return b.size() >= shortest && a.ends_with(b) && a.size() - b.size() <= 3;
}

std::string_view bare_url(std::string_view url) {
    for (const std::string_view scheme : {"https://", "http://", "ftp://"})
        if (url.starts_with(scheme)) url.remove_prefix(scheme.size());
    if (url.starts_with("www.")) url.remove_prefix(4);
    while (url.ends_with('/'))
        url.remove_suffix(1);
    return url;
}

// The page, or a page below it.
bool same_site(std::string_view url, std::string_view site) {
    return url == site || (url.starts_with(site) && url.size() > site.size() &&
                           std::string_view("/?#:").find(url[site.size()]) != std::string::npos);
}

} // namespace

namespace {

injection_use use_of(const injection_lane& lane) {
    if (lane.block == threshold_word::auto_) return injection_use::block;
    return lane.flag == threshold_word::auto_ ? injection_use::flag : injection_use::off;
}

void apply_injection(const policy_document& read, screen_policy& policy) {
    if (read.input.injection.user) policy.injection_user = use_of(*read.input.injection.user);
    if (read.input.injection.document)
        policy.injection_document = use_of(*read.input.injection.document);
    if (read.mode.injection != mode_word::shadow) return;
    for (auto* use : {&policy.injection_user, &policy.injection_document})
        if (*use != injection_use::off) *use = injection_use::shadow;
}

} // namespace

screen_policy default_policy(std::string_view phase) {
    screen_policy policy;
    policy.input = defaults();
    policy.output = defaults();
    if (phase == "sandbox") policy.control_tokens = injection_use::flag;
    if (phase != "pilot" && phase != "rollout" && phase != "production") return policy;
    policy.injection_user = phase == "pilot" ? injection_use::shadow : injection_use::block;
    policy.injection_document = injection_use::flag;
    for (std::size_t i = 0; i < pii_type_count; ++i) {
        const auto type = static_cast<pii_type>(i);
        if (type != pii_type::URL && type != pii_type::CREDIT_CARD)
            policy.input.actions[i] = span_action::pseudonymise;
    }
    return policy;
}

bool screen_policy::pseudonymises() const {
    return !shadow && std::ranges::any_of(input.actions, [](span_action a) {
        return a == span_action::pseudonymise;
    });
}

void screen_policy::add_public_value(std::string_view value) {
    const auto plain = normalise(pii_type::EMAIL_ADDRESS, trim(value));
    if (plain.empty()) return;
    public_values.insert(plain);
    public_values.insert(std::string(bare_url(plain)));
    if (const auto digits = digits_of(value); digits.size() >= 6) public_values.insert(digits);
}

bool screen_policy::is_public(pii_type type, std::string_view value) const {
    if (public_values.empty()) return false;
    const auto form = normalise(type, value);
    if (public_values.contains(form)) return true;
    if (type == pii_type::PHONE_NUMBER)
        return std::ranges::any_of(public_values, [&](const auto& known) {
            return std::ranges::all_of(known, [](char c) { return c >= '0' && c <= '9'; }) &&
                   same_phone(form, known);
        });
    if (type == pii_type::URL)
        return std::ranges::any_of(
            public_values, [&](const auto& known) { return same_site(bare_url(form), known); });
    return false;
}

result<screen_policy> compile(const json::value& document, std::string_view phase) {
    policy_document read;
    std::vector<error> faults;
    json::read_json(document, read, "", json::unknown::refuse, faults);
    screen_policy policy = default_policy(phase);
    policy.input = rules_of(read.input.pii, policy.input, "input", faults);
    policy.output = rules_of(read.output.pii, policy.output, "output", faults);
    if (outside(read.thresholds.act) || outside(read.thresholds.flag) ||
        read.thresholds.flag > read.thresholds.act)
        faults.push_back({.code = error_code::unprocessable,
                          .id = "guard.policy_invalid",
                          .message = "thresholds lie in 0..100, flag not above act",
                          .where = "thresholds",
                          .remedy = "the shipped ones are act 40, flag 20"});
    if (!faults.empty()) {
        error first{.code = error_code::unprocessable,
                    .id = "guard.policy_invalid",
                    .message = faults.front().message,
                    .where = faults.front().where,
                    .remedy = faults.front().remedy};
        faults.erase(faults.begin());
        first.more = std::move(faults);
        return std::unexpected(std::move(first));
    }
    policy.act = static_cast<int>(read.thresholds.act);
    policy.flag = static_cast<int>(read.thresholds.flag);
    policy.max_chars = static_cast<std::size_t>(std::max<std::int64_t>(1, read.input.max_chars));
    policy.shadow = read.mode.default_ == mode_word::shadow;
    apply_injection(read, policy);
    for (const auto& value : read.input.pii.public_values)
        policy.add_public_value(value);
    for (const auto& value : read.output.pii.public_values)
        policy.add_public_value(value);
    policy.hash = to_hex(blake2b_256(as_bytes(json::write(document)))).substr(0, 12);
    return policy;
}

result<screen_policy> policy_of(std::string_view document, std::string_view phase) {
    if (document.empty()) return default_policy(phase);
    const auto tree = json::parse(document);
    if (!tree) return std::unexpected(tree.error());
    return compile(*tree, phase);
}

} // namespace servery::guardrails
