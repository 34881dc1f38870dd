// Gates: what is open, and signing; the phase itself.
#include "api/admission.h"
#include "api/resources.h"
#include "control_plane/gate/gate_service.h"

namespace servery::api {

namespace {

std::string method_of(const caller& who) {
    return who.by == proof::session ? "password" : "token";
}

result<reply> list(backend& with, call& c) {
    auto ids = with.gates->gates(c.project());
    if (!ids) return std::unexpected(ids.error());
    const auto ahead = with.gates->gate_ahead(c.project());
    json::array all;
    for (const auto& id : *ids) {
        json::object row{{"gate", id}, {"ahead", ahead && *ahead == id}, {"verdict", nullptr}};
        if (auto run = with.gates->evaluate(c.project(), id)) {
            row["verdict"] = json::enum_word(run->verdict);
            row["phase"] = run->phase;
            row["stage"] = run->stage;
            row["open"] = gate::open_conditions(*run).size();
        }
        all.push_back(std::move(row));
    }
    return page(c, std::move(all));
}

result<reply> sign(backend& with, call& c) {
    if (auto good = only_members(c, {"run_hash", "statement", "comment"}); !good)
        return std::unexpected(good.error());
    auto done = with.gates->sign(c.project(), c.param("gate"),
                                 {.run_hash = text_in(c, "run_hash"),
                                  .statement = text_in(c, "statement"),
                                  .comment = text_in(c, "comment"),
                                  .person = c.who.person,
                                  .method = method_of(c.who)});
    if (!done) return std::unexpected(done.error());
    return ok(with_policy(with, json::to_json(*done).as_object()), 201);
}

result<instant> until_in(const call& c, std::string_view member) {
    const auto at = parse_rfc3339(text_in(c, member));
    if (at) return *at;
    return fail(error_code::unprocessable, "api.body.member",
                "'" + std::string(member) + "' is a time", std::string(member),
                "for example 2026-12-01T00:00:00Z");
}

// The capability that what is signed asks for.
std::string capability_of(std::string_view what) {
    return what.starts_with("budget") ? "budget.approve" : "gate.sign";
}

result<reply> add_signature(backend& with, call& c) {
    if (auto good = only_members(c, {"what", "object_hash", "statement"}); !good)
        return std::unexpected(good.error());
    const auto what = need_text(c, "what");
    if (!what) return std::unexpected(what.error());
    // A risk row names who signs it; gate checks that the person is one of them.
    if (!what->starts_with("risk/") && !c.may(capability_of(*what)))
        return field_refused("what", capability_of(*what));
    auto id = with.gates->add_signature(c.project(), *what, text_in(c, "object_hash"),
                                        text_in(c, "statement"), c.who.person, method_of(c.who));
    if (!id) return std::unexpected(id.error());
    return ok({{"id", *id}, {"what", *what}}, 201);
}

result<reply> signatures(backend& with, call& c) {
    json::array all;
    for (const auto& s : with.gates->signatures(c.project())) {
        auto row = json::to_json(s.body).as_object();
        row["id"] = s.id;
        row["at"] = to_rfc3339(s.at);
        row["revoked"] = s.revoked;
        all.push_back(std::move(row));
    }
    return page(c, std::move(all));
}

result<reply> object_hash(backend& with, call& c) {
    auto hash = with.gates->object_hash(c.project(), c.word("what"));
    if (!hash) return std::unexpected(hash.error());
    return ok({{"what", c.word("what")}, {"object_hash", *hash}});
}

result<reply> change_phase(backend& with, call& c) {
    if (auto good = only_members(c, {"to", "reason", "override"}); !good)
        return std::unexpected(good.error());
    const auto to = text_in(c, "to");
    const auto reason = text_in(c, "reason");
    if (const auto* skip = c.in.if_contains("override"); skip != nullptr && skip->is_object()) {
        if (!c.may("gate.sign")) return field_refused("override", "gate.sign");
        // Stepping back needs no code; skipping ahead does.
        if (auto proved = second_proof(with, c); !proved) return std::unexpected(proved.error());
        call inner = c;
        inner.in = skip->get_object();
        const auto until = until_in(inner, "expires");
        if (!until) return std::unexpected(until.error());
        auto grant = with.gates->override_to(c.project(), to, reason, *until, c.who.person);
        if (!grant) return std::unexpected(grant.error());
        return ok(with_policy(with, {{"grant", json::to_json(*grant)}}));
    }
    if (const auto done = with.gates->step_back(c.project(), to, reason, c.who.actor()); !done)
        return std::unexpected(done.error());
    return ok(with_policy(with, json::to_json(with.gates->standing_of(c.project())).as_object()));
}

result<reply> waive(backend& with, call& c) {
    if (auto good = only_members(c, {"condition", "reason", "expires"}); !good)
        return std::unexpected(good.error());
    const auto until = until_in(c, "expires");
    if (!until) return std::unexpected(until.error());
    auto id = with.gates->waive(c.project(), text_in(c, "condition"), text_in(c, "reason"), *until,
                                c.who.person);
    if (!id) return std::unexpected(id.error());
    return ok({{"id", *id}}, 201);
}

} // namespace

void add_gates(route_table& to, backend& with) {
    const auto path = std::string(in_project) + "/gates";
    to.add(read(path, "project.read", "every gate with its verdict",
                [&with](call& c) { return list(with, c); }));
    to.add(read(path + "/{gate}", "project.read", "one gate and its conditions",
                [&with](call& c) -> result<reply> {
                    return answer_json(with.gates->show(c.project(), c.param("gate")));
                }));
    to.add(read(path + "/{gate}/runs", "project.read", "earlier computations of a gate",
                [&with](call& c) -> result<reply> {
                    return page(c, to_array(with.gates->runs(c.project(), c.param("gate"))));
                }));
    to.add(with_step_up(change(http::method::post, path + "/{gate}/sign", {"gate.sign"},
                               "gate.passed", "sign a ready gate: run_hash, statement",
                               [&with](call& c) { return sign(with, c); })));
    to.add(
        with_step_up(change(http::method::post, std::string(in_project) + "/waivers", {"gate.sign"},
                            "waiver.added", "set a condition aside for a while, with a reason",
                            [&with](call& c) { return waive(with, c); })));
    to.add(change(http::method::post, std::string(in_project) + "/phase", {"stop", "gate.sign"},
                  "phase.changed", "step back to a lower phase or stage; skip ahead by override",
                  [&with](call& c) { return change_phase(with, c); }));
    to.add(read(std::string(in_project) + "/signatures", "project.read", "signatures, also revoked",
                [&with](call& c) { return signatures(with, c); }));
    to.add(read(std::string(in_project) + "/signatures/hash", "project.read",
                "what a signature must carry; ?what=risk/R-PRIV-1",
                [&with](call& c) { return object_hash(with, c); }));
    to.add(with_step_up(change(http::method::post, std::string(in_project) + "/signatures",
                               {"project.read"}, "signature.added",
                               "sign a checklist row, the stop rule or a budget",
                               [&with](call& c) { return add_signature(with, c); })));
    to.add(change(http::method::del, std::string(in_project) + "/signatures/{signature}",
                  {"project.read"}, "signature.revoked",
                  "revoke a signature: its signer or an owner", [&with](call& c) -> result<reply> {
                      const auto done = with.gates->revoke_signature(
                          c.project(), c.param("signature"), text_in(c, "reason"), c.who.person);
                      if (!done) return std::unexpected(done.error());
                      return no_content();
                  }));
}

} // namespace servery::api
