// The providers of the registry: import, export, credentials.
#include "control_plane/registry/provider_document.h"
#include "control_plane/registry/registry_service.h"

namespace servery::registry {

result<std::vector<std::string>>
registry_service::import_providers(const act& who, std::string_view yaml, std::string_view file) {
    auto documents = read_providers(yaml, file);
    if (!documents) return std::unexpected(documents.error());
    std::vector<events::event> batch;
    std::vector<std::string> changed;
    for (auto& document : *documents) {
        const auto id = json::text_or(document, "id");
        const auto* before = find_provider(id);
        if (before != nullptr && canonical(before->document) == canonical(document)) continue;
        // A secret is entered for one address and must not be sent to another.
        const bool moved = before != nullptr && json::text_or(before->document, "base_url") !=
                                                    json::text_or(document, "base_url");
        const provider_changed record{.id = id,
                                      .version = before == nullptr ? 1 : before->version + 1,
                                      .document = document,
                                      .credential_dropped = moved && before->credential.set};
        batch.push_back(events::make_event(record, context(who, "", "provider", id)));
        changed.push_back(id);
    }
    if (batch.empty()) return changed;
    const auto done = log_.commit(std::move(batch));
    if (!done) return std::unexpected(done.error());
    return changed;
}

result<std::string> registry_service::export_providers(std::string_view id) const {
    std::vector<json::object> documents;
    for (const auto& [name, p] : providers_)
        if (id.empty() || name == id) documents.push_back(p.document);
    if (!id.empty() && documents.empty())
        return fail(error_code::not_found, "provider.unknown",
                    "there is no provider '" + std::string(id) + "'", "provider",
                    "see `servery provider list`");
    return write_providers(documents);
}

std::vector<const provider*> registry_service::providers() const {
    std::vector<const provider*> out;
    for (const auto& [id, p] : providers_)
        out.push_back(&p);
    return out;
}

const provider* registry_service::find_provider(std::string_view id) const {
    const auto at = providers_.find(id);
    return at == providers_.end() ? nullptr : &at->second;
}

result<credential_state> registry_service::set_credential(const act& who, std::string_view id,
                                                          std::string_view secret) {
    if (find_provider(id) == nullptr)
        return fail(error_code::not_found, "provider.unknown",
                    "there is no provider '" + std::string(id) + "'", "provider",
                    "see `servery provider list`");
    if (secret.empty() || secret.size() > 4096 ||
        secret.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
        return fail(error_code::unprocessable, "provider.credential.empty",
                    "a credential is one line of 1 to 4096 bytes", "credential",
                    "send the secret alone");
    auto sealed = with_.seal("provider|credential|" + std::string(id), secret);
    if (!sealed) return std::unexpected(sealed.error());
    const credential_set record{
        .provider = std::string(id),
        .sealed = std::move(*sealed),
        // Four characters of a short secret would be most of it.
        .last4 = secret.size() < 12 ? "" : std::string(secret.substr(secret.size() - 4))};
    const auto done = log_.commit({events::make_event(record, context(who, "", "provider", id))});
    if (!done) return std::unexpected(done.error());
    return find_provider(id)->credential;
}

std::optional<std::string> registry_service::sealed_credential(std::string_view id) const {
    const auto* p = find_provider(id);
    if (p == nullptr || p->sealed.empty()) return {};
    return p->sealed;
}

void registry_service::fold_provider(const events::event& e) {
    if (events::is<credential_set>(e)) {
        const auto record = events::read<credential_set>(e);
        const auto at = providers_.find(record.provider);
        if (at == providers_.end()) return;
        at->second.sealed = record.sealed;
        at->second.credential = {
            .set = true, .last4 = record.last4, .set_by = e.by.id, .set_at = e.at};
        return;
    }
    const auto record = events::read<provider_changed>(e);
    auto& p = providers_[record.id];
    p.document = record.document;
    p.view = to_view(record.document);
    p.version = record.version;
    if (record.credential_dropped) {
        p.credential = {};
        p.sealed.clear();
    }
}

std::vector<policy::provider_view> registry_service::provider_views() const {
    std::vector<policy::provider_view> out;
    for (const auto& [id, p] : providers_)
        out.push_back(p.view);
    return out;
}

} // namespace servery::registry
