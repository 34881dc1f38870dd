// P1 to P7 of the ownership of conversations, under random interleavings of visitors, the AI, two
// persons of staff, timers, the kill switch, a store that goes away, and crashes.
#include "control_plane/desk/desk_fixture_test.h"

#include <rapidcheck.h>

#include <array>
#include <cstdlib>
#include <map>
#include <set>

namespace servery::desk {
namespace {

using events::author_kind;
using events::owner_kind;

// SERVERY_INTERLEAVINGS says how many; the design's bar is 100,000.
const int more = [] {
    const char* wanted = std::getenv("SERVERY_INTERLEAVINGS");
    const auto params = "max_size=120 max_success=" + std::string(wanted ? wanted : "1500");
    return ::setenv("RC_PARAMS", params.c_str(), 0); // RC_PARAMS from outside wins
}();

// One conversation as an outsider reads it from the log, with rules of its own.
struct witness {
    std::int64_t epoch = 0;
    std::int64_t segment = 1;
    owner_kind owner = owner_kind::ai;
    std::string person;
    std::string waiting_on = "none";
    bool silenced = false; // claimed, and not yet returned or in a new segment
    std::map<std::string, std::int64_t> epoch_of_turn;
    std::int64_t last_seq = 0;
    std::set<std::string> clients;
    std::vector<std::string> open_texts; // public messages in the order of the log
    std::int64_t asked_at = -1;          // oldest visitor's message without a public answer
    bool notice_due = false;
};

class world : public desk_fixture {
  public:
    void TestBody() override {}

    static constexpr std::array<const char*, 2> staff = {"anna", "berta"};
    static constexpr int conversations = 3;

    std::map<std::string, witness> witnesses;
    std::size_t read = 0;
    std::vector<policy::opened_turn> turns; // of all times: the AI may answer any of them
    int client = 0;
    int reply_id = 0;

    // ---- what may happen ----------------------------------------------------------------------
    void step(int what, int a, int b) {
        switch (what) {
        case 0:
        case 1:
            say(a, b);
            break;
        case 2:
        case 3:
            answer_some(a, b);
            break;
        case 4:
            claim(a, b);
            break;
        case 5:
            reply_to(a, b);
            break;
        case 6:
            pass_on(a, b);
            break;
        case 7:
            decide_draft(a, b);
            break;
        case 8:
            close_one(a, b);
            break;
        case 9:
            advance(a);
            break;
        case 10:
            run_one();
            break;
        case 11:
            b % 4 == 0 ? crash() : run_one();
            break;
        case 12:
            kill_or_lose_store(a, b);
            break;
        default:
            break;
        }
    }

    void say(int a, int b) {
        auto m = message(a % conversations);
        // Now and then the same message comes twice.
        m.client_id = "c" + std::to_string(b % 3 == 0 ? client : ++client);
        desk_->open_turn(m, [this](result<policy::opened_turn> r) {
            if (r && !r->turn.empty()) turns.push_back(*r);
        });
        if (b % 2 == 0) run();
    }

    void answer_some(int a, int b) {
        if (turns.empty()) return;
        // Mostly the last turns, sometimes a forgotten one.
        const auto back = static_cast<std::size_t>(a) % std::min<std::size_t>(turns.size(), 4);
        const auto turn = turns[turns.size() - 1 - back];
        constexpr std::array outcomes = {"answer",    "answer", "ask",
                                         "hand_over", "draft",  "fallback"};
        settings_.autonomy = b % 2 == 0 ? "approve" : "draft";
        desk_->close_turn("guest-house", turn.turn, turn.epoch,
                          answer(outcomes[static_cast<std::size_t>(b) % outcomes.size()]),
                          [](const auto&) {});
    }

    std::string some_conversation(int a) { return desk_->look(key(a % conversations)).id; }

    void claim(int a, int b) {
        const auto s = desk_->look(key(a % conversations));
        if (!s.known) return;
        std::ignore = desk_->claim("guest-house", s.id, staff[static_cast<std::size_t>(b % 2)],
                                   s.epoch - (b % 5 == 0 ? 1 : 0),
                                   b % 3 == 0 ? if_owned::take_over : if_owned::refuse);
    }

    void reply_to(int a, int b) {
        const auto id = some_conversation(a);
        if (id.empty()) return;
        // Sometimes the same reply again, sometimes without having read the last messages.
        auto r = reply(id, staff[static_cast<std::size_t>(b % 2)],
                       "r" + std::to_string(b % 3 == 0 ? reply_id : ++reply_id));
        if (b % 7 == 0) --r.if_seq;
        std::ignore = b % 11 == 0 ? desk_->note("guest-house", r) : desk_->reply("guest-house", r);
    }

    void pass_on(int a, int b) {
        const auto s = desk_->look(key(a % conversations));
        if (!s.known) return;
        const auto* who = staff[static_cast<std::size_t>(b % 2)];
        if (b % 3 == 0) std::ignore = desk_->release("guest-house", s.id, who);
        if (b % 3 == 1) std::ignore = desk_->return_to_ai("guest-house", s.id, who, s.epoch);
        if (b % 3 == 2) std::ignore = desk_->assign("guest-house", s.id, who, staff[0]);
    }

    void decide_draft(int a, int b) {
        const auto s = desk_->look(key(a % conversations));
        if (!s.known) return;
        draft_decision d{.draft = pending_draft(s.id),
                         .person = staff[static_cast<std::size_t>(b % 2)],
                         .epoch = s.epoch - (b % 5 == 0 ? 1 : 0),
                         .reason = "wrong"};
        if (d.draft.empty()) return;
        if (b % 3 == 0)
            std::ignore = desk_->reject("guest-house", d);
        else
            std::ignore = desk_->approve("guest-house", d);
    }

    void close_one(int a, int b) {
        if (b % 2 != 0) return;
        const auto id = some_conversation(a);
        if (!id.empty()) std::ignore = desk_->close("guest-house", id, staff[0], "solved");
    }

    void advance(int a) {
        now_.advance(millis{a % 25 * 1000});
        tick();
    }

    // What was posted is run before the clock's tick, as on the control thread.
    void tick() {
        run();
        log_.set_down(false);
        desk_->on_tick(now_.now());
        watch_log();
        for (const auto& [id, w] : witnesses)
            if (w.asked_at >= 0 && w.owner == owner_kind::ai)
                RC_ASSERT(now_.now().ms - w.asked_at < 20'000); // P3
    }

    void run_one() {
        if (queue_.empty()) return;
        auto next = std::move(queue_.front());
        queue_.pop_front();
        next();
    }

    void crash() {
        log_.set_down(false);
        restart();
    }

    void kill_or_lose_store(int a, int b) {
        if (b % 3 == 0)
            std::ignore = desk_->on_kill("guest-house", "");
        else
            log_.set_down(a % 2 == 0);
    }

    // ---- what must hold -----------------------------------------------------------------------
    void watch_log() {
        for (; read < log_.all().size(); ++read) {
            const auto& e = log_.all()[read];
            if (events::is<events::conversation_changed>(e))
                watch_change(events::read<events::conversation_changed>(e));
            if (events::is<events::message_added>(e))
                watch_message(events::read<events::message_added>(e), e.at);
        }
    }

    void watch_change(const events::conversation_changed& c) {
        auto& w = witnesses[c.conversation];
        RC_ASSERT(c.epoch >= w.epoch);
        if (c.owner && (*c.owner != w.owner || c.owner_person != w.person))
            RC_ASSERT(c.epoch > w.epoch);
        w.epoch = c.epoch;
        if (c.segment > w.segment || c.cause == "returned") w.silenced = false;
        w.segment = c.segment;
        if (c.owner) {
            w.owner = *c.owner;
            w.person = c.owner_person;
            if (w.owner == owner_kind::person) w.silenced = true;
            RC_ASSERT((w.owner == owner_kind::person) == !w.person.empty()); // P4
        }
        if (c.waiting_on) {
            w.notice_due = w.owner == owner_kind::nobody && *c.waiting_on == "us" &&
                           w.waiting_on != "us" && c.cause == "visitor_message";
            w.waiting_on = *c.waiting_on;
        }
    }

    void watch_message(const events::message_added& m, instant at) {
        auto& w = witnesses[m.conversation];
        RC_ASSERT(m.msg_seq == w.last_seq + 1); // P7
        w.last_seq = m.msg_seq;
        const bool visitors = m.author == author_kind::visitor;
        if (!m.client_id.empty())
            RC_ASSERT(w.clients.insert((visitors ? "v" : "s") + m.client_id).second); // P6
        if (!m.staff_only) w.open_texts.push_back(m.message);
        if (visitors) {
            if (w.asked_at < 0) w.asked_at = at.ms;
            if (!m.turn.empty()) w.epoch_of_turn[m.turn] = w.epoch;
            return;
        }
        if (m.author == author_kind::ai) {
            RC_ASSERT(w.owner == owner_kind::ai);
            RC_ASSERT(!w.silenced); // P2
            RC_ASSERT(!m.label_version.empty());
            RC_ASSERT(w.epoch_of_turn.at(m.turn) == w.epoch); // P1
        }
        if (!m.staff_only) {
            w.asked_at = -1;
            w.notice_due = false;
        }
    }

    void compare() {
        watch_log();
        for (int n = 0; n < conversations; ++n) {
            const auto s = desk_->look(key(n));
            if (!s.known) continue;
            const auto& w = witnesses.at(s.id);
            RC_ASSERT(!w.notice_due); // P3: a new wait is never silent
            RC_ASSERT(s.epoch == w.epoch);
            RC_ASSERT(s.owner == w.owner); // P4
            std::vector<std::string> texts;
            std::int64_t last = 0;
            for (const auto& m : desk_->history(key(n), 0, 10'000)) {
                RC_ASSERT(m.msg_seq > last);
                last = m.msg_seq;
                texts.push_back(m.message);
            }
            RC_ASSERT(texts == w.open_texts); // P7: one order for all readers
        }
    }

    // P5: whatever has happened, a message now leads to an answer or to a person.
    void nobody_is_left_alone() {
        run();
        log_.set_down(false);
        for (int n = 0; n < conversations; ++n) {
            const auto turn = ask(message(n));
            RC_ASSERT(turn.has_value());
            if (n == 0 && !turn->turn.empty()) std::ignore = finish(*turn, answer("answer"));
        }
        now_.advance(millis{20'000});
        tick();
        for (int n = 0; n < conversations; ++n) {
            const auto all = seen(n);
            const bool answered = all.back().author == author_kind::ai;
            list_request r;
            r.project = "guest-house";
            RC_ASSERT(answered || owner(n).owner != owner_kind::ai);
            if (answered) continue;
            // A person sees it: the one who owns it, or everybody.
            const auto id = desk_->look(key(n)).id;
            bool listed = false;
            for (const auto* who : staff) {
                r.person = who;
                for (const auto& row : desk_->list(r).at("items").as_array())
                    listed = listed || row.at("id").as_string() == id;
            }
            RC_ASSERT(listed);
        }
    }
};

TEST(ownership_properties, hold_under_random_interleavings) {
    EXPECT_TRUE(rc::check([](const std::vector<std::uint32_t>& dice) {
        world w;
        for (const auto d : dice) {
            w.step(static_cast<int>(d % 13), static_cast<int>(d / 13 % 97),
                   static_cast<int>(d / 1261 % 9973));
            w.compare();
        }
        w.nobody_is_left_alone();
        w.compare();
    }));
}

} // namespace
} // namespace servery::desk
