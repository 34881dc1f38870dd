#include "data_plane/gateway/record.h"

#include "data_plane/policy/prices.h"

#include <algorithm>

namespace servery::gateway {

namespace {

void fill_admission(exchange& x) {
    auto& row = x.row;
    const auto& v = x.verdict;
    row.mode = v.mode;
    row.arm = v.arm;
    row.eligible = v.eligible;
    row.probability_e6 = static_cast<std::uint32_t>(v.probability_e6);
    row.bucket = static_cast<std::uint16_t>(v.at);
    row.assigned = v.assigned;
    if (v.grant == nullptr) return;
    row.stage = v.grant->stage;
    row.grant = v.grant->id;
    row.salt_id = v.grant->salt_id;
}

std::uint32_t count32(std::int64_t n) {
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(n, 0, UINT32_MAX));
}

void write_usage(events::exchange& row, const policy::token_usage& used,
                 events::tokens_source source) {
    row.tokens_in = count32(used.in);
    row.tokens_cached = count32(used.cached);
    row.tokens_out = count32(used.out);
    row.tokens_source = source;
}

} // namespace

std::int64_t prompt_bytes(const exchange& x) {
    std::int64_t n = 0;
    for (const auto& m : x.asked.turns) {
        for (const auto& t : m.texts)
            n += static_cast<std::int64_t>(t.text.size());
    }
    for (const auto& t : x.asked.input)
        n += static_cast<std::int64_t>(t.text.size());
    return n;
}

void fill_row(exchange& x) {
    auto& row = x.row;
    row.exchange_id = x.id;
    row.project = x.project->id;
    row.env = x.kind == policy::key_kind::sandbox ? events::environment::sandbox
                                                  : events::environment::live;
    if (x.key != nullptr) row.key_id = x.key->id;
    row.purpose = x.purpose;
    row.policy_version = x.policy->version;
    row.visitor = x.who.visitor;
    row.source = x.who.source;
    row.conversation = x.conversation;
    row.conversation_id = x.conversation_id;
    row.alias = x.asked.model_text.substr(0, 64);
    row.streamed = x.asked.stream;
    row.bytes_in = count32(static_cast<std::int64_t>(x.body.size()));
    row.phase = x.project->phase;
    row.currency = x.project->currency;
    row.question = x.project->store_content ? x.question : std::string{};
    fill_admission(x);
}

void settle_row(exchange& x, bool dispatched, bool refused) {
    auto& row = x.row;
    row.reserve_nano = x.money.nano();
    if (x.price != nullptr) {
        row.price_id = x.price->id;
        row.currency = x.price->currency;
    }
    if (x.free_of_charge) {
        // An explicit zero: the built-in assistant, a rehearsal.
        if (x.used)
            write_usage(row, {x.used->in, x.used->cached, x.used->out},
                        events::tokens_source::provider);
        row.spend = dispatched ? events::spend_state::settled : events::spend_state::void_;
        row.cost_nano = 0;
        x.money.settle(0);
        return;
    }
    if (!dispatched || (refused && !x.used)) {
        row.spend = events::spend_state::void_;
        row.cost_nano = 0;
        x.money.release();
        return;
    }
    policy::token_usage used;
    if (x.used) {
        used = {x.used->in, x.used->cached, x.used->out};
        write_usage(row, used, events::tokens_source::provider);
    } else {
        used.in = policy::estimate_tokens(prompt_bytes(x));
        used.out = policy::estimate_tokens(static_cast<std::int64_t>(row.answer.size()));
        write_usage(row, used, events::tokens_source::counted);
    }
    if (x.price == nullptr) {
        row.spend = events::spend_state::unpriced;
        row.cost_nano.reset();
        x.money.unpriced();
        return;
    }
    const auto cost = policy::cost_nano(*x.price, used);
    row.cost_nano = cost;
    row.spend = x.used ? events::spend_state::settled : events::spend_state::estimated;
    if (x.used)
        x.money.settle(cost);
    else
        x.money.estimate(cost);
}

} // namespace servery::gateway
