// A gateway with fake upstreams, a fake book and no network, for the tests of this folder.
#pragma once

#include "data_plane/gateway/gateway.h"
#include "data_plane/policy/keys.h"
#include "foundation/http/memory_exchange.h"
#include "foundation/http/router.h"
#include "foundation/json/json.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace servery::gateway {

// What a fake upstream says to one call.
struct scripted_answer {
    int status = 200;
    std::string content_type = "application/json";
    provider::header_list headers;
    std::vector<std::string> pieces;
    std::optional<error> open_fault; // open() fails
    std::optional<error> end_fault;  // after the pieces
    std::shared_ptr<const provider::assistant_answer> decided;
};

struct seen_call {
    std::string provider;
    std::string body;
    provider::header_list headers;
    bool stream = false;
    std::string question;
    bool cancelled = false;
};

struct fake_upstreams {
    std::deque<scripted_answer> next; // the last one is repeated
    std::deque<seen_call> calls;
    std::function<void()> before_open;
    std::function<scripted_answer(std::string_view body)> by_body; // instead of `next`, if set
    [[nodiscard]] provider::connector connect();
};

// The conversation book, by hand: everything is done at once, on this thread.
class fake_book final : public policy::conversation_book {
  public:
    std::map<hash16, policy::conversation_state> states;
    std::vector<policy::visitor_message> opened;
    std::vector<policy::turn_answer> closed;
    std::vector<events::consent_changed> consents;
    std::map<hash16, std::vector<events::message_added>> messages;
    bool supersede = false;
    std::vector<std::function<void()>> wakes; // of everybody who watches

    [[nodiscard]] policy::conversation_state look(const hash16& conversation) const override;
    void open_turn(policy::visitor_message message,
                   std::function<void(result<policy::opened_turn>)> done) override;
    void close_turn(std::string project, std::string turn, std::int64_t epoch,
                    policy::turn_answer answer,
                    std::function<void(result<policy::turn_result>)> done) override;
    void consent(std::string project, events::consent_changed record,
                 std::function<void(status)> done) override;
    [[nodiscard]] std::shared_ptr<void> watch(const hash16& conversation, std::int64_t after_seq,
                                              std::function<void()> wake) override;
    [[nodiscard]] std::vector<events::message_added>
    history(const hash16& conversation, std::int64_t after_seq, std::size_t limit) const override;

  private:
    hash16 open_conversation_{};
};

// A project `shop` in pilot: staff and 30 % of visitors get a variant of the fake provider `main`.
struct gateway_world {
    manual_clock now{instant{1'767'225'600'000}};
    net::address caller = *net::parse_address("203.0.113.5");
    seeded_random random{7};
    policy::snapshot policy;
    policy::snapshot_board board;
    policy::kill_board kills;
    ledger spend;
    fake_book book;
    fake_upstreams upstream;
    assistant::serving_ptr knowledge; // what the built-in assistant knows; null = nothing
    std::vector<events::exchange> rows;
    std::vector<events::event> events;
    std::string live_key, sandbox_key, public_key;
    std::unique_ptr<class gateway> gate;
    http::router routes;

    gateway_world();
    // Publishes `policy` as it is now.
    void publish();
    // From now on, calls under way are kept in this file.
    void keep_in_flight(in_flight_file& file);
    // Somebody writes into the conversation, as a colleague in the desk would.
    void write(const hash16& conversation, std::string text);
    // A visitor id that falls inside, or outside, the share of 30 %.
    [[nodiscard]] std::string visitor(bool inside) const;

    struct answer {
        int status = 0;
        std::string body;
        std::vector<std::pair<std::string, std::string>> headers;
        std::vector<std::string> writes;
        bool finished = false;
        [[nodiscard]] std::string header(std::string_view name) const;
        // The body; parsed once and kept, so that references into it stay valid.
        [[nodiscard]] const json::object& json() const;
        [[nodiscard]] std::string content() const; // choices[0].message.content
        [[nodiscard]] std::string error_id() const;

        mutable std::shared_ptr<json::object> parsed = {};
    };
    using headers = std::vector<std::pair<std::string, std::string>>;
    answer call(http::method verb, const std::string& path, headers with, std::string body);
    answer chat(const std::string& key, std::string body, headers more = {});
    [[nodiscard]] const events::exchange& row() const { return rows.back(); }
    [[nodiscard]] std::size_t count(std::string_view kind) const;
};

inline constexpr std::string_view hello =
    R"({"model":"gpt-x","messages":[{"role":"user","content":"When do you open?"}]})";
inline constexpr std::string_view hello_stream =
    R"({"model":"gpt-x","stream":true,"messages":[{"role":"user","content":"When do you open?"}]})";

[[nodiscard]] scripted_answer whole(std::string text);
[[nodiscard]] scripted_answer refused(int status);
[[nodiscard]] scripted_answer dead(std::string id = "http.client.connect");
// Chunks with role, each text, finish, usage, [DONE].
[[nodiscard]] scripted_answer stream_of(std::vector<std::string> texts);
[[nodiscard]] std::string chunk(std::string delta, std::string finish = "null");

} // namespace servery::gateway
