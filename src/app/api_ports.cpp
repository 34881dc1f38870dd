#include "app/api_ports.h"

#include "app/drills.h"
#include "app/services.h"
#include "data_plane/gateway/explain.h"
#include "data_plane/gateway/gateway.h"
#include "data_plane/guardrails/screen.h"
#include "data_plane/policy/keys.h"
#include "foundation/base/counters.h"
#include "foundation/net/reactor.h"
#include "foundation/store/backup.h"

#include <fmt/format.h>

#include <atomic>
#include <future>
#include <memory>

namespace servery::app {

namespace {

assistant::knowledge_actor actor(const api::port_call& c) {
    return {.project = c.project, .by = c.by, .phase = c.phase, .request_id = c.request_id};
}

std::vector<std::string> texts(const json::object& in, std::string_view key) {
    std::vector<std::string> out;
    if (const auto* v = in.if_contains(key); v != nullptr && v->is_array()) {
        for (const auto& e : v->get_array()) {
            if (e.is_string()) out.emplace_back(e.get_string());
        }
    }
    return out;
}

// The version a caller named, or the entry's own when it named none.
std::int64_t version_of(const services& all, const api::port_call& c) {
    if (c.version != 0) return c.version;
    const auto entry = all.knowledge.entry(c.project, c.id);
    return entry ? json::int_or(*entry, "version", 0) : 0;
}

void add_entry_ports(api::knowledge_ports& to, services& all) {
    auto& k = all.knowledge;
    to.entries = [&k](const api::port_call& c) -> result<json::object> {
        return k.entries(c.project,
                         {.q = json::text_or(c.in, "q"),
                          .status = json::text_or(c.in, "status"),
                          .lang = json::text_or(c.in, "lang"),
                          .tag = json::text_or(c.in, "tag"),
                          .stale = json::text_or(c.in, "stale") == "1",
                          .cursor = json::text_or(c.in, "cursor"),
                          .limit = static_cast<std::size_t>(json::int_or(c.in, "limit", 50))});
    };
    to.entry = [&k](const api::port_call& c) { return k.entry(c.project, c.id); };
    to.history = [&k](const api::port_call& c) { return k.entry_history(c.project, c.id); };
    to.create = [&k](const api::port_call& c) { return k.create_entry(actor(c), c.in); };
    to.edit = [&k](const api::port_call& c) {
        return k.edit_entry(actor(c), c.id, c.version, c.in);
    };
    to.approve = [&all, &k](const api::port_call& c) {
        return k.approve_entry(actor(c), c.id, version_of(all, c));
    };
    to.retire = [&all, &k](const api::port_call& c) {
        return k.retire_entry(actor(c), c.id, version_of(all, c));
    };
    to.withdraw = [&k](const api::port_call& c) {
        return k.withdraw_entry(actor(c), c.id, json::text_or(c.in, "reason"));
    };
    to.phrasings = [&k](const api::port_call& c) -> result<json::object> {
        return k.phrasings(c.project, json::text_or(c.in, "state"));
    };
    to.add_phrasing = [&k](const api::port_call& c) {
        return k.add_phrasing(actor(c), json::text_or(c.in, "entry"), json::text_or(c.in, "text"),
                              events::phrasing_origin::staff);
    };
    to.accept_phrasing = [&k](const api::port_call& c) {
        return k.decide_phrasing(actor(c), c.id, true);
    };
    to.reject_phrasing = [&k](const api::port_call& c) {
        return k.decide_phrasing(actor(c), c.id, false);
    };
}

void add_import_ports(api::knowledge_ports& to, services& all) {
    auto& k = all.knowledge;
    to.propose = [&k](const api::port_call& c) {
        return k.propose(actor(c), {.kind = json::text_or(c.in, "kind"),
                                    .name = json::text_or(c.in, "name"),
                                    .content = json::text_or(c.in, "content"),
                                    .lang = json::text_or(c.in, "lang"),
                                    .sync = json::bool_or(c.in, "sync", false)});
    };
    to.apply_import = [&k](const api::port_call& c) {
        return k.apply_import(actor(c), c.id,
                              {.accept = texts(c.in, "accept"),
                               .all_new = json::bool_or(c.in, "all_new", false),
                               .all = json::bool_or(c.in, "all", false),
                               .approve = json::bool_or(c.in, "approve", false)});
    };
    to.import_status = [&k](const api::port_call& c) { return k.import_status(c.project, c.id); };
    to.cancel_import = [&k](const api::port_call& c) -> result<json::object> {
        if (auto done = k.cancel_import(actor(c), c.id); !done)
            return std::unexpected(done.error());
        return json::object{};
    };
    to.findings = [&k](const api::port_call& c) -> result<json::object> {
        return k.findings(c.project);
    };
}

void add_release_ports(api::knowledge_ports& to, services& all) {
    auto& k = all.knowledge;
    to.releases = [&k](const api::port_call& c) -> result<json::object> {
        return k.releases(c.project);
    };
    to.release = [&k](const api::port_call& c) { return k.release_state(c.project, c.id); };
    to.draft_release = [&k](const api::port_call& c) {
        return k.draft_release(actor(c), json::text_or(c.in, "note"));
    };
    to.check_release = [&k](const api::port_call& c) { return k.check_release(actor(c), c.id); };
    to.publish_release = [&k](const api::port_call& c) {
        return k.publish_release(actor(c), c.id);
    };
    to.export_release = [&k](const api::port_call& c) -> result<json::object> {
        auto text = k.export_release(c.project, c.id, json::text_or(c.in, "format", "jsonl"));
        if (!text) return std::unexpected(text.error());
        return json::object{{"text", std::move(*text)}};
    };
    to.ask = [&k](const api::port_call& c) {
        return k.ask(c.project, {.text = json::text_or(c.in, "text"),
                                 .lang = json::text_or(c.in, "lang"),
                                 .release = json::text_or(c.in, "release"),
                                 .groups = texts(c.in, "groups")});
    };
    to.calibration = [&k](const api::port_call& c) -> result<json::object> {
        return k.calibration(c.project);
    };
    to.run_calibration = [&k](const api::port_call& c) {
        return k.run_calibration(actor(c), json::number_or(c.in, "promise", 0));
    };
    to.activate_calibration = [&k](const api::port_call& c) {
        return k.activate_calibration(actor(c), c.id);
    };
    to.settings = [&k](const api::port_call& c) { return k.settings(c.project); };
    to.change_settings = [&k](const api::port_call& c) {
        return k.change_settings(actor(c), c.in);
    };
}

json::object audit_json(const store::audit_row& row) {
    return json::to_json(row).as_object();
}

void add_store_ports(api::ports& to, store::store& store, const services& all) {
    to.verify_audit = [&store](const api::port_call& c) -> result<json::object> {
        auto report = store.verify_audit(json::int_or(c.in, "from", 1));
        if (!report) return std::unexpected(report.error());
        return json::to_json(*report).as_object();
    };
    to.list_audit = [&store](const api::port_call& c) -> result<json::object> {
        store::audit_filter filter;
        filter.project = c.project;
        filter.kind = json::text_or(c.in, "kind");
        filter.actor = json::text_or(c.in, "actor");
        const auto limit = std::stoll("0" + json::text_or(c.in, "limit", "50"));
        filter.limit = std::clamp<std::int64_t>(limit, 1, 200);
        filter.before = std::stoll("0" + json::text_or(c.in, "cursor", "0"));
        auto rows = store.audit_rows(filter);
        if (!rows) return std::unexpected(rows.error());
        json::array items;
        for (const auto& row : *rows)
            items.push_back(audit_json(row));
        json::value next;
        if (static_cast<std::int64_t>(rows->size()) == filter.limit)
            next = std::to_string(rows->back().seq).c_str();
        return json::object{{"items", std::move(items)}, {"next", next}};
    };
    to.backup = [&store, &all](const api::port_call& c) -> result<json::object> {
        auto made = store::make_backup(store.folder(), json::text_or(c.in, "to"), all.on.now.now());
        if (!made) return std::unexpected(made.error());
        return json::to_json(*made).as_object();
    };
}

// Spend by phase of the project: what is counted and what is in flight.
result<json::object> spend_report(const services& all, const api::port_call& c) {
    json::array phases;
    const auto* plan = all.plan_of(c.project);
    for (const auto* phase : {"sandbox", "pilot", "rollout", "production"}) {
        const auto now = all.ledger.of(c.project, phase);
        json::object row{{"phase", phase},
                         {"counted", nano_to_decimal(now.counted_nano)},
                         {"reserved", nano_to_decimal(now.reserved_nano)},
                         {"cap", nullptr}};
        if (plan != nullptr && plan->budget.per_phase.contains(phase))
            row["cap"] = plan->budget.per_phase.at(phase);
        phases.push_back(std::move(row));
    }
    return json::object{{"currency", plan != nullptr ? plan->meta.currency : "EUR"},
                        {"phases", std::move(phases)}};
}

json::object past_json(const events::exchange& row) {
    return {{"exchange", row.exchange_id},
            {"at", to_rfc3339(row.at)},
            {"served", json::enum_word(row.served)},
            {"reason", row.reason},
            {"policy_version", row.policy_version},
            {"outcome", json::enum_word(row.outcome)},
            {"fallback_cause", row.fallback_cause},
            {"fallback_step", row.fallback_step},
            {"error_id", row.error_id},
            {"provider", row.provider_id},
            {"model", row.upstream_model},
            {"attempts", row.attempts},
            {"words", gateway::in_words(row)}};
}

// Why a visitor would be, or why an exchange was, answered as it is; of an exchange both what
// happened then and what its visitor would meet now.
result<json::object> explain_port(gateway::gateway& gateway, const store::store& store,
                                  const api::port_call& c) {
    gateway::explain_question asked;
    asked.project = c.project;
    asked.visitor = json::text_or(c.in, "visitor");
    asked.conversation = json::text_or(c.in, "conversation");
    asked.lang = json::text_or(c.in, "language");
    asked.sandbox = json::text_or(c.in, "key") == "sandbox";
    if (auto group = json::text_or(c.in, "group"); !group.empty())
        asked.groups.push_back(std::move(group));
    const auto exchange = json::text_or(c.in, "exchange");
    if (!exchange.empty()) {
        auto row = store.exchange_by_id(exchange);
        if (!row) return std::unexpected(row.error());
        if (!*row || (*row)->project != c.project)
            return fail(error_code::not_found, "gateway.explain.no_exchange",
                        "the project " + c.project + " has no exchange " + exchange, "exchange",
                        "its id stands in the header x-servery-request-id of the answer");
        asked.row = std::move(**row);
    }
    auto made = gateway::explain(gateway, asked);
    if (!made) return std::unexpected(made.error());
    auto out = json::to_json(*made).as_object();
    out["visitor"] = asked.visitor;
    if (asked.row)
        out["then"] = past_json(*asked.row);
    else
        out["then"] = nullptr;
    return out;
}

json::array health_of(const gateway::gateway& gateway, instant now, std::string_view provider) {
    json::array out;
    for (const auto& target : gateway.given().health->look(now)) {
        if (target.provider != provider) continue;
        auto row = json::to_json(target).as_object();
        row["until"] = nullptr;
        if (target.refused != provider::refusal::none) row["until"] = to_rfc3339(target.until);
        out.push_back(std::move(row));
    }
    return out;
}

// How many targets may be asked, without their names: this is told to anybody.
json::object health_in_numbers(const gateway::gateway& gateway, instant now) {
    std::int64_t asked = 0;
    std::int64_t resting = 0;
    for (const auto& target : gateway.given().health->look(now)) {
        ++asked;
        resting += target.refused != provider::refusal::none ? 1 : 0;
    }
    return {{"targets", asked}, {"resting", resting}};
}

// The word of a member, or what holds without it. Errors: api.body.member.
template <typename Enum>
result<Enum> choice_in(const json::object& body, std::string_view member, Enum otherwise) {
    const auto word = json::text_or(body, member);
    if (word.empty()) return otherwise;
    if (const auto known = json::enum_from<Enum>(word)) return *known;
    return fail(error_code::unprocessable, "api.body.member",
                "'" + word + "' is no " + std::string(member), std::string(member),
                fmt::format("{}", fmt::join(json::enum_words<Enum>(), ", ")));
}

// {text, lane?, unit?, policy?}: by the policy in the body, else by the project's, in its phase.
result<json::object> check_text(const services& all, const api::port_call& c) {
    const auto lane = choice_in(c.in, "lane", guardrails::lane::user);
    if (!lane) return std::unexpected(lane.error());
    const auto unit = choice_in(c.in, "unit", guardrails::offset_unit::codepoint);
    if (!unit) return std::unexpected(unit.error());
    const auto phase = all.phase_of(c.project);
    const auto* given = c.in.if_contains("policy");
    const auto policy =
        given != nullptr
            ? guardrails::compile(*given, phase)
            : guardrails::policy_of(all.registry.guard_policy(c.project).document, phase);
    if (!policy) return std::unexpected(policy.error());
    return guardrails::check_json(json::text_or(c.in, "text"), *policy, *lane, *unit);
}

} // namespace

api::ports make_api_ports(services& all, store::store& store, gateway::gateway& gateway,
                          net::reactor_pool& reactors) {
    api::ports to;
    add_entry_ports(to.knowledge, all);
    add_import_ports(to.knowledge, all);
    add_release_ports(to.knowledge, all);
    add_store_ports(to, store, all);
    to.guard_check = [&all](const api::port_call& c) { return check_text(all, c); };
    to.gateway_explain = [&gateway, &store](const api::port_call& c) {
        return explain_port(gateway, store, c);
    };
    to.spend = [&all](const api::port_call& c) { return spend_report(all, c); };
    to.refresh_evidence = [&all, &gateway, &reactors](const api::port_call& c) {
        return start_drill(all, gateway, reactors, c);
    };
    to.hash_key = [&all](std::string_view text) {
        return policy::hash_key(all.on.keys.plain_subkey(key_use::api_key), text);
    };
    to.policy_version = [&all] { return all.publishing.version(); };
    to.stopped = [&all](std::string_view project) {
        return all.kills.project(project) == policy::kill_word::killed;
    };
    to.upstream_health = [&all, &gateway](std::string_view provider) {
        return health_of(gateway, all.on.now.now(), provider);
    };
    to.readiness = [&all, &store, &gateway] {
        const auto state = store.state();
        const bool serving = all.board.current() != nullptr;
        const bool room = !state.away || state.spooled < 100'000;
        return json::object{{"ready", serving && room},
                            {"snapshot", serving},
                            {"store", state.away ? "away" : "ok"},
                            {"rows_waiting", state.waiting + state.spooled},
                            {"upstreams", health_in_numbers(gateway, all.on.now.now())}};
    };
    to.metrics = [] { return counters::prometheus_text(); };
    return to;
}

} // namespace servery::app
