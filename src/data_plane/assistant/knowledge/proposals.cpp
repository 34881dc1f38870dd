#include "data_plane/assistant/knowledge/proposals.h"

#include "data_plane/assistant/text/analyse.h"
#include "data_plane/assistant/text/normalise.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <array>

namespace servery::assistant {

namespace {

constexpr std::size_t longest_key = 64;

bool is_ascii_word_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

int number_of(std::string_view digits) {
    int out = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') return -1;
        out = 10 * out + (c - '0');
    }
    return out;
}

void compare(const events::knowledge_entry& before, const events::knowledge_entry& after,
             std::vector<std::string>& fields) {
    const auto note = [&](const char* name, const auto& a, const auto& b) {
        if (a != b) fields.emplace_back(name);
    };
    note("question", before.question, after.question);
    note("answer", before.answer, after.answer);
    note("lang", before.lang, after.lang);
    note("tags", before.tags, after.tags);
    note("topic", before.topic, after.topic);
    note("audience", before.audience, after.audience);
    note("valid_from", before.valid_from, after.valid_from);
    note("valid_to", before.valid_to, after.valid_to);
    note("review_by", before.review_by, after.review_by);
    note("owner", before.owner, after.owner);
    note("source", before.source_title, after.source_title);
    note("extra", before.extra, after.extra);
}

// The row laid over the entry it matches: a column that the file does not have changes nothing.
events::knowledge_entry merged(events::knowledge_entry e, const import_row& row) {
    const auto take = [](auto& into, const auto& from) {
        if (!from.empty()) into = from;
    };
    e.question = row.question;
    e.answer = row.answer;
    take(e.lang, row.lang);
    take(e.tags, row.tags);
    take(e.topic, row.topic);
    take(e.audience, row.audience);
    take(e.valid_from, row.valid_from);
    take(e.valid_to, row.valid_to);
    take(e.review_by, row.review_by);
    take(e.owner, row.owner);
    if (!row.source.empty()) {
        e.source_title = row.source;
        e.source_locator = row.source.starts_with("http") ? row.source : e.source_locator;
    }
    for (const auto& [name, value] : row.extra)
        e.extra[name] = value;
    return e;
}

struct row_matcher {
    const project_knowledge& now;
    std::map<std::string, std::string> key_of_question;

    explicit row_matcher(const project_knowledge& known) : now(known) {
        for (const auto& [key, versions] : now.entries)
            if (versions.back().status != events::entry_status::retired)
                key_of_question.emplace(wording_of(versions.back().question), key);
    }
    [[nodiscard]] const events::knowledge_entry* find(const import_row& row) const {
        if (!row.key.empty()) return now.current(row.key);
        const auto at = key_of_question.find(wording_of(row.question));
        return at == key_of_question.end() ? nullptr : now.current(at->second);
    }
};

} // namespace

bool is_entry_key(std::string_view key) {
    return !key.empty() && key.size() <= longest_key && std::ranges::all_of(key, [](char c) {
        return is_ascii_word_char(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
    });
}

std::string key_from_question(std::string_view question,
                              const std::set<std::string, std::less<>>& taken) {
    std::string base;
    for (const auto& t : tokenise(normalise(question).text)) {
        if (t.joined) continue;
        std::string word;
        for (const char c : t.text)
            if (is_ascii_word_char(c)) word += c;
        if (word.empty()) continue;
        if (base.size() + word.size() + 1 > longest_key - 6) break;
        base += (base.empty() ? "" : "-") + word;
    }
    if (base.empty()) base = "entry";
    std::string key = base;
    for (int n = 2; taken.contains(key); ++n)
        key = base + "-" + std::to_string(n);
    return key;
}

bool is_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    const int year = number_of(text.substr(0, 4));
    const int month = number_of(text.substr(5, 2));
    const int day = number_of(text.substr(8, 2));
    if (year < 1900 || month < 1 || month > 12 || day < 1) return false;
    constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[static_cast<std::size_t>(month) - 1] + (month == 2 && leap ? 1 : 0);
}

std::vector<error> entry_faults(const events::knowledge_entry& e) {
    std::vector<error> out;
    const auto fault = [&](std::string where, std::string message, std::string remedy) {
        out.push_back(error{.code = error_code::unprocessable,
                            .id = "knowledge.entry.invalid",
                            .message = std::move(message),
                            .where = std::move(where),
                            .remedy = std::move(remedy)});
    };
    if (!is_entry_key(e.key))
        fault("key", "a key has 1 to 64 characters of A-Z a-z 0-9 . _ -", "choose another key");
    if (e.question.empty() || code_points(e.question) > 300)
        fault("question", "a question has 1 to 300 characters", "shorten or fill it");
    else if (normalise(e.question).text.empty())
        fault("question", "the question has no words", "write it in words");
    if (e.answer.empty() || code_points(e.answer) > 4000)
        fault("answer", "an answer has 1 to 4,000 characters", "shorten or split it");
    if (e.lang.size() != 2 ||
        !std::ranges::all_of(e.lang, [](char c) { return c >= 'a' && c <= 'z'; }))
        fault("lang", "a language is two small letters", "write en or de");
    if (e.tags.size() > 10) fault("tags", "an entry has at most 10 tags", "remove some");
    for (const auto& [name, date] :
         {std::pair{"valid_from", &e.valid_from}, std::pair{"valid_to", &e.valid_to},
          std::pair{"review_by", &e.review_by}})
        if (!date->empty() && !is_date(*date))
            fault(name, "'" + *date + "' is not a date", "write it as 2026-11-25");
    if (!e.valid_from.empty() && !e.valid_to.empty() && e.valid_to < e.valid_from)
        fault("valid_to", "the entry ends before it begins", "swap the dates");
    return out;
}

proposal_list propose_rows(const import_content& content, const project_knowledge& now,
                           std::string_view source_title, std::string_view lang, bool sync) {
    proposal_list out;
    const row_matcher matcher(now);
    std::set<std::string, std::less<>> taken;
    for (const auto& [key, versions] : now.entries)
        taken.insert(key);
    std::set<std::string, std::less<>> in_file;
    for (const auto& row : content.rows) {
        const auto refuse = [&](const std::string& column, std::string id, std::string message) {
            out.problems.push_back({row.unit, column, std::move(id), std::move(message)});
        };
        auto source = row;
        if (!row.key.empty() && !is_entry_key(row.key)) {
            refuse("key", "knowledge.import.bad_key",
                   "'" + row.key + "' cannot be a key; one was made from the question");
            source.key.clear();
        }
        const auto* before = matcher.find(source);
        events::knowledge_entry fresh;
        fresh.lang = row.lang.empty() ? std::string(lang) : row.lang;
        fresh.source_title = std::string(source_title);
        auto after = merged(before != nullptr ? *before : fresh, source);
        if (before == nullptr)
            after.key = source.key.empty() ? key_from_question(row.question, taken) : source.key;
        if (!in_file.insert(after.key).second) {
            refuse("key", "knowledge.import.key_twice",
                   "'" + after.key + "' stands in the file more than once; the first one counts");
            continue;
        }
        taken.insert(after.key);
        if (const auto faults = entry_faults(after); !faults.empty()) {
            for (const auto& f : faults)
                refuse(f.where, f.id, f.message);
            continue;
        }
        events::import_proposal p;
        p.key = after.key;
        p.kind = "new";
        p.phrasings = row.variants;
        if (before != nullptr) {
            compare(*before, after, p.fields);
            std::erase_if(p.phrasings, [&](const std::string& text) {
                const auto* known = now.accepted_text(text);
                return known != nullptr && known->entry == after.key;
            });
            if (!p.phrasings.empty()) p.fields.emplace_back("phrasings");
            if (before->status == events::entry_status::retired) p.fields.emplace_back("status");
            p.kind = p.fields.empty() ? "same" : "changed";
        }
        p.entry = std::move(after);
        out.proposals.push_back(std::move(p));
    }
    for (const auto& [key, versions] : now.entries) {
        if (in_file.contains(key) || versions.back().status == events::entry_status::retired)
            continue;
        out.missing.push_back(key);
        if (!sync) continue;
        events::import_proposal p;
        p.key = key;
        p.kind = "retire";
        p.entry = versions.back();
        out.proposals.push_back(std::move(p));
    }
    return out;
}

release_entry served_form(const events::knowledge_entry& e, std::vector<std::string> phrasings) {
    return {.key = e.key,
            .version = e.version,
            .lang = e.lang,
            .question = e.question,
            .answer = e.answer,
            .phrasings = std::move(phrasings),
            .tags = e.tags,
            .topic = e.topic,
            .audience = e.audience,
            .valid_from = e.valid_from,
            .valid_to = e.valid_to,
            .source_title = e.source_title,
            .source_locator = e.source_locator,
            .checked_on = e.checked_on};
}

} // namespace servery::assistant
