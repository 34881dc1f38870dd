#include "control_plane/registry/provider_document.h"

#include "foundation/base/ids.h"
#include "foundation/base/text.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace servery::registry {

namespace {

constexpr std::size_t most_bytes = 1'000'000;
constexpr int most_depth = 32;
constexpr int most_nodes = 10'000;

const std::vector<std::string> provider_members{"id",
                                                "kind",
                                                "base_url",
                                                "credential",
                                                "region",
                                                "models",
                                                "usage_in_stream",
                                                "script",
                                                "extra_headers",
                                                "allow_private",
                                                "ca_file",
                                                "max_in_flight",
                                                "timeouts"};
const std::vector<std::string> timeout_members{"connect_ms",     "tls_ms",      "head_ms",
                                               "first_token_ms", "idle_gap_ms", "total_ms"};

// Reads one document and collects every fault with its line and path.
class reader {
  public:
    explicit reader(std::string_view file) : file_(file) {}

    std::vector<error> faults;

    void fault(const YAML::Node& at, const std::string& path, std::string message,
               std::string remedy) {
        const int line = at.IsDefined() ? at.Mark().line + 1 : 0;
        faults.push_back({.code = error_code::unprocessable,
                          .id = "provider.invalid",
                          .message = std::move(message),
                          .where = file_ + ":" + std::to_string(line) + ", " + path,
                          .remedy = std::move(remedy)});
    }

    // Counts nodes as they are reached, so that aliases cannot multiply work.
    bool within_limits(const YAML::Node& node, int depth = 0) {
        if (depth > most_depth || ++nodes_ > most_nodes) {
            fault(node, "", "the document is too deep or too large",
                  "at most 32 levels and 10,000 values");
            return false;
        }
        const auto& tag = node.Tag();
        if (!tag.empty() && tag != "?" && tag != "!" && !tag.starts_with("tag:yaml.org,2002:")) {
            fault(node, "", "custom tag '" + tag + "'", "write the value without a tag");
            return false;
        }
        for (const auto& child : node) {
            if (node.IsMap()) {
                if (!within_limits(child.first, depth + 1) ||
                    !within_limits(child.second, depth + 1))
                    return false;
            } else if (!within_limits(child, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    void known_members(const YAML::Node& map, const std::string& path,
                       const std::vector<std::string>& names) {
        std::vector<std::string> seen;
        for (const auto& member : map) {
            const auto name = member.first.IsScalar() ? member.first.Scalar() : std::string();
            if (std::ranges::find(seen, name) != seen.end())
                fault(member.first, path + "." + name, "'" + name + "' stands here twice",
                      "keep one");
            seen.push_back(name);
            if (std::ranges::find(names, name) != names.end()) continue;
            const auto near = nearest_name(name, names);
            fault(member.first, path + "." + name, "unknown member '" + name + "'",
                  near.empty() ? "remove it" : "did you mean '" + near + "'?");
        }
    }

    std::string text(const YAML::Node& map, const std::string& path, const char* name) {
        const auto node = map[name];
        if (!node || node.IsNull()) return {};
        if (node.IsScalar()) return node.Scalar();
        fault(node, path + "." + name, "expected a text", "write one value");
        return {};
    }

    bool flag(const YAML::Node& map, const std::string& path, const char* name) {
        const auto node = map[name];
        if (!node || node.IsNull()) return false;
        const auto word = node.IsScalar() ? node.Scalar() : std::string();
        if (word == "true") return true;
        if (word != "false")
            fault(node, path + "." + name, "expected true or false", "write true or false");
        return false;
    }

    std::optional<std::int64_t> number(const YAML::Node& map, const std::string& path,
                                       const char* name, std::int64_t low, std::int64_t high) {
        const auto node = map[name];
        if (!node || node.IsNull()) return {};
        const auto word = node.IsScalar() ? node.Scalar() : std::string();
        std::int64_t out = 0;
        const auto [end, ec] = std::from_chars(word.data(), word.data() + word.size(), out);
        if (ec == std::errc{} && end == word.data() + word.size() && out >= low && out <= high)
            return out;
        fault(node, path + "." + name,
              "expected a whole number from " + std::to_string(low) + " to " + std::to_string(high),
              "correct it");
        return {};
    }

    json::object provider(const YAML::Node& node, const std::string& path);

  private:
    void models(const YAML::Node& node, const std::string& path, json::object& out);
    void headers(const YAML::Node& node, const std::string& path, json::object& out);
    void check(const YAML::Node& node, const std::string& path, const json::object& p);

    std::string file_;
    int nodes_ = 0;
};

void reader::models(const YAML::Node& node, const std::string& path, json::object& out) {
    json::array list;
    if (node && !node.IsNull() && !node.IsSequence())
        fault(node, path, "expected a list of models", "[small-1, {id: large-1, sandbox: true}]");
    else if (node)
        for (std::size_t i = 0; i < node.size(); ++i) {
            const auto at = path + "[" + std::to_string(i) + "]";
            const auto model = node[i];
            if (model.IsScalar()) {
                list.push_back(json::value(model.Scalar()));
            } else if (model.IsMap()) {
                known_members(model, at, {"id", "sandbox"});
                const auto id = text(model, at, "id");
                if (id.empty()) fault(model, at + ".id", "a model needs an id", "add id");
                if (flag(model, at, "sandbox"))
                    list.push_back(json::object{{"id", id}, {"sandbox", true}});
                else
                    list.push_back(json::value(id));
            } else {
                fault(model, at, "expected a model's id", "write its name");
            }
        }
    out["models"] = std::move(list);
}

void reader::headers(const YAML::Node& node, const std::string& path, json::object& out) {
    json::object map;
    if (node && !node.IsNull() && !node.IsMap())
        fault(node, path, "expected header names with values", "{openai-organization: org-x}");
    else if (node && node.IsMap())
        for (const auto& member : node) {
            const auto name = lower_ascii(member.first.Scalar());
            const auto value = member.second.IsScalar() ? member.second.Scalar() : std::string();
            constexpr std::array<std::string_view, 7> ours{
                "authorization", "x-api-key",         "host",           "content-length",
                "connection",    "transfer-encoding", "accept-encoding"};
            const bool token =
                !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") ==
                                     std::string::npos;
            if (!token || std::ranges::find(ours, name) != ours.end())
                fault(member.first, path + "." + name, "this header cannot be set here",
                      "remove it; secrets go into `servery provider key`");
            else if (value.find_first_of("\r\n") != std::string::npos)
                fault(member.second, path + "." + name, "a header is one line", "shorten it");
            else
                map[name] = value;
        }
    if (!map.empty()) out["extra_headers"] = std::move(map);
}

void reader::check(const YAML::Node& node, const std::string& path, const json::object& p) {
    const auto kind = json::text_or(p, "kind");
    const auto url = json::text_or(p, "base_url");
    if (!is_slug(json::text_or(p, "id")))
        fault(node, path + ".id", "an id has 1 to 64 of a-z, 0-9 and -", "for example main");
    if (kind != "openai" && kind != "assistant" && kind != "rehearsal")
        fault(node, path + ".kind", "there is no kind of provider '" + kind + "'",
              "openai, assistant or rehearsal");
    const auto rest = url.starts_with("https://")  ? url.substr(8)
                      : url.starts_with("http://") ? url.substr(7)
                                                   : std::string();
    if (kind == "openai" && (rest.empty() || rest.find_first_of("@\\ ?#") != std::string::npos))
        fault(node, path + ".base_url", "expected an address without user, query or fragment",
              "for example https://llm.example.com/v1");
    if (kind == "openai" && url.starts_with("http://") && !json::bool_or(p, "allow_private", false))
        fault(node, path + ".base_url", "http:// is for a model on your own network",
              "use https://, or say allow_private: true");
    const auto usage = json::text_or(p, "usage_in_stream", "inject");
    if (usage != "inject" && usage != "native" && usage != "none")
        fault(node, path + ".usage_in_stream", "expected inject, native or none", "leave it out");
    const auto credential = json::text_or(p, "credential");
    if (!credential.empty() && credential != "sealed:" + json::text_or(p, "id"))
        fault(node, path + ".credential", "a credential never stands in the document",
              "write sealed:" + json::text_or(p, "id") + " and set it with `servery provider key`");
}

json::object reader::provider(const YAML::Node& node, const std::string& path) {
    json::object out;
    if (!node.IsMap()) {
        fault(node, path, "expected a provider", "id, kind, base_url …");
        return out;
    }
    known_members(node, path, provider_members);
    for (const char* name :
         {"id", "kind", "base_url", "credential", "region", "usage_in_stream", "ca_file", "script"})
        if (const auto value = text(node, path, name); !value.empty()) out[name] = value;
    models(node["models"], path + ".models", out);
    headers(node["extra_headers"], path + ".extra_headers", out);
    if (flag(node, path, "allow_private")) out["allow_private"] = true;
    if (const auto n = number(node, path, "max_in_flight", 1, 100'000)) out["max_in_flight"] = *n;
    if (const auto timeouts = node["timeouts"]; timeouts && !timeouts.IsNull()) {
        const auto at = path + ".timeouts";
        json::object map;
        if (!timeouts.IsMap()) {
            fault(timeouts, at, "expected members", "{connect_ms: 2000}");
        } else {
            known_members(timeouts, at, timeout_members);
            for (const auto& name : timeout_members)
                if (const auto n = number(timeouts, at, name.c_str(), 1, 3'600'000)) map[name] = *n;
        }
        if (!map.empty()) out["timeouts"] = std::move(map);
    }
    check(node, path, out);
    return out;
}

std::unexpected<error> invalid(std::vector<error> faults) {
    error first = faults.front();
    first.more.assign(faults.begin() + 1, faults.end());
    return std::unexpected(std::move(first));
}

result<std::vector<json::object>> read_tree(const YAML::Node& root, std::string_view file) {
    reader in(file);
    std::vector<json::object> out;
    if (!in.within_limits(root)) return invalid(std::move(in.faults));
    if (!root.IsMap() || !root["providers"] || !root["providers"].IsSequence()) {
        in.fault(root, "providers", "expected a document with a list `providers`",
                 "begin with `providers:`");
        return invalid(std::move(in.faults));
    }
    in.known_members(root, "document", {"providers"});
    const auto list = root["providers"];
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto path = "providers[" + std::to_string(i) + "]";
        auto one = in.provider(list[i], path);
        const auto id = json::text_or(one, "id");
        if (std::ranges::any_of(out, [&](const auto& o) { return json::text_or(o, "id") == id; }))
            in.fault(list[i], path + ".id", "'" + id + "' stands here twice", "keep one");
        out.push_back(std::move(one));
    }
    if (!in.faults.empty()) return invalid(std::move(in.faults));
    return out;
}

} // namespace

result<std::vector<json::object>> read_providers(std::string_view yaml, std::string_view file) {
    if (yaml.size() > most_bytes || !is_utf8(yaml))
        return fail(error_code::unprocessable, "provider.invalid",
                    "expected UTF-8 text of at most 1 MB", std::string(file), "shorten it");
    try {
        const auto documents = YAML::LoadAll(std::string(yaml));
        if (documents.size() != 1)
            return fail(error_code::unprocessable, "provider.invalid", "expected one document",
                        std::string(file), "remove the `---` in the middle");
        return read_tree(documents.front(), file);
    } catch (const YAML::Exception& e) {
        return fail(error_code::unprocessable, "provider.invalid", "not YAML: " + e.msg,
                    std::string(file) + ":" + std::to_string(e.mark.line + 1),
                    "check the indentation and quotes near this line");
    }
}

policy::provider_view to_view(const json::object& document) {
    policy::provider_view v;
    v.id = json::text_or(document, "id");
    v.kind = json::text_or(document, "kind");
    v.base_url = json::text_or(document, "base_url");
    v.region = json::text_or(document, "region");
    v.usage_in_stream = json::text_or(document, "usage_in_stream", "inject");
    v.allow_private = json::bool_or(document, "allow_private", false);
    v.ca_file = json::text_or(document, "ca_file");
    v.script = json::text_or(document, "script");
    v.max_in_flight = json::int_or(document, "max_in_flight", v.max_in_flight);
    if (const auto* models = document.if_contains("models"); models && models->is_array())
        for (const auto& m : models->get_array()) {
            if (m.is_string()) {
                v.models.emplace_back(m.get_string());
            } else if (m.is_object()) {
                v.models.push_back(json::text_or(m.get_object(), "id"));
                if (json::bool_or(m.get_object(), "sandbox", false))
                    v.sandbox_models.push_back(v.models.back());
            }
        }
    if (const auto* headers = document.if_contains("extra_headers");
        headers && headers->is_object())
        for (const auto& h : headers->get_object())
            v.extra_headers[std::string(h.key())] = std::string(h.value().as_string());
    if (const auto* t = document.if_contains("timeouts"); t && t->is_object()) {
        const auto& ms = t->get_object();
        v.connect_ms = json::int_or(ms, "connect_ms", v.connect_ms);
        v.head_ms = json::int_or(ms, "head_ms", v.head_ms);
        v.first_token_ms = json::int_or(ms, "first_token_ms", v.first_token_ms);
        v.idle_gap_ms = json::int_or(ms, "idle_gap_ms", v.idle_gap_ms);
        v.total_ms = json::int_or(ms, "total_ms", v.total_ms);
    }
    return v;
}

namespace {

void emit(YAML::Emitter& out, const json::value& v) {
    if (v.is_object()) {
        out << YAML::BeginMap;
        for (const auto& m : v.get_object()) {
            out << YAML::Key << std::string(m.key()) << YAML::Value;
            emit(out, m.value());
        }
        out << YAML::EndMap;
    } else if (v.is_array()) {
        out << YAML::Flow << YAML::BeginSeq;
        for (const auto& element : v.get_array())
            emit(out, element);
        out << YAML::EndSeq;
    } else if (v.is_string()) {
        const std::string text(v.get_string());
        if (text.find('\n') != std::string::npos)
            out << YAML::Literal << text;
        else
            out << text;
    } else if (v.is_bool()) {
        out << v.get_bool();
    } else {
        out << json::write(v);
    }
}

} // namespace

std::string write_providers(const std::vector<json::object>& documents) {
    YAML::Emitter out;
    out << YAML::BeginMap << YAML::Key << "providers" << YAML::Value << YAML::BeginSeq;
    for (const auto& document : documents)
        emit(out, document);
    out << YAML::EndSeq << YAML::EndMap;
    return std::string(out.c_str()) + "\n";
}

} // namespace servery::registry
