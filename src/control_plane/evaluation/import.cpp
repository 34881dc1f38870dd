#include "control_plane/evaluation/import.h"

#include "control_plane/evaluation/csv_table.h"
#include "control_plane/evaluation/import_row.h"
#include "foundation/base/text.h"

#include <algorithm>

namespace servery::evaluation {
namespace {

constexpr std::size_t most_faults = 100;

std::size_t first_bad_byte(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t n = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (!is_utf8(text.substr(at, n))) break;
        at += n;
    }
    return at;
}

std::string placed(const std::string& place, const std::string& where) {
    return where.empty() ? place : place + ", column " + where;
}

bool oversized(const eval_case& c) {
    const auto over = [](const std::string& s) { return s.size() > most_field_bytes; };
    return over(c.ask) || std::ranges::any_of(c.expect, over) ||
           std::ranges::any_of(c.turns, [&](const case_turn& t) { return over(t.user); });
}

} // namespace

void import_sink::reject(error fault, const std::string& place, std::string_view raw) {
    auto more = std::move(fault.more);
    fault.more.clear();
    fault.where = placed(place, fault.where);
    out_.rejected.push_back(std::move(fault));
    for (auto& f : more) {
        f.where = placed(place, f.where);
        out_.rejected.push_back(std::move(f));
    }
    rejected_rows_.append(raw).append("\n");
}

void import_sink::add(eval_case c, const std::string& place, std::string_view raw) {
    if (c.lang.empty()) c.lang = options_.lang;
    if (oversized(c)) {
        reject({.code = error_code::unprocessable,
                .id = "eval.case.bad_row",
                .message = "a field is longer than 64 KiB",
                .remedy = "shorten it"},
               place, raw);
        return;
    }
    auto done = complete(std::move(c));
    if (!done) {
        reject(std::move(done.error()), place, raw);
        return;
    }
    if (!ids_.insert(done->id).second) {
        reject({.code = error_code::unprocessable,
                .id = "eval.case.bad_row",
                .message = "the id '" + done->id + "' is used twice",
                .where = "id",
                .remedy = "give every case an id of its own"},
               place, raw);
        return;
    }
    out_.cases.push_back(*std::move(done));
}

result<imported> import_sink::finish(std::string_view head) && {
    if (out_.cases.size() > most_cases)
        return fail(error_code::too_large, "eval.import.too_large",
                    "the file has " + std::to_string(out_.cases.size()) + " cases", {},
                    "import at most 100000 cases");
    if (out_.rejected.empty()) {
        if (out_.cases.empty())
            return fail(error_code::unprocessable, "eval.case.bad_row", "the file holds no case",
                        "row 1", "add at least one question");
        return std::move(out_);
    }
    if (options_.skip_bad) {
        if (!head.empty()) out_.rejected_file = std::string(head) + "\n";
        out_.rejected_file += rejected_rows_;
        return std::move(out_);
    }
    auto first = out_.rejected.front();
    const auto last = std::min(out_.rejected.size(), most_faults);
    first.more.assign(out_.rejected.begin() + 1,
                      out_.rejected.begin() + static_cast<std::ptrdiff_t>(last));
    return std::unexpected(std::move(first));
}

std::optional<case_format> guess_format(std::string_view file_name, std::string_view text) {
    const auto lower = lower_ascii(file_name);
    if (lower.ends_with(".jsonl") || lower.ends_with(".json")) return case_format::jsonl;
    if (lower.ends_with(".md") || lower.ends_with(".txt")) return case_format::faq;
    const auto body = trim(text);
    if (body.starts_with('{') || body.starts_with('[')) return case_format::jsonl;
    if (body.starts_with('#') || body.starts_with("Q:")) return case_format::faq;
    const auto head = body.substr(0, body.find('\n'));
    const auto table = read_csv(head);
    if (!table) return std::nullopt;
    const auto has = [&](std::string_view column) {
        return std::ranges::find(table->columns, column) != table->columns.end();
    };
    if (has("answer") && (has("question") || has("ask"))) return case_format::faq;
    if (has("ask") || has("question") || lower.ends_with(".csv")) return case_format::csv;
    return std::nullopt;
}

result<imported> import_cases(std::string_view text, case_format format,
                              const import_options& options) {
    if (text.size() > most_bytes)
        return fail(error_code::too_large, "eval.import.too_large",
                    "the file has " + std::to_string(text.size()) + " bytes", {},
                    "import at most 50 MiB at once");
    if (!is_utf8(text))
        return fail(error_code::unprocessable, "eval.import.encoding", "the file is not UTF-8",
                    "byte " + std::to_string(first_bad_byte(text)), "save it as UTF-8");
    switch (format) {
    case case_format::csv:
        return import_csv(text, options);
    case case_format::jsonl:
        return import_jsonl(text, options);
    case case_format::faq:
        return import_faq(text, options);
    }
    return fail(error_code::unprocessable, "eval.import.unsupported", "unknown format", {},
                "use csv, jsonl or faq");
}

} // namespace servery::evaluation
