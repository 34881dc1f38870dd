// Any bytes as the head of a request and of an answer: no fault of memory, every view inside the
// head, and the same verdict wherever the head was cut on its way in.
#include "foundation/http/head_parser.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

using namespace servery::http;

namespace {

void check_inside(std::string_view whole, std::string_view part) {
    if (part.empty()) return;
    if (part.data() < whole.data() || part.data() + part.size() > whole.data() + whole.size())
        std::abort();
}

void check_cuts(std::string_view text) {
    head_scanner at_once;
    const auto whole = at_once.find_end(text);
    head_scanner bytewise;
    std::optional<std::size_t> found;
    for (std::size_t n = 1; n <= text.size() && !found && !bytewise.bad_line(); ++n)
        found = bytewise.find_end(text.substr(0, n));
    if (found != whole || bytewise.bad_line() != at_once.bad_line()) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_cuts(text);
    static const auto request = std::make_unique<request_head_view>();
    static const auto answer = std::make_unique<answer_head_view>();
    std::vector<char> copy(text.begin(), text.end());
    const std::string_view whole(copy.data(), copy.size());
    if (parse_request_head(copy, {}, *request) == head_fault::none) {
        check_inside(whole, request->method);
        check_inside(whole, request->target);
        for (const auto& field : request->headers()) {
            check_inside(whole, field.name);
            check_inside(whole, field.value);
            if (!is_header_name(field.name) || !is_header_value(field.value)) std::abort();
        }
        if (request->chunked && request->content_length) std::abort();
    }
    copy.assign(text.begin(), text.end());
    if (parse_answer_head(copy, *answer) == head_fault::none &&
        (answer->status < 100 || answer->status > 599))
        std::abort();
    return 0;
}
