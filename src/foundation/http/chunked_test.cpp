#include "foundation/http/chunked.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace servery::http {
namespace {

using state = chunked_decoder::state;

struct decoded {
    state at = state::more;
    std::string payload;
    std::string rest;
};

decoded decode(std::string_view text, std::size_t step) {
    chunked_decoder decoder;
    decoded out;
    while (!text.empty() && out.at == state::more) {
        std::string piece(text.substr(0, step));
        text.remove_prefix(piece.size());
        const auto got = decoder.decode(piece);
        out.at = got.at;
        out.payload.append(piece, 0, got.payload);
        if (got.at == state::done) out.rest = piece.substr(got.consumed) + std::string(text);
    }
    return out;
}

TEST(chunked, decodes_whatever_way_the_bytes_are_cut) {
    const std::string text =
        "4\r\nWiki\r\n5;ext=\"a b\"\r\npedia\r\nA\r\n0123456789\r\n0\r\nx-trailer: y\r\n\r\nNEXT";
    for (std::size_t step = 1; step <= text.size(); ++step) {
        const auto out = decode(text, step);
        ASSERT_EQ(out.at, state::done) << step;
        EXPECT_EQ(out.payload, "Wikipedia0123456789");
        EXPECT_EQ(out.rest, "NEXT");
    }
}

TEST(chunked, refuses_what_another_parser_could_read_differently) {
    for (const std::string_view bad : {"g\r\n",
                                       "\r\n",
                                       "4 \r\nWiki\r\n",
                                       " 4\r\n",
                                       "-4\r\n",
                                       "+4\r\n",
                                       "0x4\r\n",
                                       "4\nWiki\r\n",
                                       "4\r\rWiki",
                                       "4\r\nWikiX\r\n",
                                       "4\r\nWiki\n",
                                       "1000000000000000\r\n",
                                       "0000000000000000\r\n",
                                       "4;\n\r\n",
                                       "4;a\x01\r\n",
                                       "0\r\n\n",
                                       "0\r\nx\n",
                                       "0\r\n x: y\r\n",
                                       "4\r\nWiki\r\r\n",
                                       "0\r\n\rX",
                                       "4\r\nWiki0\r\n\r\n"})
        EXPECT_EQ(decode(bad, 1).at, state::invalid) << bad;
}

TEST(chunked, endless_extensions_and_trailers_are_refused) {
    EXPECT_EQ(decode("4;" + std::string(5000, 'a') + "\r\n", 999).at, state::invalid);
    EXPECT_EQ(decode("0\r\n" + std::string(5000, 'a') + "\r\n", 999).at, state::invalid);
}

RC_GTEST_PROP(chunked, what_is_written_is_what_is_read, (std::vector<std::string> pieces)) {
    std::string wire;
    std::string all;
    std::array<char, 20> room;
    for (const auto& piece : pieces) {
        if (piece.empty()) continue;
        wire.append(chunk_head(room, piece.size())).append(piece).append(chunk_tail);
        all += piece;
    }
    wire += last_chunk;
    const auto step = *rc::gen::inRange<std::size_t>(1, 64);
    const auto out = decode(wire, step);
    RC_ASSERT(out.at == state::done);
    RC_ASSERT(out.payload == all);
}

} // namespace
} // namespace servery::http
