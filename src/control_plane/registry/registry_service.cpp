#include "control_plane/registry/registry_service.h"

#include "control_plane/registry/provider_document.h"
#include "foundation/base/ids.h"
#include "foundation/base/text.h"

namespace servery::registry {

registry_service::registry_service(const clock& now, random_source& random, events::log& log,
                                   crafts with)
    : now_(now), random_(random), log_(log), with_(std::move(with)) {}

void registry_service::apply(const events::event& e) {
    if (events::is<project_created>(e))
        fold_project(e);
    else if (events::is<key_created>(e) || events::is<key_revoked>(e))
        fold_key(e);
    else if (events::is<provider_changed>(e) || events::is<credential_set>(e))
        fold_provider(e);
    else if (events::is<price_set>(e))
        fold_price(e);
    else if (events::is<variant_created>(e))
        fold_variant(e);
    else if (events::is<widget_created>(e))
        fold_widget(e);
    else if (events::is<limits_changed>(e))
        fold_limits(e);
    else if (events::is<guard_policy_changed>(e))
        fold_guard_policy(e);
    else
        return;
    ++version_;
}

events::context registry_service::context(const act& who, std::string_view project,
                                          std::string_view type, std::string_view id) const {
    return {.at = now_.now(),
            .project = std::string(project),
            .by = who.by,
            .object_type = std::string(type),
            .object_id = std::string(id),
            .phase = {},
            .request_id = who.request_id};
}

status registry_service::known_project(std::string_view id) const {
    if (find_project(id) != nullptr) return {};
    return fail(error_code::not_found, "project.unknown",
                "there is no project '" + std::string(id) + "'", "project",
                "name one of `servery project list`");
}

// --- projects ------------------------------------------------------------------------------------

result<project> registry_service::create_project(const act& who, const std::string& id,
                                                 const std::string& title, bool demo) {
    if (!is_slug(id))
        return fail(error_code::unprocessable, "project.id.invalid",
                    "a project's id has 1 to 64 of a-z, 0-9 and -", "id",
                    "for example guest-house");
    const std::string name = to_nfc(trim(title));
    if (name.empty() || code_points(name) > 200)
        return fail(error_code::unprocessable, "project.title.missing",
                    "a project needs a title of 1 to 200 characters", "title",
                    "say in a few words what it is for");
    if (find_project(id) != nullptr)
        return fail(error_code::conflict, "project.exists",
                    "there is a project '" + id + "' already", "id", "choose another id");
    hash32 salt{};
    random_.fill(salt);
    const project_created made{
        .id = id, .title = name, .demo = demo, .identity_salt = to_hex(salt)};
    const auto done = log_.commit({events::make_event(made, context(who, id, "project", id))});
    if (!done) return std::unexpected(done.error());
    return *find_project(id);
}

const project* registry_service::find_project(std::string_view id) const {
    const auto at = projects_.find(id);
    return at == projects_.end() ? nullptr : &at->second;
}

std::vector<const project*> registry_service::projects() const {
    std::vector<const project*> out;
    for (const auto& id : project_order_)
        out.push_back(find_project(id));
    return out;
}

void registry_service::fold_project(const events::event& e) {
    const auto made = events::read<project_created>(e);
    if (projects_.contains(made.id)) return;
    projects_[made.id] = {.id = made.id,
                          .title = made.title,
                          .demo = made.demo,
                          .created_at = e.at,
                          .created_by = e.by.id,
                          .identity_salt = made.identity_salt};
    project_order_.push_back(made.id);
}

// --- prices --------------------------------------------------------------------------------------

namespace {

result<micros> read_amount(const std::string& text, std::string_view field) {
    auto amount = parse_micros(text);
    if (amount && amount->value >= 0) return amount;
    return fail(error_code::unprocessable, "price.amount.invalid",
                "a price is a decimal of at most six places, 0 or more", std::string(field),
                "for example 0.15 for 0.15 per million tokens");
}

bool is_currency(std::string_view code) {
    return code.size() == 3 &&
           code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
}

} // namespace

result<policy::price_row> registry_service::set_price(const act& who, const price_request& wanted) {
    if (find_provider(wanted.provider) == nullptr)
        return fail(error_code::not_found, "provider.unknown",
                    "there is no provider '" + wanted.provider + "'", "provider",
                    "import it first: servery provider import FILE");
    if (trim(wanted.model).empty())
        return fail(error_code::unprocessable, "price.model.missing", "a price belongs to a model",
                    "model", "name the model as the provider spells it");
    if (!is_currency(wanted.currency))
        return fail(error_code::unprocessable, "price.currency.invalid",
                    "a currency is an ISO 4217 code", "currency", "for example EUR");
    const auto in = read_amount(wanted.in, "in");
    if (!in) return std::unexpected(in.error());
    const auto out = read_amount(wanted.out, "out");
    if (!out) return std::unexpected(out.error());
    const auto cached = wanted.cached.empty() ? in : read_amount(wanted.cached, "cached");
    if (!cached) return std::unexpected(cached.error());
    const price_set row{.id = make_id("pr", now_.now(), random_),
                        .provider = wanted.provider,
                        .model = wanted.model,
                        .currency = wanted.currency,
                        .in = *in,
                        .cached = *cached,
                        .out = *out};
    const auto done = log_.commit({events::make_event(row, context(who, "", "price", row.id))});
    if (!done) return std::unexpected(done.error());
    return prices_.at({row.provider, row.model});
}

void registry_service::fold_price(const events::event& e) {
    const auto row = events::read<price_set>(e);
    prices_[{row.provider, row.model}] = {.id = row.id,
                                          .provider = row.provider,
                                          .model = row.model,
                                          .currency = row.currency,
                                          .in = row.in.value,
                                          .cached = row.cached.value,
                                          .out = row.out.value};
}

std::vector<policy::price_row> registry_service::price_rows() const {
    std::vector<policy::price_row> out;
    for (const auto& [name, row] : prices_)
        out.push_back(row);
    // The built-in assistant runs in this process: an explicit zero, not "unpriced".
    std::set<std::pair<std::string, std::string>> free_models;
    for (const auto& [id, p] : providers_) {
        if (p.view.kind != "assistant") continue;
        for (const auto& model : p.view.models)
            free_models.emplace(id, model);
    }
    for (const auto& [project_id, by_hash] : variants_)
        for (const auto& [hash, v] : by_hash)
            for (const auto& target : v.view.targets)
                if (const auto* p = find_provider(target.provider);
                    p != nullptr && p->view.kind == "assistant")
                    free_models.emplace(target.provider, target.model);
    for (const auto& [provider_id, model] : free_models)
        if (!prices_.contains({provider_id, model}))
            out.push_back({.id = "pr_builtin",
                           .provider = provider_id,
                           .model = model,
                           .currency = "EUR",
                           .in = 0,
                           .cached = 0,
                           .out = 0});
    return out;
}

// --- widgets -------------------------------------------------------------------------------------

result<policy::widget_view> registry_service::ensure_widget(const act& who,
                                                            const std::string& project,
                                                            std::vector<std::string> origins) {
    if (auto known = known_project(project); !known) return std::unexpected(known.error());
    const auto* there = widget(project);
    if (there != nullptr && (origins.empty() || origins == widget_origins(project))) return *there;
    const key_request wanted{.kind = policy::key_kind::public_,
                             .name = "widget",
                             .scopes = {},
                             .origins = std::move(origins),
                             .failure = {},
                             .lifetime = {}};
    auto key_event = draft_key(project, wanted);
    if (!key_event) return std::unexpected(key_event.error());
    const widget_created made{.id = there ? there->id : make_id("wgt", now_.now(), random_),
                              .public_key = key_event->text,
                              .key = key_event->record.id};
    std::vector<events::event> batch{
        events::make_event(key_event->record, context(who, project, "key", made.key)),
        events::make_event(made, context(who, project, "widget", made.id))};
    // A page that was taken off the list must not go on with the old key.
    if (const auto* old = there ? find_key(with_.hash_key(there->public_key)) : nullptr) {
        const key_revoked ended{.id = old->id, .reason = "the widget's websites changed"};
        batch.push_back(events::make_event(ended, context(who, project, "key", old->id)));
    }
    const auto done = log_.commit(std::move(batch));
    if (!done) return std::unexpected(done.error());
    return *widget(project);
}

const policy::widget_view* registry_service::widget(std::string_view project) const {
    const auto at = widgets_.find(project);
    return at == widgets_.end() ? nullptr : &at->second;
}

std::vector<std::string> registry_service::widget_origins(std::string_view project) const {
    const auto* there = widget(project);
    const auto* key = there ? find_key(with_.hash_key(there->public_key)) : nullptr;
    return key ? key->origins : std::vector<std::string>{};
}

void registry_service::fold_widget(const events::event& e) {
    const auto made = events::read<widget_created>(e);
    widgets_[e.project] = {.id = made.id, .project = e.project, .public_key = made.public_key};
}

std::vector<policy::widget_view> registry_service::widget_views() const {
    std::vector<policy::widget_view> out;
    for (const auto& [project_id, w] : widgets_)
        out.push_back(w);
    return out;
}

} // namespace servery::registry
