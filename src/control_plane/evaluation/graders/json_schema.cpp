#include "control_plane/evaluation/graders/json_schema.h"

#include "foundation/base/text.h"

#include <boost/json/serialize.hpp>
#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace servery::evaluation {

struct json_schema::patterns {
    std::map<std::string, std::unique_ptr<RE2>, std::less<>> by_text;
};

namespace {

constexpr int deepest = 64;

error bad_schema(std::string message, std::string where) {
    return {.code = error_code::unprocessable,
            .id = "eval.case.bad_row",
            .message = std::move(message),
            .where = std::move(where),
            .remedy = "use the keywords that the documentation of is_json lists"};
}

constexpr std::array<std::string_view, 25> keywords{
    "type",        "enum",    "const",       "required",  "properties", "additionalProperties",
    "items",       "minimum", "maximum",     "minLength", "maxLength",  "pattern",
    "anyOf",       "oneOf",   "allOf",       "not",       "$ref",       "$defs",
    "definitions", "title",   "description", "$schema",   "$id",        "default",
    "examples"};

const json::value* resolve(const json::value& root, std::string_view ref) {
    if (!ref.starts_with('#')) return nullptr;
    if (ref == "#") return &root;
    boost::json::error_code ec;
    return root.find_pointer(ref.substr(1), ec);
}

// Checks a schema before it is used; every sub-schema once.
class schema_checker {
  public:
    schema_checker(const json::value& root, json_schema::patterns& out) : root_(root), out_(out) {}

    status check(const json::value& schema, const std::string& where, int depth) {
        if (schema.is_bool()) return {};
        if (depth > deepest) return std::unexpected(bad_schema("the schema is too deep", where));
        if (!schema.is_object()) return std::unexpected(bad_schema("a schema is an object", where));
        for (const auto& [key, v] : schema.get_object())
            if (auto done = member(key, v, where + "/" + std::string(key), depth); !done)
                return done;
        return {};
    }

  private:
    status member(std::string_view key, const json::value& v, const std::string& where, int depth) {
        if (std::ranges::find(keywords, key) == keywords.end())
            return std::unexpected(
                bad_schema("the keyword '" + std::string(key) + "' is not supported", where));
        if (key == "pattern") return pattern(v, where);
        if (key == "$ref" &&
            (!v.is_string() || resolve(root_, std::string_view(v.get_string())) == nullptr))
            return std::unexpected(bad_schema("the reference leads nowhere", where));
        if (key == "anyOf" || key == "oneOf" || key == "allOf") return each(v, where, depth);
        if (key == "properties" || key == "$defs" || key == "definitions") {
            if (!v.is_object()) return std::unexpected(bad_schema("expected an object", where));
            for (const auto& [name, sub] : v.get_object())
                if (auto done = check(sub, where + "/" + std::string(name), depth + 1); !done)
                    return done;
        }
        if (key == "items" || key == "not" || key == "additionalProperties")
            return check(v, where, depth + 1);
        return {};
    }

    status each(const json::value& v, const std::string& where, int depth) {
        if (!v.is_array()) return std::unexpected(bad_schema("expected a list", where));
        for (const auto& sub : v.get_array())
            if (auto done = check(sub, where, depth + 1); !done) return done;
        return {};
    }

    status pattern(const json::value& v, const std::string& where) {
        if (!v.is_string()) return std::unexpected(bad_schema("expected a text", where));
        const std::string text(v.get_string());
        auto regex = std::make_unique<RE2>(text, RE2::Quiet);
        if (!regex->ok())
            return fail(error_code::unprocessable, "eval.case.bad_regex",
                        "the pattern cannot be used: " + regex->error(), where,
                        "RE2 knows no look-around and no backreferences");
        out_.by_text.emplace(text, std::move(regex));
        return {};
    }

    const json::value& root_;
    json_schema::patterns& out_;
};

bool is_whole(const json::value& v) {
    return v.is_int64() || v.is_uint64() ||
           (v.is_double() &&
            v.get_double() == static_cast<double>(static_cast<std::int64_t>(v.get_double())));
}

bool is_type(const json::value& v, std::string_view type) {
    if (type == "object") return v.is_object();
    if (type == "array") return v.is_array();
    if (type == "string") return v.is_string();
    if (type == "boolean") return v.is_bool();
    if (type == "null") return v.is_null();
    if (type == "number") return v.is_number();
    return type == "integer" && v.is_number() && is_whole(v);
}

class validator {
  public:
    validator(const json::value& root, const json_schema::patterns& patterns)
        : root_(root), patterns_(patterns) {}

    std::string problem(const json::value& schema, const json::value& v, const std::string& where,
                        int depth) const {
        if (schema.is_bool()) return schema.get_bool() ? "" : where + " is not allowed";
        if (depth > deepest) return where + " is nested too deep";
        const auto& s = schema.get_object();
        if (const auto* ref = s.if_contains("$ref"))
            if (const auto* to = resolve(root_, std::string_view(ref->get_string())))
                if (auto p = problem(*to, v, where, depth + 1); !p.empty()) return p;
        for (const auto part : {&validator::kind, &validator::plain, &validator::members,
                                &validator::elements, &validator::combined})
            if (auto p = (this->*part)(s, v, where, depth); !p.empty()) return p;
        return "";
    }

  private:
    std::string kind(const json::object& s, const json::value& v, const std::string& where,
                     int) const {
        const auto* type = s.if_contains("type");
        if (type == nullptr) return "";
        if (type->is_string())
            return is_type(v, std::string_view(type->get_string()))
                       ? ""
                       : where + " is not of type " + std::string(type->get_string());
        if (type->is_array())
            for (const auto& t : type->get_array())
                if (t.is_string() && is_type(v, std::string_view(t.get_string()))) return "";
        return where + " is of none of the types allowed";
    }

    std::string plain(const json::object& s, const json::value& v, const std::string& where,
                      int) const {
        if (const auto* only = s.if_contains("const"); only != nullptr && *only != v)
            return where + " is not " + boost::json::serialize(*only);
        if (const auto* list = s.if_contains("enum"); list != nullptr && list->is_array()) {
            const auto& all = list->get_array();
            if (std::ranges::find(all, v) == all.end()) return where + " is none of the values";
        }
        if (v.is_number()) {
            const auto n = v.to_number<double>();
            if (n < json::number_or(s, "minimum", n)) return where + " is below the minimum";
            if (n > json::number_or(s, "maximum", n)) return where + " is above the maximum";
        }
        if (!v.is_string()) return "";
        const std::string_view text(v.get_string());
        const auto length = static_cast<std::int64_t>(code_points(text));
        if (length < json::int_or(s, "minLength", 0)) return where + " is too short";
        if (length > json::int_or(s, "maxLength", length)) return where + " is too long";
        if (const auto* pattern = s.if_contains("pattern")) {
            const auto at = patterns_.by_text.find(std::string_view(pattern->get_string()));
            if (at != patterns_.by_text.end() &&
                !RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *at->second))
                return where + " does not match the pattern";
        }
        return "";
    }

    std::string members(const json::object& s, const json::value& v, const std::string& where,
                        int depth) const {
        if (!v.is_object()) return "";
        const auto& o = v.get_object();
        if (const auto* required = s.if_contains("required"); required && required->is_array())
            for (const auto& name : required->get_array())
                if (name.is_string() && !o.contains(name.get_string()))
                    return where + " lacks " + std::string(name.get_string());
        const auto* properties = s.if_contains("properties");
        const auto* others = s.if_contains("additionalProperties");
        for (const auto& [name, member] : o) {
            const auto* known = properties != nullptr && properties->is_object()
                                    ? properties->get_object().if_contains(name)
                                    : nullptr;
            const auto* use = known != nullptr ? known : others;
            if (use == nullptr) continue;
            const auto p = problem(*use, member, where + "/" + std::string(name), depth + 1);
            if (!p.empty()) return p;
        }
        return "";
    }

    std::string elements(const json::object& s, const json::value& v, const std::string& where,
                         int depth) const {
        const auto* items = s.if_contains("items");
        if (items == nullptr || !v.is_array()) return "";
        std::size_t i = 0;
        for (const auto& element : v.get_array()) {
            const auto p = problem(*items, element, where + "/" + std::to_string(i++), depth + 1);
            if (!p.empty()) return p;
        }
        return "";
    }

    std::string combined(const json::object& s, const json::value& v, const std::string& where,
                         int depth) const {
        const auto valid = [&](const json::value& sub) {
            return problem(sub, v, where, depth + 1).empty();
        };
        if (const auto* all = s.if_contains("allOf"))
            for (const auto& sub : all->as_array())
                if (auto p = problem(sub, v, where, depth + 1); !p.empty()) return p;
        if (const auto* any = s.if_contains("anyOf");
            any != nullptr && std::ranges::none_of(any->as_array(), valid))
            return where + " fits none of anyOf";
        if (const auto* one = s.if_contains("oneOf");
            one != nullptr && std::ranges::count_if(one->as_array(), valid) != 1)
            return where + " does not fit exactly one of oneOf";
        if (const auto* none = s.if_contains("not"); none != nullptr && valid(*none))
            return where + " fits what it must not";
        return "";
    }

    const json::value& root_;
    const json_schema::patterns& patterns_;
};

} // namespace

result<json_schema> json_schema::compile(const json::value& schema) {
    auto regexes = std::make_shared<patterns>();
    schema_checker checker(schema, *regexes);
    if (auto done = checker.check(schema, "value", 0); !done) return std::unexpected(done.error());
    return json_schema(schema, std::move(regexes));
}

std::string json_schema::problem(const json::value& v) const {
    return validator(schema_, *patterns_).problem(schema_, v, "the output", 0);
}

} // namespace servery::evaluation
