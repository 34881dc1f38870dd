// What the built-in assistant's decision becomes: sent, offered as choices, kept as a draft, or
// handed over (the assistant's contract, section 7).
#include "data_plane/gateway/record.h"
#include "data_plane/gateway/steps.h"
#include "data_plane/gateway/texts.h"

namespace servery::gateway {

namespace {

namespace as = servery::assistant;

as::delivery delivery_of(const exchange& x, const provider::assistant_answer& said) {
    // The sandbox shows the behaviour; an evaluation asks what would be said.
    if (x.kind == policy::key_kind::sandbox || x.purpose == events::purpose::evaluation)
        return as::deliver(said.made, as::autonomy::automatic, true);
    auto right = as::autonomy_from(x.project->autonomy);
    if (is_draft(x) && right == as::autonomy::automatic) right = as::autonomy::approve;
    return as::deliver(said.made, right, said.calibration_active);
}

std::string_view talk_key(const as::decision& made) {
    switch (made.talk) {
    case as::small_talk::thanks:
        return "thanks";
    case as::small_talk::goodbye:
        return "goodbye";
    case as::small_talk::greeting:
    case as::small_talk::none:
        break;
    }
    return "greeting";
}

void note_decision(exchange& x, const provider::assistant_answer& said) {
    auto& row = x.row;
    row.decision = json::enum_word(said.made.recommended);
    row.decision_reason = json::enum_word(said.made.why);
    row.confidence = said.made.confidence;
    row.release = said.made.release;
    row.entries = said.made.recommended == as::outcome::answer ? said.made.key : "";
}

reply authored(gateway& with, exchange& x, std::string outcome) {
    take_variant_answer(with, x);
    reply out;
    out.what = reply::kind::authored;
    out.outcome = std::move(outcome);
    out.authored.model = "servery/assistant";
    out.authored.served = events::served_by::variant;
    out.authored.reason = x.row.reason;
    out.authored.as_refusal = x.asked.structured || x.asked.forced_tool;
    return out;
}

reply send_answer(gateway& with, exchange& x, const provider::assistant_answer& said) {
    auto out = authored(with, x, "answer");
    if (said.made.why == as::reason::small_talk) {
        // A fixed text of the plan: no AI text, no label.
        const auto text = text_for(*x.project, talk_key(said.made), x.lang);
        out.authored.text = text.text;
        out.authored.answered_by = events::answered_by::fixed;
        out.outcome = "fallback";
        x.row.label_version.clear();
    } else {
        out.authored.text = said.approved.text;
        out.authored.answered_by = events::answered_by::faq;
        for (const auto& s : said.approved.sources)
            out.authored.sources.push_back({s.title, s.url, s.checked_on});
    }
    out.authored.label_version = x.row.label_version;
    x.row.answered_by = out.authored.answered_by;
    return out;
}

reply offer_choices(gateway& with, exchange& x, const provider::assistant_answer& said) {
    auto out = authored(with, x, "ask");
    const bool starters = said.made.why == as::reason::starter;
    out.authored.text = text_for(*x.project, starters ? "starter" : "ask", x.lang).text;
    std::vector<std::string> keys;
    int n = 0;
    for (const auto& c : said.made.choices) {
        out.authored.choices.push_back({c.key, c.question});
        out.authored.text += "\n" + std::to_string(++n) + ". " + c.question;
        keys.push_back(c.key);
    }
    with.pins().offer(x.conversation, std::move(keys), with.given().clock.now());
    out.authored.answered_by = events::answered_by::ai;
    out.authored.label_version = x.row.label_version;
    x.row.answered_by = out.authored.answered_by;
    return out;
}

// The visitor is told at once that a person looks at it; the text waits in the desk.
reply keep_draft(gateway& with, exchange& x, const provider::assistant_answer& said) {
    auto out = fall_back(with, x, "draft", "draft");
    out.outcome = "draft";
    out.person = true;
    out.candidate = said.candidate.text;
    out.authored.served = events::served_by::draft;
    x.row.served = events::served_by::draft;
    if (x.verdict.variant != nullptr) x.row.served_variant = x.verdict.variant->hash;
    x.row.fallback_cause.clear();
    return out;
}

} // namespace

reply reply_to_decision(gateway& with, exchange& x,
                        std::shared_ptr<const provider::assistant_answer> decided) {
    x.decided = decided;
    const auto& said = *decided;
    note_decision(x, said);
    x.free_of_charge = true;
    settle_row(x, true, false);
    // An ask stays open for one message only.
    with.pins().offer(x.conversation, {}, with.given().clock.now());

    switch (delivery_of(x, said)) {
    case as::delivery::send:
        return send_answer(with, x, said);
    case as::delivery::choices:
        return offer_choices(with, x, said);
    case as::delivery::draft_for_person:
    case as::delivery::draft_after_approval:
    case as::delivery::suggestion:
        return keep_draft(with, x, said);
    case as::delivery::hand_over:
        break;
    }
    const bool asked_for_person = said.made.why == as::reason::human_request;
    auto out = fall_back(with, x, asked_for_person ? "human_request" : "low_confidence",
                         std::string(json::enum_word(said.made.why)));
    constexpr double t_ask = 0.30;
    if (said.made.confidence >= t_ask) out.candidate = said.candidate.text;
    return out;
}

} // namespace servery::gateway
