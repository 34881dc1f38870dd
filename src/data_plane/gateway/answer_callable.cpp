#include "data_plane/gateway/answer_callable.h"

#include "data_plane/gateway/gateway.h"
#include "foundation/net/reactor.h"

#include <future>

namespace servery::gateway {

namespace {

turn_question question_of(const answer_request& asked) {
    turn_question out;
    out.project = asked.project;
    out.variant = asked.variant;
    out.purpose = asked.purpose;
    out.lang = asked.lang;
    out.timeout = asked.deadline;
    for (const auto& [role, text] : asked.turns)
        out.turns.push_back({role, text});
    return out;
}

std::optional<std::int64_t> wide(const std::optional<std::uint32_t>& n) {
    if (!n) return std::nullopt;
    return std::int64_t{*n};
}

answer_result result_of(turn_reply said) {
    answer_result out;
    const auto& a = said.answer;
    out.text = a.outcome == "answer" || a.outcome == "ask" ? a.text : a.notice;
    out.decision = a.outcome;
    out.reason = a.reason;
    out.recommended = said.recommended;
    out.candidate = a.candidate;
    out.confidence = a.confidence;
    out.entries = a.entries;
    const auto& row = said.row;
    out.tokens_in = wide(row.tokens_in);
    out.tokens_out = wide(row.tokens_out);
    out.cost_nano = row.cost_nano;
    out.currency = row.currency;
    out.total_us = row.t_done;
    out.first_us = row.t_first_token.value_or(row.t_head.value_or(row.t_done));
    out.exchange_id = row.exchange_id;
    out.fault = std::move(said.fault);
    return out;
}

} // namespace

answer_callable make_answer_callable(gateway& with, net::reactor& on) {
    return [&with, &on](const answer_request& asked) {
        auto done = std::make_shared<std::promise<turn_reply>>();
        auto waiting = done->get_future();
        on.post([&with, &on, done, question = question_of(asked)]() mutable {
            start(with.answer_turn(&on, std::move(question)),
                  [done](turn_reply said) { done->set_value(std::move(said)); });
        });
        return result_of(waiting.get());
    };
}

} // namespace servery::gateway
