// Finding a visitor and handing out what is stored about them (security design, section 13).
// Reads the store only.
#include "control_plane/privacy/privacy_service.h"
#include "control_plane/privacy/subject.h"
#include "foundation/base/text.h"
#include "foundation/events/desk.h"

#include <algorithm>

namespace servery::privacy {

namespace {

constexpr std::size_t most_found = 20;
constexpr std::size_t shown_code_points = 120;

std::string first_code_points(std::string_view text, std::size_t most) {
    std::size_t seen = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
        if (begins && seen++ == most) return std::string(text.substr(0, i)) + "\xE2\x80\xA6";
    }
    return std::string(text);
}

// One candidate of a search; a person confirms who is meant.
struct candidate {
    std::int64_t conversations = 0;
    std::int64_t messages = 0;
    instant first;
    instant last;
    std::string says; // the first message that fits
    bool fits = false;
};

struct search {
    std::string words;                                    // lower case
    std::map<std::string, std::string> visitor_of;        // conversation -> hex
    std::map<std::string, candidate, std::less<>> people; // by hex

    void add(const events::event& e) {
        if (events::is<events::conversation_changed>(e)) {
            const auto c = events::read<events::conversation_changed>(e);
            if (!c.visitor || visitor_of.contains(c.conversation)) return;
            const auto hex = to_hex(*c.visitor);
            visitor_of[c.conversation] = hex;
            auto& p = people[hex];
            if (p.conversations++ == 0) p.first = e.at;
            p.fits = p.fits || hex == words || c.conversation == words;
            p.last = e.at;
        } else if (events::is<events::message_added>(e)) {
            const auto m = events::read<events::message_added>(e);
            const auto at = visitor_of.find(m.conversation);
            if (at == visitor_of.end()) return;
            auto& p = people[at->second];
            ++p.messages;
            p.last = e.at;
            if (p.says.empty() && lower_ascii(m.text).find(words) != std::string::npos) {
                p.fits = true;
                p.says = first_code_points(m.text, shown_code_points);
            }
        }
    }
};

json::object message_json(const events::event& e) {
    const auto m = events::read<events::message_added>(e);
    json::array sources;
    for (const auto& s : m.sources)
        sources.push_back(json::object{{"title", s.title}, {"url", s.url}});
    return {{"at", to_rfc3339(e.at)},
            {"author", json::enum_word(m.author)},
            {"text", m.text},
            {"sources", std::move(sources)}};
}

json::object exchange_json(const events::exchange& x) {
    return {{"id", x.exchange_id},
            {"at", to_rfc3339(x.at)},
            {"answered_by", json::enum_word(x.answered_by)},
            {"provider", x.provider_id},
            {"question", x.question},
            {"answer", x.answer}};
}

// What staff wrote for themselves only stays with them; what was said to the visitor, and what was
// recorded about them, is theirs.
struct pack_builder {
    std::map<std::string, json::object, std::less<>> conversations;
    json::array consents;
    json::array labels;
    json::array feedback;

    json::object& conversation(const std::string& id) {
        auto& c = conversations[id];
        if (c.empty()) c = {{"id", id}, {"messages", json::array{}}};
        return c;
    }

    void add(const events::event& e) {
        if (events::is<events::conversation_changed>(e)) {
            const auto c = events::read<events::conversation_changed>(e);
            auto& to = conversation(c.conversation);
            if (!to.contains("opened")) to["opened"] = to_rfc3339(e.at);
            if (!c.channel.empty()) to["channel"] = c.channel;
            if (!c.lang.empty()) to["lang"] = c.lang;
        } else if (events::is<events::message_added>(e)) {
            const auto m = events::read<events::message_added>(e);
            if (!m.staff_only)
                conversation(m.conversation)["messages"].as_array().push_back(message_json(e));
        } else if (events::is<events::consent_changed>(e)) {
            const auto c = events::read<events::consent_changed>(e);
            consents.push_back(json::object{{"at", to_rfc3339(e.at)},
                                            {"purpose", c.purpose},
                                            {"state", c.state},
                                            {"version", c.version}});
        } else if (events::is<events::label_recorded>(e)) {
            const auto l = events::read<events::label_recorded>(e);
            labels.push_back(json::object{{"at", to_rfc3339(e.at)},
                                          {"message", l.message},
                                          {"verdict", json::enum_word(l.verdict)}});
        } else if (events::is<events::feedback_given>(e)) {
            const auto f = events::read<events::feedback_given>(e);
            feedback.push_back(
                json::object{{"at", to_rfc3339(e.at)}, {"thumb", f.thumb}, {"reason", f.reason}});
        }
    }
};

} // namespace

result<json::object> privacy_service::find(const std::string& project, const std::string& words,
                                           const std::optional<hash16>& visitor) const {
    search looking;
    looking.words = visitor ? to_hex(*visitor) : lower_ascii(trim(words));
    if (looking.words.size() < 3)
        return fail(error_code::unprocessable, "privacy.find.words",
                    "give at least three characters to look for", "words",
                    "a part of what they wrote, or the id of a conversation");
    const auto read = read_log(
        [&](events::event&& e) {
            if (e.project == project) looking.add(e);
        },
        [](events::exchange&&) {});
    if (!read) return std::unexpected(read.error());
    json::array items;
    for (const auto& [hex, p] : looking.people) {
        if (!p.fits || items.size() == most_found) continue;
        items.push_back(json::object{{"visitor", hex},
                                     {"conversations", p.conversations},
                                     {"messages", p.messages},
                                     {"first", to_rfc3339(p.first)},
                                     {"last", to_rfc3339(p.last)},
                                     {"says", p.says}});
    }
    return json::object{{"items", std::move(items)}, {"next", nullptr}};
}

result<json::object> privacy_service::collect(const std::string& project,
                                              const hash16& visitor) const {
    subject_collector found(project, visitor);
    const auto read = read_log([&](events::event&& e) { found.add(std::move(e)); },
                               [&](events::exchange&& x) { found.add(std::move(x)); });
    if (!read) return std::unexpected(read.error());
    pack_builder pack;
    for (const auto& e : found.events())
        pack.add(e);
    json::array conversations;
    for (auto& [id, c] : pack.conversations)
        conversations.push_back(std::move(c));
    json::array exchanges;
    for (const auto& x : found.exchanges())
        exchanges.push_back(exchange_json(x));
    return json::object{{"format", "servery-visitor-data-1"},
                        {"made_at", to_rfc3339(now_.now())},
                        {"project", project},
                        {"subject", subject_ref(visitor)},
                        {"conversations", std::move(conversations)},
                        {"consents", std::move(pack.consents)},
                        {"labels", std::move(pack.labels)},
                        {"feedback", std::move(pack.feedback)},
                        {"exchanges", std::move(exchanges)}};
}

} // namespace servery::privacy
