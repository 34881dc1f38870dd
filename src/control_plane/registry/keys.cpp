// The keys of the registry: what a key may be, and its life.
#include "control_plane/registry/registry_service.h"
#include "foundation/base/ids.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <array>

namespace servery::registry {

namespace {

constexpr std::array<std::string_view, 7> all_scopes{
    "chat", "embeddings", "models", "flags", "exchanges:read", "visitor:assert", "purpose:assert"};

constexpr millis day{86'400'000};
constexpr millis longest_life = day * 3650;

std::vector<std::string> default_scopes(policy::key_kind kind) {
    if (kind == policy::key_kind::public_) return {"chat"};
    std::vector<std::string> out(all_scopes.begin(), all_scopes.end());
    std::erase(out, "purpose:assert");
    return out;
}

error fault(std::string id, std::string message, std::string where, std::string remedy) {
    return {.code = error_code::unprocessable,
            .id = std::move(id),
            .message = std::move(message),
            .where = std::move(where),
            .remedy = std::move(remedy)};
}

// scheme://host[:port] and nothing behind it: origins are compared byte for byte.
bool is_origin(std::string_view text) {
    const auto scheme = text.starts_with("https://")  ? std::string_view("https://")
                        : text.starts_with("http://") ? std::string_view("http://")
                                                      : std::string_view();
    if (scheme.empty() || text.size() == scheme.size() || text.size() > 255) return false;
    const auto host = text.substr(scheme.size());
    return host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-:[]") ==
           std::string_view::npos;
}

void check_scopes(const key_request& wanted, std::vector<error>& faults) {
    const std::vector<std::string> known(all_scopes.begin(), all_scopes.end());
    for (std::size_t i = 0; i < wanted.scopes.size(); ++i) {
        const auto& scope = wanted.scopes[i];
        const auto where = "scopes[" + std::to_string(i) + "]";
        if (std::ranges::find(known, scope) == known.end()) {
            const auto near = nearest_name(scope, known);
            faults.push_back(fault("key.scope.unknown", "there is no scope '" + scope + "'", where,
                                   near.empty() ? "one of chat, embeddings, models, flags, "
                                                  "exchanges:read, visitor:assert, purpose:assert"
                                                : "did you mean '" + near + "'?"));
        } else if (wanted.kind == policy::key_kind::public_ && scope != "chat") {
            faults.push_back(fault("key.scope.not_for_kind", "a public key has the scope chat only",
                                   where, "leave the scopes out"));
        }
    }
}

void check_origins(const key_request& wanted, std::vector<error>& faults) {
    if (wanted.kind == policy::key_kind::public_ && wanted.origins.empty())
        faults.push_back(fault("key.origins.missing",
                               "a public key stands in web pages and needs their origins",
                               "origins", "for example https://www.example.com"));
    for (std::size_t i = 0; i < wanted.origins.size(); ++i)
        if (!is_origin(wanted.origins[i]))
            faults.push_back(
                fault("key.origin.invalid", "'" + wanted.origins[i] + "' is not an exact origin",
                      "origins[" + std::to_string(i) + "]",
                      "scheme and host in lower case, no path: https://www.example.com"));
}

status check(const key_request& wanted) {
    std::vector<error> faults;
    if (trim(wanted.name).empty() || wanted.name.size() > 100)
        faults.push_back(fault("key.name.missing", "a key needs a name of 1 to 100 characters",
                               "name", "say where it is used"));
    check_scopes(wanted, faults);
    check_origins(wanted, faults);
    if (wanted.lifetime && (*wanted.lifetime <= millis{0} || *wanted.lifetime > longest_life))
        faults.push_back(fault("key.expiry.invalid", "a key lives between 1 ms and ten years",
                               "expires", "for example 90d"));
    if (faults.empty()) return {};
    error first = std::move(faults.front());
    first.more.assign(std::make_move_iterator(faults.begin() + 1),
                      std::make_move_iterator(faults.end()));
    return std::unexpected(std::move(first));
}

std::optional<millis> lifetime_of(const key_request& wanted) {
    if (wanted.lifetime) return wanted.lifetime;
    switch (wanted.kind) {
    case policy::key_kind::sandbox:
        return day * 30;
    case policy::key_kind::live:
        return day * 365;
    case policy::key_kind::public_:
        break;
    }
    return {};
}

} // namespace

result<registry_service::drafted_key> registry_service::draft_key(const std::string& project,
                                                                  const key_request& wanted) {
    if (auto known = known_project(project); !known) return std::unexpected(known.error());
    if (auto good = check(wanted); !good) return std::unexpected(good.error());
    drafted_key out;
    out.text = with_.make_key(wanted.kind);
    const auto failure = wanted.failure.value_or(wanted.kind == policy::key_kind::sandbox
                                                     ? policy::on_failure::error
                                                     : policy::on_failure::fallback);
    out.record = {.id = make_id("key", now_.now(), random_),
                  .key_kind = std::string(json::enum_word(wanted.kind)),
                  .name = to_nfc(trim(wanted.name)),
                  .hash = with_.hash_key(out.text),
                  .last4 =
                      out.text.substr(out.text.size() - std::min<std::size_t>(4, out.text.size())),
                  .scopes = wanted.scopes.empty() ? default_scopes(wanted.kind) : wanted.scopes,
                  .origins = wanted.origins,
                  .on_failure = std::string(json::enum_word(failure)),
                  .expires_at = {}};
    if (const auto life = lifetime_of(wanted)) out.record.expires_at = now_.now() + *life;
    return out;
}

result<new_key> registry_service::create_key(const act& who, const std::string& project,
                                             const key_request& wanted) {
    auto drafted = draft_key(project, wanted);
    if (!drafted) return std::unexpected(drafted.error());
    const auto id = drafted->record.id;
    const auto done =
        log_.commit({events::make_event(drafted->record, context(who, project, "key", id))});
    if (!done) return std::unexpected(done.error());
    return new_key{.key = keys_.at(id), .text = std::move(drafted->text)};
}

std::vector<const key*> registry_service::keys(std::string_view project) const {
    std::vector<const key*> out;
    for (const auto& [id, k] : keys_)
        if (k.project == project) out.push_back(&k);
    return out;
}

result<key> registry_service::revoke_key(const act& who, std::string_view project,
                                         std::string_view id, const std::string& reason) {
    const auto at = keys_.find(id);
    if (at == keys_.end() || at->second.project != project)
        return fail(error_code::not_found, "key.unknown", "there is no such key", "key",
                    "see `servery key list`");
    if (at->second.revoked_at) return at->second;
    const key_revoked ended{.id = at->first, .reason = reason};
    const auto done = log_.commit({events::make_event(ended, context(who, project, "key", id))});
    if (!done) return std::unexpected(done.error());
    return keys_.find(id)->second;
}

const key* registry_service::find_key(const hash32& hash) const {
    for (const auto& [id, k] : keys_)
        if (equal_constant_time(k.hash, hash) && !k.revoked_at &&
            (!k.expires_at || now_.now() < *k.expires_at))
            return &k;
    return nullptr;
}

void registry_service::fold_key(const events::event& e) {
    if (events::is<key_revoked>(e)) {
        const auto at = keys_.find(events::read<key_revoked>(e).id);
        if (at != keys_.end() && !at->second.revoked_at) at->second.revoked_at = e.at;
        return;
    }
    const auto made = events::read<key_created>(e);
    keys_[made.id] = {
        .id = made.id,
        .project = e.project,
        .kind =
            json::enum_from<policy::key_kind>(made.key_kind).value_or(policy::key_kind::public_),
        .name = made.name,
        .hash = made.hash,
        .last4 = made.last4,
        .scopes = made.scopes,
        .origins = made.origins,
        .failure = json::enum_from<policy::on_failure>(made.on_failure)
                       .value_or(policy::on_failure::fallback),
        .created_by = e.by.id,
        .created_at = e.at,
        .expires_at = made.expires_at,
        .revoked_at = {}};
}

std::vector<policy::key_view> registry_service::key_views() const {
    std::vector<policy::key_view> out;
    for (const auto& [id, k] : keys_) {
        if (k.revoked_at || (k.expires_at && *k.expires_at <= now_.now())) continue;
        out.push_back({.hash = k.hash,
                       .id = k.id,
                       .project = k.project,
                       .kind = k.kind,
                       .scopes = k.scopes,
                       .origins = k.origins,
                       .failure = k.failure,
                       .expires_at = k.expires_at});
    }
    return out;
}

} // namespace servery::registry
