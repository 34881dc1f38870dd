// Commands that start something: serve, demo, init, rehearse, restore, upstream, relay.
#include "app/app.h"
#include "cli/client.h"
#include "cli/command.h"
#include "cli/settings.h"
#include "data_plane/provider/rehearsal/upstream_server.h"
#include "foundation/http/relay.h"

namespace servery::cli {

namespace {

using kind = option_kind;

std::vector<option> serve_options() {
    return {
        {"listen", "address and port; port 0 = any free one", kind::text, false, "127.0.0.1:8080"},
        {"database", "postgres://… instead of SQLite in the data folder"},
        {"master-key-file", "the master key; outside the data folder", kind::text, false,
         "<data>.key"},
        {"trusted-proxy", "address whose X-Forwarded-For is believed", kind::list},
        {"log-level", "debug, info, warn, error", kind::text, false, "info"},
        {"threads", "reactors", kind::text, false, "one a core"},
        {"print-routes", "print the route table and exit", kind::flag},
        {"print-settings", "print each setting with its origin and exit", kind::flag}};
}

// Flags over SERVERY_* over servery.yaml over defaults.
result<app::serve_options> read_options(const settings& from) {
    app::serve_options out;
    out.data = from.text("data");
    out.listen = from.text("listen");
    out.database = from.text("database");
    out.master_key_file = from.text("master_key_file");
    out.log_level = from.text("log_level");
    const auto threads = from.whole("threads");
    if (!threads) return std::unexpected(threads.error());
    out.threads = static_cast<int>(*threads);
    out.trusted_proxies = from.list("trusted_proxies");
    return out;
}

int start(const arguments& in, const common& with, int (*run)(const app::serve_options&),
          const std::string& folder) {
    if (in.has("print-routes")) return print_routes(with.json);
    const auto from = read_settings(in, with, folder);
    if (!from) return refuse(with, from.error());
    if (in.has("print-settings")) return print_settings(*from, with.json);
    auto options = read_options(*from);
    if (!options) return refuse(with, options.error());
    options->json = with.json;
    return run(*options);
}

int init(const arguments& in, const common& with) {
    const auto from = read_settings(in, with, "servery-data");
    if (!from) return refuse(with, from.error());
    auto server = read_options(*from);
    if (!server) return refuse(with, server.error());
    server->json = with.json;
    app::init_options out;
    out.server = *server;
    out.template_name = in.text("template", out.template_name);
    out.answers_file = in.text("answers");
    out.resume_file = in.text("resume");
    out.language = in.text("language", out.language);
    out.plan_only = in.text("plan-only");
    out.from = in.text("from");
    out.preset = in.text("preset");
    out.yes = in.has("yes");
    out.owner = in.text("owner", out.owner);
    return app::init(out);
}

int rehearse(const arguments& in, const common& with) {
    app::rehearse_options out;
    out.plan_file = in.text("plan");
    out.knowledge_file = in.text("knowledge");
    out.questions_file = in.text("questions");
    out.visitors_per_day = in.whole("visitors-per-day").value_or(out.visitors_per_day);
    out.true_accuracy = in.number("true-accuracy").value_or(out.true_accuracy);
    out.days = in.whole("days").value_or(out.days);
    out.seed = static_cast<std::uint64_t>(in.whole("seed").value_or(7));
    out.break_at = in.number("break-at");
    out.report = in.text("report");
    out.json = with.json;
    if (out.true_accuracy < 0 || out.true_accuracy > 1 || out.days < 1 || out.visitors_per_day < 0)
        return refuse(with, {.code = error_code::invalid_argument,
                             .id = "cli.rehearse.range",
                             .message = "accuracy is 0 to 1, days at least 1, visitors at least 0",
                             .where = {},
                             .remedy = "for example --true-accuracy 0.92 --days 180"});
    return app::rehearse(out);
}

command_list starting() {
    auto serve = serve_options();
    auto init_words = serve;
    for (const auto& o : std::vector<option>{
             {"template", "faq-support, marketing-drafts, report-summary, internal-knowledge",
              kind::text, false, "faq-support"},
             {"answers", "file with answers of the wizard"},
             {"resume", "file that keeps the answers; goes on from them"},
             {"language", "of the questions: en, de", kind::text, false, "en"},
             {"plan-only", "write the plan to this file and stop"},
             {"from", "begin with this plan"},
             {"preset", "shoestring: built-in assistant, one topic, no cash"},
             {"yes", "take every default", kind::flag},
             {"owner", "id of the first person", kind::text, false, "owner"}})
        init_words.push_back(o);
    return {{"serve", "serve until SIGTERM, then drain",
             "servery serve --data servery-data --listen 127.0.0.1:8080", serve,
             [](const arguments& in, const common& with) {
                 return start(in, with, app::serve, "servery-data");
             }},
            {"demo", "serve a made-up guest house to try things on",
             "servery demo --data servery-demo --listen 127.0.0.1:8080", serve,
             [](const arguments& in, const common& with) {
                 return start(in, with, app::demo, "servery-demo");
             }},
            {"init", "make a data folder and the first plan, question by question",
             "servery init --data servery-data --yes", init_words, init}};
}

} // namespace

command_list server_commands() {
    auto all = starting();
    all.push_back(
        {"rehearse",
         "a dress rehearsal: invented visitors, real gates, from the sandbox on",
         "servery rehearse --days 180 --seed 7",
         {{"plan", "plan file", kind::text, false, "the demo's"},
          {"knowledge", "file of questions and answers", kind::text, false, "the demo's"},
          {"questions", "file of visitors' questions", kind::text, false, "the demo's"},
          {"visitors-per-day", "invented visitors a day", kind::text, false, "120"},
          {"true-accuracy", "share that is really answered right", kind::text, false, "0.92"},
          {"days", "at most", kind::text, false, "180"},
          {"seed", "same seed, same bytes", kind::text, false, "7"},
          {"break-at", "percent at which the variant turns harmful"},
          {"report", "folder for the reports"}},
         rehearse});
    all.push_back({"restore",
                   "a data folder from a backup, checked first",
                   "servery restore --from backup-today --into new-data",
                   {{"from", "the folder that `servery backup` wrote", kind::text, true},
                    {"into", "an empty or new folder", kind::text, true},
                    {"master-key-file", "the old server's master key, to see whether it fits",
                     kind::text, false, "<into>.key"}},
                   [](const arguments& in, const common& with) {
                       return app::restore({.from = in.text("from"),
                                            .into = in.text("into"),
                                            .master_key_file = in.text("master-key-file"),
                                            .json = with.json});
                   }});
    all.push_back(
        {"upstream",
         "a scripted provider on a real port: answers, delays and faults",
         "servery upstream --script examples/upstream.yaml --listen 127.0.0.1:9100",
         {{"script", "YAML file", kind::text, true},
          {"listen", "address and port", kind::text, false, "127.0.0.1:9100"}},
         [](const arguments& in, const common&) {
             return provider::run_upstream(
                 {.script = in.text("script"), .listen = in.text("listen", "127.0.0.1:9100")});
         }});
    all.push_back({"relay",
                   "the bare relay: no keys, no policy, no rows",
                   "servery relay --listen 127.0.0.1:8081 --to http://127.0.0.1:9100",
                   {{"listen", "address and port", kind::text, false, "127.0.0.1:8081"},
                    {"to", "the upstream", kind::text, true},
                    {"threads", "reactors", kind::text, false, "1"},
                    {"ca-file", "certificates to trust"}},
                   [](const arguments& in, const common&) {
                       http::relay_options out;
                       out.listen = in.text("listen", out.listen);
                       out.to = in.text("to");
                       out.ca_file = in.text("ca-file");
                       out.threads = static_cast<std::size_t>(in.whole("threads").value_or(1));
                       return http::run_relay(out);
                   }});
    return all;
}

} // namespace servery::cli
