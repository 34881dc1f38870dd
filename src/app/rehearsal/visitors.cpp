#include "app/rehearsal/visitors.h"

#include "control_plane/plan/registry.h"
#include "foundation/base/text.h"

#include <iterator>

namespace servery::app::rehearsal {

namespace {

// The last message of the AI in a page of events, if it asks back.
const json::object* last_ask(const json::object& page) {
    const json::object* found = nullptr;
    const auto* events = page.if_contains("events");
    if (events == nullptr || !events->is_array()) return nullptr;
    for (const auto& e : events->get_array()) {
        if (!e.is_object()) continue;
        const auto& o = e.get_object();
        if (json::text_or(o, "author") == "ai" && json::text_or(o, "kind") == "ask") found = &o;
    }
    return found;
}

std::int64_t last_ai_seq(const json::object& page) {
    std::int64_t seq = 0;
    const auto* events = page.if_contains("events");
    if (events == nullptr || !events->is_array()) return 0;
    for (const auto& e : events->get_array()) {
        if (e.is_object() && json::text_or(e.get_object(), "author") == "ai")
            seq = json::int_or(e.get_object(), "seq", seq);
    }
    return seq;
}

} // namespace

result<std::vector<question>> read_questions(std::string_view csv) {
    std::vector<question> out;
    for (const auto& row : plan::parse_csv(csv)) {
        const auto text = row.find("text");
        const auto outcome = row.find("outcome");
        if (text == row.end() || text->second.empty()) continue;
        out.push_back({text->second, outcome == row.end() || outcome->second != "hand_over"});
    }
    if (out.empty())
        return fail(error_code::invalid_argument, "rehearsal.questions.empty",
                    "the questions file has no row with a `text`", "--questions",
                    "give a CSV with the columns text and outcome");
    return out;
}

std::vector<question> typed_by_visitors(std::string_view knowledge_csv) {
    static constexpr std::string_view openings[] = {"hi, ", "hello ",
                                                    "quick question: ", "please: "};
    std::vector<question> out;
    for (const auto& row : plan::parse_csv(knowledge_csv)) {
        const auto at = row.find("question");
        if (at == row.end() || at->second.empty()) continue;
        auto text = lower_ascii(at->second);
        while (!text.empty() && (text.back() == '?' || text.back() == '.'))
            text.pop_back();
        out.push_back({std::string(openings[out.size() % std::size(openings)]) + text, true});
    }
    return out;
}

status visitors::visit(const std::function<void()>& settle) {
    ++count_;
    const auto base = "/widget/v1/" + widget_;
    auto session = api_.post(base + "/sessions", {{"lang", "en"}, {"page", "/"}});
    if (!session) return std::unexpected(session.error());
    const auto me = api_.with("x-servery-visitor", json::text_or(*session, "visitor"));
    const auto& from = !common_.empty() && random_.below(3) < 2 ? common_ : questions_;
    const auto& asked = from[random_.below(from.size())];
    auto sent = me.post(base + "/messages", {{"client_id", "m1"}, {"text", asked.text.c_str()}});
    if (!sent) return std::unexpected(sent.error());
    const auto seq = json::int_or(*sent, "seq", 1);
    const auto events = base + "/events?after=" + std::to_string(seq);
    auto page = me.get(events);
    if (!page) return std::unexpected(page.error());
    settle();
    if (last_ask(*page) != nullptr) {
        // Half find their question among the three, the others want a person.
        if (random_.unit() < 0.5) {
            auto chosen =
                me.post(base + "/messages", {{"client_id", "m2"}, {"text", "1"}, {"choice", 1}});
            if (!chosen) return std::unexpected(chosen.error());
            page = me.get(base +
                          "/events?after=" + std::to_string(json::int_or(*chosen, "seq", seq + 2)));
            if (!page) return std::unexpected(page.error());
        } else if (auto person = me.post(base + "/human"); !person) {
            return std::unexpected(person.error());
        }
        settle();
    }
    if (const auto answered = last_ai_seq(*page); answered > 0 && random_.unit() < 0.15) {
        const auto* thumb = random_.unit() < 0.85 ? "up" : "down";
        auto given = me.post(base + "/feedback", {{"seq", answered}, {"thumb", thumb}});
        if (!given) return std::unexpected(given.error());
    }
    return {};
}

} // namespace servery::app::rehearsal
