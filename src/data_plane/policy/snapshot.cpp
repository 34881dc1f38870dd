#include "data_plane/policy/snapshot.h"

#include <algorithm>

namespace servery::policy {

namespace {

constexpr std::string_view file_word = "servery-policy-1 ";

template <typename List, typename Test>
auto find_in(const List& list, Test test) -> decltype(list.data()) {
    const auto it = std::ranges::find_if(list, test);
    return it == list.end() ? nullptr : &*it;
}

void check_grant(const snapshot& s, const project_view& p, const grant_view& g,
                 std::vector<error>& faults) {
    const auto wrong = [&](std::string message) {
        faults.push_back(error{.code = error_code::internal,
                               .id = "policy.snapshot.invalid",
                               .message = std::move(message),
                               .where = "project " + p.id + ", grant " + g.id});
    };
    if (s.variant(g.variant) == nullptr) wrong("names a variant that is not frozen");
    const auto& a = g.audience;
    if (a.lo < 0 || a.hi > 10'000 || a.lo > a.hi) wrong("buckets out of 0..10000");
    if (a.kind == "percent" && a.hi - a.lo > public_cap_basis(p.phase))
        wrong("audience above the cap of phase " + p.phase);
    if (a.kind == "group" && a.groups.empty()) wrong("a group audience without a group");
    if (a.kind == "all" && p.phase != "production") wrong("everybody before production");
    if (p.phase == "draft" || p.phase == "stopped") wrong("a grant in phase " + p.phase);
}

} // namespace

bool key_view::may(std::string_view scope) const {
    return std::ranges::find(scopes, scope) != scopes.end();
}

const text_view* project_view::text(std::string_view key, std::string_view lang) const {
    const auto* exact = find_in(texts, [&](auto& t) { return t.key == key && t.lang == lang; });
    if (exact != nullptr || lang == language) return exact;
    return find_in(texts, [&](auto& t) { return t.key == key && t.lang == language; });
}

const fallback_chain* project_view::fallback(std::string_view cause) const {
    return find_in(fallbacks, [&](auto& f) { return f.cause == cause; });
}

const project_view* snapshot::project(std::string_view id) const {
    return find_in(projects, [&](auto& p) { return p.id == id; });
}

const key_view* snapshot::key(const hash32& hash) const {
    return find_in(keys, [&](auto& k) { return k.hash == hash; });
}

const provider_view* snapshot::provider(std::string_view id) const {
    return find_in(providers, [&](auto& p) { return p.id == id; });
}

const variant_view* snapshot::variant(const hash32& hash) const {
    return find_in(variants, [&](auto& v) { return v.hash == hash; });
}

const variant_view* snapshot::variant_by_prefix(std::string_view hex) const {
    if (hex.size() < 12) return nullptr;
    const variant_view* found = nullptr;
    for (const auto& v : variants) {
        if (!to_hex(v.hash).starts_with(hex)) continue;
        if (found != nullptr) return nullptr;
        found = &v;
    }
    return found;
}

const price_row* snapshot::price(std::string_view provider, std::string_view model) const {
    return find_in(prices, [&](auto& r) { return r.provider == provider && r.model == model; });
}

const widget_view* snapshot::widget(std::string_view id) const {
    return find_in(widgets, [&](auto& w) { return w.id == id; });
}

std::int64_t public_cap_basis(std::string_view phase) {
    if (phase == "pilot") return 3000;
    if (phase == "rollout") return 9999;
    if (phase == "production") return 10'000;
    return 0;
}

status validate(const snapshot& s) {
    std::vector<error> faults;
    for (const auto& p : s.projects) {
        for (const auto& g : p.grants)
            check_grant(s, p, g, faults);
    }
    for (const auto& v : s.variants) {
        for (const auto& t : v.targets) {
            if (s.provider(t.provider) != nullptr) continue;
            faults.push_back(error{.code = error_code::internal,
                                   .id = "policy.snapshot.invalid",
                                   .message = "targets an unknown provider '" + t.provider + "'",
                                   .where = "variant " + to_hex(v.hash).substr(0, 12)});
        }
    }
    if (faults.empty()) return {};
    error first = faults.front();
    first.more.assign(faults.begin() + 1, faults.end());
    return std::unexpected(std::move(first));
}

std::string to_file(const snapshot& s, const key32& mac_key) {
    const auto body = json::write(json::to_json(s));
    return std::string(file_word) + to_hex(blake2b_256_keyed(mac_key, as_bytes(body))) + "\n" +
           body;
}

result<snapshot> from_file(std::string_view bytes, const key32& mac_key) {
    constexpr auto head = file_word.size() + 64;
    if (!bytes.starts_with(file_word) || bytes.size() <= head + 1 || bytes[head] != '\n')
        return fail(error_code::unavailable, "policy.snapshot.unreadable",
                    "policy.snapshot is not a snapshot file", "policy.snapshot",
                    "it is built anew from the database");
    const auto body = bytes.substr(head + 1);
    if (bytes.substr(file_word.size(), 64) != to_hex(blake2b_256_keyed(mac_key, as_bytes(body))))
        return fail(error_code::unavailable, "policy.snapshot.mac",
                    "policy.snapshot was changed, or written under another master key",
                    "policy.snapshot", "it is built anew from the database");
    auto tree = json::parse(body, {.bytes = 256'000'000, .depth = 32});
    if (!tree) return std::unexpected(tree.error());
    return json::from_json<snapshot>(*tree, json::unknown::ignore);
}

} // namespace servery::policy
