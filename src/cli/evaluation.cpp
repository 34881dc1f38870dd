// eval run, resume, list, show, report, compare.
#include "cli/client.h"
#include "cli/offline_assistant.h"
#include "cli/output.h"
#include "control_plane/evaluation/evaluation_service.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>
#include <unistd.h>

namespace servery::cli {

namespace {

// Exit code of a finished run: 0 every case passed (or the asked share), 1 not.
int run_code(const arguments& in, const json::object& result_of) {
    const auto cases = json::int_or(result_of, "cases", 0);
    const auto passed = json::int_or(result_of, "passed", 0);
    const auto failed = json::int_or(result_of, "failed", 0);
    const auto ungraded = json::int_or(result_of, "ungraded", 0);
    const bool promptfoo = in.text("exit-compat") == "promptfoo";
    if (cell(result_of, "state") != "completed" || ungraded > 0)
        return promptfoo ? 1 : exit_code::answer_no;
    const auto least = in.number("min-pass");
    const bool good =
        least ? cases > 0 && static_cast<double>(passed) >= *least * static_cast<double>(cases)
              : failed == 0;
    if (good) return exit_code::good;
    return promptfoo ? 100 : exit_code::answer_no;
}

int print_run(const json::object& r) {
    line(bold(cell(r, "run")) + " " + cell(r, "state") + ": " + cell(r, "passed") + " of " +
         cell(r, "cases") + " passed, " + cell(r, "failed") + " failed, " + cell(r, "ungraded") +
         " without a grade");
    if (!cell(r, "interval").empty()) line("between " + cell(r, "interval") + " (95 %)");
    line("cost " + cell(r, "cost") + ", " + cell(r, "cases_per_s") + " cases a second");
    if (!cell(r, "report").empty()) line("report " + cell(r, "report"));
    return exit_code::good;
}

std::int64_t whole_or(const arguments& in, std::string_view name, std::int64_t otherwise) {
    return in.whole(name).value_or(otherwise);
}

int run_file(const arguments& in, const common& with) {
    evaluation::offline_options options;
    options.run.repeat = whole_or(in, "repeat", 1);
    options.run.seed = whole_or(in, "seed", 1);
    options.skip_bad = in.has("skip-bad");
    options.out = in.text("out");
    if (in.has("format")) {
        options.format = json::enum_from<evaluation::case_format>(in.text("format"));
        if (!options.format)
            return refuse(with, {.code = error_code::invalid_argument,
                                 .id = "eval.import.unsupported",
                                 .message = "there is no format '" + in.text("format") + "'",
                                 .where = "--format",
                                 .remedy = "csv, jsonl or faq"});
    }
    const auto done = evaluation::run_offline(in.text("file"), offline_assistant(), options);
    if (!done) {
        const int code = refuse(with, done.error());
        return in.text("exit-compat") == "promptfoo" ? 1 : code;
    }
    if (with.json)
        line(json::write(done->json));
    else
        (void)print_run(done->json);
    return run_code(in, done->json);
}

// Waits until the run has ended, telling how far it is.
result<api_answer> wait_for(const client& server, const std::string& path, bool quiet) {
    while (true) {
        auto got = server.get(path);
        if (!got || !got->good()) return got;
        const auto& run = got->body.as_object();
        const auto state = cell(run, "state");
        if (state != "running" && state != "priced") return got;
        const auto progress = object_in(run, "progress");
        if (!quiet)
            std::fprintf(stderr, "\r%s of %s calls", cell(progress, "done").c_str(),
                         cell(progress, "of").c_str());
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
}

// Prints the summary of a run that has ended, in the fixed form.
int ended(const arguments& in, const common& with, const client& server, const std::string& path,
          const json::object& run) {
    const auto found = object_in(run, "result");
    if (found.empty()) {
        line(with.json ? json::write(run) : "run " + cell(run, "id") + ": " + cell(run, "state"));
        return exit_code::answer_no;
    }
    if (in.has("out")) {
        const auto ending = std::filesystem::path(in.text("out")).extension();
        const auto* ext = ending == ".md" ? "md" : ending == ".pdf" ? "pdf" : "html";
        const auto text = server.get(path + "/report." + ext);
        if (!text || !text->good()) return finish(with, text, {});
        if (const auto kept = write_file(in.text("out"), text->text); !kept)
            return refuse(with, kept.error());
    }
    if (with.json)
        line(json::write(found));
    else
        (void)print_run(found);
    return run_code(in, found);
}

int carry_out(const arguments& in, const common& with, const client& server,
              const std::string& path, const result<api_answer>& begun) {
    if (!begun || !begun->good()) return finish(with, begun, {});
    const auto last = wait_for(server, path, with.json);
    if (!with.json) std::fputc('\n', stderr);
    if (!last || !last->good()) return finish(with, last, {});
    return ended(in, with, server, path, last->body.as_object());
}

// The dataset named like the file, with the file's cases as its newest version.
result<api_answer> dataset_from(const client& server, const std::string& base,
                                const std::string& file, const std::string& format) {
    const auto text = read_file(file);
    if (!text) return std::unexpected(text.error());
    const auto name = std::filesystem::path(file).stem().string();
    auto made = server.send("POST", base + "/datasets", {{"name", name}});
    if (!made || (!made->good() && made->status != 409)) return made;
    std::string query = "?name=" + escape(std::filesystem::path(file).filename().string());
    if (!format.empty()) query += "&format=" + escape(format);
    return server.upload("POST", base + "/datasets/" + escape(name) + "/import" + query, *text,
                         "text/plain");
}

int start_run(const arguments& in, const common& with, const client& server,
              const std::string& base, const std::string& dataset,
              const std::vector<std::string>& variants) {
    json::object body{{"dataset", dataset},
                      {"variants", texts(variants)},
                      {"repeat", whole_or(in, "repeat", 1)},
                      {"seed", whole_or(in, "seed", 1)},
                      {"use_cache", !in.has("no-cache")}};
    if (in.has("max-cost")) body["cap"] = in.text("max-cost");
    const auto priced = server.send("POST", base + "/runs", body);
    if (!priced || !priced->good()) return finish(with, priced, {});
    const auto& run = priced->body.as_object();
    const auto price = object_in(run, "price");
    if (!with.json)
        line(cell(run, "calls") + " calls, likely " + cell(price, "likely") + " " +
             cell(price, "currency") + "; " + cell(run, "can_prove"));
    const auto path = base + "/runs/" + escape(cell(run, "id"));
    json::object confirm;
    if (in.has("yes")) confirm["confirm_price"] = cell(price, "likely");
    return carry_out(in, with, server, path, server.send("POST", path + "/start", confirm));
}

// --variant, or the newest variant of the project.
result<std::vector<std::string>> variants_of(const arguments& in, const client& server,
                                             const std::string& base) {
    auto named = in.list("variant");
    if (!named.empty()) return named;
    const auto got = server.get(base + "/variants?limit=200");
    if (!got) return std::unexpected(got.error());
    if (got->good() && got->body.is_object())
        if (const auto& all = items(got->body.get_object()); !all.empty())
            return std::vector<std::string>{cell(all.back().as_object(), "hash")};
    return fail(error_code::not_found, "eval.variant.unknown", "there is no variant to test",
                "--variant", "make one: servery variant create");
}

int run(const arguments& in, const common& with) {
    if (in.has("offline")) return run_file(in, with);
    client server(with);
    const auto base = server.in_project("");
    if (!base) return refuse(with, base.error());
    const auto variants = variants_of(in, server, *base);
    if (!variants) return refuse(with, variants.error());
    const auto file = in.text("file");
    std::error_code ignored;
    std::string dataset = file;
    if (std::filesystem::exists(file, ignored)) {
        const auto taken = dataset_from(server, *base, file, in.text("format"));
        if (!taken || !taken->good()) return finish(with, taken, {});
        dataset = std::filesystem::path(file).stem().string();
    }
    return start_run(in, with, server, *base, dataset, *variants);
}

int resume(const arguments& in, const common& with) {
    client server(with);
    const auto base = server.in_project("/runs/" + escape(in.text("run")));
    if (!base) return refuse(with, base.error());
    json::object body{{"retry_lost", in.has("retry-lost")}};
    if (in.has("max-cost")) body["cap"] = in.text("max-cost");
    return carry_out(in, with, server, *base, server.send("POST", *base + "/resume", body));
}

int list(const arguments&, const common& with) {
    client server(with);
    const auto path = server.in_project("/runs");
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), [](const json::object& got) {
        table rows({"run", "dataset", "state", "passed", "cases", "at"});
        for (const auto& r : items(got)) {
            const auto& o = r.as_object();
            const auto found = object_in(o, "result");
            rows.row({cell(o, "id"), cell(o, "dataset_name"), cell(o, "state"),
                      cell(found, "passed"), cell(found, "cases"), cell(o, "at")});
        }
        rows.print();
        return exit_code::good;
    });
}

int show(const arguments& in, const common& with) {
    client server(with);
    const auto path = server.in_project("/runs/" + escape(in.text("run")));
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), [&](const json::object& r) {
        const auto found = object_in(r, "result");
        if (found.empty())
            line("run " + cell(r, "id") + ": " + cell(r, "state"));
        else
            (void)print_run(found);
        if (!in.has("failed")) return exit_code::good;
        for (const auto& f : items(object_in(r, "summary"), "failures")) {
            const auto& o = f.as_object();
            line(bad_word(cell(o, "state")) + " " + cell(o, "question"));
            line("  " + cell(o, "answer"));
            line("  " + cell(o, "reasons"));
        }
        return exit_code::good;
    });
}

int report(const arguments& in, const common& with) {
    client server(with);
    const auto format = with.json ? "json" : in.text("format", "md");
    const auto path = server.in_project("/runs/" + escape(in.text("run")) + "/report." + format);
    if (!path) return refuse(with, path.error());
    if (format == "pdf" && !in.has("out") && ::isatty(STDOUT_FILENO) == 1)
        return refuse(with, {.code = error_code::invalid_argument,
                             .id = "cli.report.terminal",
                             .message = "a PDF cannot be shown on a terminal",
                             .where = "--format",
                             .remedy = "name a file: --out report.pdf"});
    const auto got = server.get(*path);
    if (!got || !got->good()) return finish(with, got, {});
    if (in.has("out")) {
        const auto kept = write_file(in.text("out"), got->text);
        return kept ? int(exit_code::good) : refuse(with, kept.error());
    }
    const auto all = std::fwrite(got->text.data(), 1, got->text.size(), stdout);
    return all == got->text.size() ? int(exit_code::good) : int(exit_code::not_usable);
}

int compare(const arguments& in, const common& with) {
    client server(with);
    const auto base = server.in_project("");
    if (!base) return refuse(with, base.error());
    return start_run(in, with, server, *base, in.text("dataset"), in.list("variants"));
}

std::vector<option> run_words() {
    using kind = option_kind;
    return {{"repeat", "times each case is asked", kind::text, false, "1"},
            {"seed", "of the order", kind::text, false, "1"},
            {"max-cost", "cap in the price's currency"},
            {"yes", "the price is confirmed", kind::flag},
            {"no-cache", "ask everything anew", kind::flag},
            {"out", "write the report here (.html, .pdf or .md)"},
            {"min-pass", "share that must pass; else all"},
            {"exit-compat", "promptfoo: 100 some case failed, 1 any error"}};
}

} // namespace

command_list evaluation_commands() {
    using kind = option_kind;
    auto words = run_words();
    words.insert(
        words.begin(),
        {{"file", "a file of cases, or a dataset's name", kind::place, true},
         {"variant", "hash, or 12 digits of it", kind::list, false, "the newest"},
         {"offline", "without a server: a FAQ file against the built-in assistant", kind::flag},
         {"format", "csv, jsonl, faq", kind::text, false, "by its name"},
         {"skip-bad", "leave bad rows out", kind::flag}});
    auto compared = run_words();
    compared.insert(compared.begin(), {{"variants", "two or three hashes", kind::places, true},
                                       {"dataset", "whose cases", kind::text, true}});
    return {
        {"eval run", "plan, price, ask and grade; exit 0 all passed, 1 not",
         "servery eval run examples/faq.csv --offline", std::move(words), run},
        {"eval resume",
         "go on with an interrupted or capped run",
         "servery eval resume run_0123",
         {{"run", "the run", kind::place, true},
          {"max-cost", "a higher cap"},
          {"retry-lost", "ask again what may have cost already", kind::flag},
          {"min-pass", "share that must pass; else all"}},
         resume},
        {"eval list", "the runs, newest first", "servery eval list", {}, list},
        {"eval show",
         "one run",
         "servery eval show run_0123 --failed",
         {{"run", "the run", kind::place, true}, {"failed", "the failures in words", kind::flag}},
         show},
        {"eval report",
         "the report of a run",
         "servery eval report run_0123 --format pdf --out report.pdf",
         {{"run", "the run", kind::place, true},
          {"format", "md, html, pdf, json, junit.xml", kind::text, false, "md"},
          {"out", "write it into this file instead of printing it"}},
         report},
        {"eval compare", "variants side by side on one dataset",
         "servery eval compare 0123456789ab fedcba987654 --dataset questions", std::move(compared),
         compare}};
}

} // namespace servery::cli
