#include "cli/offline_assistant.h"

#include "data_plane/assistant/decide/serving.h"

#include <algorithm>
#include <chrono>

namespace servery::cli {

namespace {

assistant::release release_of(const evaluation::imported& from) {
    assistant::release out;
    for (const auto& e : from.entries) {
        assistant::release_entry entry;
        entry.key = e.id;
        entry.question = e.question;
        entry.answer = e.answer;
        out.entries.push_back(std::move(entry));
    }
    std::ranges::sort(out.entries, {}, &assistant::release_entry::key);
    out.id = assistant::release_id_of(out);
    return out;
}

evaluation::answer_result answer(const assistant::assistant_serving& serving,
                                 const evaluation::answer_request& asked) {
    const auto begin = std::chrono::steady_clock::now();
    const system_clock now;
    assistant::query query;
    query.text = asked.turns.empty() ? "" : asked.turns.back().text;
    query.now = now.now();
    const auto made = assistant::decide(serving, query, true);
    const auto sent = assistant::verbatim(*serving.index, made);
    evaluation::answer_result out;
    out.text = sent.text;
    out.finish = "stop";
    out.decision = std::string(json::enum_word(made.recommended));
    if (!sent.key.empty()) out.citations.push_back({.entry = sent.key, .text = sent.text});
    out.cost_nano = 0; // in this process: measured zero
    out.total_us = std::chrono::duration_cast<std::chrono::microseconds>(
                       std::chrono::steady_clock::now() - begin)
                       .count();
    return out;
}

} // namespace

evaluation::offline_assistant offline_assistant() {
    return [](const evaluation::imported& from) -> result<evaluation::offline_variants> {
        if (from.entries.empty())
            return fail(error_code::unprocessable, "eval.offline.no_entries",
                        "the file has cases but no answers to answer from", {},
                        "offline runs need a FAQ file; test a variant with a server instead");
        auto index = assistant::compile(release_of(from), {});
        if (!index) return std::unexpected(index.error());
        auto serving = std::make_shared<assistant::assistant_serving>();
        serving->index = std::move(*index);
        evaluation::variant_card card;
        card.hash = to_hex(blake2b_256(as_bytes(serving->index->release_id())));
        card.label = "built-in assistant";
        card.provider = "assistant";
        card.price = evaluation::variant_price{.in_nano = 0, .out_nano = 0, .currency = "EUR"};
        card.in_process = true;
        evaluation::offline_variants out;
        out.cards.push_back(std::move(card));
        out.answer = [serving](evaluation::answer_request asked, evaluation::answer_done done) {
            done(answer(*serving, asked));
        };
        return out;
    };
}

} // namespace servery::cli
