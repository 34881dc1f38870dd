// JSONL, one case a line, or one JSON list of cases.
#include "control_plane/evaluation/import_row.h"
#include "foundation/base/text.h"

namespace servery::evaluation {
namespace {

constexpr json::limits case_limits{.bytes = most_bytes, .depth = 16};

void take(const json::value& v, const std::string& place, std::string_view raw, import_sink& sink) {
    auto c = json::from_json<eval_case>(v);
    if (c) {
        if (!c->source) c->source = case_source{.kind = "jsonl", .ref = place};
        sink.add(*std::move(c), place, raw);
        return;
    }
    auto fault = c.error();
    fault.code = error_code::unprocessable;
    fault.id = "eval.case.bad_row";
    for (auto& f : fault.more)
        f.id = "eval.case.bad_row";
    sink.reject(std::move(fault), place, raw);
}

error unreadable(const error& fault) {
    return {.code = error_code::unprocessable,
            .id = "eval.case.bad_row",
            .message = fault.message,
            .where = fault.where,
            .remedy = "write one JSON object a line"};
}

} // namespace

result<imported> import_jsonl(std::string_view text, const import_options& options) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    import_sink sink(options);
    if (trim(text).starts_with('[')) {
        const auto list = json::parse(text, case_limits);
        if (!list) return std::unexpected(unreadable(list.error()));
        std::size_t n = 0;
        for (const auto& v : list->as_array())
            take(v, "row " + std::to_string(++n), json::write(v), sink);
        return std::move(sink).finish("");
    }
    std::size_t line = 0;
    for (const auto raw : servery::split(text, '\n')) {
        ++line;
        if (trim(raw).empty()) continue;
        const auto place = "row " + std::to_string(line);
        const auto v = json::parse(trim(raw), case_limits);
        if (v)
            take(*v, place, trim(raw), sink);
        else
            sink.reject(unreadable(v.error()), place, trim(raw));
    }
    return std::move(sink).finish("");
}

} // namespace servery::evaluation
