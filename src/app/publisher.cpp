#include "app/publisher.h"

#include "control_plane/gate/gate_service.h"
#include "control_plane/plan/plan_service.h"
#include "control_plane/registry/registry_service.h"
#include "control_plane/rollout/rollout_service.h"
#include "foundation/base/log.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

namespace servery::app {

namespace {

struct wording {
    std::string_view key, lang, text;
};

constexpr wording shipped[] = {
    {"label", "en", "You are chatting with our AI assistant."},
    {"label", "de", "Sie schreiben mit unserem KI-Assistenten."},
    {"limits", "en",
     "It answers from our published information and can be wrong. Ask for a person at any time."},
    {"limits", "de",
     "Er antwortet aus unseren veröffentlichten Angaben und kann sich irren. Sie können jederzeit "
     "einen Menschen verlangen."},
    {"handoff", "en", "I am passing you to a colleague."},
    {"handoff", "de", "Ich gebe Sie an eine Kollegin oder einen Kollegen weiter."},
    {"out_of_hours", "en", "Nobody is on duty now. Leave a message and we will reply."},
    {"out_of_hours", "de",
     "Gerade ist niemand im Dienst. Hinterlassen Sie eine Nachricht, wir antworten."},
    {"consent", "en", "I agree that this chat is processed to answer my question."},
    {"consent", "de",
     "Ich bin einverstanden, dass dieser Chat verarbeitet wird, um meine Frage zu beantworten."},
    {"fixed", "en", "Thank you for your message. A colleague will answer you."},
    {"fixed", "de", "Vielen Dank für Ihre Nachricht. Ein Mensch aus unserem Team antwortet Ihnen."},
    {"person", "en", "Thank you for your message. A colleague will answer you."},
    {"person", "de",
     "Vielen Dank für Ihre Nachricht. Ein Mensch aus unserem Team antwortet Ihnen."},
    {"greeting", "en", "Hello! What would you like to know?"},
    {"greeting", "de", "Guten Tag! Was möchten Sie wissen?"},
    {"thanks", "en", "You are welcome."},
    {"thanks", "de", "Gern geschehen."},
    {"goodbye", "en", "Goodbye, and thank you for writing."},
    {"goodbye", "de", "Auf Wiedersehen, und danke für Ihre Nachricht."},
    {"ask", "en", "Did you mean one of these?"},
    {"ask", "de", "Meinten Sie eine dieser Fragen?"},
    {"approve", "en", "A person checks the answer and sends it in a moment."},
    {"approve", "de", "Ein Mensch prüft die Antwort und schickt sie gleich."},
    {"draft", "en", "A colleague will answer you."},
    {"draft", "de", "Ein Mensch aus unserem Team antwortet Ihnen."},
    {"guardrail", "en", "I cannot help with that. Ask me about our service, or ask for a person."},
    {"guardrail", "de",
     "Dabei kann ich nicht helfen. Fragen Sie mich nach unserem Angebot, oder verlangen Sie einen "
     "Menschen."},
};

// Written beside the old file, synced, then renamed over it: a reader sees one or the other.
bool write_file(const std::filesystem::path& to, std::string_view bytes) {
    const auto draft = to.string() + ".new";
    const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    bool ok = ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
    ok = ::fsync(fd) == 0 && ok;
    ok = ::close(fd) == 0 && ok;
    return ok && std::rename(draft.c_str(), to.c_str()) == 0;
}

std::int64_t nano_of(double amount) {
    return static_cast<std::int64_t>(std::llround(amount * 1e6)) * 1000;
}

void add_texts(policy::project_view& view, const plan::document* plan) {
    std::map<std::pair<std::string, std::string>, std::string> texts;
    for (const auto& w : shipped) {
        if (std::ranges::find(view.languages, w.lang) != view.languages.end())
            texts[{std::string(w.key), std::string(w.lang)}] = w.text;
    }
    if (plan != nullptr) {
        for (const auto& [key, by_lang] : plan->texts) {
            for (const auto& [lang, text] : by_lang)
                texts[{key, lang}] = text;
        }
    }
    for (auto& [where, text] : texts)
        view.texts.push_back({where.first, where.second, text, text_version(text)});
}

void add_plan(policy::project_view& view, const plan::document& plan) {
    view.currency = plan.meta.currency;
    view.language = plan.meta.language;
    view.languages = plan.use_case.languages;
    if (view.languages.empty()) view.languages = {plan.meta.language};
    view.autonomy = plan.use_case.autonomy;
    for (const auto& f : plan.fallbacks)
        view.fallbacks.push_back({f.when, f.steps, f.text});
    view.consent_required = plan.privacy.legal_basis == "consent";
    view.redact = plan.privacy.redact;
    view.hard_stop = plan.budget.hard_stop;
    const auto cash = plan.budget.per_phase.find(view.phase);
    if (cash != plan.budget.per_phase.end()) view.budget_cap_nano = nano_of(cash->second);
}

} // namespace

std::string shipped_text(std::string_view key, std::string_view lang) {
    for (const auto& w : shipped) {
        if (w.key == key && w.lang == lang) return std::string(w.text);
    }
    return {};
}

std::string text_version(std::string_view text) {
    return to_hex(blake2b_256(as_bytes(text))).substr(0, 12);
}

bool publisher::concerns(const events::event& e) {
    // Everything but what visitors and colleagues do all day.
    static constexpr std::string_view busy[] = {
        "message.",  "conversation.", "decision.", "draft.",      "label.",   "feedback.",
        "person.r",  "consent.",      "fact",      "heartbeat",   "session.", "gate.evaluated",
        "evidence.", "report.",       "spend.",    "eval.",       "access.",  "token.",
        "guard.b",   "alert.",        "watch.",    "monitoring.",
    };
    return std::ranges::none_of(busy, [&](auto b) { return e.kind.starts_with(b); });
}

policy::project_view publisher::project(std::string_view id) const {
    const auto* stored = from_.registry.find_project(id);
    policy::project_view view;
    view.id = stored->id;
    view.title = stored->title;
    view.demo = stored->demo;
    view.languages = {"en"};
    const auto standing = from_.gates.standing_of(id);
    view.phase = standing.phase ? std::string(plan::word(*standing.phase)) : "draft";
    if (standing.status == "stopped" || standing.status == "retired") view.phase = "stopped";
    const auto head = from_.plans.head(id);
    const plan::document* plan = head ? &head->plan->typed : nullptr;
    if (plan != nullptr) add_plan(view, *plan);
    add_texts(view, plan);
    view.aliases = {"faq", std::string(id)};
    view.limits = from_.registry.limits(id).limits;
    view.guard_policy = from_.registry.guard_policy(id).document;
    // What sandbox keys get when they name no variant: the one on trial, else the newest.
    const auto variants = from_.registry.variants(id);
    for (const auto* v : variants)
        view.variants.push_back(v->view.hash);
    const auto newest =
        std::ranges::max_element(variants, {}, [](const auto* v) { return v->created_at.ms; });
    if (newest != variants.end()) view.default_variant = (*newest)->view.hash;
    if (const auto candidate = from_.rollouts.candidate(id)) {
        if (const auto* variant = from_.registry.find_variant(id, *candidate))
            view.default_variant = variant->view.hash;
    }
    if (view.phase != "stopped") view.grants = from_.rollouts.ladder(id);
    if (const auto it = drills.find(view.id); it != drills.end()) view.drills = it->second;
    if (public_values) view.public_values = public_values(id);
    const auto number = key_tree::project_number(id);
    view.identity_key = blake2b_256_keyed(from_.keys.plain_subkey(key_use::visitor, number),
                                          as_bytes(stored->identity_salt));
    return view;
}

policy::snapshot publisher::build() const {
    policy::snapshot next;
    next.version = version_ + 1;
    next.built_at = from_.now.now();
    for (const auto* p : from_.registry.projects())
        next.projects.push_back(project(p->id));
    next.keys = from_.registry.key_views();
    next.providers = from_.registry.provider_views();
    next.variants = from_.registry.variant_views();
    next.prices = from_.registry.price_rows();
    next.widgets = from_.registry.widget_views();
    return next;
}

status publisher::publish() {
    auto next = std::make_shared<policy::snapshot>(build());
    if (auto valid = policy::validate(*next); !valid) {
        log::error("policy.snapshot.refused", {{"why", to_line(valid.error())}});
        return valid;
    }
    if (!folder_.empty() &&
        !write_file(folder_ / "policy.snapshot",
                    policy::to_file(*next, from_.keys.plain_subkey(key_use::snapshot))))
        log::warn("policy.snapshot.not_written", {{"folder", folder_.string()}});
    version_ = next->version;
    board_.publish(std::move(next));
    return {};
}

} // namespace servery::app
