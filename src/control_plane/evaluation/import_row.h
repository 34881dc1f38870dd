// What the readers of the formats share: a list of good cases, a list of faults with their places.
// Thread: pure.
#pragma once

#include "control_plane/evaluation/import.h"

#include <set>
#include <string>

namespace servery::evaluation {

class import_sink {
  public:
    explicit import_sink(const import_options& options) : options_(options) {}

    // place: "row 17". raw: the row in the file's own form, for the file of rejected rows.
    void add(eval_case c, const std::string& place, std::string_view raw);
    void reject(error fault, const std::string& place, std::string_view raw);
    void add_entry(faq_entry e) { out_.entries.push_back(std::move(e)); }

    // head: first line of the file of rejected rows ("" = none).
    [[nodiscard]] result<imported> finish(std::string_view head) &&;

  private:
    const import_options& options_;
    imported out_;
    std::set<std::string> ids_;
    std::string rejected_rows_;
};

[[nodiscard]] result<imported> import_csv(std::string_view text, const import_options& options);
[[nodiscard]] result<imported> import_jsonl(std::string_view text, const import_options& options);
[[nodiscard]] result<imported> import_faq(std::string_view text, const import_options& options);

} // namespace servery::evaluation
