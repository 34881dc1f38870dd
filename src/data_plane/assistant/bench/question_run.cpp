#include "data_plane/assistant/bench/kb_bench.h"
#include "data_plane/assistant/decide/decide.h"
#include "data_plane/assistant/knowledge/proposals.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace servery::assistant {

namespace {

result<std::string> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return fail(error_code::invalid_argument, "knowledge.bench.file",
                    "the file cannot be opened", path, "check the path");
    return std::string(std::istreambuf_iterator<char>(in), {});
}

result<release> base_of(const std::string& path) {
    const auto bytes = read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    const auto kind = import_kind_of({}, path);
    if (!kind) return std::unexpected(kind.error());
    const auto content = read_import(*kind, *bytes);
    if (!content) return std::unexpected(content.error());
    release out;
    for (const auto& p : propose_rows(*content, {}, {}, "en", false).proposals)
        out.entries.push_back(served_form(p.entry, p.phrasings));
    return out;
}

struct test_question {
    std::string text;
    std::vector<std::string> expected;
    std::string outcome;
};

result<std::vector<test_question>> questions_of(const std::string& path) {
    const auto bytes = read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    const auto table = read_delimited(decode_text(*bytes).text);
    std::ptrdiff_t text = -1;
    std::ptrdiff_t expected = -1;
    std::ptrdiff_t wanted = -1;
    if (!table.rows.empty()) {
        const auto& header = table.rows.front();
        for (std::size_t c = 0; c < header.size(); ++c) {
            const auto name = lower_ascii(trim(header[c]));
            const auto at = static_cast<std::ptrdiff_t>(c);
            if (name == "text") text = at;
            if (name == "expected") expected = at;
            if (name == "outcome") wanted = at;
        }
    }
    if (text < 0 || expected < 0)
        return fail(error_code::invalid_argument, "knowledge.bench.file",
                    "a questions file has the columns text, expected and outcome", path,
                    "name the columns in the first row");
    std::vector<test_question> out;
    for (std::size_t r = 1; r < table.rows.size(); ++r) {
        const auto& cells = table.rows[r];
        const auto cell = [&](std::ptrdiff_t c) {
            return c >= 0 && static_cast<std::size_t>(c) < cells.size()
                       ? std::string(trim(cells[static_cast<std::size_t>(c)]))
                       : std::string{};
        };
        test_question q{cell(text), {}, cell(wanted)};
        if (q.text.empty()) continue;
        for (const auto key : split(cell(expected), '|'))
            if (!trim(key).empty()) q.expected.emplace_back(trim(key));
        if (q.outcome.empty()) q.outcome = q.expected.empty() ? "hand_over" : "answer";
        out.push_back(std::move(q));
    }
    return out;
}

json::array as_array(const std::vector<std::string>& texts) {
    json::array out;
    for (const auto& text : texts)
        out.emplace_back(text);
    return out;
}

} // namespace

result<json::object> kb_test(const std::string& kb_file, const std::string& questions_file) {
    const auto content = base_of(kb_file);
    if (!content) return std::unexpected(content.error());
    const auto index = compile(*content, {});
    if (!index) return std::unexpected(index.error());
    const auto questions = questions_of(questions_file);
    if (!questions) return std::unexpected(questions.error());

    std::int64_t with_entry = 0;
    std::int64_t first = 0;
    std::int64_t among_three = 0;
    std::int64_t handed = 0;
    std::int64_t answered = 0;
    std::int64_t asked = 0;
    json::array rows;
    for (const auto& q : *questions) {
        query message;
        message.text = q.text;
        const auto made = decide(**index, sandbox_thresholds(), message);
        // What retrieval alone finds, also where a rule decided before it.
        const auto ranked = (*index)->rank({.text = q.text, .at_most = 3});
        std::vector<std::string> top;
        for (const auto& c : ranked.best)
            top.push_back((*index)->entries()[c.entry].key);
        const auto right = [&](const std::string& key) {
            return std::ranges::find(q.expected, key) != q.expected.end();
        };
        if (!q.expected.empty()) {
            ++with_entry;
            first += !top.empty() && right(top.front()) ? 1 : 0;
            among_three += std::ranges::any_of(top, right) ? 1 : 0;
        }
        if (q.outcome == "hand_over") {
            ++handed;
            answered += made.recommended == outcome::answer ? 1 : 0;
            asked += made.recommended == outcome::ask ? 1 : 0;
        }
        json::object row;
        row["text"] = q.text;
        row["expected"] = as_array(q.expected);
        row["outcome"] = boost::json::string_view(json::enum_word(made.recommended));
        row["top"] = as_array(top);
        row["reason"] = boost::json::string_view(json::enum_word(made.why));
        row["confidence"] = made.confidence;
        rows.push_back(std::move(row));
    }
    json::object out;
    out["n"] = questions->size();
    const auto share = [&](std::int64_t n) -> json::value {
        if (with_entry == 0) return nullptr;
        return static_cast<double>(n) / static_cast<double>(with_entry);
    };
    out["r_at_1"] = share(first);
    out["r_at_3"] = share(among_three);
    out["handover"] = json::object{{"n", handed}, {"answered", answered}, {"asked", asked}};
    out["rows"] = std::move(rows);
    return out;
}

} // namespace servery::assistant
