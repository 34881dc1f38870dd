#include "data_plane/assistant/ingest/import_file.h"

#include <algorithm>
#include <map>

namespace servery::assistant {

namespace {

// RFC 4180 with any delimiter; a quote inside a bare cell is a quote. At most `at_most` rows.
delimited_table read_rows(std::string_view text, char delimiter, std::size_t at_most) {
    delimited_table out;
    out.delimiter = delimiter;
    std::vector<std::string> row;
    std::string cell;
    bool quoted = false;
    bool cell_begun = false;
    std::int64_t line = 1;
    std::int64_t row_line = 1;
    const auto end_cell = [&] {
        row.push_back(std::move(cell));
        cell.clear();
        cell_begun = false;
    };
    const auto end_row = [&] {
        end_cell();
        out.rows.push_back(std::move(row));
        out.lines.push_back(row_line);
        row.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n') ++line;
        if (quoted) {
            if (c != '"') {
                cell += c;
            } else if (i + 1 < text.size() && text[i + 1] == '"') {
                cell += '"';
                ++i;
            } else {
                quoted = false;
            }
            continue;
        }
        if (c == '"' && !cell_begun) {
            quoted = cell_begun = true;
        } else if (c == delimiter) {
            end_cell();
        } else if (c == '\n' || c == '\r') {
            if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
                ++i;
                ++line;
            }
            end_row();
            row_line = line;
            if (out.rows.size() >= at_most) return out;
        } else {
            cell += c;
            cell_begun = true;
        }
    }
    out.unterminated = quoted;
    if (!cell.empty() || cell_begun || !row.empty()) end_row();
    return out;
}

// How even the column count is: the share of rows with the commonest count, and that count.
std::pair<double, std::size_t> evenness(const delimited_table& table) {
    std::map<std::size_t, std::size_t> counts;
    std::size_t rows = 0;
    for (const auto& row : table.rows) {
        if (row.size() == 1 && row[0].empty()) continue;
        ++rows;
        ++counts[row.size()];
    }
    std::size_t columns = 0;
    std::size_t most = 0;
    for (const auto& [n, times] : counts)
        if (times >= most) most = times, columns = n;
    if (rows == 0 || columns < 2) return {0, columns};
    return {static_cast<double>(most) / static_cast<double>(rows), columns};
}

} // namespace

delimited_table read_delimited(std::string_view text, char delimiter) {
    if (delimiter == 0) {
        delimiter = ',';
        std::pair<double, std::size_t> best{0, 0};
        for (const char candidate : {',', ';', '\t', '|'}) {
            const auto score = evenness(read_rows(text, candidate, 20));
            if (score <= best || score.second < 2) continue;
            best = score;
            delimiter = candidate;
        }
    }
    return read_rows(text, delimiter, std::string::npos);
}

} // namespace servery::assistant
