// Reading a plan: YAML (or its JSON form) -> checked document. All faults of a text come together,
// at most 200, each as `plan.yaml:41` with its path. Limits: 1 MB, depth 32, 10,000 nodes; aliases,
// custom tags and a second document are refused. Thread: pure functions, any thread.
// Errors: plan.import.too_large, .encoding (byte offset), .syntax (line:column), .duplicate_key,
// .tag, .alias, .documents, .version; plan.document.invalid (schema, unknown names, cross checks;
// further faults in `more`).
#pragma once

#include "control_plane/plan/document.h"

#include <string_view>
#include <vector>

namespace servery::plan {

[[nodiscard]] result<plan_document> load_yaml(std::string_view text,
                                              std::string_view file = "plan.yaml");
// The same checks for a tree that is already parsed (PUT with a JSON body).
[[nodiscard]] result<plan_document> load_tree(json::object tree, std::string_view file = "plan");

// A YAML text as a tree, in file order, with the line of each path. Scalars by the YAML 1.2 core
// schema: yes, no and on are words.
struct yaml_tree {
    json::object root;
    std::map<std::string, int> lines;
    int comments = 0; // lines that hold one
};
[[nodiscard]] result<yaml_tree> parse_yaml(std::string_view text, std::string_view file);

// Canonical YAML: schema order, two spaces, block style, short scalar lists inline, LF, shortest
// numbers, quotes only where a YAML 1.1 or 1.2 reader would take a plain scalar for something else.
[[nodiscard]] std::string to_yaml(const json::object& tree);
// A number in its shortest form that reads back as the same: 0.4, 12, 1e+20.
[[nodiscard]] std::string number_text(const json::value& v);
// BLAKE2b-256 of the canonical YAML, hex.
[[nodiscard]] std::string content_hash(const json::object& tree);

// Ids: faq-support, marketing-drafts, report-summary, internal-knowledge.
[[nodiscard]] const std::vector<std::string>& template_ids();
// Errors: plan.template.unknown.
[[nodiscard]] result<plan_document> load_template(std::string_view id);

} // namespace servery::plan
