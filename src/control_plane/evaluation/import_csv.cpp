// CSV: id, ask (or question), expect (| between alternatives), topic, lang, family, severity,
// split, tags; `__expected`, `__expected1` … as `type(threshold): value`; every other column is a
// variable.
#include "control_plane/evaluation/csv_table.h"
#include "control_plane/evaluation/graders/grader.h"
#include "control_plane/evaluation/import_row.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <charconv>

namespace servery::evaluation {
namespace {

std::vector<std::string> alternatives(std::string_view cell) {
    std::vector<std::string> out;
    for (const auto part : servery::split(cell, '|'))
        if (const auto word = trim(part); !word.empty()) out.emplace_back(word);
    return out;
}

error bad_value(std::string_view column, std::string_view value, std::string remedy) {
    return {.code = error_code::unprocessable,
            .id = "eval.case.bad_row",
            .message = "'" + std::string(value) + "' is not known here",
            .where = std::string(column),
            .remedy = std::move(remedy)};
}

bool is_known_type(std::string_view type) {
    if (type.starts_with("not_")) type.remove_prefix(4);
    return std::ranges::find(grader_types(), type) != grader_types().end();
}

// "icontains: ten", "levenshtein(2): ten", "ten"
grader_spec expectation(std::string_view cell) {
    grader_spec spec{.type = "equals", .value = json::string(cell)};
    const auto colon = cell.find(':');
    if (colon == std::string_view::npos) return spec;
    auto head = trim(cell.substr(0, colon));
    std::optional<double> threshold;
    if (head.ends_with(')')) {
        const auto open = head.find('(');
        if (open == std::string_view::npos) return spec;
        const auto number = head.substr(open + 1, head.size() - open - 2);
        double value = 0;
        const auto [end, ec] = std::from_chars(number.data(), number.data() + number.size(), value);
        if (ec != std::errc{} || end != number.data() + number.size()) return spec;
        threshold = value;
        head = head.substr(0, open);
    }
    std::string type(head);
    std::ranges::replace(type, '-', '_');
    if (!is_known_type(type)) return spec;
    spec.type = type;
    spec.threshold = threshold;
    const auto value = trim(cell.substr(colon + 1));
    spec.value = json::string(value);
    return spec;
}

// One cell into its member; false when the column is a variable.
bool take_cell(eval_case& c, const std::string& column, std::string_view cell,
               std::vector<error>& faults) {
    if (column == "id") {
        c.id = trim(cell);
    } else if (column == "ask" || column == "question") {
        c.ask = cell;
    } else if (column == "expect") {
        c.expect = alternatives(cell);
    } else if (column == "topic") {
        c.topic = trim(cell);
    } else if (column == "lang") {
        c.lang = trim(cell);
    } else if (column == "family") {
        c.family = trim(cell);
    } else if (column == "tags") {
        c.tags = alternatives(cell);
    } else if (column == "severity") {
        const auto word = json::enum_from<severity>(trim(cell));
        if (word)
            c.severity = *word;
        else if (!trim(cell).empty())
            faults.push_back(bad_value(column, cell, "write normal or critical"));
    } else if (column == "split") {
        const auto word = json::enum_from<evaluation::split>(trim(cell));
        if (word)
            c.split = *word;
        else if (!trim(cell).empty())
            faults.push_back(bad_value(column, cell, "write dev or holdout"));
    } else if (column.starts_with("__expected")) {
        if (!trim(cell).empty()) c.graders.push_back(expectation(trim(cell)));
    } else if (column.starts_with("__")) {
        faults.push_back({.code = error_code::unprocessable,
                          .id = "eval.import.unsupported",
                          .message = "the column is not read",
                          .where = column,
                          .remedy = "remove it"});
    } else {
        return false;
    }
    return true;
}

} // namespace

result<imported> import_csv(std::string_view text, const import_options& options) {
    const auto table = read_csv(text);
    if (!table) return std::unexpected(table.error());
    const auto has = [&](std::string_view name) {
        return std::ranges::find(table->columns, name) != table->columns.end();
    };
    if (!has("ask") && !has("question"))
        return fail(error_code::unprocessable, "eval.case.bad_row",
                    "there is no column of questions", "row 1, column ask",
                    "name one column ask or question");
    import_sink sink(options);
    for (const auto& row : table->rows) {
        const auto place = "row " + std::to_string(row.line);
        if (row.cells.size() > table->columns.size()) {
            sink.reject({.code = error_code::unprocessable,
                         .id = "eval.case.bad_row",
                         .message = "the row has " + std::to_string(row.cells.size()) +
                                    " fields, the header " + std::to_string(table->columns.size()),
                         .remedy = "quote fields that hold the delimiter"},
                        place, row.raw);
            continue;
        }
        eval_case c;
        c.source = case_source{.kind = "csv", .ref = place};
        std::vector<error> faults;
        for (std::size_t i = 0; i < row.cells.size(); ++i)
            if (!take_cell(c, table->columns[i], row.cells[i], faults) && !row.cells[i].empty())
                c.vars[table->columns[i]] = row.cells[i];
        if (faults.empty()) {
            sink.add(std::move(c), place, row.raw);
            continue;
        }
        auto first = std::move(faults.front());
        first.more.assign(faults.begin() + 1, faults.end());
        sink.reject(std::move(first), place, row.raw);
    }
    return std::move(sink).finish(table->header_line);
}

} // namespace servery::evaluation
