#include "control_plane/plan/io/export.h"

#include "foundation/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>
#include <xlsxwriter.h>

namespace servery::plan {
namespace {

// Markdown shows a cell's text as it is: what the format would take for its own becomes an entity.
std::string markdown_cell(std::string_view text) {
    static constexpr std::pair<char, std::string_view> instead[] = {
        {'&', "&amp;"},  {'<', "&lt;"},  {'>', "&gt;"},   {'|', "&#124;"},
        {'\\', "&#92;"}, {'\n', "<br>"}, {'\r', "&#13;"},
    };
    std::string out;
    for (const char c : text) {
        const auto* own = std::ranges::find(instead, c, &std::pair<char, std::string_view>::first);
        if (own == std::end(instead))
            out += c;
        else
            out += own->second;
    }
    return out;
}

void add_markdown_row(const std::vector<std::string>& cells, std::string& out) {
    for (const auto& cell : cells)
        out += "| " + markdown_cell(cell) + " ";
    out += "|\n";
}

void add_markdown_table(const sheet& from, std::string& out) {
    out += "## " + from.title + "\n\n";
    add_markdown_row(from.columns, out);
    for (std::size_t i = 0; i < from.columns.size(); ++i)
        out += "| --- ";
    out += "|\n";
    for (const auto& row : from.rows)
        add_markdown_row(row, out);
    out += '\n';
}

// What holds on the day of the export: phase, dates of the gates, what is allowed by exception.
std::vector<std::string> status_lines(const live_status& now) {
    std::vector<std::string> out{fmt::format("Revision {}, phase: {}", now.revision,
                                             now.phase.empty() ? "not started" : now.phase)};
    for (const auto& g : now.gates) {
        if (!g.date80) continue;
        out.push_back(fmt::format("{} can be decided by {} (80 %), {} (50 %)", g.gate,
                                  to_date(*g.date80), g.date50 ? to_date(*g.date50) : "no date"));
    }
    if (now.exceptions.empty()) out.emplace_back("No override and no waiver is in force");
    for (const auto& e : now.exceptions)
        out.push_back(e);
    return out;
}

// `'*[=+-@ tab CR]` at its start is what a spreadsheet runs, or what was guarded before.
bool needs_guard(std::string_view text) {
    const auto first = text.find_first_not_of('\'');
    return first != std::string_view::npos &&
           std::string_view("=+-@\t\r").find(text[first]) != std::string_view::npos;
}

std::string csv_cell(std::string_view text) {
    std::string out = needs_guard(text) ? "'" : "";
    out += text;
    if (out.find_first_of(",\"\r\n") == std::string::npos) return out;
    std::string quoted = "\"";
    for (const char c : out)
        quoted.append(c == '"' ? 2 : 1, c);
    return quoted + "\"";
}

void add_csv_row(const std::vector<std::string>& cells, std::string& out) {
    for (std::size_t i = 0; i < cells.size(); ++i)
        out.append(i == 0 ? "" : ",").append(csv_cell(cells[i]));
    out += "\r\n";
}

// A file without a name, which the workbook is written to by its path under /proc.
class nameless_file {
  public:
    nameless_file() : fd_(::memfd_create("workbook", MFD_CLOEXEC)) {}
    nameless_file(const nameless_file&) = delete;
    nameless_file& operator=(const nameless_file&) = delete;
    ~nameless_file() {
        if (fd_ >= 0) ::close(fd_);
    }
    [[nodiscard]] bool good() const { return fd_ >= 0; }
    [[nodiscard]] std::string path() const { return fmt::format("/proc/self/fd/{}", fd_); }
    [[nodiscard]] std::string content() const {
        std::string out(static_cast<std::size_t>(std::max<off_t>(0, ::lseek(fd_, 0, SEEK_END))), 0);
        const auto got = ::pread(fd_, out.data(), out.size(), 0);
        out.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
        return out;
    }

  private:
    int fd_;
};

struct formats {
    lxw_format* head;
    lxw_format* cell;
};

// Wide where the longest line is long, so that a table can be read without pulling at its columns.
double width_of(const sheet& from, std::size_t column) {
    constexpr double narrowest = 8, widest = 48;
    std::size_t longest = code_points(from.columns[column]);
    for (const auto& row : from.rows)
        for (const auto line : split(row[column], '\n'))
            longest = std::max(longest, code_points(line));
    return std::clamp(static_cast<double>(longest) + 2, narrowest, widest);
}

// The first fault, none = all cells are in.
lxw_error add_worksheet(lxw_workbook* book, const sheet& from, const formats& as) {
    auto* page = workbook_add_worksheet(book, from.title.c_str());
    auto outcome = LXW_NO_ERROR;
    const auto put = [&](std::size_t r, std::size_t c, const std::string& text,
                         lxw_format* format) {
        const auto done = worksheet_write_string(page, static_cast<lxw_row_t>(r),
                                                 static_cast<lxw_col_t>(c), text.c_str(), format);
        if (outcome == LXW_NO_ERROR) outcome = done;
    };
    for (std::size_t c = 0; c < from.columns.size(); ++c) {
        const auto column = static_cast<lxw_col_t>(c);
        worksheet_set_column(page, column, column, width_of(from, c), nullptr);
        put(0, c, from.columns[c], as.head);
    }
    for (std::size_t r = 0; r < from.rows.size(); ++r)
        for (std::size_t c = 0; c < from.rows[r].size(); ++c)
            put(r + 1, c, from.rows[r][c], as.cell);
    worksheet_freeze_panes(page, 1, 0);
    worksheet_set_landscape(page);
    worksheet_fit_to_pages(page, 1, 0);
    worksheet_repeat_rows(page, 0, 0);
    return outcome;
}

sheet status_sheet(const live_status& now) {
    sheet out{"status", "Status on " + to_date(now.at), {"What holds"}, {}};
    for (auto& text : status_lines(now))
        out.rows.push_back({std::move(text)});
    return out;
}

} // namespace

std::string to_markdown(const document& plan, const live_status* now) {
    std::string out = "# " + markdown_cell(plan.meta.title) + "\n\n";
    if (!plan.organisation.name.empty()) out += markdown_cell(plan.organisation.name) + ". ";
    out += markdown_cell(plan.problem.statement) + "\n\n";
    for (const auto& table : sheets_of(plan, now))
        add_markdown_table(table, out);
    if (now == nullptr) return out;
    out += "## Status on " + to_date(now->at) + "\n\n";
    for (const auto& text : status_lines(*now))
        out += "- " + markdown_cell(text) + "\n";
    return out;
}

std::string to_csv(const sheet& from) {
    std::string out = "\xef\xbb\xbf";
    add_csv_row(from.columns, out);
    for (const auto& row : from.rows)
        add_csv_row(row, out);
    return out;
}

result<std::string> to_workbook(const document& plan, const live_status* now) {
    const auto failed = [](std::string why) {
        return fail(error_code::internal, "plan.export.workbook",
                    "the workbook could not be made: " + std::move(why), "",
                    "check that the folder for temporary files has room");
    };
    const nameless_file file;
    if (!file.good()) return failed("no memory file");
    auto* book = workbook_new(file.path().c_str());
    if (book == nullptr) return failed("no memory");
    lxw_doc_properties about{};
    std::string title = plan.meta.title;
    about.title = title.data();
    if (now != nullptr) about.created = static_cast<time_t>(now->at.ms / 1000);
    workbook_set_properties(book, &about);
    const formats as{workbook_add_format(book), workbook_add_format(book)};
    format_set_bold(as.head);
    for (auto* f : {as.head, as.cell}) {
        format_set_text_wrap(f);
        format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
    }
    auto tables = sheets_of(plan, now);
    if (now != nullptr) tables.push_back(status_sheet(*now));
    auto outcome = LXW_NO_ERROR;
    for (const auto& table : tables)
        if (const auto done = add_worksheet(book, table, as); outcome == LXW_NO_ERROR)
            outcome = done;
    // Closes whatever came before, since it is what frees the workbook.
    if (const auto done = workbook_close(book); outcome == LXW_NO_ERROR) outcome = done;
    if (outcome != LXW_NO_ERROR) return failed(lxw_strerror(outcome));
    return file.content();
}

} // namespace servery::plan
