#include "control_plane/plan/io/export.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <numeric>

namespace servery::plan {
namespace {

constexpr std::size_t gap = 2;

// Splits at spaces so that no line is longer than `width` code points; a long word stays whole.
std::vector<std::string> wrap(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    for (const auto paragraph : split(text, '\n')) {
        std::string line;
        for (const auto word : split(paragraph, ' ')) {
            if (!line.empty() && code_points(line) + 1 + code_points(word) > width) {
                lines.push_back(std::move(line));
                line.clear();
            }
            line += (line.empty() ? "" : " ") + std::string(word);
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

struct measure {
    std::size_t word = 0; // longest word: no column is narrower
    std::size_t line = 0; // longest line: none is wider
};

measure measure_of(const sheet& from, std::size_t column) {
    measure out;
    const auto look = [&](std::string_view text) {
        for (const auto line : split(text, '\n')) {
            out.line = std::max(out.line, code_points(line));
            for (const auto word : split(line, ' '))
                out.word = std::max(out.word, code_points(word));
        }
    };
    look(from.columns[column]);
    for (const auto& row : from.rows)
        look(row[column]);
    return out;
}

// What the words need, then the rest of the room to the columns whose lines are longest.
std::vector<std::size_t> widths_of(const sheet& from, std::size_t width) {
    std::vector<std::size_t> out, wanted;
    for (std::size_t c = 0; c < from.columns.size(); ++c) {
        const auto m = measure_of(from, c);
        out.push_back(m.word);
        wanted.push_back(m.line - m.word);
    }
    const auto used = std::accumulate(out.begin(), out.end(), gap * (out.size() - 1));
    auto room = width > used ? width - used : 0;
    while (room > 0) {
        const auto most = std::ranges::max_element(wanted);
        if (*most == 0) break;
        --*most;
        --room;
        ++out[static_cast<std::size_t>(most - wanted.begin())];
    }
    return out;
}

void add_row(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
             std::string& out) {
    std::vector<std::vector<std::string>> lines;
    std::size_t height = 1;
    for (std::size_t c = 0; c < cells.size(); ++c) {
        lines.push_back(wrap(cells[c], widths[c]));
        height = std::max(height, lines.back().size());
    }
    for (std::size_t h = 0; h < height; ++h) {
        std::string line;
        for (std::size_t c = 0; c < lines.size(); ++c) {
            const auto text = h < lines[c].size() ? lines[c][h] : std::string();
            line +=
                text + std::string(widths[c] - std::min(widths[c], code_points(text)) + gap, ' ');
        }
        out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
}

} // namespace

std::string to_terminal(const sheet& from, int width) {
    const auto widths = widths_of(from, static_cast<std::size_t>(std::max(width, 40)));
    std::string out;
    add_row(from.columns, widths, out);
    std::vector<std::string> rule;
    for (const auto w : widths)
        rule.emplace_back(w, '-');
    add_row(rule, widths, out);
    for (const auto& row : from.rows)
        add_row(row, widths, out);
    return out;
}

} // namespace servery::plan
