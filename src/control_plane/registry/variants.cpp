// The variants of the registry: what may be one, and the hash that names it.
#include "control_plane/registry/registry_service.h"
#include "foundation/base/text.h"

#include <algorithm>

namespace servery::registry {

namespace {

void write_canonical(const json::value& of, std::string& out) {
    if (of.is_object()) {
        std::vector<std::pair<std::string_view, const json::value*>> members;
        for (const auto& m : of.get_object())
            members.emplace_back(m.key(), &m.value());
        std::ranges::sort(members, {}, [](const auto& m) { return m.first; });
        out += '{';
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (i > 0) out += ',';
            out += json::quote(members[i].first);
            out += ':';
            write_canonical(*members[i].second, out);
        }
        out += '}';
    } else if (of.is_array()) {
        out += '[';
        bool first = true;
        for (const auto& element : of.get_array()) {
            if (!first) out += ',';
            first = false;
            write_canonical(element, out);
        }
        out += ']';
    } else {
        out += json::write(of);
    }
}

error fault(std::string message, std::string where, std::string remedy) {
    return {.code = error_code::unprocessable,
            .id = "variant.invalid",
            .message = std::move(message),
            .where = std::move(where),
            .remedy = std::move(remedy)};
}

struct variant_fields {
    std::string label;
    std::vector<std::string> dialects;
    std::vector<policy::variant_target> targets;
    std::string prompt;
    json::object parameters;
    std::int64_t max_output_tokens = 0;
    std::string caller_system = "keep";
    std::string knowledge_release;
    std::string calibration;
};
BOOST_DESCRIBE_STRUCT(variant_fields, (),
                      (label, dialects, targets, prompt, parameters, max_output_tokens,
                       caller_system, knowledge_release, calibration))

std::vector<error> faults_of(const variant_fields& v) {
    std::vector<error> faults;
    if (v.targets.empty())
        faults.push_back(fault("a variant needs at least one target", "targets",
                               "[{\"provider\": \"main\", \"model\": \"small-1\"}]"));
    if (v.targets.size() > 8)
        faults.push_back(fault("a variant has at most 8 targets", "targets", "leave some out"));
    for (std::size_t i = 0; i < v.dialects.size(); ++i)
        if (v.dialects[i] != "openai" && v.dialects[i] != "anthropic")
            faults.push_back(fault("there is no dialect '" + v.dialects[i] + "'",
                                   "dialects[" + std::to_string(i) + "]", "openai or anthropic"));
    if (v.caller_system != "keep" && v.caller_system != "replace" && v.caller_system != "reject")
        faults.push_back(fault("caller_system says what becomes of the caller's system message",
                               "caller_system", "keep, replace or reject"));
    if (v.max_output_tokens < 0 || v.max_output_tokens > 1'000'000)
        faults.push_back(fault("max_output_tokens is between 0 (no cap) and 1,000,000",
                               "max_output_tokens", "leave it out for no cap"));
    if (code_points(v.label) > 100)
        faults.push_back(fault("a label has at most 100 characters", "label", "shorten it"));
    for (const auto& m : v.parameters)
        if (m.key() == "model" || m.key() == "messages" || m.key() == "stream")
            faults.push_back(fault("'" + std::string(m.key()) + "' is the request's own",
                                   "parameters." + std::string(m.key()), "remove it"));
    return faults;
}

} // namespace

std::string canonical(const json::value& of) {
    std::string out;
    write_canonical(of, out);
    return out;
}

status registry_service::check_variant(const std::string& project,
                                       const policy::variant_view& view) const {
    for (std::size_t i = 0; i < view.targets.size(); ++i) {
        const auto& target = view.targets[i];
        const auto where = "targets[" + std::to_string(i) + "]";
        const auto* p = find_provider(target.provider);
        if (p == nullptr)
            return fail(error_code::unprocessable, "variant.target.unknown",
                        "there is no provider '" + target.provider + "'", where + ".provider",
                        "import it first: servery provider import FILE");
        const auto& models = p->view.models;
        if (target.model.empty() ||
            (!models.empty() && std::ranges::find(models, target.model) == models.end()))
            return fail(error_code::unprocessable, "variant.target.unknown",
                        "provider '" + target.provider + "' has no model '" + target.model + "'",
                        where + ".model",
                        models.empty() ? "name the model" : "for example " + models.front());
    }
    if (!view.knowledge_release.empty() && with_.release_exists &&
        !with_.release_exists(project, view.knowledge_release))
        return fail(error_code::unprocessable, "variant.release.unknown",
                    "there is no knowledge release '" + view.knowledge_release + "' here",
                    "knowledge_release", "see `servery kb list --releases`");
    return {};
}

result<registry_service::created_variant>
registry_service::create_variant(const act& who, const std::string& project,
                                 const json::object& fields) {
    if (auto known = known_project(project); !known) return std::unexpected(known.error());
    std::vector<error> faults;
    variant_fields v;
    json::read_json(json::value(fields), v, "", json::unknown::refuse, faults);
    for (auto& f : faults)
        f.id = "variant.invalid";
    std::ranges::move(faults_of(v), std::back_inserter(faults));
    if (!faults.empty()) {
        error first = faults.front();
        first.more.assign(faults.begin() + 1, faults.end());
        return std::unexpected(std::move(first));
    }
    if (v.dialects.empty()) v.dialects = {"openai"};
    variant_created made{.hash = {}, .label = to_nfc(trim(v.label)), .content = {}};
    v.label.clear();
    v.prompt = to_nfc(v.prompt);
    json::to_json_members(made.content, v);
    made.content.erase("label");
    made.hash = to_hex(blake2b_256(as_bytes(canonical(made.content))));
    if (made.label.empty()) made.label = v.targets.front().model;
    if (const auto* there = find_variant(project, made.hash))
        return created_variant{.variant = *there, .made = false};
    if (auto good = check_variant(project, view_of(made)); !good)
        return std::unexpected(good.error());
    const auto done =
        log_.commit({events::make_event(made, context(who, project, "variant", made.hash))});
    if (!done) return std::unexpected(done.error());
    return created_variant{.variant = *find_variant(project, made.hash), .made = true};
}

policy::variant_view registry_service::view_of(const variant_created& made) {
    variant_fields v;
    std::vector<error> ignored;
    json::read_json(json::value(made.content), v, "", json::unknown::ignore, ignored);
    policy::variant_view view{.hash = {},
                              .label = made.label,
                              .dialects = v.dialects,
                              .targets = v.targets,
                              .prompt = v.prompt,
                              .parameters = v.parameters,
                              .max_output_tokens = v.max_output_tokens,
                              .caller_system = v.caller_system,
                              .knowledge_release = v.knowledge_release,
                              .calibration = v.calibration};
    if (const auto bytes = from_hex(made.hash); bytes && bytes->size() == view.hash.size())
        std::ranges::copy(*bytes, view.hash.begin());
    return view;
}

void registry_service::fold_variant(const events::event& e) {
    const auto made = events::read<variant_created>(e);
    variants_[e.project].try_emplace(made.hash, variant{.view = view_of(made),
                                                        .content = made.content,
                                                        .project = e.project,
                                                        .author = e.by.id,
                                                        .created_at = e.at});
}

const variant* registry_service::find_variant(std::string_view project,
                                              std::string_view hex) const {
    const auto in = variants_.find(project);
    if (in == variants_.end() || hex.size() < 12) return nullptr;
    const auto at = in->second.lower_bound(hex);
    if (at == in->second.end() || !at->first.starts_with(hex)) return nullptr;
    const auto next = std::next(at);
    if (next != in->second.end() && next->first.starts_with(hex)) return nullptr; // ambiguous
    return &at->second;
}

std::vector<const variant*> registry_service::variants(std::string_view project) const {
    std::vector<const variant*> out;
    if (const auto in = variants_.find(project); in != variants_.end())
        for (const auto& [hash, v] : in->second)
            out.push_back(&v);
    std::ranges::sort(out, {},
                      [](const variant* v) { return std::pair(v->created_at.ms, v->view.hash); });
    return out;
}

std::vector<policy::variant_view> registry_service::variant_views() const {
    std::vector<policy::variant_view> out;
    std::set<hash32> seen;
    for (const auto& [project_id, by_hash] : variants_)
        for (const auto& [hash, v] : by_hash)
            if (seen.insert(v.view.hash).second) out.push_back(v.view);
    return out;
}

} // namespace servery::registry
