// What staff see of conversations: the views of the inbox and one conversation, as JSON.
#include "control_plane/desk/desk_core.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <array>
#include <functional>

namespace servery::desk {
namespace {

// Each conversation stands in one view.
std::optional<view> view_of(const conversation& c, std::string_view person) {
    if (c.status == "closed") return view::closed;
    if (c.status == "snoozed") return view::snoozed;
    const bool mine = c.owner == events::owner_kind::nobody ||
                      (c.owner == events::owner_kind::person && c.person == person);
    // A draft of the AI waits for anybody; one that a person took along is his own work.
    if (!c.pending_draft.empty() && c.owner == events::owner_kind::ai) return view::drafts;
    if (c.owner == events::owner_kind::ai) return view::ai_answering;
    if (mine && c.waiting_on == "us") return view::needs_you;
    return view::waiting;
}

// A draft stands beside a conversation that nobody owns, too.
bool in_view(const conversation& c, view wanted, std::string_view person) {
    if (wanted == view::drafts)
        return c.status == "open" && !c.pending_draft.empty() &&
               c.owner != events::owner_kind::person;
    return view_of(c, person) == wanted;
}

std::string shown_as(const conversation& c) {
    if (c.status != "open") return c.status;
    if (!c.pending_draft.empty() && c.owner != events::owner_kind::person) return "draft_waiting";
    if (c.owner == events::owner_kind::ai) return "ai_answering";
    return c.waiting_on == "us" ? "waiting_for_us" : "waiting_for_customer";
}

std::string_view band_of(double confidence) {
    if (confidence >= 0.8) return "high";
    return confidence >= 0.5 ? "medium" : "low";
}

json::value time_or_null(const std::optional<instant>& at) {
    return at ? json::value(to_rfc3339(*at)) : json::value(nullptr);
}

std::string visitor_name(const conversation& c) {
    if (!c.visitor) return "Visitor";
    auto hex = to_hex(bytes_view(*c.visitor).first(2));
    std::ranges::transform(hex, hex.begin(),
                           [](unsigned char l) { return static_cast<char>(std::toupper(l)); });
    return "Visitor " + hex;
}

std::string first_line(const conversation& c) {
    for (const auto& m : c.messages)
        if (m.m.author == events::author_kind::visitor)
            return m.m.text.substr(0, m.m.text.find('\n'));
    return {};
}

json::object summary(const desk_core& desk, const conversation& c) {
    json::object out = {{"id", c.id},
                        {"visitor", visitor_name(c)},
                        {"first_line", first_line(c)},
                        {"channel", c.channel},
                        {"lang", c.lang},
                        {"stage", c.stage},
                        {"staff", c.staff},
                        {"status", c.status},
                        {"shown", shown_as(c)},
                        {"owner", json::to_json(c.owner)},
                        {"person", c.person},
                        {"person_name", c.person.empty() ? "" : desk.name_of(c.person)},
                        {"epoch", c.epoch},
                        {"segment", c.segment},
                        {"last_seq", c.last_seq()},
                        {"waiting_on", c.waiting_on},
                        {"waiting_since", time_or_null(c.waiting_since)},
                        {"reason", c.reason},
                        {"misses", c.misses},
                        {"variant", c.variant},
                        {"tags", json::to_json(c.tags)},
                        {"snoozed_until", time_or_null(c.snoozed_until)},
                        {"changed_at", to_rfc3339(c.changed_at)}};
    const auto* draft = desk.state.draft(c.pending_draft);
    out["draft"] = draft == nullptr ? json::value(nullptr) : json::value(draft->d.draft);
    out["confidence"] =
        draft == nullptr ? json::value(nullptr) : json::value(band_of(draft->d.confidence));
    return out;
}

json::value draft_json(const desk_core& desk, const conversation& c) {
    const auto* draft = desk.state.draft(c.pending_draft);
    if (draft == nullptr) return nullptr;
    auto out = json::to_json(draft->d).as_object();
    out["id"] = draft->d.draft;
    out["band"] = band_of(draft->d.confidence);
    out["at"] = to_rfc3339(draft->at);
    out["message"] = draft->extra.message;
    return out;
}

json::object message_json(const desk_core& desk, const stored_message& m) {
    auto out = json::to_json(m.m).as_object();
    out["author_name"] =
        m.m.author == events::author_kind::person ? desk.name_of(m.m.author_id) : "";
    out["approved_by_name"] = m.m.approved_by.empty() ? "" : desk.name_of(m.m.approved_by);
    out["id"] = m.m.message;
    out["seq"] = m.m.msg_seq;
    out["kind"] = json::to_json(m.m.message_kind_);
    out["at"] = to_rfc3339(m.at);
    out["thumb"] = m.thumb.empty() ? json::value(nullptr) : json::value(m.thumb);
    return out;
}

// Longest wait first; what waits for nothing by its last change, newest first.
bool comes_before(const conversation* a, const conversation* b) {
    if (a->waiting_since && b->waiting_since && *a->waiting_since != *b->waiting_since)
        return *a->waiting_since < *b->waiting_since;
    if (a->waiting_since.has_value() != b->waiting_since.has_value())
        return a->waiting_since.has_value();
    if (!a->waiting_since && a->changed_at != b->changed_at) return a->changed_at > b->changed_at;
    return a->id < b->id;
}

// In the words of any message, in a tag, or in the reason; without regard to case.
bool matches(const conversation& c, std::string_view lower) {
    const auto holds = [&](std::string_view text) {
        return lower_ascii(text).find(lower) != std::string::npos;
    };
    return lower.empty() || holds(c.reason) || holds(visitor_name(c)) ||
           std::ranges::any_of(c.tags, holds) ||
           std::ranges::any_of(c.messages, [&](const auto& m) { return holds(m.m.text); });
}

// The same visitor's other conversations, newest first.
json::array past_of(const desk_state& state, const conversation& c) {
    std::vector<const conversation*> others;
    if (c.visitor)
        for (const auto* other : state.of_visitor(*c.visitor))
            if (other->project == c.project && other != &c) others.push_back(other);
    std::ranges::sort(others, std::greater{}, &conversation::changed_at);
    json::array out;
    for (const auto* other : others)
        out.push_back(json::object{{"id", other->id},
                                   {"first_line", first_line(*other)},
                                   {"status", other->status},
                                   {"changed_at", to_rfc3339(other->changed_at)}});
    return out;
}

// What a person wants beside the transcript.
json::object context_json(const desk_core& desk, const conversation& c) {
    json::array viewers;
    for (const auto& one : desk.looking.of(c.id, desk.now.now()))
        viewers.push_back(json::object{
            {"person", one.person}, {"name", desk.name_of(one.person)}, {"typing", one.typing}});
    json::object out{{"past", past_of(desk.state, c)},
                     {"viewers", std::move(viewers)},
                     {"consent", c.visitor && desk.view.consented(c.project, *c.visitor)},
                     {"decision", nullptr}};
    for (auto m = c.messages.rbegin(); m != c.messages.rend(); ++m) {
        const auto* decision = desk.state.decision(c.project, m->m.message);
        if (decision == nullptr) continue;
        out["decision"] = json::object{{"recommended", decision->d.recommended},
                                       {"delivered", decision->d.delivered},
                                       {"reason", decision->d.reason},
                                       {"band", band_of(decision->d.confidence)},
                                       {"entries", json::to_json(decision->d.entries)}};
        break;
    }
    return out;
}

} // namespace

json::object desk_service::list(const list_request& request) const {
    std::map<view, std::int64_t> counts{{view::closed, inner_->state.closed(request.project)}};
    std::vector<const conversation*> rows;
    const auto wanted = lower_ascii(request.search);
    for (const auto& [id, c] : inner_->state.unfinished()) {
        if (c->project != request.project) continue;
        for (const auto v :
             {view::needs_you, view::drafts, view::ai_answering, view::waiting, view::snoozed}) {
            if (!in_view(*c, v, request.person)) continue;
            ++counts[v];
            if (v == request.view && matches(*c, wanted)) rows.push_back(c);
        }
    }
    if (request.view == view::closed)
        for (const auto& [id, c] : inner_->state.all())
            if (c.project == request.project && c.status == "closed" && matches(c, wanted))
                rows.push_back(&c);
    std::ranges::sort(rows, comes_before);
    auto at = rows.begin();
    if (!request.cursor.empty()) {
        at = std::ranges::find(rows, request.cursor, &conversation::id);
        if (at != rows.end()) ++at;
    }
    const auto limit = static_cast<std::size_t>(std::clamp<std::int64_t>(request.limit, 1, 200));
    json::array items;
    for (; at != rows.end() && items.size() < limit; ++at)
        items.push_back(summary(*inner_, **at));
    json::object by_view;
    for (const auto& word : json::enum_words<view>())
        by_view[word] = counts[*json::enum_from<view>(word)];
    json::object out;
    out["next"] = at == rows.end() ? json::value(nullptr) : json::value((*std::prev(at))->id);
    out["items"] = std::move(items);
    out["counts"] = std::move(by_view);
    return out;
}

result<json::object> desk_service::show(std::string_view project, std::string_view conversation_id,
                                        std::int64_t after_seq) const {
    const auto found = inner_->find(project, conversation_id);
    if (!found) return std::unexpected(found.error());
    const auto& c = **found;
    json::array messages;
    for (const auto& m : c.messages)
        if (m.m.msg_seq > after_seq) messages.push_back(message_json(*inner_, m));
    return json::object{{"conversation", summary(*inner_, c)},
                        {"messages", std::move(messages)},
                        {"draft", draft_json(*inner_, c)},
                        {"context", context_json(*inner_, c)}};
}

json::object desk_service::today(std::string_view project) const {
    const auto since = inner_->now.now() - millis{24LL * 3600 * 1000};
    std::map<std::string_view, std::int64_t> n;
    for (const auto& [id, c] : inner_->state.all()) {
        if (c.project != project || c.staff) continue;
        if (c.status == "open" && c.owner != events::owner_kind::ai && c.waiting_on == "us")
            ++n["waiting"];
        for (const auto& m : c.messages) {
            if (m.at < since) continue;
            if (m.m.author == events::author_kind::visitor) ++n["messages"];
            if (m.m.author == events::author_kind::person && !m.m.staff_only) ++n["replied"];
            if (m.thumb == "up") ++n["thumbs_up"];
            if (m.thumb == "down") ++n["thumbs_down"];
        }
    }
    for (const auto* decision : inner_->state.decisions()) {
        if (decision->project != project || decision->at < since || decision->d.staff) continue;
        const auto& how = decision->d.delivered;
        if (how == "answer") ++n["answered"];
        if (how == "ask") ++n["asked"];
        if (how == "hand_over") ++n["handed_over"];
        if (how == "draft") ++n["drafted"];
    }
    json::object out{{"since", to_rfc3339(since)}};
    for (const auto* name : {"messages", "answered", "asked", "handed_over", "drafted", "replied",
                             "thumbs_up", "thumbs_down", "waiting"})
        out[name] = n[name];
    return out;
}

} // namespace servery::desk
