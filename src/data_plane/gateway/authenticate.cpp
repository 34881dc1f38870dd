#include "data_plane/gateway/authenticate.h"

#include "data_plane/policy/keys.h"
#include "foundation/base/text.h"

#include <algorithm>

namespace servery::gateway {

namespace {

std::unexpected<error> unauthenticated(std::string id, std::string message, std::string remedy) {
    return fail(error_code::unauthenticated, std::move(id), std::move(message), "",
                std::move(remedy));
}

// "Bearer x" in any case of the word; nothing for another scheme.
std::optional<std::string_view> bearer(std::string_view value) {
    constexpr std::string_view word = "bearer ";
    if (value.size() <= word.size() ||
        !equal_ignoring_ascii_case(value.substr(0, word.size()), word))
        return std::nullopt;
    return trim(value.substr(word.size()));
}

result<std::string_view> presented_text(const presented& what) {
    if (what.query.find("svy_") != std::string_view::npos)
        return unauthenticated("key.missing", "the key stands in the URL, where it is logged",
                               "send it as `authorization: Bearer …` and replace the key");
    const auto from_bearer =
        what.authorization ? bearer(*what.authorization) : std::optional<std::string_view>{};
    if (what.authorization && !from_bearer)
        return unauthenticated("key.missing", "the header authorization holds no bearer key",
                               "send `authorization: Bearer svy_…`");
    if (from_bearer && what.x_api_key && *from_bearer != trim(*what.x_api_key))
        return unauthenticated("key.unknown", "authorization and x-api-key hold different keys",
                               "send one of them");
    if (from_bearer) return *from_bearer;
    if (what.x_api_key) return trim(*what.x_api_key);
    return unauthenticated("key.missing", "no API key was sent",
                           "send `authorization: Bearer svy_…`");
}

status check_use(const policy::key_view& key, const presented& what, std::string_view scope) {
    if (!key.may(scope))
        return fail(error_code::permission_denied, "key.forbidden",
                    "the key " + key.id + " does not have the scope " + std::string(scope), "",
                    "create a key with this scope: servery key create");
    if (key.kind == policy::key_kind::sandbox && what.origin)
        return fail(error_code::permission_denied, "key.forbidden",
                    "a sandbox key does not work in browsers", "",
                    "use a public key for web pages");
    if (key.kind != policy::key_kind::public_ || what.own_page) return {};
    if (!what.origin || std::ranges::find(key.origins, *what.origin) == key.origins.end())
        return fail(error_code::permission_denied, "key.forbidden",
                    what.origin ? "the origin " + std::string(*what.origin) +
                                      " is not on the list of this key"
                                : "a public key works in browsers only, and no origin was sent",
                    "", "add the origin to the key, or use a live key on a server");
    return {};
}

} // namespace

result<const policy::key_view*> authenticate(const policy::snapshot& now_serving,
                                             const key32& pepper, const presented& what,
                                             std::string_view scope, instant now) {
    const auto text = presented_text(what);
    if (!text) return std::unexpected(text.error());
    if (!policy::key_text_kind(*text))
        return unauthenticated("key.unknown", "this is not a key of this server",
                               "check that the whole key was copied");
    const auto* key = now_serving.key(policy::hash_key(pepper, *text));
    if (key == nullptr)
        return unauthenticated("key.unknown", "the key is unknown or was revoked",
                               "create a new one: servery key create");
    if (key->expires_at && *key->expires_at <= now)
        return unauthenticated("key.expired", "the key expired on " + to_date(*key->expires_at),
                               "create a new one: servery key create");
    if (auto ok = check_use(*key, what, scope); !ok) return std::unexpected(ok.error());
    return key;
}

} // namespace servery::gateway
