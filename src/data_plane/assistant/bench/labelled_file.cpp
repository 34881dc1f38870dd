#include "data_plane/assistant/bench/kb_bench.h"
#include "data_plane/assistant/ingest/import_file.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <zlib.h>

namespace servery::assistant {

namespace {

constexpr std::size_t largest_file = 500'000'000;

std::unexpected<error> bad_file(std::string message, std::string where) {
    return fail(error_code::invalid_argument, "knowledge.bench.file", std::move(message),
                std::move(where),
                "a CSV, TSV or JSONL file (.gz too) with a text and a label, or file.json#key with "
                "lists of [text, label]");
}

struct gz_closer {
    void operator()(gzFile_s* f) const { gzclose(f); }
};

// Plain files are read as they are.
result<std::string> read_gz(const std::string& path) {
    const std::unique_ptr<gzFile_s, gz_closer> file(gzopen(path.c_str(), "rb"));
    if (!file) return bad_file("the file cannot be opened", path);
    std::string out;
    std::array<char, 1 << 16> buffer{};
    int n = 0;
    while ((n = gzread(file.get(), buffer.data(), buffer.size())) > 0) {
        out.append(buffer.data(), static_cast<std::size_t>(n));
        if (out.size() > largest_file) return bad_file("the file is larger than 500 MB", path);
    }
    if (n < 0) return bad_file("the file is broken", path);
    return out;
}

bool is_text_name(std::string_view name) {
    return name == "text" || name == "sentence" || name == "utterance" || name == "message";
}
bool is_label_name(std::string_view name) {
    return name == "label" || name == "category" || name == "intent";
}

result<std::vector<labelled_text>> from_table(std::string_view text, char delimiter,
                                              const std::string& columns, const std::string& path) {
    const auto table = read_delimited(text, delimiter);
    std::optional<std::size_t> text_at;
    std::optional<std::size_t> label_at;
    std::vector<std::string> names;
    if (!columns.empty()) {
        for (const auto name : split(columns, ','))
            names.push_back(lower_ascii(trim(name)));
    } else if (!table.rows.empty()) {
        for (const auto& cell : table.rows.front())
            names.push_back(lower_ascii(trim(cell)));
    }
    for (std::size_t c = 0; c < names.size(); ++c) {
        if (is_text_name(names[c]) && !text_at) text_at = c;
        if (is_label_name(names[c]) && !label_at) label_at = c;
    }
    if (!text_at || !label_at) return bad_file("no columns for text and label were found", path);
    std::vector<labelled_text> out;
    for (std::size_t r = columns.empty() ? 1 : 0; r < table.rows.size(); ++r) {
        const auto& cells = table.rows[r];
        if (cells.size() <= std::max(*text_at, *label_at)) continue;
        out.push_back({cells[*text_at], std::string(trim(cells[*label_at]))});
    }
    return out;
}

result<std::vector<labelled_text>> from_json_key(std::string_view text, const std::string& key,
                                                 const std::string& path) {
    const auto document = json::parse(text, {.bytes = largest_file, .depth = 8});
    if (!document) return bad_file("the file is not JSON: " + document.error().message, path);
    const auto* list = document->is_object() ? document->get_object().if_contains(key) : nullptr;
    if (list == nullptr || !list->is_array())
        return bad_file("there is no list '" + key + "'", path);
    std::vector<labelled_text> out;
    for (const auto& item : list->get_array()) {
        if (!item.is_array() || item.get_array().size() < 2 || !item.get_array()[0].is_string() ||
            !item.get_array()[1].is_string())
            return bad_file("an item of '" + key + "' is not [text, label]", path);
        out.push_back({std::string(item.get_array()[0].get_string()),
                       std::string(item.get_array()[1].get_string())});
    }
    return out;
}

result<std::vector<labelled_text>> from_jsonl(std::string_view text, const std::string& path) {
    std::vector<labelled_text> out;
    for (const auto line : split(text, '\n')) {
        if (trim(line).empty()) continue;
        const auto row = json::parse(line);
        if (!row || !row->is_object()) return bad_file("a line is not a JSON object", path);
        labelled_text item;
        for (const auto& [name, value] : row->get_object()) {
            if (!value.is_string()) continue;
            if (is_text_name(name)) item.text = std::string(value.get_string());
            if (is_label_name(name)) item.label = std::string(value.get_string());
        }
        if (!item.text.empty()) out.push_back(std::move(item));
    }
    return out;
}

} // namespace

result<std::vector<labelled_text>> read_labelled(const std::string& file,
                                                 const std::string& columns) {
    const auto hash = file.rfind('#');
    const auto path = file.substr(0, hash);
    auto text = read_gz(path);
    if (!text) return std::unexpected(text.error());
    if (hash != std::string::npos) return from_json_key(*text, file.substr(hash + 1), path);
    std::string_view name = path;
    if (name.ends_with(".gz")) name.remove_suffix(3);
    if (name.ends_with(".jsonl")) return from_jsonl(*text, path);
    return from_table(decode_text(*text).text, name.ends_with(".tsv") ? '\t' : '\0', columns, path);
}

} // namespace servery::assistant
