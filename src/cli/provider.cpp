// provider import, export, list, key; price set, show; variant; spend report.
#include "cli/client.h"
#include "cli/output.h"
#include "foundation/base/text.h"

#include <cstdio>
#include <filesystem>

namespace servery::cli {

namespace {

int import(const arguments& in, const common& with) {
    const auto file = in.text("file");
    const auto text = read_file(file);
    if (!text) return refuse(with, text.error());
    const auto name = std::filesystem::path(file).filename().string();
    return finish(
        with,
        client(with).upload("PUT", "/providers?file=" + escape(name), *text, "application/yaml"),
        [](const json::object& done) {
            for (const auto& id : items(done, "changed"))
                line("changed " + std::string(id.as_string()));
            if (items(done, "changed").empty()) line("nothing changed");
            return exit_code::good;
        });
}

int export_yaml(const arguments& in, const common& with) {
    const auto got = client(with).get("/providers?format=yaml" +
                                      (in.has("id") ? "&id=" + escape(in.text("id")) : ""));
    if (!got || !got->good()) return finish(with, got, {});
    std::fputs(got->text.c_str(), stdout);
    return exit_code::good;
}

// "closed", or which models rest and why.
std::string health_words(const json::object& provider) {
    std::string out;
    for (const auto& t : items(provider, "targets")) {
        const auto& o = t.as_object();
        const auto why = cell(o, "refused");
        if (why == "none") continue;
        out += (out.empty() ? "" : ", ") + cell(o, "model") + " rests until " + cell(o, "until") +
               (why == "breaker"     ? " (failed too often)"
                : why == "throttled" ? " (it asked for a pause)"
                                     : " (it refused the secret)");
    }
    if (!out.empty()) return out;
    return items(provider, "targets").empty() ? "not asked yet" : "answers";
}

int list(const arguments&, const common& with) {
    return finish(with, client(with).get("/providers"), [](const json::object& got) {
        table rows({"id", "kind", "address", "models", "secret", "health"});
        for (const auto& p : items(got)) {
            const auto& o = p.as_object();
            const auto secret = object_in(o, "credential");
            rows.row(
                {cell(o, "id"), cell(o, "kind"), cell(o, "base_url"), cell(o, "models"),
                 json::bool_or(secret, "set", false) ? "set, ends in " + cell(secret, "last4") : "",
                 health_words(o)});
        }
        rows.print();
        return exit_code::good;
    });
}

int set_key(const arguments& in, const common& with) {
    // From stdin, so that it stands in no history and no process list.
    auto secret = read_file("-");
    if (!secret) return refuse(with, secret.error());
    return finish(with,
                  client(with).send("PUT", "/providers/" + escape(in.text("id")) + "/credential",
                                    {{"credential", std::string(trim(*secret))}}),
                  [&](const json::object&) {
                      line("secret of " + in.text("id") + " set; it cannot be read again");
                      return exit_code::good;
                  });
}

int set_price(const arguments& in, const common& with) {
    json::object body{{"provider", in.text("provider")},
                      {"model", in.text("model")},
                      {"in", in.text("in")},
                      {"out", in.text("out")},
                      {"currency", in.text("currency")}};
    if (in.has("cached")) body["cached"] = in.text("cached");
    return finish(with, client(with).send("POST", "/prices", body), [](const json::object& p) {
        line(cell(p, "provider") + "/" + cell(p, "model") + ": in " + cell(p, "in") + ", out " +
             cell(p, "out") + " " + cell(p, "currency") + " per million tokens");
        return exit_code::good;
    });
}

int show_prices(const arguments& in, const common& with) {
    return finish(
        with,
        client(with).get("/prices" +
                         (in.has("model") ? "?model=" + escape(in.text("model")) : std::string())),
        [](const json::object& got) {
            table rows({"provider", "model", "in", "cached", "out", "currency"});
            for (const auto& p : items(got)) {
                const auto& o = p.as_object();
                rows.row({cell(o, "provider"), cell(o, "model"), cell(o, "in"), cell(o, "cached"),
                          cell(o, "out"), cell(o, "currency")});
            }
            rows.print();
            return exit_code::good;
        });
}

int spend(const arguments& in, const common& with) {
    client server(with);
    std::string query;
    for (const auto* name : {"from", "to"})
        if (in.has(name))
            query += (query.empty() ? "?" : "&") + std::string(name) + "=" + escape(in.text(name));
    const auto path = server.in_project("/spend" + query);
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), [](const json::object& s) {
        for (const auto& m : s)
            line("  " + std::string(m.key()) + " " + cell(s, m.key()));
        return exit_code::good;
    });
}

int variants(const arguments&, const common& with) {
    client server(with);
    const auto path = server.in_project("/variants");
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), [](const json::object& got) {
        table rows({"hash", "label", "targets", "release"});
        for (const auto& v : items(got)) {
            const auto& o = v.as_object();
            rows.row({cell(o, "hash").substr(0, 12), cell(o, "label"), cell(o, "targets"),
                      cell(o, "knowledge_release")});
        }
        rows.print();
        return exit_code::good;
    });
}

int create_variant(const arguments& in, const common& with) {
    client server(with);
    const auto path = server.in_project("/variants");
    if (!path) return refuse(with, path.error());
    json::array targets;
    for (const auto& word : in.list("target")) {
        const auto slash = word.find('/');
        targets.push_back(
            json::object{{"provider", word.substr(0, slash)},
                         {"model", slash == std::string::npos ? "" : word.substr(slash + 1)}});
    }
    json::object body{{"label", in.text("label")}, {"targets", std::move(targets)}};
    if (in.has("prompt")) {
        auto prompt = read_file(in.text("prompt"));
        if (!prompt) return refuse(with, prompt.error());
        body["prompt"] = *prompt;
    }
    if (in.has("release")) body["knowledge_release"] = in.text("release");
    if (in.has("caller-system")) body["caller_system"] = in.text("caller-system");
    if (const auto n = in.whole("max-output-tokens")) body["max_output_tokens"] = *n;
    return finish(with, server.send("POST", *path, body), [](const json::object& v) {
        line(cell(v, "hash"));
        return exit_code::good;
    });
}

command_list variant_rows() {
    using kind = option_kind;
    return {{"variant list", "the variants of the project", "servery variant list", {}, variants},
            {"variant create",
             "freeze a thing that answers; prints its hash",
             "servery variant create --label first --target built-in/assistant",
             {{"label", "for people"},
              {"target", "PROVIDER/MODEL; several = failover in order", kind::list, true},
              {"prompt", "file with the system prompt"},
              {"release", "knowledge release"},
              {"caller-system", "keep, replace, reject"},
              {"max-output-tokens", "cap"}},
             create_variant}};
}

} // namespace

command_list provider_commands() {
    using kind = option_kind;
    command_list all{
        {"provider import",
         "make or change providers from a YAML document",
         "servery provider import providers.yaml",
         {{"file", "the document; - for stdin", kind::place, true}},
         import},
        {"provider export",
         "the providers as YAML, without secrets",
         "servery provider export",
         {{"id", "only this one", kind::place}},
         export_yaml},
        {"provider list", "the providers", "servery provider list", {}, list},
        {"provider key",
         "set a provider's secret, read from stdin",
         "servery provider key main < secret.txt",
         {{"id", "the provider", kind::place, true}},
         set_key},
        {"price set",
         "a model's price per million tokens; 0 = free",
         "servery price set small-1 --provider main --in 0.15 --out 0.60 --currency EUR",
         {{"model", "the model", kind::place, true},
          {"provider", "the provider", kind::text, true},
          {"in", "input", kind::text, true},
          {"out", "output", kind::text, true},
          {"cached", "cached input", kind::text, false, "as --in"},
          {"currency", "ISO 4217", kind::text, true}},
         set_price},
        {"price show",
         "the prices in force",
         "servery price show",
         {{"model", "only this one", kind::place}},
         show_prices},
        {"spend report",
         "what was spent",
         "servery spend report",
         {{"from", "time"}, {"to", "time"}},
         spend}};
    for (auto& row : variant_rows())
        all.push_back(std::move(row));
    return all;
}

} // namespace servery::cli
