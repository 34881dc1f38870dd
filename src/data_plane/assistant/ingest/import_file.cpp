#include "data_plane/assistant/ingest/import_file.h"

#include "data_plane/assistant/ingest/rows.h"
#include "foundation/base/text.h"

namespace servery::assistant {

namespace {

import_content with_warnings(import_content content, import_kind kind, const decoded_text& text) {
    content.kind = kind;
    if (text.windows_1252)
        content.problems.insert(
            content.problems.begin(),
            {"file",
             {},
             "knowledge.import.windows_1252",
             "the file is not UTF-8 and was read as Windows-1252; check umlauts "
             "and quotes"});
    return content;
}

std::string columns_found(const delimited_table& table) {
    std::string out;
    if (table.rows.empty()) return "none";
    for (const auto& cell : table.rows.front())
        out += (out.empty() ? "" : ", ") + ("'" + std::string(trim(cell)) + "'");
    return out;
}

} // namespace

result<import_kind> import_kind_of(std::string_view kind, std::string_view file_name) {
    auto word = lower_ascii(kind);
    if (word.empty()) {
        const auto dot = file_name.rfind('.');
        word = dot == std::string_view::npos ? "paste" : lower_ascii(file_name.substr(dot + 1));
    }
    if (word == "paste" || word == "txt" || word == "text") return import_kind::paste;
    if (word == "csv") return import_kind::csv;
    if (word == "tsv" || word == "tab") return import_kind::tsv;
    if (word == "md" || word == "markdown") return import_kind::markdown;
    return fail(error_code::unprocessable, "knowledge.import.kind_unknown",
                "files of kind '" + word + "' are not understood", std::string(file_name),
                "send a CSV, TSV, Markdown or text file, or name the kind: paste, csv, tsv, "
                "markdown");
}

result<import_content> read_import(import_kind kind, std::string_view bytes) {
    if (bytes.size() > max_import_bytes)
        return fail(error_code::too_large, "knowledge.import.too_large",
                    "the file is larger than 20 MB", {}, "split it");
    const auto text = decode_text(bytes);
    if (trim(text.text).empty())
        return fail(error_code::unprocessable, "knowledge.import.unreadable",
                    "there is nothing to read in the file", {},
                    "check that the right file was chosen");
    if (kind == import_kind::paste) return with_warnings(read_paste(text.text), kind, text);
    if (kind == import_kind::markdown) return with_warnings(read_markdown(text.text), kind, text);

    const auto table = read_delimited(text.text, kind == import_kind::tsv ? '\t' : '\0');
    bool question_known = false;
    auto content = read_table(table, question_known);
    if (!question_known)
        return fail(
            error_code::unprocessable, "knowledge.import.no_question_column",
            "no column for questions and answers was found; columns: " + columns_found(table),
            "row 1", "name two columns question and answer (or frage and antwort, q and a)");
    return with_warnings(std::move(content), kind, text);
}

} // namespace servery::assistant
