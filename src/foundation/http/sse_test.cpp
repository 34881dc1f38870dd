#include "foundation/http/sse.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace servery::http {
namespace {

struct seen {
    std::string raw, name, data;
    bool has_data;
};

void take(sse_reader& reader, std::string_view bytes, std::vector<seen>& out) {
    reader.feed(bytes);
    while (const auto event = reader.next())
        out.push_back({std::string(event->raw), std::string(event->name), std::string(event->data),
                       event->has_data});
}

std::vector<seen> read_cut_at(std::string_view text, std::size_t cut, std::size_t cut2) {
    sse_reader reader;
    std::vector<seen> out;
    take(reader, text.substr(0, cut), out);
    take(reader, text.substr(cut, cut2 - cut), out);
    take(reader, text.substr(cut2), out);
    if (const auto last = reader.finish())
        out.push_back({std::string(last->raw), std::string(last->name), std::string(last->data),
                       last->has_data});
    return out;
}

std::vector<std::string> data_of(const std::vector<seen>& events) {
    std::vector<std::string> out;
    for (const auto& event : events)
        if (event.has_data) out.push_back(event.name + "|" + event.data);
    return out;
}

std::string raw_of(const std::vector<seen>& events) {
    std::string out;
    for (const auto& event : events)
        out += event.raw;
    return out;
}

TEST(sse_reader, gives_the_same_events_wherever_the_stream_is_cut) {
    const std::vector<std::string> expected{"|one", "ping|a\nb", "|\xE2\x82\xAC", "|", "|[DONE]"};
    for (const std::string eol : {"\n", "\r\n", "\r"}) {
        std::string text = "\xEF\xBB\xBF";
        for (const std::string line :
             {"data: one", "", ": ka", "", "event: ping", "data:a", "data: b", "",
              "data: \xE2\x82\xAC", "", "data", "", "", "data: [DONE]", ""})
            text += line + eol;
        for (std::size_t cut = 0; cut <= text.size(); ++cut)
            for (std::size_t cut2 = cut; cut2 <= text.size(); ++cut2) {
                const auto events = read_cut_at(text, cut, cut2);
                ASSERT_EQ(data_of(events), expected) << cut << " " << cut2;
                // A line feed that arrives alone behind a finished CR has no event to belong to.
                const auto raw = raw_of(events);
                ASSERT_TRUE(raw == text || raw + "\n" == text) << cut << " " << cut2;
            }
    }
}

TEST(sse_reader, bytes_left_at_the_end_are_a_last_event) {
    const auto events = read_cut_at("data: a\n\n{\"error\":{}}", 3, 12);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[1].raw, "{\"error\":{}}");
    EXPECT_FALSE(events[1].has_data);
    sse_reader reader;
    std::vector<seen> out;
    take(reader, "data: cut", out);
    const auto last = reader.finish();
    ASSERT_TRUE(last);
    EXPECT_EQ(last->data, "cut");
    EXPECT_FALSE(reader.finish());
}

TEST(sse_reader, an_event_over_the_limit_ends_the_reading) {
    sse_reader reader(100);
    std::vector<seen> out;
    take(reader, "data: fine\n\n", out);
    take(reader, "data: " + std::string(60, 'x'), out);
    EXPECT_FALSE(reader.too_large());
    take(reader, std::string(60, 'x') + "\n\n", out);
    EXPECT_TRUE(reader.too_large());
    EXPECT_EQ(out.size(), 1u);
}

TEST(sse_reader, a_whole_event_in_one_read_is_not_copied) {
    const std::string text = "data: a\n\n";
    sse_reader reader;
    reader.feed(text);
    const auto event = reader.next();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->raw.data(), text.data());
    EXPECT_EQ(event->data.data(), text.data() + 6);
}

TEST(sse_writer, what_is_written_is_what_is_read) {
    std::string text;
    append_sse(text, "a\nb", "ping");
    append_sse_comment(text, "ka");
    append_sse(text, "");
    const auto events = read_cut_at(text, 0, 0);
    EXPECT_EQ(data_of(events), (std::vector<std::string>{"ping|a\nb", "|"}));
}

RC_GTEST_PROP(sse_reader, loses_no_byte_of_any_stream, ()) {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::element('\n', '\r', ':', 'd', 'a', 't', ' ', '\xC3'));
    sse_reader reader;
    std::string raw;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto step = *rc::gen::inRange<std::size_t>(1, 9);
        const auto piece = text.substr(at, step);
        at += piece.size();
        reader.feed(piece);
        while (const auto event = reader.next())
            raw += event->raw;
    }
    if (const auto last = reader.finish()) raw += last->raw;
    RC_ASSERT(raw == text || raw + "\n" == text);
}

} // namespace
} // namespace servery::http
