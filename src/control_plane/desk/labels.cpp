// Labels and the facts that rest on them (desk, section 9).
#include "control_plane/desk/desk_core.h"
#include "foundation/base/ids.h"

#include <algorithm>

namespace servery::desk {
namespace {

constexpr std::size_t context_messages = 4; // two turns

std::string label_words(events::label_sampling sampling) {
    return std::string(json::enum_word(sampling));
}

// What came before the message, for the reviewer; nothing that came after it.
json::array context_of(const conversation* c, std::string_view message) {
    std::vector<const events::message_added*> before;
    if (c != nullptr)
        for (const auto& m : c->messages) {
            if (m.m.message == message) break;
            const bool said = m.m.message_kind_ == events::message_kind::text ||
                              m.m.message_kind_ == events::message_kind::ask;
            if (said && !m.m.staff_only) before.push_back(&m.m);
        }
    json::array out;
    const auto from = before.size() > context_messages ? before.size() - context_messages : 0;
    for (std::size_t i = from; i < before.size(); ++i) {
        // Who of the firm wrote it would tell whether the AI was allowed to answer.
        const bool visitor = before[i]->author == events::author_kind::visitor;
        out.push_back({{"author", visitor ? "visitor" : "us"}, {"text", before[i]->text}});
    }
    return out;
}

std::string text_of(const conversation* c, std::string_view message) {
    if (c != nullptr)
        for (const auto& m : c->messages)
            if (m.m.message == message) return m.m.text;
    return {};
}

events::fact fact_of(std::string key, const label_counts::tally& counts, std::int64_t good,
                     instant now) {
    events::fact f;
    f.key = std::move(key);
    f.n = counts.n;
    f.sum = static_cast<double>(good);
    if (f.n > 0) f.value = f.sum / static_cast<double>(f.n);
    f.missing = counts.unsure;
    if (counts.n > 0) f.window_from = counts.from;
    f.window_to = now;
    f.as_of = now;
    if (counts.unsure > 0) f.note = std::to_string(counts.unsure) + " unsure, left out";
    return f;
}

status check_label(const desk_core& desk, const new_label& label) {
    if (label.harm && label.verdict != events::label_verdict::wrong)
        return fail(error_code::unprocessable, "desk.label.harm_needs_wrong",
                    "only a wrong answer can have done harm", "harm",
                    "choose the verdict wrong, or leave out harm");
    if (desk.queue.locked_by_other(label.message, label.person, desk.now.now()))
        return fail(error_code::conflict, "desk.label.locked",
                    "another person has this message on screen", label.message,
                    "take the next one");
    return {};
}

error unknown_message(std::string_view message) {
    return error{.code = error_code::not_found,
                 .id = "desk.label.message_unknown",
                 .message = "there is no such visitor's message",
                 .where = std::string(message),
                 .remedy = "give the id of a visitor's message of this project"};
}

} // namespace

json::object desk_service::next_label(std::string_view project, std::string_view person) {
    const auto* next = inner_->queue.next(inner_->state, project, person, inner_->now.now());
    if (next == nullptr) return {};
    const auto* c = inner_->state.find(project, next->d.conversation);
    return {{"message", next->d.message},
            {"text", text_of(c, next->d.message)},
            {"lang", c == nullptr ? "" : c->lang},
            {"context", context_of(c, next->d.message)},
            {"answer", next->d.text},
            {"progress", label_progress(project)}};
}

status desk_service::skip_label(std::string_view project, std::string_view message,
                                std::string_view person) {
    if (inner_->state.decision(project, message) == nullptr)
        return std::unexpected(unknown_message(message));
    if (!inner_->queue.skip(message, person)) return {};
    auto done = record_label(project, {.message = std::string(message),
                                       .person = std::string(person),
                                       .verdict = events::label_verdict::unsure,
                                       .note = "skipped three times"});
    if (!done) return std::unexpected(done.error());
    return {};
}

result<json::object> desk_service::record_label(std::string_view project, const new_label& label) {
    if (auto good = check_label(*inner_, label); !good) return std::unexpected(good.error());
    const auto* decision = inner_->state.decision(project, label.message);
    const auto* c = inner_->state.by_message(project, label.message);
    if (decision == nullptr && c == nullptr) return std::unexpected(unknown_message(label.message));

    const auto now = inner_->now.now();
    stored_decision none; // a message no variant was asked about can be labelled all the same
    none.d.message = label.message;
    none.d.conversation = c != nullptr ? c->id : "";
    none.d.visitor = c != nullptr ? c->visitor : std::nullopt;
    none.d.staff = c != nullptr && c->staff;
    auto made =
        label_of(decision != nullptr ? *decision : none, make_id("lb", now, inner_->random));
    const bool drawn = decision != nullptr && decision->extra.drawn;
    const bool blind = drawn && inner_->queue.served_to(label.message, label.person);
    made.sampling = blind ? events::label_sampling::random : events::label_sampling::targeted;
    if (!blind) made.q = 0;
    made.verdict = label.verdict;
    made.harm = label.harm;
    made.entries = label.entries;
    // "Right" names the entry that the answer rests on; the queue is blind, so nobody types it.
    if (made.entries.empty() && label.verdict == events::label_verdict::right &&
        decision != nullptr && !decision->d.entries.empty())
        made.entries = {decision->d.entries.front()};
    made.note = label.note;
    made.seconds = label.seconds;
    auto e = events::make_event(made, {.at = now,
                                       .project = std::string(project),
                                       .by = by_person(label.person),
                                       .object_type = "label",
                                       .object_id = made.label,
                                       .phase = inner_->settings(project).phase,
                                       .request_id = {}});
    if (auto done = inner_->log.commit({std::move(e)}); !done) return std::unexpected(done.error());
    inner_->queue.labelled(label.message);
    // The label stands; facts that could not be written now are written with the next one.
    if (blind) std::ignore = emit_facts(project);
    return json::object{{"id", made.label},
                        {"message", made.message},
                        {"verdict", json::to_json(made.verdict)},
                        {"sampling", label_words(made.sampling)}};
}

std::vector<events::fact> desk_service::label_facts(std::string_view project) const {
    std::vector<events::fact> out;
    const auto now = inner_->now.now();
    for (const auto& [where, counts] : inner_->state.labels(project).tallies())
        for (auto f : {fact_of("desk.answer_accuracy", counts, counts.right, now),
                       fact_of("desk.harm_rate", counts, counts.harmful, now)}) {
            f.variant = where.variant;
            f.phase = where.phase;
            f.stage = where.stage;
            out.push_back(std::move(f));
        }
    return out;
}

events::fact desk_service::wait_fact(std::string_view project) const {
    return inner_->state.waits().fact(project, inner_->now.now());
}

status desk_service::emit_facts(std::string_view project) {
    std::vector<events::event> batch;
    for (const auto& f : label_facts(project))
        batch.push_back(events::make_event(f, {.at = f.as_of,
                                               .project = std::string(project),
                                               .by = by_system(),
                                               .object_type = "fact",
                                               .object_id = f.key,
                                               .phase = f.phase,
                                               .request_id = {}}));
    if (batch.empty()) return {};
    if (auto done = inner_->log.commit(std::move(batch)); !done)
        return std::unexpected(done.error());
    return {};
}

json::object desk_service::label_progress(std::string_view project) const {
    const auto& queue = inner_->state.labels(project).queue();
    return {{"drawn", queue.drawn},
            {"labelled", queue.labelled},
            {"unsure", queue.unsure},
            {"waiting", queue.drawn - queue.labelled}};
}

} // namespace servery::desk
