#include "data_plane/guardrails/chunkings.h"

#include "data_plane/guardrails/stream_scanner.h"
#include "foundation/json/describe.h"

#include <algorithm>
#include <array>
#include <random>

namespace servery::guardrails {
namespace {

std::string describe(std::string out, const std::vector<screened_span>& spans) {
    for (const auto& s : spans) {
        out += "\n" + std::string(json::enum_word(s.found.type)) + " " +
               std::to_string(s.found.begin) + "-" + std::to_string(s.found.end) + " " +
               std::to_string(s.found.score) + " ";
        out += s.found.rule;
    }
    return out;
}

// What texts are made of: values of every type, whole and torn, what stands beside them, and bytes
// that a shadow reads differently.
constexpr std::array<std::string_view, 64> atoms{"ann@example.com",
                                                 "4111 1111 1111 1111",
                                                 "4111-1111-1111-1111",
                                                 "5500005555555559",
                                                 "DE89 3704 0044 0532 0130 00",
                                                 "GB82WEST12345698765432",
                                                 "GB82 WEST 1234 5698 7654 32",
                                                 "+49 30 1234567",
                                                 "(415) 555-0132 ext. 12",
                                                 "030 123 4567",
                                                 "078-05-1123",
                                                 "192.168.17.4",
                                                 "2001:db8::8a2e:370:7334",
                                                 "https://example.com/a?b=c",
                                                 "www.example.org",
                                                 "ann&#64;example.com",
                                                 "bob%40example.org",
                                                 "４１１１ １１１１ １１１１ １１１１",
                                                 "943 476 5919",
                                                 "NHS number ",
                                                 "Steuer-ID 86095742719",
                                                 "call ",
                                                 "phone: ",
                                                 "mail me at ",
                                                 "order 1234567",
                                                 "1234567",
                                                 "100 200 300 EUR",
                                                 "2026-11-28",
                                                 "14:30",
                                                 "v1.2.3.4",
                                                 " ",
                                                 " ",
                                                 "  ",
                                                 ", ",
                                                 ". ",
                                                 "\n",
                                                 "\t",
                                                 "-",
                                                 "(",
                                                 ")",
                                                 "[",
                                                 "]",
                                                 "@",
                                                 "+",
                                                 "x",
                                                 "ext",
                                                 "&",
                                                 "%4",
                                                 "é",
                                                 "ß",
                                                 "—",
                                                 "\u200b",
                                                 "\u00ad",
                                                 "谢谢",
                                                 "ー",
                                                 "😀",
                                                 "ไทย",
                                                 "٤١١١",
                                                 "\xff",
                                                 "[EMAIL_7K2Q]",
                                                 "the",
                                                 "EUR",
                                                 "Suite",
                                                 "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 "};

using generator = std::mt19937_64;

std::size_t below(generator& random, std::size_t n) {
    return static_cast<std::size_t>(random() % n);
}

std::string make_text(generator& random) {
    std::string out;
    const auto count = 1 + below(random, 12);
    for (std::size_t i = 0; i < count; ++i) {
        out += atoms[below(random, atoms.size())];
        if (below(random, 3) > 0) out += ' ';
    }
    if (below(random, 50) == 0) out.append(400 + below(random, 1200), below(random, 2) ? '7' : 'k');
    if (below(random, 10) == 0) out.erase(below(random, out.size()), 1);
    return out;
}

std::vector<std::string_view> cut(std::string_view text, generator& random) {
    std::vector<std::string_view> out;
    const auto longest = 1 + below(random, 1 + below(random, 40));
    while (!text.empty()) {
        const auto n = std::min(text.size(), below(random, longest) + 1);
        out.push_back(text.substr(0, n));
        text.remove_prefix(n);
    }
    return out;
}

} // namespace

std::vector<std::string_view> pieces_of(std::string_view text, const chunking& by) {
    if (by.how == chunking::kind::whole) return {text};
    if (by.how == chunking::kind::random) {
        generator random(by.seed);
        return cut(text, random);
    }
    std::vector<std::string_view> out;
    for (std::size_t i = 0; i < text.size(); ++i)
        out.push_back(text.substr(i, 1));
    return out;
}

std::string read_pieces(const std::vector<std::string_view>& pieces, const screen_policy& policy,
                        lane from) {
    stream_scanner scanner(policy, from);
    std::string out;
    for (const auto piece : pieces)
        scanner.feed(piece, out);
    scanner.finish(out);
    return describe(std::move(out), scanner.spans());
}

std::string read_whole(std::string_view text, const screen_policy& policy, lane from) {
    return read_pieces({text}, policy, from);
}

std::string read_bytes(std::string_view text, const screen_policy& policy, lane from) {
    return read_pieces(pieces_of(text, {.how = chunking::kind::bytes}), policy, from);
}

const std::vector<std::string>& short_texts() {
    static const auto texts = [] {
        std::vector<std::string> out;
        for (const auto a : atoms) {
            out.emplace_back(a);
            out.push_back("call " + std::string(a) + " now");
        }
        generator random(7);
        while (out.size() < 180) {
            auto text = make_text(random);
            if (text.size() <= 200) out.push_back(std::move(text));
        }
        return out;
    }();
    return texts;
}

chunking_report compare_chunkings(std::uint64_t count, std::uint64_t seed,
                                  const screen_policy& policy,
                                  const std::vector<std::string>& also) {
    constexpr std::uint64_t cuts_of_one = 10;
    chunking_report out;
    generator random(seed);
    while (out.chunkings < count) {
        const bool given = !also.empty() && out.texts % 2 == 0;
        const auto text = given ? also[(out.texts / 2) % also.size()] : make_text(random);
        constexpr std::array lanes{lane::output, lane::tool_args, lane::output, lane::user};
        const auto from = lanes[out.texts % lanes.size()];
        ++out.texts;
        const auto want = read_whole(text, policy, from);
        const bool holds_value = want.size() > text.size() && want.find('\n') != std::string::npos;
        for (std::uint64_t i = 0; i < cuts_of_one && out.chunkings < count; ++i) {
            ++out.chunkings;
            out.with_findings += holds_value ? 1 : 0;
            const auto pieces = cut(text, random);
            const auto got = read_pieces(pieces, policy, from);
            if (got == want) continue;
            if (out.different++ > 0) continue;
            out.first_difference = "whole: " + want + "\npieces:";
            for (const auto piece : pieces)
                out.first_difference += " '" + std::string(piece) + "'";
            out.first_difference += "\ngave: " + got;
        }
    }
    return out;
}

} // namespace servery::guardrails
