#include "data_plane/assistant/ingest/rows.h"
#include "foundation/base/text.h"

#include <array>
#include <optional>

namespace servery::assistant {

namespace {

struct numbered_line {
    std::int64_t number;
    std::string_view text;
};

std::vector<numbered_line> lines_of(std::string_view text) {
    std::vector<numbered_line> out;
    std::int64_t number = 0;
    for (const auto line : split(text, '\n'))
        out.push_back({++number, trim(line)});
    return out;
}

// What follows a marker such as "Q:", or none if the line has no such marker.
std::optional<std::string_view> after_marker(std::string_view line,
                                             std::span<const std::string_view> markers) {
    for (const auto marker : markers)
        if (line.size() >= marker.size() &&
            equal_ignoring_ascii_case(line.substr(0, marker.size()), marker))
            return trim(line.substr(marker.size()));
    return std::nullopt;
}

constexpr auto question_markers = std::to_array<std::string_view>({"q:", "f:", "frage:"});
constexpr auto answer_markers = std::to_array<std::string_view>({"a:", "antwort:"});

std::string unit_of(std::int64_t from, std::int64_t to) {
    return from == to ? "line " + std::to_string(from)
                      : "lines " + std::to_string(from) + "-" + std::to_string(to);
}

// Collects rows and the lines that belong to none.
struct paste_reader {
    import_content out;
    std::vector<std::int64_t> leftover;

    void leave(const numbered_line& line) {
        if (!line.text.empty()) leftover.push_back(line.number);
    }
    void finish() {
        if (leftover.empty()) return;
        std::string unit = leftover.size() == 1 ? "line " : "lines ";
        for (std::size_t i = 0; i < leftover.size(); ++i)
            unit += (i > 0 ? ", " : "") + std::to_string(leftover[i]);
        out.problems.push_back({unit,
                                {},
                                "knowledge.import.leftover",
                                "these lines belong to no question; begin a question with Q: and "
                                "its answer with A:"});
    }
};

void read_marked(paste_reader& reader, const std::vector<numbered_line>& lines) {
    std::optional<import_row> row;
    std::int64_t from = 0;
    std::int64_t to = 0;
    bool in_answer = false;
    const auto close = [&] {
        if (!row) return;
        row->unit = unit_of(from, to);
        row->question = clean_text(row->question);
        row->answer = clean_text(row->answer);
        ++reader.out.units;
        add_row(reader.out, std::move(*row));
        row.reset();
    };
    for (const auto& line : lines) {
        if (const auto question = after_marker(line.text, question_markers)) {
            close();
            row.emplace().question = std::string(*question);
            from = to = line.number;
            in_answer = false;
        } else if (const auto answer = after_marker(line.text, answer_markers); row && answer) {
            row->answer += (row->answer.empty() ? "" : "\n") + std::string(*answer);
            in_answer = true;
            to = line.number;
        } else if (row) {
            auto& text = in_answer ? row->answer : row->question;
            text += (in_answer ? "\n" : " ") + std::string(line.text);
            if (!line.text.empty()) to = line.number;
        } else {
            reader.leave(line);
        }
    }
    close();
}

void read_blocks(paste_reader& reader, const std::vector<numbered_line>& lines) {
    std::vector<numbered_line> block;
    const auto close = [&] {
        if (block.size() >= 2 && block.front().text.ends_with('?')) {
            import_row row;
            row.unit = unit_of(block.front().number, block.back().number);
            row.question = clean_text(block.front().text);
            for (std::size_t i = 1; i < block.size(); ++i)
                row.answer += (i > 1 ? "\n" : "") + std::string(block[i].text);
            row.answer = clean_text(row.answer);
            ++reader.out.units;
            add_row(reader.out, std::move(row));
        } else {
            for (const auto& line : block)
                reader.leave(line);
        }
        block.clear();
    };
    for (const auto& line : lines) {
        if (line.text.empty())
            close();
        else
            block.push_back(line);
    }
    close();
}

} // namespace

import_content read_paste(std::string_view text) {
    paste_reader reader;
    reader.out.kind = import_kind::paste;
    const auto lines = lines_of(text);
    bool marked = false;
    for (const auto& line : lines)
        marked = marked || after_marker(line.text, question_markers).has_value();
    if (marked)
        read_marked(reader, lines);
    else
        read_blocks(reader, lines);
    reader.finish();
    return std::move(reader.out);
}

} // namespace servery::assistant
