#include "app/rehearsal/people.h"

#include "foundation/base/text.h"

namespace servery::app::rehearsal {

namespace {

const json::array& list_of(const json::object& page, std::string_view key) {
    static const json::array none;
    const auto* v = page.if_contains(key);
    return v != nullptr && v->is_array() ? v->get_array() : none;
}

// A conversation that somebody else moved in the meantime is no fault.
bool moved(const error& fault) {
    return fault.code == error_code::conflict || fault.code == error_code::not_found;
}

} // namespace

status colleagues::approve_drafts() {
    auto page = api_.get(prefix_ + "/desk/conversations?view=drafts&limit=200");
    if (!page) return std::unexpected(page.error());
    for (const auto& item : list_of(*page, "items")) {
        const auto id = json::text_or(item.as_object(), "id");
        auto shown = api_.get(prefix_ + "/desk/conversations/" + id);
        if (!shown) return std::unexpected(shown.error());
        const auto* draft = shown->if_contains("draft");
        if (draft == nullptr || !draft->is_object()) continue;
        const auto& d = draft->get_object();
        auto done = api_.post(prefix_ + "/desk/drafts/" + json::text_or(d, "id") + "/approve",
                              {{"epoch", json::int_or(d, "epoch", 0)}});
        if (!done && !moved(done.error())) return std::unexpected(done.error());
    }
    return {};
}

status colleagues::reply_to_waiting() {
    auto page = api_.get(prefix_ + "/desk/conversations?view=needs_you&limit=200");
    if (!page) return std::unexpected(page.error());
    for (const auto& item : list_of(*page, "items")) {
        const auto& row = item.as_object();
        const auto id = json::text_or(row, "id");
        auto shown = api_.get(prefix_ + "/desk/conversations/" + id);
        if (!shown) return std::unexpected(shown.error());
        std::int64_t last = 0;
        for (const auto& m : list_of(*shown, "messages"))
            last = std::max(last, json::int_or(m.as_object(), "seq", 0));
        auto said = api_.post(prefix_ + "/desk/conversations/" + id + "/reply",
                              {{"client_id", "r1"},
                               {"text", "Thank you for asking, I have looked it up for you."},
                               {"if_seq", last}});
        if (!said && !moved(said.error())) return std::unexpected(said.error());
        auto closed =
            api_.post(prefix_ + "/desk/conversations/" + id + "/close", {{"reason", "solved"}});
        if (!closed && !moved(closed.error())) return std::unexpected(closed.error());
    }
    return {};
}

status colleagues::answer_all() {
    if (auto ok = approve_drafts(); !ok) return ok;
    return reply_to_waiting();
}

status colleagues::try_out(const wire& sandbox, const std::vector<std::string>& questions) {
    for (const auto& text : questions) {
        json::object message{{"role", "user"}, {"content", text.c_str()}};
        auto answer = sandbox.post("/v1/chat/completions",
                                   {{"model", "faq"}, {"messages", json::array{message}}});
        if (!answer) return std::unexpected(answer.error());
    }
    return {};
}

status colleagues::label_queue(const label_model& as, int most) {
    for (int i = 0; i < most; ++i) {
        auto next = api_.get(prefix_ + "/desk/review/next");
        if (!next) return std::unexpected(next.error());
        const auto message = json::text_or(*next, "message");
        if (message.empty()) return {};
        const bool right = random_.unit() < as.true_accuracy;
        const bool harm = random_.unit() < as.harm;
        json::object label{{"message", message.c_str()},
                           {"verdict", right && !harm ? "right" : "wrong"},
                           {"harm", harm}};
        auto written = api_.post(prefix_ + "/desk/labels", label);
        if (!written) return std::unexpected(written.error());
        ++labels_;
    }
    return {};
}

status owner::prepare(const std::string& variant, const std::function<void()>& settle) {
    auto run = api_.post(prefix_ + "/runs", {{"dataset", "proof-of-concept"},
                                             {"variants", json::array{variant.c_str()}}});
    if (!run) return std::unexpected(run.error());
    const auto id = json::text_or(*run, "id");
    if (auto started = api_.post(prefix_ + "/runs/" + id + "/start"); !started)
        return std::unexpected(started.error());
    for (int i = 0; i < 500; ++i) {
        settle();
        auto state = api_.get(prefix_ + "/runs/" + id);
        if (!state) return std::unexpected(state.error());
        const auto word = json::text_or(*state, "state");
        if (word != "running" && word != "priced") break;
    }
    auto rollout = api_.post(prefix_ + "/rollouts", {{"variant", variant.c_str()}});
    if (!rollout) return std::unexpected(rollout.error());
    return {};
}

status owner::sign_row(const std::string& row) {
    const auto what = "risk/" + row;
    auto hash = api_.get(prefix_ + "/signatures/hash?what=" + what);
    if (!hash) return std::unexpected(hash.error());
    auto done = api_.post(prefix_ + "/signatures",
                          {{"what", what.c_str()},
                           {"object_hash", json::text_or(*hash, "object_hash").c_str()},
                           {"statement", "Read, and agreed for the phase ahead."}});
    if (!done) return std::unexpected(done.error());
    return {};
}

status owner::do_what_a_person_can(const json::object& page, const std::function<void()>& settle) {
    for (const auto& v : list_of(page, "conditions")) {
        const auto& c = v.as_object();
        const auto state = json::text_or(c, "state");
        if (state == "pass" || state == "waived") continue;
        const auto id = json::text_or(c, "id");
        const auto parts = split(id, '/');
        if (parts.size() < 3) continue;
        const std::string kind(parts[1]), subject(parts[2]);
        if (kind == "activity") {
            auto done = api_.post(prefix_ + "/activities/" + subject, {{"status", "done"}});
            if (!done) return std::unexpected(done.error());
        } else if (kind == "risk" && parts.size() > 3 && parts[3] == "answer") {
            auto done = api_.post(prefix_ + "/risks/" + subject + "/answer",
                                  {{"answer", "yes"}, {"note", "Looked at and in order."}});
            if (!done) return std::unexpected(done.error());
        } else if (kind == "risk" && parts.size() > 3 && parts[3] == "signature") {
            if (auto done = sign_row(subject); !done) return done;
        } else if (id.find("gateway.fallback_drill") != std::string::npos || kind == "drill") {
            const auto cause = kind == "drill" ? subject : std::string("provider_down");
            auto done = api_.post(prefix_ + "/evidence/gateway.fallback_drill/refresh",
                                  {{"cause", cause.c_str()}});
            // Without a variant on trial there is nothing whose failure could be rehearsed.
            if (!done && !moved(done.error())) return std::unexpected(done.error());
            settle();
        }
    }
    return {};
}

result<std::string> owner::gate_ahead() const {
    auto gates = api_.get(prefix_ + "/gates");
    if (!gates) return std::unexpected(gates.error());
    for (const auto& v : list_of(*gates, "items")) {
        if (json::bool_or(v.as_object(), "ahead", false))
            return json::text_or(v.as_object(), "gate");
    }
    return std::string{};
}

result<std::string> owner::what_is_missing() const {
    const auto gate = gate_ahead();
    if (!gate || gate->empty()) return gate;
    auto page = api_.get(prefix_ + "/gates/" + *gate);
    if (!page) return std::unexpected(page.error());
    std::string out = *gate + ":";
    for (const auto& v : list_of(*page, "conditions")) {
        const auto& c = v.as_object();
        const auto state = json::text_or(c, "state");
        if (state == "pass" || state == "waived") continue;
        out += " " + json::text_or(c, "id") + " " + state + " (" + json::text_or(c, "why") + ");";
    }
    return out;
}

status owner::evening(const std::function<void()>& settle) {
    const auto found = gate_ahead();
    if (!found) return std::unexpected(found.error());
    const auto& ahead = *found;
    if (ahead.empty()) return {};
    for (int look = 0; look < 2; ++look) {
        auto page = api_.get(prefix_ + "/gates/" + ahead);
        if (!page) return std::unexpected(page.error());
        sees_failure_ = false;
        for (const auto& v : list_of(*page, "conditions")) {
            const auto& c = v.as_object();
            sees_failure_ =
                sees_failure_ || (json::text_or(c, "state") == "fail" &&
                                  json::text_or(c, "id").starts_with(ahead + "/metric/"));
        }
        // Stage gates are passed by the rollout itself; people sign phases.
        if (json::text_or(*page, "verdict") == "ready") {
            if (!ahead.starts_with("G")) return {};
            auto done = api_.post(prefix_ + "/gates/" + ahead + "/sign",
                                  {{"run_hash", json::text_or(*page, "run_hash").c_str()},
                                   {"statement", "I have read the page and open the next phase."}});
            if (!done && !moved(done.error())) return std::unexpected(done.error());
            return {};
        }
        if (look == 0) {
            if (auto ok = do_what_a_person_can(*page, settle); !ok) return ok;
            settle();
        }
    }
    return {};
}

status owner::calibrate() {
    auto now = api_.get(prefix_ + "/knowledge/calibration");
    if (!now) return std::unexpected(now.error());
    if (json::text_or(*now, "state") == "active") return {};
    auto run = api_.post(prefix_ + "/knowledge/calibration/run");
    if (!run) {
        if (moved(run.error())) return {}; // too few labels, or too soon
        return std::unexpected(run.error());
    }
    const auto id = json::text_or(*run, "id");
    const auto* threshold = run->if_contains("t_answer");
    if (id.empty() || threshold == nullptr || threshold->is_null()) return {};
    auto active = api_.post(prefix_ + "/knowledge/calibration/" + id + "/activate");
    if (!active && !moved(active.error())) return std::unexpected(active.error());
    return {};
}

} // namespace servery::app::rehearsal
