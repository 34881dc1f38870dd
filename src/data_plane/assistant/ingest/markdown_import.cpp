#include "data_plane/assistant/ingest/rows.h"
#include "data_plane/assistant/text/markdown.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <string_view>

namespace servery::assistant {

namespace {

struct section {
    int level = 0;
    std::string title;
    std::size_t heading_line = 0; // from 1
    std::size_t text_from = 0;    // first line after the heading
    std::size_t own_end = 0;      // line of the next heading of any level
    std::size_t end = 0;          // line of the next heading of the same or a higher level
};

bool is_table(cmark_node* node) {
    return std::string_view(cmark_node_get_type_string(node)) == "table";
}

std::vector<section> sections_of(const markdown_tree& tree, std::size_t lines) {
    std::vector<section> out;
    for (auto* n = cmark_node_first_child(tree.root()); n != nullptr; n = cmark_node_next(n)) {
        if (cmark_node_get_type(n) != CMARK_NODE_HEADING) continue;
        section s;
        s.level = cmark_node_get_heading_level(n);
        s.title = clean_text(markdown_tree::plain_text(n));
        s.heading_line = static_cast<std::size_t>(cmark_node_get_start_line(n));
        s.text_from = static_cast<std::size_t>(cmark_node_get_end_line(n)) + 1;
        out.push_back(s);
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i].own_end = i + 1 < out.size() ? out[i + 1].heading_line : lines + 1;
        out[i].end = lines + 1;
        for (std::size_t k = i + 1; k < out.size(); ++k) {
            if (out[k].level > out[i].level) continue;
            out[i].end = out[k].heading_line;
            break;
        }
    }
    return out;
}

std::vector<std::string> cells_of(cmark_node* row) {
    std::vector<std::string> out;
    for (auto* c = cmark_node_first_child(row); c != nullptr; c = cmark_node_next(c))
        out.push_back(clean_text(markdown_tree::plain_text(c)));
    return out;
}

// One entry a row: the caption stands in the question, the header beside each cell of the answer.
void read_table_rows(cmark_node* table, const std::string& caption, import_content& out) {
    delimited_table cells;
    for (auto* r = cmark_node_first_child(table); r != nullptr; r = cmark_node_next(r)) {
        cells.rows.push_back(cells_of(r));
        cells.lines.push_back(cmark_node_get_start_line(r));
    }
    if (cells.rows.empty()) return;
    bool question_known = false;
    auto as_pairs = read_table(cells, question_known);
    if (question_known) {
        for (auto& row : as_pairs.rows) {
            ++out.units;
            out.rows.push_back(std::move(row));
        }
        out.problems.insert(out.problems.end(), as_pairs.problems.begin(), as_pairs.problems.end());
        return;
    }
    const auto& header = cells.rows.front();
    for (std::size_t r = 1; r < cells.rows.size(); ++r) {
        const auto& row_cells = cells.rows[r];
        if (row_cells.empty() || row_cells.front().empty()) continue;
        import_row row;
        row.unit = "line " + std::to_string(cells.lines[r]);
        row.question = caption.empty() ? row_cells.front() : caption + ": " + row_cells.front();
        row.answer = caption;
        for (std::size_t c = 0; c < row_cells.size(); ++c) {
            const auto name = c < header.size() ? header[c] : std::string{};
            if (row_cells[c].empty()) continue;
            row.answer += (row.answer.empty() ? "" : "\n") + std::string("- ") +
                          (name.empty() ? row_cells[c] : name + ": " + row_cells[c]);
        }
        ++out.units;
        add_row(out, std::move(row));
    }
}

// Line ranges of the tables, so that an answer does not repeat what became entries of their own.
struct line_range {
    std::size_t from;
    std::size_t to;
};

std::string without(std::string_view text_lines, std::size_t first_line,
                    const std::vector<line_range>& tables) {
    std::string out;
    std::size_t number = first_line;
    for (const auto line : split(text_lines, '\n')) {
        const bool in_table = std::ranges::any_of(
            tables, [&](const line_range& t) { return number >= t.from && number <= t.to; });
        if (!in_table) out.append(line).append("\n");
        ++number;
    }
    return clean_text(out);
}

} // namespace

import_content read_markdown(std::string_view text) {
    import_content out;
    out.kind = import_kind::markdown;
    const markdown_tree tree(text, markdown_tables::on);
    const auto lines = split(text, '\n');
    const auto sections = sections_of(tree, lines.size());

    std::vector<line_range> tables;
    std::string caption;
    std::string heading;
    for (auto* n = cmark_node_first_child(tree.root()); n != nullptr; n = cmark_node_next(n)) {
        const auto type = cmark_node_get_type(n);
        if (type == CMARK_NODE_HEADING) heading = clean_text(markdown_tree::plain_text(n));
        if (is_table(n)) {
            tables.push_back({static_cast<std::size_t>(cmark_node_get_start_line(n)),
                              static_cast<std::size_t>(cmark_node_get_end_line(n))});
            read_table_rows(n, caption.empty() ? heading : caption, out);
        }
        // A short paragraph directly above a table is its caption.
        auto* next = cmark_node_next(n);
        caption.clear();
        if (type == CMARK_NODE_PARAGRAPH && next != nullptr && is_table(next))
            caption = clean_text(markdown_tree::plain_text(n));
    }
    const auto text_of = [&](const section& s, std::size_t end) {
        std::string raw;
        for (auto i = s.text_from; i < end && i <= lines.size(); ++i)
            raw.append(lines[i - 1]).append("\n");
        return without(raw, s.text_from, tables);
    };
    int deepest = 0;
    for (const auto& s : sections)
        if (!text_of(s, s.own_end).empty()) deepest = std::max(deepest, s.level);
    for (const auto& s : sections) {
        const bool asks = s.title.ends_with('?');
        if (!asks && s.level != deepest) continue;
        const auto answer = text_of(s, s.end);
        if (answer.empty() && (!asks || !tables.empty())) continue;
        import_row row;
        row.unit = "line " + std::to_string(s.heading_line);
        row.question = s.title;
        row.answer = answer;
        ++out.units;
        add_row(out, std::move(row));
    }
    return out;
}

} // namespace servery::assistant
