#include "control_plane/evaluation/graders/json_schema.h"
#include "control_plane/evaluation/graders/makers.h"
#include "foundation/base/text.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/stream_parser.hpp>

#include <optional>

namespace servery::evaluation {
namespace {

using maybe_schema = std::optional<json_schema>;

result<maybe_schema> schema_of(const grader_spec& spec) {
    if (spec.value.is_null()) return maybe_schema{};
    const json::value* schema = &spec.value;
    json::value parsed;
    if (spec.value.is_string()) {
        if (spec.value.get_string().empty()) return maybe_schema{};
        auto read = json::parse(std::string_view(spec.value.get_string()));
        if (!read)
            return std::unexpected(bad_grader("the schema is not JSON", "give a JSON Schema"));
        parsed = *std::move(read);
        schema = &parsed;
    }
    auto compiled = json_schema::compile(*schema);
    if (!compiled) return std::unexpected(compiled.error());
    return maybe_schema(*std::move(compiled));
}

std::string problem_of(const json::value& v, const maybe_schema& schema) {
    return schema ? schema->problem(v) : std::string();
}

// The JSON object or list that begins at `at`; none if it does not parse.
std::optional<json::value> value_at(std::string_view text, std::size_t at, std::size_t& length) {
    boost::json::stream_parser parser;
    boost::json::error_code ec;
    length = parser.write_some(text.data() + at, text.size() - at, ec);
    if (ec || !parser.done()) return std::nullopt;
    return parser.release();
}

} // namespace

made_grader make_is_json(const grader_spec& spec) {
    auto schema = schema_of(spec);
    if (!schema) return std::unexpected(schema.error());
    return grader([schema = *std::move(schema)](const graded_answer& a) {
        const auto v = json::parse(trim(a.answer.text));
        if (!v) return yes_or_no(false, "is not JSON");
        auto problem = problem_of(*v, schema);
        return yes_or_no(problem.empty(), std::move(problem));
    });
}

made_grader make_contains_json(const grader_spec& spec) {
    auto schema = schema_of(spec);
    if (!schema) return std::unexpected(schema.error());
    return grader([schema = *std::move(schema)](const graded_answer& a) {
        const std::string_view text = a.answer.text;
        std::string why = "contains no JSON object or list";
        constexpr int most_tries = 200;
        std::size_t at = text.find_first_of("{[");
        for (int i = 0; i < most_tries && at != std::string_view::npos; ++i) {
            std::size_t length = 0;
            if (const auto v = value_at(text, at, length)) {
                why = problem_of(*v, schema);
                if (why.empty()) return yes_or_no(true, "");
                at += length;
            } else {
                ++at;
            }
            at = text.find_first_of("{[", at);
        }
        return yes_or_no(false, why);
    });
}

} // namespace servery::evaluation
