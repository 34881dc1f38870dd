#include "data_plane/assistant/retrieval/release.h"

#include "data_plane/assistant/text/analyse.h"
#include "foundation/json/json.h"

#include <algorithm>

namespace servery::assistant {

namespace {

json::array sorted_texts(std::vector<std::string> texts) {
    std::ranges::sort(texts);
    json::array out;
    for (const auto& text : texts)
        out.emplace_back(text);
    return out;
}

std::string canonical_line(const release_entry& e) {
    json::object line;
    line["key"] = e.key;
    line["lang"] = e.lang;
    line["question"] = e.question;
    line["answer"] = e.answer;
    line["phrasings"] = sorted_texts(e.phrasings);
    line["tags"] = sorted_texts(e.tags);
    line["topic"] = e.topic;
    line["audience"] = sorted_texts(e.audience);
    line["valid_from"] = e.valid_from;
    line["valid_to"] = e.valid_to;
    line["source_title"] = e.source_title;
    line["source_locator"] = e.source_locator;
    return json::write(line) + "\n";
}

} // namespace

std::string canonical_form(const release& content) {
    std::vector<const release_entry*> order;
    for (const auto& e : content.entries)
        order.push_back(&e);
    std::ranges::sort(order, {},
                      [](const release_entry* e) -> const std::string& { return e->key; });
    std::string out;
    for (const auto* e : order)
        out += canonical_line(*e);
    out += analysis_version;
    out += '\n';
    return out;
}

std::string release_id_of(const release& content) {
    return "kr_" + to_hex(blake2b_256(as_bytes(canonical_form(content)))).substr(0, 16);
}

} // namespace servery::assistant
