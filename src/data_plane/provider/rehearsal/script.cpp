#include "data_plane/provider/rehearsal/script.h"

#include "foundation/base/text.h"

#include <re2/re2.h>
#include <yaml-cpp/yaml.h>

#include <array>
#include <functional>
#include <map>

namespace servery::provider::rehearsal {

namespace {

constexpr std::array<std::pair<std::string_view, fault_kind>, 25> fault_names{{
    {"refuse_connect", fault_kind::refuse_connect},
    {"accept_and_hang", fault_kind::accept_and_hang},
    {"slow_head", fault_kind::slow_head},
    {"stall", fault_kind::stall},
    {"drip", fault_kind::drip},
    {"reset", fault_kind::reset},
    {"half_close", fault_kind::half_close},
    {"truncate", fault_kind::truncate},
    {"no_done", fault_kind::no_done},
    {"error_event", fault_kind::error_event},
    {"json_tail", fault_kind::json_tail},
    {"split_utf8", fault_kind::split_utf8},
    {"split_events", fault_kind::split_events},
    {"crlf", fault_kind::crlf},
    {"bom", fault_kind::bom},
    {"comments", fault_kind::comments},
    {"no_event_lines", fault_kind::no_event_lines},
    {"html_error", fault_kind::html_error},
    {"garbage", fault_kind::garbage},
    {"gzip_body", fault_kind::gzip_body},
    {"huge_event", fault_kind::huge_event},
    {"too_large", fault_kind::too_large},
    {"wrong_length", fault_kind::wrong_length},
    {"status", fault_kind::status},
    {"auth_dead", fault_kind::auth_dead},
}};

// Reads YAML nodes into the script and collects every fault with its line.
class script_reader {
  public:
    explicit script_reader(std::string_view name) : name_(name) {}
    result<script> read(const YAML::Node& root);

  private:
    using field = std::function<void(const YAML::Node&)>;
    using fields = std::map<std::string, field>;

    void wrong(const YAML::Node& at, std::string message, std::string remedy);
    void each(const YAML::Node& map, const std::string& what, const fields& known);

    template <typename T>
    field into(T& out, std::string wanted) {
        return [this, &out, wanted = std::move(wanted)](const YAML::Node& n) {
            if (!read_scalar(n, out)) wrong(n, "expected " + wanted, "write " + wanted);
        };
    }
    template <typename T>
    field into(std::optional<T>& out, std::string wanted) {
        return [this, &out, wanted = std::move(wanted)](const YAML::Node& n) {
            T value{};
            if (read_scalar(n, value))
                out = value;
            else
                wrong(n, "expected " + wanted, "write " + wanted);
        };
    }
    template <typename T>
    static bool read_scalar(const YAML::Node& n, T& out) {
        return n.IsScalar() && YAML::convert<T>::decode(n, out);
    }

    void read_reply(const YAML::Node& n, reply& out);
    void read_usage(const YAML::Node& n, reply& out);
    void read_gap(const YAML::Node& n, reply& out);
    void read_headers(const YAML::Node& n, reply& out);
    void read_fault(const YAML::Node& n, fault& out);
    void read_condition(const YAML::Node& n, condition& out);
    void read_rules(const YAML::Node& n, script& out);
    json::value to_json(const YAML::Node& n);

    std::string name_;
    std::vector<error> faults_;
};

void script_reader::wrong(const YAML::Node& at, std::string message, std::string remedy) {
    faults_.push_back(error{.code = error_code::unprocessable,
                            .id = "provider.rehearsal.invalid",
                            .message = std::move(message),
                            .where = name_ + ":" + std::to_string(at.Mark().line + 1),
                            .remedy = std::move(remedy)});
}

void script_reader::each(const YAML::Node& map, const std::string& what, const fields& known) {
    if (!map.IsMap()) return wrong(map, what + " must be a map", "write `key: value` lines");
    std::vector<std::string> names;
    for (const auto& [name, read] : known)
        names.push_back(name);
    for (const auto& item : map) {
        const auto key = item.first.IsScalar() ? item.first.Scalar() : std::string{};
        const auto it = known.find(key);
        if (it != known.end()) {
            it->second(item.second);
            continue;
        }
        const auto near = nearest_name(key, names);
        wrong(item.first, "unknown key '" + key + "' in " + what,
              near.empty() ? "remove it" : "did you mean '" + near + "'?");
    }
}

json::value script_reader::to_json(const YAML::Node& n) {
    if (n.IsMap()) {
        json::object out;
        for (const auto& item : n)
            out[item.first.Scalar()] = to_json(item.second);
        return out;
    }
    if (n.IsSequence()) {
        json::array out;
        for (const auto& item : n)
            out.push_back(to_json(item));
        return out;
    }
    if (!n.IsScalar()) return nullptr;
    std::int64_t whole = 0;
    bool flag = false;
    // A quoted scalar carries the tag "!": it is a text whatever it looks like.
    if (n.Tag() != "!" && read_scalar(n, whole)) return whole;
    if (n.Tag() != "!" && read_scalar(n, flag)) return flag;
    return json::string(n.Scalar());
}

void script_reader::read_usage(const YAML::Node& n, reply& out) {
    if (n.IsScalar() && n.Scalar() == "missing") {
        out.usage = usage_mode::missing;
    } else if (n.IsScalar() && n.Scalar() == "wrong") {
        out.usage = usage_mode::wrong;
    } else {
        each(n, "usage",
             {{"input", into(out.input_tokens, "a number of tokens")},
              {"cached", into(out.cached_tokens, "a number of tokens")},
              {"output", into(out.output_tokens, "a number of tokens")}});
    }
}

void script_reader::read_gap(const YAML::Node& n, reply& out) {
    if (n.IsScalar()) return into(out.gap_mean_ms, "milliseconds")(n);
    each(n, "gap_ms",
         {{"mean", into(out.gap_mean_ms, "milliseconds")},
          {"jitter", into(out.gap_jitter_ms, "milliseconds")}});
}

void script_reader::read_headers(const YAML::Node& n, reply& out) {
    if (!n.IsMap()) return wrong(n, "headers must be a map", "write `name: value` lines");
    for (const auto& item : n) {
        if (item.first.IsScalar() && item.second.IsScalar())
            out.headers.emplace_back(lower_ascii(item.first.Scalar()), item.second.Scalar());
        else
            wrong(item.first, "a header is a name and a text", "write `name: value`");
    }
}

void script_reader::read_reply(const YAML::Node& n, reply& out) {
    std::optional<int> status;
    each(n, "reply",
         {{"text", into(out.text, "a text")},
          {"head_ms", into(out.head_ms, "milliseconds")},
          {"first_ms", into(out.first_ms, "milliseconds")},
          {"gap_ms", [&](const YAML::Node& v) { read_gap(v, out); }},
          {"chunk_chars", into(out.chunk_chars, "a number of characters")},
          {"usage", [&](const YAML::Node& v) { read_usage(v, out); }},
          {"tool_calls",
           [&](const YAML::Node& v) {
               const auto tree = to_json(v);
               if (tree.is_array())
                   out.tool_calls = tree.get_array();
               else
                   wrong(v, "tool_calls must be a list", "write a list of {name, arguments}");
           }},
          {"refusal", into(out.refusal, "a text")},
          {"finish_reason", into(out.finish_reason, "a text")},
          {"thinking", into(out.thinking, "a text")},
          {"embedding",
           [&](const YAML::Node& v) {
               if (!v.IsSequence() || !YAML::convert<std::vector<double>>::decode(v, out.embedding))
                   wrong(v, "expected a list of numbers", "write [0.1, 0.2]");
           }},
          {"status", into(status, "an HTTP status")},
          {"body", into(out.body, "a text")},
          {"headers", [&](const YAML::Node& v) { read_headers(v, out); }}});
    if (status) out.status = status;
    if (out.chunk_chars < 1) wrong(n, "chunk_chars must be at least 1", "write 4");
}

void script_reader::read_fault(const YAML::Node& n, fault& out) {
    std::string kind;
    each(n, "fault",
         {{"kind", into(kind, "the name of a fault")},
          {"after_events", into(out.after_events, "a number of events")},
          {"after_bytes", into(out.after_bytes, "a number of bytes")},
          {"bytes_per_s", into(out.bytes_per_s, "a number of bytes")},
          {"bytes", into(out.bytes, "a number of bytes")},
          {"delay_ms", into(out.delay_ms, "milliseconds")},
          {"status", into(out.status, "an HTTP status")},
          {"retry_after", into(out.retry_after, "a number of seconds")}});
    std::vector<std::string> names;
    for (const auto& [name, value] : fault_names) {
        names.emplace_back(name);
        if (name == kind) out.kind = value;
    }
    if (out.kind == fault_kind::none) {
        const auto near = nearest_name(kind, names);
        wrong(n, "unknown fault '" + kind + "'",
              near.empty() ? "see the list of faults in docs" : "did you mean '" + near + "'?");
    }
    if (out.bytes_per_s < 1) wrong(n, "bytes_per_s must be at least 1", "write 100");
    if (out.bytes < 0 || out.bytes > 64 * 1024 * 1024)
        wrong(n, "bytes must be at most 64 MiB", "write less");
    if (out.status < 200 || out.status > 599) wrong(n, "not an HTTP status", "write 200 to 599");
}

void script_reader::read_condition(const YAML::Node& n, condition& out) {
    each(n, "when",
         {{"contains", into(out.contains, "a text")},
          {"regex", into(out.regex, "an RE2 pattern")},
          {"model", into(out.model, "a model's name")},
          {"nth", into(out.nth, "the number of a request")},
          {"every", into(out.every, "a number of requests")},
          {"probability", into(out.probability, "a share from 0 to 1")},
          {"header", into(out.header, "`name: value`")}});
    if (!out.regex.empty()) {
        const re2::RE2 pattern(out.regex, re2::RE2::Quiet);
        if (!pattern.ok()) wrong(n, "bad pattern: " + pattern.error(), "write RE2 syntax");
    }
    if (out.every && *out.every < 1) wrong(n, "every must be at least 1", "write 1 or more");
}

void script_reader::read_rules(const YAML::Node& n, script& out) {
    if (!n.IsSequence()) return wrong(n, "rules must be a list", "write `- when: …` items");
    for (const auto& item : n) {
        rule r;
        r.reply = out.fallback;
        each(item, "a rule",
             {{"when", [&](const YAML::Node& v) { read_condition(v, r.when); }},
              {"reply", [&](const YAML::Node& v) { read_reply(v, r.reply); }},
              {"fault", [&](const YAML::Node& v) { read_fault(v, r.fault); }}});
        out.rules.push_back(std::move(r));
    }
}

result<script> script_reader::read(const YAML::Node& root) {
    script out;
    std::int64_t version = 0;
    const YAML::Node* rules = nullptr;
    YAML::Node rules_node;
    each(root, "the script",
         {{"version", into(version, "1")},
          {"rng", into(out.rng, "a whole number")},
          {"default", [&](const YAML::Node& v) { read_reply(v, out.fallback); }},
          {"rules", [&](const YAML::Node& v) {
               rules_node.reset(v);
               rules = &rules_node;
           }}});
    if (version != 1) wrong(root, "version must be 1", "write `version: 1`");
    // After the default, whatever the order in the file: a rule begins with it.
    if (rules != nullptr) read_rules(*rules, out);
    if (faults_.empty()) return out;
    auto first = std::move(faults_.front());
    first.more.assign(std::make_move_iterator(faults_.begin() + 1),
                      std::make_move_iterator(faults_.end()));
    return std::unexpected(std::move(first));
}

} // namespace

result<script> parse_script(std::string_view yaml, std::string_view name) {
    // yaml-cpp reports with exceptions; none leaves this function.
    try {
        const auto root = YAML::Load(std::string(yaml));
        return script_reader(name).read(root);
    } catch (const YAML::Exception& e) {
        return fail(error_code::unprocessable, "provider.rehearsal.invalid", e.msg,
                    std::string(name) + ":" + std::to_string(e.mark.line + 1), "correct the YAML");
    }
}

} // namespace servery::provider::rehearsal
