#include "data_plane/gateway/visitor_chat/event_cursor.h"

#include "foundation/http/sse.h"

namespace servery::gateway {

namespace {

constexpr std::size_t most_at_once = 200;

// How long a text is for JavaScript.
std::size_t utf16_units(std::string_view text) {
    std::size_t out = 0;
    for (const char ch : text) {
        const auto byte = static_cast<unsigned char>(ch);
        if ((byte & 0xC0) == 0x80) continue;
        out += byte >= 0xF0 ? 2 : 1;
    }
    return out;
}

} // namespace

chat_news look_for_news(gateway& with, const chat_caller& c, std::int64_t after) {
    chat_news out;
    out.messages = with.given().book->history(c.conversation, after, most_at_once);
    out.state = with.given().book->look(c.conversation);
    out.last = out.messages.empty() ? after : out.messages.back().msg_seq;
    return out;
}

std::string owner_name(gateway& with, const policy::conversation_state& state) {
    if (state.owner != events::owner_kind::person) return {};
    return with.given().book->name_of(state.person);
}

std::string event_cursor::greeting() {
    std::string out;
    http::append_sse_comment(out, "listening");
    // A number that no message has: a restored server, or data that was deleted meanwhile.
    const bool known =
        after_ == 0 || !with_.given().book->history(c_.conversation, after_ - 1, 1).empty();
    if (!known) {
        after_ = 0;
        http::append_sse(out, "{}", "resync");
    }
    return out;
}

std::string event_cursor::next() {
    std::string out;
    const auto found = look_for_news(with_, c_, after_);
    add_messages(out, found);
    add_owner(out, found.state);
    if (found.state.owner == events::owner_kind::ai) add_part(out);
    add_typing(out, found.state);
    return out;
}

void event_cursor::add_messages(std::string& out, const chat_news& found) {
    for (const auto& m : found.messages) {
        out += "id: " + std::to_string(m.msg_seq) + "\n";
        http::append_sse(out, json::write(message_json(with_, c_, m)), "message");
        if (m.author != events::author_kind::visitor && !m.turn.empty()) answered_ = m.turn;
    }
    after_ = found.last;
}

void event_cursor::add_owner(std::string& out, const policy::conversation_state& state) {
    json::object data{{"owner", json::enum_word(state.owner)}};
    std::string now(json::enum_word(state.owner));
    if (const auto name = owner_name(with_, state); !name.empty()) {
        data["name"] = name;
        now += " " + name;
    }
    if (now == owner_) return;
    owner_ = std::move(now);
    http::append_sse(out, json::write(data), "owner");
}

void event_cursor::add_part(std::string& out) {
    const auto part = with_.parts().look(c_.conversation);
    if (part.turn != turn_) {
        turn_ = part.turn;
        told_ = told_units_ = 0;
    }
    // Its message is there already, or it may not be shown.
    if (turn_ == answered_ || part.label_version.empty()) return;
    if (part.text.size() <= told_) return;
    const auto more = std::string_view(part.text).substr(told_);
    http::append_sse(
        out,
        json::write(json::object{{"turn", part.turn},
                                 {"at", told_units_},
                                 {"text", more},
                                 {"label", label_json(*c_.project, part.label_version)}}),
        "delta");
    told_ = part.text.size();
    told_units_ += utf16_units(more);
}

void event_cursor::add_typing(std::string& out, const policy::conversation_state& state) {
    json::object data{{"who", "nobody"}};
    if (state.owner == events::owner_kind::person &&
        with_.given().clock.now() < state.typing_until) {
        data["who"] = "person";
        data["name"] = owner_name(with_, state);
    } else if (state.owner == events::owner_kind::ai && !turn_.empty() && turn_ != answered_ &&
               told_ == 0) {
        data["who"] = "ai";
    }
    auto now = json::write(data);
    if (now == typing_ || (typing_ == "nobody" && json::text_or(data, "who") == "nobody")) return;
    typing_ = json::text_or(data, "who") == "nobody" ? "nobody" : now;
    http::append_sse(out, now, "typing");
}

} // namespace servery::gateway
