#include "rows.h"

#include "foundation/json/json.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace servery::train {
namespace {

using generator = std::mt19937_64;

std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream in(path);
    if (!in) throw std::runtime_error("cannot read " + path);
    std::vector<std::string> out;
    std::string line;
    while (std::getline(in, line))
        if (!line.empty() && !line.starts_with("# ")) out.push_back(line);
    return out;
}

std::string text_of(const std::string& line) {
    const auto parsed = json::parse(line);
    if (!parsed || !parsed->is_object()) throw std::runtime_error("not a JSON object: " + line);
    return json::text_or(parsed->get_object(), "text");
}

// Draws one sentence of a line with {choices|like|these}.
std::string draw(std::string_view line, generator& random) {
    std::string out;
    std::size_t at = 0;
    while (at < line.size()) {
        if (line[at] != '{' || line.find('}', at) == std::string_view::npos) {
            out += line[at++];
            continue;
        }
        const auto close = line.find('}', at);
        auto inside = line.substr(at + 1, close - at - 1);
        const auto count = std::ranges::count(inside, '|') + 1;
        for (auto skip = random() % static_cast<std::uint64_t>(count); skip > 0; --skip)
            inside.remove_prefix(inside.find('|') + 1);
        out += inside.substr(0, inside.find('|'));
        at = close + 1;
    }
    return out;
}

// Lines are split whole: near copies of one line never stand on both sides.
part part_of_line(std::size_t i) {
    return i % 5 == 4 ? part::held : part::train;
}

// Odd lines (the first is 1) train, a fifth of them held back; even lines only report.
part part_of_row(std::size_t i) {
    const auto number = i + 1;
    if (number % 2 == 0) return part::test;
    return (number / 2) % 5 == 4 ? part::held : part::train;
}

// As people type: lower case, without the last sign, doubled blanks.
std::string roughened(std::string text, generator& random) {
    const auto kind = random() % 10;
    if (kind < 2)
        std::ranges::transform(text, text.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        });
    if (kind == 2 && !text.empty() && (text.back() == '.' || text.back() == '?')) text.pop_back();
    if (kind == 3) text = "hello, " + text;
    return text;
}

void add_own(const std::string& path, int draws, const row& like, std::vector<row>& out,
             generator& random) {
    const auto lines = lines_of(path);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::set<std::string> seen;
        for (int n = 0; n < draws; ++n) {
            auto text = roughened(draw(lines[i], random), random);
            if (!seen.insert(text).second) continue;
            auto r = like;
            r.text = std::move(text);
            r.part = part_of_line(i);
            r.own = true;
            out.push_back(std::move(r));
        }
    }
}

// What a command prints; gzip unpacks what is stored packed.
std::string unpacked(const std::string& path) {
    if (!std::filesystem::exists(path)) throw std::runtime_error("cannot read " + path);
    std::string out;
    std::FILE* in = popen(("gzip -dc '" + path + "'").c_str(), "r");
    if (in == nullptr) throw std::runtime_error("gzip does not run");
    std::array<char, 65536> buffer{};
    while (const auto n = std::fread(buffer.data(), 1, buffer.size(), in))
        out.append(buffer.data(), n);
    if (pclose(in) != 0) throw std::runtime_error("gzip could not read " + path);
    return out;
}

json::value parsed_file(const std::string& path) {
    auto tree = json::parse(unpacked(path), {.bytes = 64U << 20U, .depth = 32});
    if (!tree) throw std::runtime_error("not JSON: " + path);
    return std::move(*tree);
}

// Whole entities and every fifth row go to one side.
part part_of_fifth(std::size_t i) {
    return i % 5 == 3 ? part::held : i % 5 == 4 ? part::test : part::train;
}

struct passages {
    std::array<std::vector<std::string>, 3> by_part; // train, held, test
    [[nodiscard]] std::vector<std::string>& of(part p) {
        return by_part[static_cast<std::size_t>(p)];
    }
    [[nodiscard]] const std::vector<std::string>& of(part p) const {
        return by_part[static_cast<std::size_t>(p)];
    }
};

// Question-and-answer entries of hotels, restaurants and a health office: one passage holds what a
// retrieval would bring, a few entries of one place.
void add_entries(const std::string& assistant, passages& out) {
    std::size_t entity = 0;
    for (const auto& [domain, places] :
         parsed_file(assistant + "/dstc9/knowledge.train.json.gz").as_object())
        for (const auto& [id, place] : places.as_object()) {
            auto& to = out.of(part_of_fifth(entity++));
            std::string passage;
            for (const auto& [number, doc] : place.at("docs").as_object()) {
                passage += json::text_or(doc.as_object(), "title") + " " +
                           json::text_or(doc.as_object(), "body") + "\n";
                if (passage.size() < 400) continue;
                to.push_back(std::exchange(passage, {}));
            }
            if (!passage.empty()) to.push_back(passage);
        }
    const auto faq = unpacked(assistant + "/covidqa/cdc_faq_en.jsonl.gz");
    std::size_t row = 0;
    std::istringstream lines(faq);
    for (std::string line; std::getline(lines, line);) {
        const auto tree = json::parse(line);
        if (!tree || !tree->is_object()) continue;
        const auto& o = tree->get_object();
        out.of(part_of_fifth(row++))
            .push_back(json::text_or(o, "question") + " " + json::text_or(o, "answer"));
    }
}

// Questions of bank customers and hotel guests, and of 150 everyday intents.
void add_questions(const std::string& assistant, std::vector<row>& out) {
    std::vector<std::string> texts;
    std::istringstream bank(unpacked(assistant + "/banking77/train.csv.gz"));
    for (std::string line; std::getline(bank, line);) {
        auto text = line.substr(0, line.rfind(','));
        if (text.size() > 1 && text.front() == '"') text = text.substr(1, text.size() - 2);
        texts.push_back(std::move(text));
    }
    const auto intents = parsed_file(assistant + "/clinc150/dev.json.gz");
    for (const auto& pair : intents.at("train").as_array())
        texts.emplace_back(pair.as_array()[0].as_string());
    for (const auto* file : {"/nlupp/hotels.folds.json.gz", "/nlupp/banking.folds.json.gz"}) {
        const auto folds = parsed_file(assistant + file);
        for (const auto& fold : folds.as_array())
            for (const auto& message : fold.as_array())
                texts.push_back(json::text_or(message.as_object(), "text"));
    }
    // One in three is enough: the others are like it.
    for (std::size_t i = 0; i < texts.size(); i += 3)
        out.push_back({.text = texts[i],
                       .attack = label::no,
                       .instruct = label::unsaid,
                       .weight = .3F,
                       .part = part_of_fifth(i / 3),
                       .group = "question"});
}

passages read_passages(const std::string& texts, const std::string& assistant, generator& random) {
    passages out;
    add_entries(assistant, out);
    const auto lines = lines_of(texts + "/documents.txt");
    for (int n = 0; n < 3000; ++n) {
        const bool held = n % 5 == 4;
        std::string text;
        const auto sentences = 1 + random() % 9;
        for (std::uint64_t s = 0; s < sentences; ++s) {
            auto i = random() % lines.size();
            while ((part_of_line(i) == part::held) != held)
                i = random() % lines.size();
            text += draw(lines[i], random) + (random() % 6 == 0 ? "\n" : " ");
        }
        out.of(held ? part::held : part::train).push_back(std::move(text));
    }
    return out;
}

void add_passages(const passages& from, std::vector<row>& out) {
    for (const auto p : {part::train, part::held, part::test})
        for (const auto& text : from.of(p))
            out.push_back({.text = text,
                           .attack = label::no,
                           .instruct = label::no,
                           .weight = 1,
                           .part = p,
                           .group = "passage"});
}

struct order {
    std::string text;
    train::part part = train::part::train;
    bool own = false;
};

bool may_be_an_order(const row& r) {
    const bool request = r.group == "benign" || r.group == "security" || r.group == "direct";
    return request && !r.text.ends_with('?') && r.text.size() >= 20 && r.text.size() <= 220;
}

// What may hide: our own lines, and what people ask of an assistant anywhere. A request that is
// harmless in a chat has no business inside a fetched document.
std::vector<order> read_orders(const std::string& texts, const std::vector<row>& rows,
                               generator& random) {
    std::vector<order> out;
    const auto lines = lines_of(texts + "/hidden.txt");
    for (std::size_t i = 0; i < lines.size(); ++i)
        for (int n = 0; n < 16; ++n)
            out.push_back({draw(lines[i], random), part_of_line(i), true});
    for (const auto& r : rows)
        if (may_be_an_order(r) && (r.group != "direct" || random() % 3 == 0))
            out.push_back({r.text, r.part, r.own});
    return out;
}

// Every order alone and in three different carriers among ordinary sentences.
void add_hidden(const std::string& texts, const passages& around, std::vector<row>& out,
                generator& random) {
    const auto carriers = lines_of(texts + "/carriers.txt");
    for (const auto& o : read_orders(texts, out, random)) {
        const auto& pool = around.of(o.part);
        row like{.attack = label::unsaid,
                 .instruct = label::yes,
                 .part = o.part,
                 .group = "order",
                 .order = {},
                 .own = o.own};
        like.text = o.text;
        out.push_back(like);
        like.group = "hidden";
        like.order = o.text;
        for (int c = 0; c < 3; ++c) {
            like.text.clear();
            for (const char ch : carriers[random() % carriers.size()]) {
                if (ch == '@')
                    like.text += o.text;
                else if (ch == '%')
                    like.text += pool[random() % pool.size()].substr(0, 400);
                else
                    like.text += ch;
            }
            out.push_back(like);
        }
    }
}

// Held back whole, as the data's rules ask for: six variants.
constexpr std::array reported_variants{"few_shot_attack",  "indirect_reference",
                                       "many_shot_attack", "payload_splitting",
                                       "system_mode",      "virtualization"};

void add_attack_file(const std::string& path, std::vector<row>& out) {
    for (const auto& line : lines_of(path)) {
        const auto parsed = json::parse(line);
        if (!parsed) throw std::runtime_error("not JSON in " + path);
        const auto& o = parsed->get_object();
        const auto variant = json::text_or(o, "variant");
        const bool reported =
            std::ranges::find(reported_variants, variant) != reported_variants.end();
        const bool direct = json::text_or(o, "kind") == "direct";
        out.push_back({.text = json::text_or(o, "text"),
                       .attack = direct ? label::yes : label::unsaid,
                       .instruct = label::yes,
                       .weight = 2,
                       .part = reported ? part::test : part::train,
                       .group = direct ? "direct" : "hidden"});
    }
}

void add_split_file(const std::string& path, const row& like, std::vector<row>& out) {
    const auto lines = lines_of(path);
    std::set<std::string> odd;
    for (std::size_t i = 0; i < lines.size(); i += 2)
        odd.insert(text_of(lines[i]));
    std::set<std::string> taken;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto r = like;
        r.text = text_of(lines[i]);
        r.part = part_of_row(i);
        r.fold = r.part == part::test ? -1 : static_cast<int>((i + 1) / 2 % 5);
        // a repeat of an odd line proves nothing on an even one
        if (r.part == part::test ? odd.contains(r.text) : !taken.insert(r.text).second) continue;
        out.push_back(std::move(r));
    }
}

} // namespace

std::vector<row> read_rows(const std::string& data, const std::string& texts, std::uint64_t seed) {
    generator random(seed);
    std::vector<row> out;
    const row attack{.text = {}, .attack = label::yes, .instruct = label::yes, .group = "direct"};
    const row benign{.text = {}, .attack = label::no, .instruct = label::unsaid, .group = "benign"};
    auto like = attack;
    add_own(texts + "/attacks.txt", 40, like, out, random);
    like.group = "jailbreak";
    add_split_file(data + "/guardrails/injection/inthewild_jailbreaks.jsonl", like, out);
    add_attack_file(data + "/guardrails/injection/cyberseceval_prompt_injection.jsonl", out);
    like = benign;
    add_split_file(data + "/guardrails/injection/wildguard_benign.jsonl", like, out);
    like.group = "security";
    like.instruct = label::yes;
    like.weight = .5F;
    add_split_file(data + "/guardrails/injection/cyberseceval_frr_benign.jsonl", like, out);
    like = benign;
    like.group = "trigger";
    add_own(texts + "/benign_trigger.txt", 40, like, out, random);
    like.group = "ordinary";
    add_own(texts + "/ordinary.txt", 25, like, out, random);
    add_questions(data + "/assistant", out);
    const auto around = read_passages(texts, data + "/assistant", random);
    add_passages(around, out);
    add_hidden(texts, around, out, random);
    return out;
}

} // namespace servery::train
