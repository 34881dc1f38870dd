// Erasing one visitor, step by step (security design, section 13). Every step can be done again, so
// that an erasure goes on after a crash.
#include "control_plane/privacy/blanking.h"
#include "control_plane/privacy/privacy_service.h"
#include "control_plane/privacy/subject.h"
#include "foundation/events/content_erased.h"
#include "foundation/events/desk.h"
#include "foundation/store/audit_chain.h"

#include <algorithm>
#include <limits>

namespace servery::privacy {

namespace {

// Rows that this module wrote itself about a request stay: they hold no text and lead to nobody.
bool is_own_record(const events::event& e) {
    return e.kind.starts_with("privacy.") && e.kind != request_subject::kind;
}

hash16 fresh_hash(random_source& random) {
    hash16 out{};
    random.fill(out);
    return out;
}

// Another random hash for each of the visitor's: rows still count as one visitor's, and nothing
// leads from the visitor's id to them.
std::map<hash16, hash16> new_hashes(const hash16& visitor, const subject_collector& found,
                                    random_source& random) {
    std::map<hash16, hash16> out{{visitor, fresh_hash(random)}};
    for (const auto& key : found.keys())
        out.emplace(key, fresh_hash(random));
    return out;
}

store::erasure plan_of(const hash16& visitor, const subject_collector& found,
                       std::vector<std::int64_t> details, random_source& random) {
    store::erasure what;
    what.details = std::move(details);
    what.replaced = new_hashes(visitor, found, random);
    replacements instead;
    for (const auto& [from, to] : what.replaced)
        instead.emplace(to_hex(from), to_hex(to));
    for (const auto& e : found.events())
        if (e.cls == events::record_class::traffic)
            what.bodies.emplace_back(e.seq, blanked(e.body, instead));
    return what;
}

} // namespace

status privacy_service::close_all(const std::string& project,
                                  const subject_collector& found) const {
    return control([&]() -> status {
        for (const auto& [id, c] : found.conversations())
            if (c.open)
                if (auto closed = seams_.close(project, id);
                    !closed && closed.error().code != error_code::conflict &&
                    closed.error().code != error_code::not_found)
                    return closed;
        return {};
    });
}

// Consent is withdrawn, the missing details are named, and the folds forget what they hold.
status privacy_service::announce(const std::string& project, const std::string& id,
                                 const subject_collector& found,
                                 const std::vector<std::int64_t>& details) {
    events::content_erased gone{.request = id, .whole = true, .conversations = {}};
    for (const auto& [name, c] : found.conversations())
        gone.conversations.push_back(
            {.conversation = name, .up_to = std::numeric_limits<std::int64_t>::max()});
    json::array numbers;
    for (const auto n : details)
        numbers.push_back(n);
    return control([&]() -> status {
        const auto where = context({}, project, id);
        std::vector<events::event> batch{events::make_event(gone, where)};
        if (!numbers.empty()) {
            auto named = events::make_event(gone, where);
            named.kind = store::detail_erased_kind;
            named.body = {{"seqs", numbers}};
            batch.push_back(std::move(named));
        }
        auto done = log_.commit(std::move(batch));
        if (!done) return std::unexpected(done.error());
        return {};
    });
}

status privacy_service::certify(const std::string& project, const std::string& id,
                                const hash16& visitor, const subject_collector& found,
                                const store::erasure_counts& counts) {
    erasure_certified made{.request = id,
                           .subject = subject_ref(visitor),
                           .rows = {},
                           .conversations = static_cast<std::int64_t>(found.conversations().size()),
                           .logs_emptied = counts.logs_emptied};
    for (const auto& e : found.events())
        if (!is_own_record(e) && e.kind != request_subject::kind) ++made.rows[e.kind];
    made.rows["exchange"] = counts.exchanges;
    if (counts.vault > 0) made.rows["vault"] = counts.vault;
    return control([&]() -> status {
        auto done = log_.commit({events::make_event(made, context({}, project, id))});
        if (!done) return std::unexpected(done.error());
        return {};
    });
}

status privacy_service::carry_out(const std::string& project, const std::string& id,
                                  const hash16& visitor) {
    const auto look = [&](subject_collector& into) {
        return read_log([&](events::event&& e) { into.add(std::move(e)); },
                        [&](events::exchange&& x) { into.add(std::move(x)); });
    };
    subject_collector before(project, visitor);
    if (auto read = look(before); !read) return read;
    // 1. Nothing more is added: conversations end, consent is withdrawn.
    if (auto closed = close_all(project, before); !closed) return closed;
    const auto withdrawn = control([&]() -> status {
        const events::consent_changed record{.visitor = visitor,
                                             .purpose = "chat",
                                             .state = "withdrawn",
                                             .version = {},
                                             .lang = {},
                                             .channel = {}};
        auto done = log_.commit({events::make_event(record, context({}, project, id))});
        if (!done) return std::unexpected(done.error());
        return {};
    });
    if (!withdrawn) return withdrawn;
    // 2. Everything of this visitor, with what the first step added.
    subject_collector found(project, visitor);
    if (auto read = look(found); !read) return read;
    std::vector<std::int64_t> audit_rows;
    for (const auto& e : found.events())
        if (e.cls == events::record_class::audit && !is_own_record(e)) audit_rows.push_back(e.seq);
    auto details = store_.audit_numbers(audit_rows);
    if (!details) return std::unexpected(details.error());
    // 3. Memory forgets, and the chain says which details will be missing.
    if (auto said = announce(project, id, found, *details); !said) return said;
    for (const auto& key : found.keys())
        seams_.forget(key);
    // 4. The rows themselves, the files' free pages and the write-ahead logs.
    const auto counts = store_.erase(plan_of(visitor, found, *details, random_));
    if (!counts) return std::unexpected(counts.error());
    // 5. The certificate.
    return certify(project, id, visitor, found, *counts);
}

} // namespace servery::privacy
