// One turn in process: the visitor chat, evaluation and drafts meet the same steps as a request.
#include "data_plane/gateway/answer_in_parts.h"
#include "data_plane/gateway/record.h"
#include "data_plane/gateway/steps.h"
#include "foundation/base/ids.h"
#include "foundation/json/json.h"

#include <algorithm>

namespace servery::gateway {

namespace {

// The turns as the request an OpenAI client would have sent, with room behind for the parser.
std::string request_body(const turn_question& asked, std::size_t& size) {
    json::array messages;
    for (const auto& t : asked.turns)
        messages.push_back(json::object{{"role", t.role}, {"content", t.text}});
    json::object request{{"model", "servery"}, {"messages", std::move(messages)}};
    if (asked.show) request["stream"] = true;
    auto body = json::write(request);
    size = body.size();
    body.append(json_tail_room, ' ');
    return body;
}

turn_reply failed(error fault) {
    turn_reply out;
    out.answer.outcome = "fallback";
    out.answer.reason = fault.id;
    out.fault = std::move(fault);
    return out;
}

status take_project(gateway& with, exchange& x, const turn_question& asked) {
    x.policy = with.given().policy.current();
    x.project = x.policy ? x.policy->project(asked.project) : nullptr;
    if (x.project == nullptr)
        return fail(error_code::not_found, "gateway.turn.no_project",
                    "the project " + asked.project + " is not served", "project",
                    "check its id and its phase");
    if (!asked.variant && policy::is_staged(asked.purpose)) name_granted(x);
    if (!asked.variant) return {};
    const auto* v = x.policy->variant(*asked.variant);
    if (v == nullptr)
        return fail(error_code::not_found, "gateway.turn.no_variant",
                    "there is no variant " + to_hex(*asked.variant).substr(0, 12), "variant",
                    "freeze it first");
    x.named = policy::named_target{.variant = v, .bare = {}};
    return {};
}

void take_caller(gateway& with, exchange& x, const turn_question& asked) {
    x.purpose = asked.purpose;
    x.groups = asked.groups;
    if (asked.staff) {
        x.groups.emplace_back("staff");
        if (x.purpose == events::purpose::visitor) x.purpose = events::purpose::staff;
    }
    x.who.visitor = asked.visitor;
    x.who.source = asked.visitor ? events::visitor_source::signed_id : events::visitor_source::none;
    x.times.total = asked.timeout;
    if (asked.trial) x.kind = policy::key_kind::sandbox;
    if (!asked.lang.empty()) x.lang = asked.lang;
    x.conversation_minted = asked.conversation_id.empty();
    x.conversation_id = x.conversation_minted ? make_id("cv", x.row.at, with.given().random)
                                              : asked.conversation_id;
    x.conversation =
        conversation_hash(x.project->identity_key, x.project->id, x.who.visitor, x.conversation_id);
    x.row.key_id = asked.key_id;
    x.row.dialect = asked.channel.empty() ? "internal" : asked.channel;
    x.row.endpoint = "messages";
    if (asked.owner) x.owner = *asked.owner;
    x.owner.misses = std::max(x.owner.misses, asked.misses);
    x.offered =
        asked.offered.empty() ? with.pins().offered(x.conversation, x.row.at) : asked.offered;
}

turn_reply reply_of(const exchange& x, const reply& r) {
    turn_reply out;
    out.answer = turn_answer_of(x, r);
    out.answered_by = x.row.answered_by;
    out.recommended = x.row.decision;
    out.row = x.row;
    if (r.what == reply::kind::fault) out.fault = r.fault;
    return out;
}

} // namespace

task<turn_reply> gateway::answer_turn(net::reactor* home, turn_question asked) {
    exchange x;
    x.home = home;
    x.begun = std::chrono::steady_clock::now();
    x.via_chat = asked.channel == "widget" || asked.channel == "page";
    if (auto ok = take_project(*this, x, asked); !ok) co_return failed(ok.error());
    open_exchange(*this, x, {});
    take_caller(*this, x, asked);
    std::size_t size = 0;
    const auto body = request_body(asked, size);
    x.body = std::string_view(body).substr(0, size);
    auto slices = slice(x.body, request_kind::chat);
    if (!slices) co_return failed(slices.error());
    x.asked = std::move(*slices);
    // An evaluation learns of failures; a visitor never does.
    if (x.purpose == events::purpose::evaluation || x.purpose == events::purpose::draft)
        x.failure = policy::on_failure::error;

    auto r = before_asking(*this, x);
    // A draft waits for a person: nothing of it is shown.
    if (!r && asked.show && !is_draft(x))
        r = co_await answer_in_parts(*this, x, asked.show);
    else if (!r)
        r = co_await answer_whole(*this, x);
    announce(*this, x, *r);
    conclude(*this, x, *r, r->what == reply::kind::fault ? 0 : 200);
    co_return reply_of(x, *r);
}

} // namespace servery::gateway
