// What data protection asks of the others: conversations to close, how long the plan keeps texts,
// which visitor an id means.
#include "app/services.h"
#include "data_plane/gateway/identity.h"
#include "foundation/base/text.h"

#include <algorithm>

namespace servery::app {

namespace {

// A signed id counts whatever page it was made for, and also after its time: it still says whose
// data is meant.
std::optional<hash16> signed_visitor_in(std::string_view text) {
    constexpr std::string_view prefix = "svy_vis_";
    constexpr std::size_t at = 10; // version 1, key number 1, project 8 bytes; see identity.h
    if (!text.starts_with(prefix)) return std::nullopt;
    const auto bytes = from_base64url(text.substr(prefix.size()));
    hash16 out{};
    if (!bytes || bytes->size() < at + out.size()) return std::nullopt;
    std::copy_n(bytes->begin() + at, out.size(), out.begin());
    return out;
}

} // namespace

privacy::privacy_seams services::privacy_seams() {
    return {
        .in_background = [this](std::function<void()> work) { on.in_background(std::move(work)); },
        .on_control = [this](std::function<void()> work) { on.control.post(std::move(work)); },
        .close = [this](std::string_view project, std::string_view conversation) -> status {
            const auto shown = desk.show(project, conversation);
            if (!shown) return std::unexpected(shown.error());
            // As the colleague who has it, so that nobody is in the way.
            const auto* c = shown->if_contains("conversation");
            const auto person = c != nullptr && c->is_object()
                                    ? json::text_or(c->get_object(), "person")
                                    : std::string();
            const auto closed = desk.close(project, conversation, person, "erased");
            if (!closed) return std::unexpected(closed.error());
            return {};
        },
        .forget = [this](const hash16& of) { guard.vaults().erase(of); },
        .projects =
            [this] {
                std::vector<std::string> out;
                for (const auto* p : registry.projects())
                    out.push_back(p->id);
                return out;
            },
        .phase = [this](std::string_view project) { return phase_of(project); },
        .plan_days = [this](std::string_view project) -> std::optional<std::int64_t> {
            const auto* plan = plan_of(project);
            return plan == nullptr ? std::nullopt : plan->privacy.retention_days;
        },
        .visitor_of = [this](std::string_view project,
                             std::string_view id) -> std::optional<hash16> {
            const auto policy = board.current();
            const auto* p = policy ? policy->project(project) : nullptr;
            if (p == nullptr || id.empty()) return std::nullopt;
            if (const auto visitor = signed_visitor_in(id))
                return gateway::visitor_hash(p->identity_key, "signed", *visitor);
            auto named = to_nfc(trim(id));
            if (named.find('@') != std::string::npos) named = lower_ascii(named);
            return gateway::visitor_hash(p->identity_key, "asserted", as_bytes(named));
        }};
}

} // namespace servery::app
