#include "data_plane/guardrails/measure/speed.h"

#include "data_plane/guardrails/stream_scanner.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <random>

namespace servery::guardrails {
namespace {

using steady = std::chrono::steady_clock;

std::int64_t ns_since(steady::time_point begin) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(steady::now() - begin).count();
}

std::int64_t percentile(std::vector<std::int64_t>& sorted, double share) {
    if (sorted.empty()) return 0;
    std::ranges::sort(sorted);
    const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
    return sorted[at];
}

constexpr std::array<std::string_view, 20> sentences{
    "Breakfast is served from 7 to 10 in the room beside the garden. ",
    "You can pay by card or in cash when you leave; the city tax is 2.50 EUR a night. ",
    "Our number is +49 30 1234567, and somebody answers until 22:00. ",
    "Please write to stay@example.com if you arrive after midnight. ",
    "The next bus leaves at 14:30 from the stop across the street. ",
    "If the code does not work, press the star key, wait for the tone and try it again. ",
    "Rooms are free from 2026-11-28 on; we hold yours until 18:00 on the day you come. ",
    "Das Frühstück gibt es von 7 bis 10 Uhr, sonntags bis 11 Uhr. ",
    "Die Schlüssel liegen im Kasten neben der Tür, die Nummer schicken wir Ihnen vorher. ",
    "More about parking stands on www.example.com/parking, with a map of the yard. ",
    "There are three steps: first the form, then the deposit, then we confirm it in writing. ",
    "Pets are welcome for 12 EUR a night; please tell us before so that we choose the room. ",
    "- towels and sheets are included\n- a cot costs nothing\n- the sauna is open at weekends\n",
    "You asked about order 4711-22: it was sent on Monday and should be there by Thursday. ",
    "The account for transfers is DE89 3704 0044 0532 0130 00. ",
    "We are sorry that the heating failed; a colleague looks at it this afternoon. ",
    "Check in is from 15:00, check out until 11:00, and later if nobody follows you. ",
    "It depends on the season: in summer 89, in winter 64, children under six are free. ",
    "“Quiet” means after ten in the evening — the walls are old and thin. ",
    "Let me know whether you would like me to book it, and for which evening. "};

// Pieces of 24 bytes, as a model's tokens come bundled.
void measure_stream(const std::vector<std::string>& texts, const screen_policy& policy,
                    json::object& into) {
    constexpr std::size_t delta = 24;
    std::vector<std::int64_t> times;
    std::vector<std::int64_t> held;
    std::string out;
    for (const auto& text : texts) {
        stream_scanner scanner(policy, lane::output);
        out.clear();
        for (std::size_t at = 0; at < text.size(); at += delta) {
            const auto piece = std::string_view(text).substr(at, delta);
            const auto begin = steady::now();
            scanner.feed(piece, out);
            times.push_back(ns_since(begin));
            held.push_back(static_cast<std::int64_t>(scanner.held()));
        }
        scanner.finish(out);
    }
    into["stream"] = json::object{{"deltas", times.size()},
                                  {"p50_ns", percentile(times, .5)},
                                  {"p99_ns", percentile(times, .99)},
                                  {"held_p50", percentile(held, .5)},
                                  {"held_p99", percentile(held, .99)},
                                  {"held_most", percentile(held, 1)}};
}

void measure_whole(const std::vector<std::string>& texts, const screen_policy& policy,
                   json::object& into) {
    std::vector<std::int64_t> times;
    for (const auto& text : texts) {
        const auto begin = steady::now();
        const auto seen = screen(text, policy, lane::user);
        times.push_back(ns_since(begin));
        if (seen.edited && seen.text_out.empty()) return; // keeps the work from being dropped
    }
    const auto us = [](std::int64_t ns) { return static_cast<double>(ns) / 1000; };
    into["whole"] = json::object{{"p50_us", us(percentile(times, .5))},
                                 {"p99_us", us(percentile(times, .99))},
                                 {"most_us", us(percentile(times, 1))}};
}

double mb_per_s(std::string_view piece, const screen_policy& policy) {
    constexpr std::size_t size = 1'000'000;
    std::string text;
    while (text.size() < size)
        text += piece;
    stream_scanner scanner(policy, lane::output);
    std::string out;
    const auto begin = steady::now();
    scanner.feed(text, out);
    scanner.finish(out);
    return static_cast<double>(text.size()) * 1000 / static_cast<double>(ns_since(begin));
}

} // namespace

std::vector<std::string> texts_like_answers(std::size_t count, std::size_t bytes,
                                            std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<std::string> out(count);
    for (auto& text : out) {
        const auto size = bytes - 16 + random() % 33;
        while (text.size() < size)
            text += sentences[random() % sentences.size()];
        while (text.size() > size ||
               (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80U) != 0))
            text.pop_back();
    }
    return out;
}

json::object measure_speed(const std::vector<std::string>& texts, const screen_policy& policy) {
    json::object out;
    std::size_t bytes = 0;
    for (const auto& text : texts)
        bytes += text.size();
    out["texts"] = texts.size();
    out["bytes"] = bytes;
    measure_whole(texts, policy, out); // warms the caches
    measure_whole(texts, policy, out);
    measure_stream(texts, policy, out);
    out["clean_mb_per_s"] = mb_per_s(sentences[5], policy);
    constexpr std::array<std::string_view, 5> hostile{"a@a@a@", "4111111111111111", "[(<[(<",
                                                      "key=key=", "1 2 3-4.5 "};
    json::array list;
    for (const auto piece : hostile)
        list.push_back(
            json::object{{"text", json::string(piece)}, {"mb_per_s", mb_per_s(piece, policy)}});
    out["hostile"] = std::move(list);
    return out;
}

} // namespace servery::guardrails
