// Datasets and runs of evaluation.
#include "api/resources.h"
#include "control_plane/evaluation/evaluation_service.h"

#include <charconv>

namespace servery::api {

namespace {

using evaluation::run_info;

json::object price_json(const evaluation::run_price& p) {
    return {{"low", to_decimal(p.low)},
            {"likely", to_decimal(p.likely)},
            {"high", to_decimal(p.high)},
            {"currency", p.currency}};
}

json::object run_object(const run_info& r) {
    json::object out{
        {"id", r.id},
        {"dataset", r.dataset},
        {"dataset_name", r.dataset_name},
        {"version", r.version},
        {"variants", json::to_json(r.variants)},
        {"state", r.state},
        {"reason", r.reason},
        {"calls", r.calls},
        {"price", price_json(r.price)},
        {"cap", to_decimal(r.cap)},
        {"spent", to_decimal(r.spent)},
        {"by", r.by},
        {"at", to_rfc3339(r.at)},
        {"can_prove", r.can_prove},
        {"progress", json::object{{"done", r.progress.done}, {"of", r.calls}, {"unit", "calls"}}},
        {"summary", nullptr}};
    if (r.summary) {
        out["summary"] = json::to_json(*r.summary);
        const auto report = "/api/v1/projects/" + r.project + "/runs/" + r.id + "/report.html";
        out["result"] = evaluation::run_json(*r.summary, report);
    }
    return out;
}

result<reply> import(backend& with, call& c) {
    const auto word = c.word("format");
    auto format = json::enum_from<evaluation::case_format>(word);
    const auto text = is_upload(c) ? c.body : text_in(c, "content");
    if (!format && word.empty()) format = evaluation::guess_format(c.word("name"), text);
    if (!format)
        return fail(error_code::unprocessable, "eval.import.unsupported",
                    "the format of the file is not known", "format", "csv, jsonl or faq");
    auto report = with.evaluation->import(
        c.project(), c.param("dataset"), text, *format,
        {.skip_bad = c.word("skip_bad") == "true", .lang = c.word("lang")}, c.who.actor());
    if (!report) return std::unexpected(report.error());
    json::array rejected;
    for (const auto& e : report->rejected)
        rejected.push_back(json::object{{"where", e.where}, {"id", e.id}, {"message", e.message}});
    return ok({{"version", report->version},
               {"added", report->added},
               {"changed", report->replaced},
               {"removed", report->removed},
               {"rejected", std::move(rejected)}},
              report->changed ? 201 : 200);
}

void add_datasets(route_table& to, backend& with) {
    const auto path = std::string(in_project) + "/datasets";
    to.add(read(path, "project.read", "the datasets", [&with](call& c) -> result<reply> {
        return page(c, to_array(with.evaluation->datasets(c.project())));
    }));
    to.add(change(http::method::post, path, {"evaluation.run"}, "eval.dataset_created",
                  "a new dataset: name, kind?", [&with](call& c) -> result<reply> {
                      const auto name = need_text(c, "name");
                      if (!name) return std::unexpected(name.error());
                      return answer_json(with.evaluation->create_dataset(
                                             c.project(), *name, text_in(c, "kind"), c.who.actor()),
                                         201);
                  }));
    to.add(read(path + "/{dataset}", "project.read", "one dataset with its versions",
                [&with](call& c) -> result<reply> {
                    return answer_json(with.evaluation->dataset(c.project(), c.param("dataset")));
                }));
    to.add(change(http::method::del, path + "/{dataset}", {"evaluation.run"},
                  "eval.dataset_archived", "archive a dataset", [&with](call& c) -> result<reply> {
                      const auto done = with.evaluation->archive_dataset(
                          c.project(), c.param("dataset"), c.who.actor());
                      if (!done) return std::unexpected(done.error());
                      return no_content();
                  }));
    auto row = change(http::method::post, path + "/{dataset}/import", {"evaluation.run"},
                      "eval.dataset_versioned",
                      "the file's cases become the next version; ?format=", [&with](call& c) {
                          return import(with, c);
                      });
    row.raw_body = true;
    row.body_limit = file_body;
    to.add(std::move(row));
}

struct run_body {
    std::string dataset;
    std::optional<std::int64_t> version;
    std::vector<std::string> variants;
    std::int64_t repeat = 1;
    std::int64_t seed = 1;
    std::optional<micros> cap;
    bool use_cache = true;
    bool allow_unpriced = false;
    double target = 0.80;
};
BOOST_DESCRIBE_STRUCT(run_body, (),
                      (dataset, version, variants, repeat, seed, cap, use_cache, allow_unpriced,
                       target))

result<reply> create(backend& with, call& c) {
    auto body = json::from_json<run_body>(json::value(c.in));
    if (!body) return std::unexpected(body.error());
    evaluation::run_request wanted{.dataset = body->dataset,
                                   .version = body->version,
                                   .variants = body->variants,
                                   .options = {}};
    wanted.options.repeat = body->repeat;
    wanted.options.seed = body->seed;
    wanted.options.cap = body->cap;
    wanted.options.use_cache = body->use_cache;
    wanted.options.allow_unpriced = body->allow_unpriced;
    wanted.options.target = body->target;
    auto made = with.evaluation->create_run(c.project(), wanted, c.who.actor());
    if (!made) return std::unexpected(made.error());
    return ok(run_object(*made), 201);
}

// A member that is money, absent = none.
result<std::optional<micros>> money_in(const call& c, std::string_view member) {
    const auto text = text_in(c, member);
    if (text.empty()) return std::optional<micros>{};
    const auto amount = parse_micros(text);
    if (!amount) return std::unexpected(amount.error());
    return std::optional(*amount);
}

result<reply> after(backend& with, const call& c, const status& done) {
    if (!done) return std::unexpected(done.error());
    auto run = with.evaluation->run(c.project(), c.param("run"));
    if (!run) return std::unexpected(run.error());
    return ok(run_object(*run), 202);
}

result<reply> start(backend& with, call& c) {
    const auto price = money_in(c, "confirm_price");
    if (!price) return std::unexpected(price.error());
    return after(with, c,
                 with.evaluation->start(c.project(), c.param("run"), *price, c.who.actor()));
}

result<reply> resume(backend& with, call& c) {
    const auto cap = money_in(c, "cap");
    if (!cap) return std::unexpected(cap.error());
    if (*cap && !c.may("budget.approve")) return field_refused("cap", "budget.approve");
    return after(with, c,
                 with.evaluation->resume(c.project(), c.param("run"), *cap,
                                         json::bool_or(c.in, "retry_lost", false), c.who.actor()));
}

std::string type_of(std::string_view ext) {
    if (ext == "html") return "text/html; charset=utf-8";
    if (ext == "pdf") return "application/pdf";
    if (ext == "md") return "text/markdown; charset=utf-8";
    if (ext == "json") return "application/json";
    return "application/xml";
}

void add_runs(route_table& to, backend& with) {
    const auto path = std::string(in_project) + "/runs";
    to.add(read(path, "project.read", "the runs, newest first", [&with](call& c) -> result<reply> {
        json::array all;
        for (const auto& r : with.evaluation->runs(c.project()))
            all.push_back(run_object(r));
        return page(c, std::move(all));
    }));
    to.add(change(http::method::post, path, {"evaluation.run"}, "eval.run_priced",
                  "plan and price a run: dataset, variants[], repeat?, cap?, seed?",
                  [&with](call& c) { return create(with, c); }));
    to.add(read(path + "/{run}", "project.read", "one run", [&with](call& c) -> result<reply> {
        auto run = with.evaluation->run(c.project(), c.param("run"));
        if (!run) return std::unexpected(run.error());
        return ok(run_object(*run));
    }));
    const auto act = [&](const std::string& verb, std::string summary, action work) {
        to.add(change(http::method::post, path + "/{run}/" + verb, {"evaluation.run"},
                      "eval.run_changed", std::move(summary), std::move(work)));
    };
    act("start", "carry it out: confirm_price above the line",
        [&with](call& c) { return start(with, c); });
    act("resume", "go on: cap?, retry_lost?", [&with](call& c) { return resume(with, c); });
    act("pause", "pause it", [&with](call& c) {
        return after(with, c, with.evaluation->pause(c.project(), c.param("run"), c.who.actor()));
    });
    act("cancel", "cancel it", [&with](call& c) {
        return after(with, c, with.evaluation->cancel(c.project(), c.param("run"), c.who.actor()));
    });
    for (const std::string ext : {"html", "pdf", "md", "json", "junit.xml"})
        to.add(read(path + "/{run}/report." + ext, "project.read", "the report as " + ext,
                    [&with, ext](call& c) -> result<reply> {
                        auto text = with.evaluation->report(c.project(), c.param("run"), ext);
                        if (!text) return std::unexpected(text.error());
                        return text_reply(std::move(*text), type_of(ext));
                    }));
}

} // namespace

void add_evaluation(route_table& to, backend& with) {
    add_datasets(to, with);
    add_runs(to, with);
}

} // namespace servery::api
