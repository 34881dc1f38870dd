#include "control_plane/plan/load.h"

#include "control_plane/plan/cross_checks.h"
#include "control_plane/plan/data/embedded.h"
#include "control_plane/plan/faults.h"
#include "control_plane/plan/schema.h"
#include "foundation/base/text.h"

#include <algorithm>

namespace servery::plan {
namespace {

// The keys that are C++ words.
void fill_reserved(document& d, const json::object& tree) {
    d.meta.template_ = json::text_or(tree.at("meta").get_object(), "template");
    const auto& chains = tree.at("fallbacks").get_array();
    for (std::size_t i = 0; i < d.fallbacks.size() && i < chains.size(); ++i)
        for (const auto& step : chains[i].get_object().at("do").get_array())
            d.fallbacks[i].steps.emplace_back(step.get_string());
    const auto& rows = tree.at("risks").get_array();
    for (std::size_t i = 0; i < d.risks.size() && i < rows.size(); ++i)
        if (d.risks[i].signature)
            d.risks[i].signature->covers_text =
                json::text_or(rows[i].get_object().at("signature").get_object(), "for");
}

result<plan_document> checked(json::object tree, std::map<std::string, int> lines,
                              std::string_view file) {
    const auto version = json::text_or(tree, "api_version");
    if (tree.contains("api_version") && version != "servery/v1")
        return fail(error_code::unprocessable, "plan.import.version",
                    "the plan is of version '" + version + "'; this program reads servery/v1",
                    place(file, nearest_line(lines, "api_version"), "api_version"),
                    version.starts_with("servery/v") ? "use a newer Servery for this plan"
                                                     : "write api_version: servery/v1");
    plan_document out;
    out.lines = std::move(lines);
    out.file = std::string(file);
    faults found(file, out.lines);
    check_schema(tree, found);
    if (!found.empty()) return found.take();
    out.tree = in_schema_order(tree);
    std::vector<error> unread;
    json::read_json(json::value(out.tree), out.typed, "", json::unknown::ignore, unread);
    for (const auto& f : unread)
        found.add(f.where, f.message, f.remedy);
    if (!found.empty()) return found.take();
    fill_reserved(out.typed, out.tree);
    check_references(out.typed, found);
    check_values(out.typed, out.tree, found);
    if (!found.empty()) return found.take();
    return out;
}

} // namespace

result<plan_document> load_yaml(std::string_view text, std::string_view file) {
    auto tree = parse_yaml(text, file);
    if (!tree) return std::unexpected(std::move(tree.error()));
    return checked(std::move(tree->root), std::move(tree->lines), file);
}

result<plan_document> load_tree(json::object tree, std::string_view file) {
    // Through the canonical text, so that a tree obeys the same limits and spellings as a file.
    auto text = parse_yaml(to_yaml(tree), file);
    if (!text) return std::unexpected(std::move(text.error()));
    return checked(std::move(text->root), {}, file);
}

const std::vector<std::string>& template_ids() {
    static const std::vector<std::string> ids{"faq-support", "marketing-drafts", "report-summary",
                                              "internal-knowledge"};
    return ids;
}

result<plan_document> load_template(std::string_view id) {
    const auto text = embedded_text("templates/" + std::string(id) + ".plan.yaml");
    if (text.empty())
        return fail(error_code::not_found, "plan.template.unknown",
                    "there is no template '" + std::string(id) + "'", {},
                    "use faq-support, marketing-drafts, report-summary or internal-knowledge");
    return load_yaml(text, std::string(id) + ".plan.yaml");
}

} // namespace servery::plan
