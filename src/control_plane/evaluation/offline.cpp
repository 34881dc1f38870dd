// `eval run FILE --offline`: without a server, keeps nothing but its report.
#include "control_plane/evaluation/evaluation_service.h"
#include "control_plane/evaluation/runner.h"

#include <fstream>
#include <sstream>

namespace servery::evaluation {
namespace {

result<std::string> file_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    if (!in || std::filesystem::is_directory(file))
        return fail(error_code::not_found, "eval.file.unreadable", "the file cannot be read",
                    file.string(), "check its name");
    return all.str();
}

status write_report(const std::filesystem::path& out, const run_summary& summary,
                    const report_context& about) {
    const auto name = out.string();
    std::string text;
    if (name.ends_with(".md"))
        text = report_markdown(summary, about);
    else if (name.ends_with(".pdf")) {
        auto made = report_pdf(summary, about);
        if (!made) return std::unexpected(made.error());
        text = *std::move(made);
    } else if (name.ends_with(".xml"))
        text = report_junit(summary);
    else if (name.ends_with(".json"))
        text = json::write_pretty(json::to_json(summary));
    else
        text = report_html(summary, about);
    std::ofstream file(out, std::ios::binary);
    file << text;
    file.flush();
    if (!file)
        return fail(error_code::unavailable, "eval.report.unwritable",
                    "the report cannot be written", name, "choose another place with --out");
    return {};
}

// A run of a file is named by what it tested, so that equal runs have equal names.
std::string name_of(const std::vector<eval_case>& cases) {
    return "run-" + hash_of(cases).substr(0, 12);
}

} // namespace

result<offline_result> run_offline(const std::filesystem::path& file,
                                   const offline_assistant& assistant,
                                   const offline_options& options) {
    const auto text = file_text(file);
    if (!text) return std::unexpected(text.error());
    const auto format =
        options.format ? options.format : guess_format(file.filename().string(), *text);
    if (!format)
        return fail(error_code::unprocessable, "eval.import.unsupported",
                    "the format of the file cannot be told", file.string(),
                    "name it .csv or .jsonl, or give it a header line");
    auto read = import_cases(*text, *format, {.skip_bad = options.skip_bad, .lang = options.lang});
    if (!read) {
        auto fault = std::move(read.error());
        fault.where = file.string() + ", " + fault.where;
        return std::unexpected(std::move(fault));
    }
    auto with = assistant(*read);
    if (!with) return std::unexpected(with.error());
    const auto run_name = name_of(read->cases);
    auto plan = plan_run(run_name, std::move(read->cases), with->cards, options.run);
    if (!plan) return std::unexpected(plan.error());
    plan->dataset = file.filename().string();
    if (options.planned) options.planned(*plan);

    std::unique_ptr<file_journal> keep;
    journal_state before;
    if (!options.journal.empty()) {
        auto state = read_journal(options.journal);
        if (!state) return std::unexpected(state.error());
        before = *std::move(state);
        auto opened = file_journal::open(options.journal);
        if (!opened) return std::unexpected(opened.error());
        keep = *std::move(opened);
    }
    const auto outcome = execute(*plan, {.answer = with->answer,
                                         .keep = keep.get(),
                                         .resume = &before,
                                         .progress = options.progress});
    offline_result out;
    out.summary = summarise(*plan, outcome);
    if (!options.out.empty())
        if (auto done = write_report(options.out, out.summary, {}); !done)
            return std::unexpected(done.error());
    out.json = run_json(out.summary, options.out.string());
    const bool all_passed =
        outcome.state == run_state::completed && out.summary.passed == out.summary.units;
    out.exit_code = all_passed ? 0 : 1;
    return out;
}

} // namespace servery::evaluation
