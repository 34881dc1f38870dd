#include "data_plane/assistant/knowledge/project_knowledge.h"

#include "data_plane/assistant/knowledge/proposals.h"
#include "data_plane/assistant/text/analyse.h"
#include "foundation/events/decision_made.h"
#include "foundation/stats/rate.h"

#include <algorithm>
#include <cmath>

namespace servery::assistant {

namespace {

constexpr std::size_t messages_kept = 50'000;
constexpr millis talk_forgotten{std::int64_t{8} * 86'400'000};

template <typename Map>
auto* find_in(Map& map, std::string_view key) {
    const auto at = map.find(key);
    return at == map.end() ? nullptr : &at->second;
}

bool same_wording(std::string_view a, std::string_view b) {
    return wording_of(a) == wording_of(b);
}

} // namespace

void project_knowledge::apply(const events::event& e) {
    using namespace events;
    if (is<knowledge_entry_saved>(e)) {
        auto saved = read<knowledge_entry_saved>(e).entry;
        entries[saved.key].push_back(std::move(saved));
    } else if (is<knowledge_entry_decided>(e)) {
        decide_entry(e);
    } else if (is<knowledge_phrasing_changed>(e)) {
        fold_phrasing(e);
    } else if (is<knowledge_imported>(e)) {
        auto content = read<knowledge_imported>(e);
        findings = content.findings;
        auto& record = imports[content.import];
        record.id = content.import;
        record.content = std::move(content);
    } else if (is<knowledge_import_closed>(e)) {
        const auto closed = read<knowledge_import_closed>(e);
        if (auto* record = find_in(imports, closed.import)) {
            record->state = closed.state;
            record->taken += closed.taken;
            record->refused += closed.refused;
        }
    } else if (is<knowledge_withdrawn>(e)) {
        const auto w = read<knowledge_withdrawn>(e);
        withdrawn[w.key] = {w.version, w.reason, e.by.id, e.at};
    } else if (is<knowledge_settings_changed>(e)) {
        settings = read<knowledge_settings_changed>(e);
    } else if (is<calibration_changed>(e)) {
        const auto changed = read<calibration_changed>(e);
        const auto at =
            std::ranges::find(calibrations, changed.calibration, &calibration_changed::calibration);
        if (at == calibrations.end())
            calibrations.push_back(changed);
        else
            *at = changed;
        calibration_at.try_emplace(changed.calibration, e.at);
        if (changed.state == calibration_state::active) trip = {changed.calibration};
    } else if (e.kind.starts_with("knowledge.")) {
        fold_release(e);
    } else {
        fold_desk(e);
    }
}

void project_knowledge::decide_entry(const events::event& e) {
    const auto decided = events::read<events::knowledge_entry_decided>(e);
    auto* versions = find_in(entries, decided.key);
    if (versions == nullptr) return;
    for (auto& row : *versions) {
        if (row.version != decided.version) continue;
        row.status = decided.status;
        if (decided.status != events::entry_status::approved) continue;
        row.approved_by = e.by.id;
        row.approved_at = e.at;
        if (!decided.review_by.empty()) row.review_by = decided.review_by;
    }
}

void project_knowledge::fold_phrasing(const events::event& e) {
    const auto changed = events::read<events::knowledge_phrasing_changed>(e);
    auto& p = phrasings[changed.phrasing];
    p.id = changed.phrasing;
    p.entry = changed.entry;
    p.text = changed.text;
    p.origin = changed.origin;
    p.state = changed.state;
    p.message = changed.message;
    p.accepted_seq = changed.state == events::phrasing_state::accepted ? e.seq : 0;
}

void project_knowledge::fold_release(const events::event& e) {
    using namespace events;
    if (is<knowledge_release_drafted>(e)) {
        auto drafted = read<knowledge_release_drafted>(e);
        auto& record = releases[drafted.release];
        if (!record.id.empty()) return;
        record.id = drafted.release;
        record.seq = static_cast<std::int64_t>(releases.size());
        record.parent = drafted.parent;
        record.note = drafted.note;
        record.members = std::move(drafted.members);
        record.created_by = e.by.id;
        record.created_at = e.at;
    } else if (is<knowledge_release_checked>(e)) {
        const auto checked = read<knowledge_release_checked>(e);
        auto* record = find_in(releases, checked.release);
        if (record == nullptr) return;
        record->report = checked.report;
        if (checked.compiled && record->state == release_state::draft)
            record->state = release_state::checked;
    } else if (is<knowledge_published>(e)) {
        const auto done = read<knowledge_published>(e);
        if (auto* former = find_in(releases, published)) former->state = release_state::superseded;
        published = done.to_release;
        if (auto* record = find_in(releases, published)) {
            record->state = release_state::published;
            record->published_by = e.by.id;
            record->published_at = e.at;
        }
    }
}

void project_knowledge::fold_desk(const events::event& e) {
    using namespace events;
    if (is<message_added>(e)) {
        auto m = read<message_added>(e);
        if (m.staff_only || m.text.empty()) return;
        if (undecided.size() > forget_above) {
            std::erase_if(undecided,
                          [&](const auto& t) { return e.at - t.second.at > talk_forgotten; });
            forget_above = std::max(forget_above, 2 * undecided.size());
        }
        auto& talk = undecided[m.conversation];
        if (m.author == author_kind::visitor) {
            talk.id = m.message;
            talk.text = std::move(m.text);
            talk.conversation = m.conversation;
            talk.at = e.at;
        } else if (m.message_kind_ == message_kind::ask) {
            talk.offered.clear();
            for (const auto& c : m.choices)
                talk.offered.push_back(c.key);
        }
    } else if (is<decision_recorded>(e)) {
        const auto d = read<decision_recorded>(e);
        auto* talk = find_in(undecided, d.conversation);
        if (talk == nullptr || talk->id != d.message || d.staff || messages.contains(d.message))
            return;
        talk->decided = d.entries;
        messages.emplace(d.message, *talk);
        message_order.push_back(d.message);
        if (message_order.size() > messages_kept) {
            messages.erase(message_order.front());
            message_order.pop_front();
        }
    } else if (is<label_recorded>(e)) {
        fold_label(e);
    } else if (is<draft_changed>(e)) {
        const auto d = read<draft_changed>(e);
        const auto* talk = find_in(undecided, d.conversation);
        if (d.state == draft_state::approved && talk != nullptr && !d.entries.empty())
            suggest(d.entries.front(), talk->text, talk->id);
    }
}

void project_knowledge::fold_label(const events::event& e) {
    const auto label = events::read<events::label_recorded>(e);
    labels[label.message] = {label, e.at};
    if (const auto* message = find_in(messages, label.message);
        message != nullptr && !label.entries.empty())
        suggest(label.entries.front(), message->text, message->id);

    // Each random label of an automatic answer tests the active calibration (recipe `rate`).
    const bool counts = label.sampling == events::label_sampling::random && !label.staff &&
                        label.delivered == "answer" && label.recommended == "answer" &&
                        label.verdict != events::label_verdict::unsure;
    if (!counts || trip.calibration.empty() || trip.tripped) return;
    const auto at = std::ranges::find(calibrations, trip.calibration,
                                      &events::calibration_changed::calibration);
    if (at == calibrations.end() || at->state != events::calibration_state::active) return;
    (label.verdict == events::label_verdict::right ? trip.right : trip.wrong) += 1;
    const stats::rate_counts counted{trip.right, trip.right + trip.wrong};
    if (stats::rate_ln_e_fail(counted, at->promised_accuracy) >= std::log(1 / at->delta))
        trip.tripped = true;
}

// A visitor's wording that led to an entry; wordings already known are only counted.
void project_knowledge::suggest(const std::string& entry, const std::string& text,
                                const std::string& message) {
    if (entries.find(entry) == entries.end() || text.empty() || text.size() > 1200) return;
    if (const auto* e = current(entry); e != nullptr && same_wording(e->question, text)) return;
    for (auto& [id, p] : phrasings) {
        if (p.entry != entry || !same_wording(p.text, text)) continue;
        if (p.message != message) ++p.seen;
        return;
    }
    const auto id = "ph_" + message + "_" + entry;
    phrasings[id] = {.id = id,
                     .entry = entry,
                     .text = text,
                     .origin = events::phrasing_origin::visitor,
                     .state = events::phrasing_state::suggested,
                     .message = message};
}

const events::knowledge_entry* project_knowledge::current(std::string_view key) const {
    const auto* versions = find_in(entries, key);
    return versions == nullptr || versions->empty() ? nullptr : &versions->back();
}

const events::knowledge_entry* project_knowledge::version(std::string_view key,
                                                          std::int64_t number) const {
    const auto* versions = find_in(entries, key);
    if (versions == nullptr) return nullptr;
    const auto at = std::ranges::find(*versions, number, &events::knowledge_entry::version);
    return at == versions->end() ? nullptr : &*at;
}

const events::knowledge_entry* project_knowledge::approved(std::string_view key) const {
    const auto* versions = find_in(entries, key);
    if (versions == nullptr || versions->back().status == events::entry_status::retired)
        return nullptr;
    for (auto at = versions->rbegin(); at != versions->rend(); ++at)
        if (at->status == events::entry_status::approved) return &*at;
    return nullptr;
}

std::optional<release> project_knowledge::content_of(std::string_view release_id) const {
    const auto* record = find_in(releases, release_id);
    if (record == nullptr) return std::nullopt;
    auto out = content_of(record->members);
    out.id = record->id;
    return out;
}

std::vector<events::release_member> project_knowledge::members_now() const {
    std::map<std::string_view, std::vector<const phrasing*>> accepted;
    for (const auto& [id, p] : phrasings)
        if (p.state == events::phrasing_state::accepted) accepted[p.entry].push_back(&p);
    std::vector<events::release_member> out;
    for (const auto& [key, versions] : entries) {
        const auto* e = approved(key);
        if (e == nullptr) continue;
        auto& member = out.emplace_back();
        member.key = key;
        member.version = e->version;
        auto& list = accepted[key];
        std::ranges::sort(list, std::greater<>{}, [](const phrasing* p) {
            return std::pair(p->accepted_seq, std::string_view(p->id));
        });
        for (const auto* p : list)
            member.phrasings.push_back(p->id);
    }
    return out;
}

release project_knowledge::content_of(const std::vector<events::release_member>& members) const {
    release out;
    out.default_lang = settings.default_lang;
    for (const auto& member : members) {
        const auto* e = version(member.key, member.version);
        if (e == nullptr) continue;
        std::vector<std::string> texts;
        for (const auto& id : member.phrasings)
            if (const auto* p = find_in(phrasings, id)) texts.push_back(p->text);
        out.entries.push_back(served_form(*e, std::move(texts)));
    }
    return out;
}

const events::calibration_changed* project_knowledge::active(std::string_view release_id) const {
    for (auto at = calibrations.rbegin(); at != calibrations.rend(); ++at) {
        if (at->release != release_id || at->state != events::calibration_state::active) continue;
        const bool tripped = trip.tripped && trip.calibration == at->calibration;
        return tripped || !at->t_answer ? nullptr : &*at;
    }
    return nullptr;
}

const phrasing* project_knowledge::accepted_text(std::string_view text) const {
    const auto wanted = wording_of(text);
    for (const auto& [id, p] : phrasings)
        if (p.state == events::phrasing_state::accepted && wording_of(p.text) == wanted) return &p;
    return nullptr;
}

} // namespace servery::assistant
