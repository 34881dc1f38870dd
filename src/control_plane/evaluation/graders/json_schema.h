// The subset of JSON Schema that is_json and contains_json take: type, enum, const, required,
// properties, additionalProperties, items, minimum, maximum, minLength, maxLength, pattern, anyOf,
// oneOf, allOf, not, local $ref ("#/…", with $defs or definitions). Any other keyword is refused,
// so that nothing is silently unchecked. Thread: immutable after compile, any thread.
#pragma once

#include "foundation/base/result.h"
#include "foundation/json/json.h"

#include <map>
#include <memory>
#include <string>

namespace servery::evaluation {

class json_schema {
  public:
    // Errors: eval.case.bad_row (unknown keyword, wrong value), eval.case.bad_regex.
    [[nodiscard]] static result<json_schema> compile(const json::value& schema);

    // Empty when v is valid, else what is wrong, with its place.
    [[nodiscard]] std::string problem(const json::value& v) const;

    struct patterns;

  private:
    json_schema(json::value schema, std::shared_ptr<const patterns> regexes)
        : schema_(std::move(schema)), patterns_(std::move(regexes)) {}
    json::value schema_;
    std::shared_ptr<const patterns> patterns_;
};

} // namespace servery::evaluation
