#include "app/gateway_asks.h"

#include "data_plane/gateway/gateway.h"
#include "foundation/net/reactor.h"

#include <atomic>
#include <future>
#include <memory>

namespace servery::app {

namespace {

evaluation::answer_result to_evaluation(gateway::turn_reply reply) {
    evaluation::answer_result out;
    out.text = std::move(reply.answer.text);
    if (out.text.empty()) out.text = reply.answer.notice;
    out.finish = reply.row.finish_reason.empty() ? "stop" : reply.row.finish_reason;
    out.decision =
        reply.answer.outcome == "draft" ? reply.answer.recommended : reply.answer.outcome;
    for (auto& key : reply.answer.entries)
        out.citations.push_back({std::move(key), out.text});
    if (reply.row.tokens_in) out.tokens_in = *reply.row.tokens_in;
    if (reply.row.tokens_out) out.tokens_out = *reply.row.tokens_out;
    out.cost_nano = reply.row.cost_nano;
    out.currency = reply.row.currency;
    out.spend = reply.row.spend;
    if (reply.row.t_first_token) out.ttft_us = *reply.row.t_first_token;
    out.total_us = reply.row.t_done;
    if (reply.fault) {
        out.error_id = reply.fault->id;
        out.error_message = reply.fault->message;
        out.overloaded = reply.fault->code == error_code::rate_limited;
        out.finish = "error";
    }
    return out;
}

task<void> run_turn(gateway::gateway& gateway, net::reactor* home, gateway::turn_question asked,
                    std::function<void(gateway::turn_reply)> done) {
    auto reply = co_await gateway.answer_turn(home, std::move(asked));
    done(std::move(reply));
}

} // namespace

void ask_gateway(gateway::gateway& gateway, net::reactor_pool& reactors,
                 gateway::turn_question asked, std::function<void(gateway::turn_reply)> done) {
    static std::atomic<std::size_t> turn{0};
    auto& home = reactors.at(turn.fetch_add(1, std::memory_order_relaxed) % reactors.size());
    auto question = std::make_shared<gateway::turn_question>(std::move(asked));
    home.post([&gateway, &home, question, done = std::move(done)] {
        start(run_turn(gateway, &home, std::move(*question), done));
    });
}

evaluation::answer_function evaluation_answer(gateway::gateway& gateway,
                                              net::reactor_pool& reactors) {
    return [&gateway, &reactors](evaluation::answer_request asked, evaluation::answer_done done) {
        gateway::turn_question question;
        question.project = asked.project;
        for (auto& t : asked.turns)
            question.turns.push_back({std::move(t.role), std::move(t.text)});
        question.purpose = asked.purpose;
        if (const auto bytes = from_hex(asked.variant); bytes && bytes->size() == 32) {
            hash32 hash;
            std::ranges::copy(*bytes, hash.begin());
            question.variant = hash;
        }
        question.channel = "api";
        question.timeout = asked.deadline;
        const auto lang = asked.attributes.find("language");
        if (lang != asked.attributes.end()) question.lang = lang->second;
        ask_gateway(gateway, reactors, std::move(question),
                    [done = std::move(done)](gateway::turn_reply reply) {
                        done(to_evaluation(std::move(reply)));
                    });
    };
}

monitoring::probe visitor_probe(gateway::gateway& gateway, net::reactor_pool& reactors) {
    return [&gateway, &reactors](std::string_view project) {
        gateway::turn_question question;
        question.project = project;
        question.turns.push_back({"user", "When are you open?"});
        question.purpose = events::purpose::drill;
        question.channel = "api";
        question.timeout = millis{2000};
        auto answered = std::make_shared<std::promise<monitoring::probe_result>>();
        auto wait = answered->get_future();
        ask_gateway(
            gateway, reactors, std::move(question), [answered](const gateway::turn_reply& reply) {
                using monitoring::probe_result;
                const bool text = !reply.answer.text.empty() || !reply.answer.notice.empty();
                answered->set_value(reply.fault || !text ? probe_result::nothing
                                    : reply.row.served == events::served_by::variant
                                        ? probe_result::variant
                                        : probe_result::fallback);
            });
        if (wait.wait_for(std::chrono::seconds(3)) != std::future_status::ready)
            return monitoring::probe_result::nothing;
        return wait.get();
    };
}

} // namespace servery::app
