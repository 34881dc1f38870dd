#include "control_plane/plan/schema.h"

#include "control_plane/plan/data/embedded.h"
#include "control_plane/plan/load.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <regex>

namespace servery::plan {
namespace {

const json::object& schema_root() {
    static const json::value root = json::parse(embedded_text("plan.schema.json")).value();
    return root.get_object();
}

const json::object& resolve(const json::object& schema) {
    const json::object* at = &schema;
    while (const auto* ref = at->if_contains("$ref")) {
        // every reference of the file has the form #/$defs/<name>
        const std::string_view name = std::string_view(ref->get_string()).substr(8);
        at = &schema_root().at("$defs").get_object().at(name).get_object();
    }
    return *at;
}

const std::regex& compiled(std::string_view pattern) {
    static std::map<std::string, std::regex, std::less<>> cache;
    auto it = cache.find(pattern);
    if (it == cache.end()) it = cache.emplace(pattern, std::regex(std::string(pattern))).first;
    return it->second;
}

bool matches(std::string_view text, const json::value& pattern) {
    const auto& re = compiled(std::string_view(pattern.get_string()));
    return text.size() < 1000 && std::regex_match(text.begin(), text.end(), re);
}

double number(const json::value& v) {
    return v.to_number<double>();
}

bool has_type(const json::value& v, std::string_view type) {
    if (type == "object") return v.is_object();
    if (type == "array") return v.is_array();
    if (type == "string") return v.is_string();
    if (type == "boolean") return v.is_bool();
    if (type == "null") return v.is_null();
    if (type == "integer") return v.is_int64() || v.is_uint64();
    return v.is_number();
}

std::string type_words(std::string_view type) {
    if (type == "object") return "a group of keys";
    if (type == "array") return "a list";
    if (type == "string") return "a text";
    if (type == "boolean") return "true or false";
    if (type == "null") return "nothing";
    if (type == "integer") return "a whole number";
    return "a number";
}

std::string shown(const json::value& v) {
    if (v.is_object()) return "a group of keys";
    if (v.is_array()) return "a list";
    if (v.is_number()) return number_text(v);
    auto text = json::write(v);
    if (text.size() > 60) text = text.substr(0, 57) + "…";
    return text;
}

// What would satisfy the schema, for messages about anyOf and oneOf.
std::string wanted(const json::object& schema_in) {
    const auto& schema = resolve(schema_in);
    if (const auto* only = schema.if_contains("const")) return shown(*only);
    if (const auto* pattern = schema.if_contains("pattern")) {
        const std::string_view p(pattern->get_string());
        if (p.find("h|d|w|mo|y") != p.npos) return "a duration such as 14d, 2w or 1mo";
        if (p.find("{4}-") != p.npos) return "a date such as 2026-11-25";
        return "a text of the form " + std::string(p);
    }
    if (const auto* type = schema.if_contains("type")) {
        if (type->is_string()) {
            const std::string_view t(type->get_string());
            return t == "array" ? "[low, likely, high]" : type_words(t);
        }
        std::string out;
        for (const auto& t : type->get_array())
            out += (out.empty() ? "" : " or ") + type_words(std::string_view(t.get_string()));
        return out;
    }
    return "another value";
}

std::string member(std::string_view path, std::string_view key) {
    return path.empty() ? std::string(key) : std::string(path) + "." + std::string(key);
}

void check(const json::value& v, const json::object& schema_in, const std::string& path,
           faults& into);

bool satisfies(const json::value& v, const json::object& schema, const std::string& path) {
    const std::map<std::string, int> none;
    faults trial("", none);
    check(v, schema, path, trial);
    return trial.empty();
}

void check_alternatives(const json::value& v, const json::array& choices, bool exactly_one,
                        const std::string& path, faults& into) {
    const auto fitting = std::ranges::count_if(choices, [&](const json::value& choice) {
        return satisfies(v, choice.get_object(), path);
    });
    if (fitting == 1 || (fitting > 1 && !exactly_one)) return;
    std::string words;
    for (const auto& choice : choices)
        words += (words.empty() ? "" : " or ") + wanted(choice.get_object());
    into.add(path, shown(v) + " does not fit here", "write " + words);
}

bool check_type(const json::value& v, const json::object& schema, const std::string& path,
                faults& into) {
    const auto* type = schema.if_contains("type");
    if (type == nullptr) return true;
    const bool fits = type->is_string()
                          ? has_type(v, std::string_view(type->get_string()))
                          : std::ranges::any_of(type->get_array(), [&](const json::value& t) {
                                return has_type(v, std::string_view(t.get_string()));
                            });
    if (!fits) into.add(path, shown(v) + " stands here", "write " + wanted(schema));
    return fits;
}

void check_words(const json::value& v, const json::object& schema, const std::string& path,
                 faults& into) {
    if (const auto* only = schema.if_contains("const"); only != nullptr && *only != v)
        into.add(path, shown(v) + " stands here", "write " + shown(*only));
    const auto* words = schema.if_contains("enum");
    if (words == nullptr) return;
    const auto& list = words->get_array();
    if (std::ranges::find(list, v) != list.end()) return;
    std::vector<std::string> names;
    std::string all;
    for (const auto& w : list) {
        names.emplace_back(w.get_string());
        all += (all.empty() ? "" : ", ") + names.back();
    }
    const auto near = v.is_string() ? nearest_name(std::string_view(v.get_string()), names) : "";
    into.add(path, shown(v) + " is not one of: " + all,
             near.empty() ? "use one of these words" : "did you mean '" + near + "'?");
}

void check_string(const json::value& v, const json::object& schema, const std::string& path,
                  faults& into) {
    if (!v.is_string()) return;
    const std::string_view text(v.get_string());
    const auto length = static_cast<double>(code_points(text));
    if (const auto* least = schema.if_contains("minLength"); least && length < number(*least))
        into.add(path, "the text is shorter than " + shown(*least) + " characters",
                 "write a longer text");
    if (const auto* most = schema.if_contains("maxLength"); most && length > number(*most))
        into.add(path, "the text is longer than " + shown(*most) + " characters", "shorten it");
    if (const auto* pattern = schema.if_contains("pattern"); pattern && !matches(text, *pattern))
        into.add(path, shown(v) + " has the wrong form", "write " + wanted(schema));
}

void check_number(const json::value& v, const json::object& schema, const std::string& path,
                  faults& into) {
    if (!v.is_number()) return;
    const double d = number(v);
    if (const auto* least = schema.if_contains("minimum"); least && d < number(*least))
        into.add(path, shown(v) + " is too small", "write at least " + shown(*least));
    if (const auto* most = schema.if_contains("maximum"); most && d > number(*most))
        into.add(path, shown(v) + " is too large", "write at most " + shown(*most));
    if (const auto* above = schema.if_contains("exclusiveMinimum"); above && d <= number(*above))
        into.add(path, shown(v) + " is too small", "write more than " + shown(*above));
    if (const auto* below = schema.if_contains("exclusiveMaximum"); below && d >= number(*below))
        into.add(path, shown(v) + " is too large", "write less than " + shown(*below));
}

void check_array(const json::value& v, const json::object& schema, const std::string& path,
                 faults& into) {
    if (!v.is_array()) return;
    const auto& list = v.get_array();
    const auto size = static_cast<double>(list.size());
    if (const auto* least = schema.if_contains("minItems"); least && size < number(*least))
        into.add(path, "the list has " + std::to_string(list.size()) + " entries",
                 "write at least " + shown(*least));
    if (const auto* most = schema.if_contains("maxItems"); most && size > number(*most))
        into.add(path, "the list has " + std::to_string(list.size()) + " entries",
                 "write at most " + shown(*most));
    if (schema.if_contains("uniqueItems") != nullptr)
        for (std::size_t i = 1; i < list.size(); ++i)
            if (std::find(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(i), list[i]) !=
                list.begin() + static_cast<std::ptrdiff_t>(i))
                into.add(path + "[" + std::to_string(i) + "]", shown(list[i]) + " stands twice",
                         "keep one of them");
    const auto* items = schema.if_contains("items");
    if (items == nullptr) return;
    for (std::size_t i = 0; i < list.size(); ++i)
        check(list[i], items->get_object(), path + "[" + std::to_string(i) + "]", into);
}

void unknown_key(std::string_view key, const json::object& properties, const std::string& path,
                 faults& into) {
    std::vector<std::string> names;
    for (const auto& [name, ignored] : properties)
        names.emplace_back(name);
    const auto near = nearest_name(key, names);
    into.add(member(path, key), "unknown key '" + std::string(key) + "'",
             near.empty() ? "remove it, or keep it under extra" : "did you mean '" + near + "'?");
}

void check_object(const json::value& v, const json::object& schema, const std::string& path,
                  faults& into) {
    if (!v.is_object()) return;
    static const json::object none;
    const auto& object = v.get_object();
    const auto* declared = schema.if_contains("properties");
    const auto& properties = declared ? declared->get_object() : none;
    if (const auto* required = schema.if_contains("required"))
        for (const auto& name : required->get_array())
            if (!object.contains(std::string_view(name.get_string())))
                into.add(member(path, std::string_view(name.get_string())),
                         "the key '" + std::string(name.get_string()) + "' is missing", "add it");
    const auto* rest = schema.if_contains("additionalProperties");
    const auto* names = schema.if_contains("propertyNames");
    for (const auto& [key, element] : object) {
        const std::string child = member(path, key);
        if (names != nullptr) check(json::value(key), names->get_object(), child, into);
        if (const auto* known = properties.if_contains(key))
            check(element, known->get_object(), child, into);
        else if (rest != nullptr && rest->is_bool() && !rest->get_bool())
            unknown_key(key, properties, path, into);
        else if (rest != nullptr && rest->is_object())
            check(element, rest->get_object(), child, into);
    }
}

void check(const json::value& v, const json::object& schema_in, const std::string& path,
           faults& into) {
    if (into.full()) return;
    const auto& schema = resolve(schema_in);
    if (!check_type(v, schema, path, into)) return;
    check_words(v, schema, path, into);
    check_string(v, schema, path, into);
    check_number(v, schema, path, into);
    check_array(v, schema, path, into);
    check_object(v, schema, path, into);
    for (const auto* keyword : {"anyOf", "oneOf"})
        if (const auto* choices = schema.if_contains(keyword))
            check_alternatives(v, choices->get_array(), std::string_view(keyword) == "oneOf", path,
                               into);
}

json::value ordered(const json::value& v, const json::object& schema_in);

json::object ordered_object(const json::object& object, const json::object& schema) {
    json::object out;
    const auto* declared = schema.if_contains("properties");
    const auto* rest = schema.if_contains("additionalProperties");
    const auto place = [&](std::string_view key, const json::object& with) {
        if (const auto* element = object.if_contains(key)) out[key] = ordered(*element, with);
    };
    if (declared != nullptr)
        for (const auto& [key, with] : declared->get_object())
            place(key, with.get_object());
    if (const auto* names = schema.if_contains("propertyNames")) {
        const auto& allowed = resolve(names->get_object());
        if (const auto* words = allowed.if_contains("enum"); words && rest && rest->is_object())
            for (const auto& w : words->get_array())
                place(std::string_view(w.get_string()), rest->get_object());
    }
    for (const auto& [key, element] : object) {
        if (out.contains(key)) continue;
        out[key] = rest && rest->is_object() ? ordered(element, rest->get_object()) : element;
    }
    return out;
}

json::value ordered(const json::value& v, const json::object& schema_in) {
    const auto& schema = resolve(schema_in);
    if (v.is_object()) return ordered_object(v.get_object(), schema);
    if (!v.is_array()) return v;
    const auto* items = schema.if_contains("items");
    if (items == nullptr) return v;
    json::array out;
    for (const auto& element : v.get_array())
        out.push_back(ordered(element, items->get_object()));
    return out;
}

} // namespace

void check_schema(const json::object& tree, faults& into) {
    check(json::value(tree), schema_root(), "", into);
}

json::object in_schema_order(const json::object& tree) {
    return ordered_object(tree, schema_root());
}

} // namespace servery::plan
