#include "control_plane/evaluation/csv_table.h"

#include "foundation/base/text.h"

#include <algorithm>
#include <array>

namespace servery::evaluation {
namespace {

// The delimiter that stands most often in the header line, outside quotes.
char delimiter_of(std::string_view header) {
    std::array<int, 3> seen{};
    constexpr std::string_view candidates = ",;\t";
    bool quoted = false;
    for (const char c : header) {
        if (c == '"') quoted = !quoted;
        const auto at = candidates.find(c);
        if (!quoted && at != std::string_view::npos) ++seen[at];
    }
    const auto best = std::ranges::max_element(seen) - seen.begin();
    return candidates[static_cast<std::size_t>(best)];
}

// Reads one record from `at` on; false when a quote never ends.
class record_reader {
  public:
    record_reader(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }

    bool read(csv_row& row) {
        row.line = line_;
        const auto begin = at_;
        std::string cell;
        while (true) {
            if (at_ < text_.size() && text_[at_] == '"' && cell.empty()) {
                if (!quoted_cell(cell)) return false;
            } else if (at_ >= text_.size() || text_[at_] == '\n' || text_[at_] == '\r') {
                break;
            } else if (text_[at_] == delimiter_) {
                row.cells.push_back(std::move(cell));
                cell.clear();
                ++at_;
            } else {
                cell += text_[at_++];
            }
        }
        row.cells.push_back(std::move(cell));
        row.raw = std::string(text_.substr(begin, at_ - begin));
        end_of_line();
        return true;
    }

  private:
    bool quoted_cell(std::string& cell) {
        ++at_;
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c == '\n') ++line_;
            if (c != '"') {
                cell += c;
                continue;
            }
            if (at_ >= text_.size() || text_[at_] != '"') return true;
            cell += '"';
            ++at_;
        }
        return false;
    }

    void end_of_line() {
        if (at_ < text_.size() && text_[at_] == '\r') ++at_;
        if (at_ < text_.size() && text_[at_] == '\n') ++at_;
        ++line_;
    }

    std::string_view text_;
    char delimiter_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

bool blank(const csv_row& row) {
    return std::ranges::all_of(row.cells, [](const auto& c) { return trim(c).empty(); });
}

error open_quote(std::size_t line) {
    return {.code = error_code::unprocessable,
            .id = "eval.case.bad_row",
            .message = "a quoted field is never closed",
            .where = "row " + std::to_string(line),
            .remedy = "close the quote, or double a quote that stands inside a field"};
}

} // namespace

result<csv_table> read_csv(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    csv_table table;
    table.delimiter = delimiter_of(text.substr(0, text.find('\n')));
    record_reader reader(text, table.delimiter);
    csv_row header;
    while (!reader.at_end() && (header.cells.empty() || blank(header))) {
        header = {};
        if (!reader.read(header)) return std::unexpected(open_quote(header.line));
    }
    if (header.cells.empty() || blank(header))
        return fail(error_code::unprocessable, "eval.case.bad_row", "the file is empty", "row 1",
                    "begin with a line of column names, then one case a line");
    table.header_line = header.raw;
    for (const auto& cell : header.cells)
        table.columns.push_back(lower_ascii(trim(cell)));
    while (!reader.at_end()) {
        csv_row row;
        if (!reader.read(row)) return std::unexpected(open_quote(row.line));
        if (!blank(row)) table.rows.push_back(std::move(row));
    }
    return table;
}

std::string csv_cell(std::string_view text) {
    std::string cell(text);
    // Spreadsheets run cells that begin so.
    if (!cell.empty() && std::string_view("=+-@\t").find(cell[0]) != std::string_view::npos)
        cell.insert(cell.begin(), '\'');
    if (cell.find_first_of(",;\t\"\r\n") == std::string::npos) return cell;
    std::string out = "\"";
    for (const char c : cell) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

} // namespace servery::evaluation
