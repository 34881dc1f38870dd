// One reader of a conversation's events: what it was told, and what is new for it.
//   id: N, event: message   a stored message; N is its number
//   event: delta            a piece of the AI's text: {turn, at, text, label}; `at` = UTF-16 units
//                           before it; 0 begins the text anew
//   event: owner            {owner, name?}      event: typing   {who: ai|person|nobody, name?}
//   event: resync           the reader knows messages that are not there: it reloads the history
// Thread: the connection's reactor.
#pragma once

#include "data_plane/gateway/visitor_chat/parts.h"

#include <cstdint>
#include <string>
#include <vector>

namespace servery::gateway {

struct chat_news {
    std::vector<events::message_added> messages;
    policy::conversation_state state;
    std::int64_t last = 0; // number of the last message, or what was asked for
};
[[nodiscard]] chat_news look_for_news(gateway& with, const chat_caller& c, std::int64_t after);

// Display name of the person who owns the conversation, or "".
[[nodiscard]] std::string owner_name(gateway& with, const policy::conversation_state& state);

class event_cursor {
  public:
    event_cursor(gateway& with, const chat_caller& c, std::int64_t after)
        : with_(with), c_(c), after_(after) {}

    [[nodiscard]] std::int64_t after() const { return after_; }
    // The first bytes of a stream.
    [[nodiscard]] std::string greeting();
    // Everything that is new since the last call, as events; "" = nothing.
    [[nodiscard]] std::string next();

  private:
    void add_messages(std::string& out, const chat_news& found);
    void add_owner(std::string& out, const policy::conversation_state& state);
    void add_part(std::string& out);
    void add_typing(std::string& out, const policy::conversation_state& state);

    gateway& with_;
    const chat_caller& c_;
    std::int64_t after_;
    std::string owner_ = "ai"; // as it was told: the word, and the name behind it
    std::string turn_;         // whose text is being told
    std::string answered_;     // the last turn whose message was told
    std::size_t told_ = 0;     // bytes of it
    std::size_t told_units_ = 0;
    std::string typing_ = "nobody";
};

} // namespace servery::gateway
