// Lists of questions with answers. Each entry becomes one family that expects its answer and the
// decision to answer. A CSV may carry a column `expect` of its own, which then is what counts.
#include "control_plane/evaluation/csv_table.h"
#include "control_plane/evaluation/graders/grader.h"
#include "control_plane/evaluation/import_row.h"
#include "foundation/base/text.h"

#include <algorithm>

namespace servery::evaluation {
namespace {

struct faq_row {
    faq_entry entry;
    std::string expect; // "" = the answer
    std::string topic;
    std::string lang;
    std::string place;
    std::string raw;
};

void take(faq_row row, std::size_t n, import_sink& sink) {
    if (row.entry.id.empty()) row.entry.id = "faq-" + std::to_string(n);
    if (trim(row.entry.question).empty() || trim(row.entry.answer).empty()) {
        sink.reject({.code = error_code::unprocessable,
                     .id = "eval.case.bad_row",
                     .message = "the entry has no " +
                                std::string(trim(row.entry.answer).empty() ? "answer" : "question"),
                     .where = trim(row.entry.answer).empty() ? "answer" : "question",
                     .remedy = "fill both, or remove the row"},
                    row.place, row.raw);
        return;
    }
    eval_case c{.id = row.entry.id, .ask = row.entry.question};
    c.topic = row.topic;
    c.lang = row.lang;
    c.source = case_source{.kind = "faq", .ref = "kb:" + row.entry.id};
    c.tags = {"faq"};
    if (trim(row.expect).empty()) {
        c.expect = {row.entry.answer};
    } else {
        for (const auto part : servery::split(row.expect, '|'))
            if (const auto word = trim(part); !word.empty()) c.expect.emplace_back(word);
    }
    c.graders = graders_of(c);
    if (!trim(row.expect).empty())
        for (auto& g : c.graders)
            g.entry.clear(); // an expectation of its own is met by its words only
    c.graders.push_back({.type = "decision", .value = "answer"});
    sink.add_entry(row.entry);
    sink.add(std::move(c), row.place, row.raw);
}

result<imported> from_table(std::string_view text, const import_options& options) {
    const auto table = read_csv(text);
    if (!table) return std::unexpected(table.error());
    const auto cell = [&](const csv_row& row, std::initializer_list<std::string_view> names) {
        for (const auto name : names) {
            const auto at = std::ranges::find(table->columns, name) - table->columns.begin();
            if (static_cast<std::size_t>(at) < row.cells.size())
                return row.cells[static_cast<std::size_t>(at)];
        }
        return std::string();
    };
    const auto has = [&](std::string_view name) {
        return std::ranges::find(table->columns, name) != table->columns.end();
    };
    if (!has("answer") || (!has("question") && !has("ask")))
        return fail(error_code::unprocessable, "eval.case.bad_row",
                    "there are no columns question and answer", "row 1",
                    "name one column question and one answer");
    import_sink sink(options);
    std::size_t n = 0;
    for (const auto& row : table->rows)
        take({.entry = {.id = std::string(trim(cell(row, {"id", "key"}))),
                        .question = cell(row, {"question", "ask"}),
                        .answer = cell(row, {"answer"})},
              .expect = cell(row, {"expect"}),
              .topic = std::string(trim(cell(row, {"topic", "category"}))),
              .lang = std::string(trim(cell(row, {"lang"}))),
              .place = "row " + std::to_string(row.line),
              .raw = row.raw},
             ++n, sink);
    return std::move(sink).finish(table->header_line);
}

// What a line begins, if anything: a question, an answer, or nothing new.
struct marked {
    enum { none, question, answer } kind = none;
    std::string_view text;
};

marked mark_of(std::string_view line) {
    if (line.starts_with("##")) {
        while (line.starts_with('#'))
            line.remove_prefix(1);
        return {marked::question, trim(line)};
    }
    if (line.starts_with("Q:") || line.starts_with("F:"))
        return {marked::question, trim(line.substr(2))};
    if (line.starts_with("A:")) return {marked::answer, trim(line.substr(2))};
    return {};
}

result<imported> from_text(std::string_view text, const import_options& options) {
    import_sink sink(options);
    faq_row now;
    std::size_t n = 0;
    std::size_t line_number = 0;
    bool open = false;
    const auto close = [&] {
        if (!open) return;
        now.entry.answer = std::string(trim(now.entry.answer));
        now.raw = "Q: " + now.entry.question + "\nA: " + now.entry.answer;
        take(now, ++n, sink);
        now = {};
        open = false;
    };
    for (const auto raw : servery::split(text, '\n')) {
        ++line_number;
        const auto line = trim(raw);
        const auto mark = mark_of(line);
        if (mark.kind == marked::question) {
            close();
            open = true;
            now.entry.question = std::string(mark.text);
            now.place = "row " + std::to_string(line_number);
        } else if (open) {
            if (!now.entry.answer.empty()) now.entry.answer += "\n";
            now.entry.answer += std::string(mark.kind == marked::answer ? mark.text : line);
        }
    }
    close();
    return std::move(sink).finish("");
}

} // namespace

result<imported> import_faq(std::string_view text, const import_options& options) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const auto body = trim(text);
    const bool marked_text = body.starts_with('#') || body.starts_with("Q:") ||
                             body.starts_with("F:") || text.find("\n## ") != std::string_view::npos;
    return marked_text ? from_text(text, options) : from_table(text, options);
}

} // namespace servery::evaluation
