#include "foundation/http/head_parser.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace servery::http {
namespace {

head_fault parse(std::string head, request_head_view* out = nullptr) {
    auto view = std::make_unique<request_head_view>();
    head_scanner scanner;
    const auto end = scanner.find_end(head);
    if (!end) return head_fault::framing;
    const auto fault = parse_request_head(std::span(head).first(*end), {}, *view);
    if (out != nullptr) *out = *view;
    return fault;
}

std::string with(std::string_view fields) {
    return "POST /v1/x HTTP/1.1\r\nhost: a\r\n" + std::string(fields) + "\r\n\r\n";
}

TEST(head_parser, reads_a_plain_request) {
    std::string head = "POST /v1/chat?x=1 HTTP/1.1\r\nHost: a.b\r\nContent-Length:  12 \r\n"
                       "X-Any:\tv \xC3\xA4 \r\nConnection: Keep-Alive, Close\r\n"
                       "Expect: 100-Continue\r\n\r\n";
    request_head_view view;
    ASSERT_EQ(parse_request_head(head, {}, view), head_fault::none);
    EXPECT_EQ(view.method, "POST");
    EXPECT_EQ(view.target, "/v1/chat?x=1");
    ASSERT_EQ(view.count, 5u);
    EXPECT_EQ(view.fields[0].name, "host");
    EXPECT_EQ(view.fields[2].name, "x-any");
    EXPECT_EQ(view.fields[2].value, "v \xC3\xA4");
    EXPECT_EQ(view.content_length, 12u);
    EXPECT_TRUE(view.close);
    EXPECT_TRUE(view.expect_continue);
}

TEST(head_parser, refuses_what_two_parsers_could_read_in_two_ways) {
    const std::string bad[] = {
        with("content-length: 5\r\ntransfer-encoding: chunked"),
        with("transfer-encoding: chunked\r\ncontent-length: 5"),
        with("content-length: 5\r\ncontent-length: 5"),
        with("content-length: 5\r\nContent-Length: 6"),
        with("content-length: 5, 5"),
        with("content-length: +5"),
        with("content-length: -1"),
        with("content-length: 0x5"),
        with("content-length: 5a"),
        with("content-length: 1 2"),
        with("content-length:"),
        with("content-length: 99999999999999999999"),
        with("content-length : 5"),
        with("content-length\t: 5"),
        with(" content-length: 5"),
        with("x: a\r\n b"),
        with("x: a\r\n\tb"),
        with(": empty"),
        with("no colon here"),
        with("na me: v"),
        with("na\x01me: v"),
        with("n\xC3\xA4me: v"),
        with("x: a\x01"),
        with(std::string_view("x: a\0b", 6)),
        with("x: a\x7f"),
        with("x: a\rb"),
        with("transfer-encoding: chunked\r\ntransfer-encoding: chunked"),
        with("expect: 200-ok"),
        with("host: b"),
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\nhost: a\n\n",
        "GET / HTTP/1.1\r\nhost: a\n\r\n",
        "GET / HTTP/1.1\r\nhost: a\r\n\n",
        "GET /\r\nhost: a\r\n\r\n",
        "GET  / HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /  HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nhost: a\r\n\r\n",
        " GET / HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET\t/ HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET / http/1.1\r\nhost: a\r\n\r\n",
        "GET / HTTP/1\r\nhost: a\r\n\r\n",
        "GET / HTTP/1.10\r\nhost: a\r\n\r\n",
        "GET / XTTP/1.1\r\nhost: a\r\n\r\n",
        "G(T / HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /\x80 HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /\x01 HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET http://x/ HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET * HTTP/1.1\r\nhost: a\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n",
        "POST / HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n",
        "\r\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n",
        "\x16\x03\x01\x02\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\n",
    };
    for (const auto& head : bad)
        EXPECT_EQ(parse(head), head_fault::framing) << head;
}

TEST(head_parser, a_transfer_coding_other_than_chunked_is_not_built) {
    for (const auto* value : {"gzip", "gzip, chunked", "chunked, gzip", "xchunked", "identity",
                              "chunked;q=1", "\"chunked\"", ""})
        EXPECT_EQ(parse(with(std::string("transfer-encoding: ") + value)), head_fault::coding)
            << value;
    EXPECT_EQ(parse(with("transfer-encoding:  Chunked ")), head_fault::none);
}

TEST(head_parser, other_versions_and_compressed_bodies_have_their_own_fault) {
    EXPECT_EQ(parse("GET / HTTP/2.0\r\nhost: a\r\n\r\n"), head_fault::version);
    EXPECT_EQ(parse("GET / HTTP/0.9\r\nhost: a\r\n\r\n"), head_fault::version);
    EXPECT_EQ(parse(with("content-encoding: gzip")), head_fault::media_type);
    EXPECT_EQ(parse(with("content-encoding: identity")), head_fault::none);
}

TEST(head_parser, one_header_more_than_the_limit_is_too_large) {
    std::string fields;
    for (int i = 0; i < 99; ++i)
        fields += "x: y\r\n";
    fields.resize(fields.size() - 2);
    EXPECT_EQ(parse(with(fields)), head_fault::none);
    EXPECT_EQ(parse(with(fields + "\r\nx: y")), head_fault::too_large);
    EXPECT_EQ(parse("GET /" + std::string(8192, 'a') + " HTTP/1.1\r\nhost: a\r\n\r\n"),
              head_fault::too_large);
}

TEST(head_parser, a_bare_line_feed_is_seen_before_the_head_is_complete) {
    head_scanner scanner;
    EXPECT_FALSE(scanner.find_end("GET / HTTP/1.1\nhost"));
    EXPECT_TRUE(scanner.bad_line());
}

TEST(head_parser, finds_the_end_however_the_bytes_are_cut) {
    const std::string head = with("x: y");
    for (std::size_t cut = 0; cut < head.size(); ++cut) {
        head_scanner scanner;
        EXPECT_FALSE(scanner.find_end(std::string_view(head).substr(0, cut)));
        const auto end = scanner.find_end(head + "body");
        ASSERT_TRUE(end) << cut;
        EXPECT_EQ(*end, head.size());
    }
}

TEST(head_parser, reads_an_answer_and_refuses_a_broken_one) {
    std::string head = "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\ncontent-length: 3\r\n\r\n";
    answer_head_view view;
    ASSERT_EQ(parse_answer_head(head, view), head_fault::none);
    EXPECT_EQ(view.status, 200);
    EXPECT_EQ(view.content_length, 3u);
    for (std::string bad :
         {"HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n",
          "ICY 200 OK\r\n\r\n", "HTTP/1.1 600 X\r\n\r\n", "HTTP/1.1  200\r\n\r\n",
          "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\n",
          "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
          "HTTP/1.1 200 OK\r\nx : 1\r\n\r\n"})
        EXPECT_NE(parse_answer_head(bad, view), head_fault::none) << bad;
}

RC_GTEST_PROP(head_parser, never_reads_or_writes_outside_the_head, (std::string text)) {
    auto exact = std::make_unique<char[]>(text.size());
    std::copy(text.begin(), text.end(), exact.get());
    request_head_view request;
    answer_head_view answer;
    static_cast<void>(parse_request_head({exact.get(), text.size()}, {}, request));
    static_cast<void>(parse_answer_head({exact.get(), text.size()}, answer));
}

} // namespace
} // namespace servery::http
