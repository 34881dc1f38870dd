#include "data_plane/assistant/ingest/rows.h"

#include "foundation/base/text.h"

#include <algorithm>
#include <array>

namespace servery::assistant {

namespace {

constexpr std::size_t longest_question = 300;
constexpr std::size_t longest_answer = 4000;

using alias = std::pair<std::string_view, std::string_view>;
constexpr auto aliases = std::to_array<alias>({
    {"question", "question"},
    {"q", "question"},
    {"frage", "question"},
    {"title", "question"},
    {"titel", "question"},
    {"pregunta", "question"},
    {"domanda", "question"},
    {"vraag", "question"},
    {"answer", "answer"},
    {"a", "answer"},
    {"antwort", "answer"},
    {"body", "answer"},
    {"reponse", "answer"},
    {"réponse", "answer"},
    {"respuesta", "answer"},
    {"risposta", "answer"},
    {"antwoord", "answer"},
    {"id", "key"},
    {"key", "key"},
    {"variants", "variants"},
    {"phrasings", "variants"},
    {"varianten", "variants"},
    {"tags", "tags"},
    {"topic", "topic"},
    {"thema", "topic"},
    {"lang", "lang"},
    {"sprache", "lang"},
    {"source", "source"},
    {"quelle", "source"},
    {"valid_from", "valid_from"},
    {"valid_to", "valid_to"},
    {"review_by", "review_by"},
    {"owner", "owner"},
    {"audience", "audience"},
});

// Parts between any of the separators, trimmed, empty ones left out.
std::vector<std::string> parts_of(std::string_view text, std::string_view separators) {
    std::vector<std::string> out;
    while (true) {
        const auto at = text.find_first_of(separators);
        const auto part = trim(text.substr(0, at));
        if (!part.empty()) out.emplace_back(part);
        if (at == std::string_view::npos) return out;
        text.remove_prefix(at + 1);
    }
}

void put(import_row& row, std::string_view role, std::string_view header, std::string value) {
    if (role == "question") {
        row.question = std::move(value);
    } else if (role == "answer") {
        row.answer = std::move(value);
    } else if (role == "key") {
        row.key = std::move(value);
    } else if (role == "variants") {
        row.variants = parts_of(value, "|\n");
    } else if (role == "tags") {
        row.tags = parts_of(value, "|,\n");
    } else if (role == "topic") {
        row.topic = std::move(value);
    } else if (role == "lang") {
        row.lang = lower_ascii(value);
    } else if (role == "source") {
        row.source = std::move(value);
    } else if (role == "valid_from") {
        row.valid_from = std::move(value);
    } else if (role == "valid_to") {
        row.valid_to = std::move(value);
    } else if (role == "review_by") {
        row.review_by = std::move(value);
    } else if (role == "owner") {
        row.owner = std::move(value);
    } else if (role == "audience") {
        row.audience = parts_of(value, "|,\n");
        std::erase(row.audience, "public");
    } else if (!value.empty()) {
        row.extra.emplace_back(std::string(header), std::move(value));
    }
}

bool is_blank(const std::vector<std::string>& cells) {
    return std::ranges::all_of(cells, [](const std::string& c) { return trim(c).empty(); });
}

// Without a header: two columns of which the first ends in ? in at least 60 % of the rows.
bool looks_like_pairs(const delimited_table& table) {
    std::size_t rows = 0;
    std::size_t questions = 0;
    for (const auto& cells : table.rows) {
        if (is_blank(cells)) continue;
        if (cells.size() != 2) return false;
        ++rows;
        if (trim(cells[0]).ends_with('?')) ++questions;
    }
    return rows > 0 && 10 * questions >= 6 * rows;
}

} // namespace

std::string clean_text(std::string_view text) {
    std::string lines;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r') {
            if (i + 1 == text.size() || text[i + 1] != '\n') lines += '\n';
        } else if (text[i] == '\n' || text[i] == '\t' ||
                   static_cast<unsigned char>(text[i]) >= 0x20) {
            lines += text[i];
        }
    }
    return std::string(trim(to_nfc(lines)));
}

void add_row(import_content& out, import_row row) {
    const auto refuse = [&](std::string column, std::string id, std::string message) {
        out.problems.push_back({row.unit, std::move(column), std::move(id), std::move(message)});
    };
    if (row.question.empty())
        return refuse("question", "knowledge.import.no_question", "the question is empty");
    if (row.answer.empty())
        return refuse("answer", "knowledge.import.no_answer", "the answer is empty");
    if (code_points(row.question) > longest_question)
        return refuse("question", "knowledge.import.question_too_long",
                      "the question is longer than 300 characters");
    if (code_points(row.answer) > longest_answer)
        return refuse("answer", "knowledge.import.answer_too_long",
                      "the answer is longer than 4,000 characters; split it");
    std::ranges::replace(row.question, '\n', ' ');
    std::erase_if(row.variants, [&](const std::string& v) {
        const bool long_one = code_points(v) > longest_question;
        if (long_one)
            refuse("variants", "knowledge.import.variant_too_long",
                   "a variant is longer than 300 characters and was left out");
        return long_one;
    });
    out.rows.push_back(std::move(row));
}

std::string_view column_role(std::string_view header) {
    const auto folded = fold(trim(header));
    const auto at = std::ranges::find(aliases, std::string_view(folded), &alias::first);
    return at == aliases.end() ? std::string_view{} : at->second;
}

import_content read_table(const delimited_table& table, bool& question_known) {
    import_content out;
    std::size_t header = 0;
    while (header < table.rows.size() && is_blank(table.rows[header]))
        ++header;
    question_known = false;
    if (header == table.rows.size()) return out;
    std::vector<std::string_view> roles;
    for (const auto& cell : table.rows[header])
        roles.push_back(column_role(cell));
    const auto names = [&](std::string_view role) {
        return std::ranges::find(roles, role) != roles.end();
    };
    std::size_t first = header + 1;
    if (!names("question") || !names("answer")) {
        if (!looks_like_pairs(table)) return out;
        roles = {"question", "answer"};
        first = header;
    }
    question_known = true;
    for (std::size_t r = first; r < table.rows.size(); ++r) {
        const auto& cells = table.rows[r];
        if (is_blank(cells)) continue;
        ++out.units;
        const auto unit = "row " + std::to_string(r + 1);
        if (out.rows.size() >= max_import_rows) {
            out.problems.push_back({unit,
                                    {},
                                    "knowledge.import.too_many_rows",
                                    "only the first 20,000 rows were read"});
            break;
        }
        if (table.unterminated && r + 1 == table.rows.size())
            out.problems.push_back(
                {unit, {}, "knowledge.import.quote_open", "a quoted cell of this row never ends"});
        import_row row;
        row.unit = unit;
        for (std::size_t c = 0; c < cells.size(); ++c) {
            const auto role = c < roles.size() ? roles[c] : std::string_view{};
            const auto name = c < table.rows[header].size() && first > header
                                  ? std::string(trim(table.rows[header][c]))
                                  : "column " + std::to_string(c + 1);
            put(row, role, name, clean_text(cells[c]));
        }
        add_row(out, std::move(row));
    }
    return out;
}

} // namespace servery::assistant
