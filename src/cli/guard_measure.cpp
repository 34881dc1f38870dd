// guard eval and guard bench: the guardrails judged on files and on the clock, without a server.
#include "cli/client.h"
#include "cli/output.h"
#include "data_plane/guardrails/chunkings.h"
#include "data_plane/guardrails/measure/label_figures.h"
#include "data_plane/guardrails/measure/span_figures.h"
#include "data_plane/guardrails/measure/speed.h"

#include <array>
#include <cstdio>
#include <sstream>

namespace servery::cli {

namespace {

using guardrails::template_kind;

error bad_row(const std::string& file, std::size_t number, std::string what) {
    return error{.code = error_code::invalid_argument,
                 .id = "cli.guard.row",
                 .message = std::move(what),
                 .where = file + ":" + std::to_string(number),
                 .remedy = "a line is {text, spans: [[type, begin, end]]} or {text, label: 0|1}"};
}

std::string percent(const std::optional<double>& share) {
    if (!share) return "-";
    std::array<char, 16> out{};
    std::snprintf(out.data(), out.size(), "%.1f", *share * 100);
    return out.data();
}

struct measured {
    guardrails::span_figures spans;
    guardrails::label_figures labels;
    std::vector<std::string> texts;
    bool has_spans = false;
    bool has_labels = false;
};

std::vector<guardrails::marked_span> marks_of(const json::object& row) {
    std::vector<guardrails::marked_span> out;
    for (const auto& s : row.at("spans").as_array()) {
        const auto& span = s.as_array();
        out.push_back({std::string(span.at(0).as_string()),
                       static_cast<std::size_t>(span.at(1).to_number<std::int64_t>()),
                       static_cast<std::size_t>(span.at(2).to_number<std::int64_t>())});
    }
    return out;
}

bool is_span_list(const json::value& spans) {
    if (!spans.is_array()) return false;
    for (const auto& s : spans.get_array()) {
        if (!s.is_array() || s.get_array().size() < 3) return false;
        const auto& a = s.get_array();
        if (!a[0].is_string() || !a[1].is_int64() || !a[2].is_int64()) return false;
    }
    return true;
}

// Which lines count: the splits of public files are by odd and even lines.
bool is_wanted(std::string_view rows, std::size_t number) {
    return rows == "all" || (rows == "odd") == (number % 2 == 1);
}

result<void> add_file(const std::string& file, const arguments& in, measured& to) {
    const auto text = read_file(file);
    if (!text) return std::unexpected(text.error());
    const auto policy = guardrails::default_policy();
    const auto rows = in.text("rows", "all");
    const auto every = in.whole("unseen-every").value_or(5);
    const auto task = in.text("task");
    if (!task.empty() && task != "spans" && task != "label")
        return fail(error_code::invalid_argument, "cli.guard.task",
                    "there is no task '" + task + "'", "--task", "spans or label");
    std::size_t number = 0;
    std::istringstream lines(*text);
    for (std::string one; std::getline(lines, one);) {
        ++number;
        if (one.empty() || !is_wanted(rows, number)) continue;
        const auto row = json::parse(one);
        if (!row || !row->is_object()) return std::unexpected(bad_row(file, number, "not JSON"));
        const auto& o = row->get_object();
        const auto said = json::text_or(o, "text");
        to.texts.push_back(said);
        if (const auto* spans = o.if_contains("spans"); spans != nullptr && task != "label") {
            if (!is_span_list(*spans))
                return std::unexpected(bad_row(file, number, "spans are no list of spans"));
            const auto kind = every > 0 && json::int_or(o, "template_id", 1) % every == 0
                                  ? template_kind::unseen
                                  : template_kind::seen;
            to.spans.add(said, marks_of(o), kind, policy);
            to.has_spans = true;
        } else if (task != "spans" && o.contains("label")) {
            const bool document =
                in.text("lane") == "document" || json::text_or(o, "kind") == "indirect";
            to.labels.add(said, json::int_or(o, "label", 0) == 1,
                          document ? guardrails::lane::document : guardrails::lane::user, policy);
            to.has_labels = true;
        } else {
            return std::unexpected(bad_row(file, number,
                                           task.empty() ? "neither spans nor a label"
                                                        : "nothing of the task " + task));
        }
    }
    return {};
}

void print_spans(const guardrails::span_figures& f) {
    table t({"class", "seen", "precision", "recall", "F2", "unseen", "precision", "recall", "F2"});
    const auto cells = [](const guardrails::class_figures& c) {
        return std::array{std::to_string(c.marked), percent(c.precision()), percent(c.recall()),
                          percent(c.f2())};
    };
    const auto row = [&](std::string name, const guardrails::class_figures& seen,
                         const guardrails::class_figures& unseen) {
        std::vector<std::string> out{std::move(name)};
        for (const auto& part : {cells(seen), cells(unseen)})
            out.insert(out.end(), part.begin(), part.end());
        t.row(std::move(out));
    };
    for (const auto type : guardrails::span_figures::counted)
        row(std::string(guardrails::name(type)), f.of(template_kind::seen, type),
            f.of(template_kind::unseen, type));
    row("all", f.all(template_kind::seen), f.all(template_kind::unseen));
    t.print();
    line("left readable: " + percent(f.left_open()) + " % of the characters of marked values");
    for (const auto& m : f.mistakes())
        line("  " + m);
}

void print_labels(const json::object& of) {
    table t({"lane", "label", "texts", "flagged", "blocked"});
    for (const auto& r : items(of, "rows")) {
        const auto& o = r.as_object();
        t.row({cell(o, "lane"), cell(o, "label"), cell(o, "texts"), cell(o, "flagged"),
               cell(o, "blocked")});
    }
    t.print();
}

int eval(const arguments& in, const common& with) {
    measured all;
    for (const auto& file : in.list("files")) {
        const auto read = add_file(file, in, all);
        if (!read) return refuse(with, read.error());
    }
    json::object out;
    if (all.has_spans) out["spans"] = all.spans.to_json();
    if (all.has_labels) out["labels"] = all.labels.to_json();
    bool good = true;
    if (const auto count = in.whole("chunkings"); count && *count > 0) {
        const auto said =
            guardrails::compare_chunkings(static_cast<std::uint64_t>(*count),
                                          static_cast<std::uint64_t>(in.whole("seed").value_or(1)),
                                          guardrails::default_policy(), all.texts);
        good = said.different == 0;
        out["chunkings"] = json::object{{"chunkings", said.chunkings},
                                        {"texts", said.texts},
                                        {"with_findings", said.with_findings},
                                        {"different", said.different}};
        if (!with.json)
            line(std::to_string(said.chunkings) + " cuttings of " + std::to_string(said.texts) +
                 " texts, " + std::to_string(said.different) + " differ from the whole");
    }
    if (with.json) {
        line(json::write(out));
        return good ? exit_code::good : exit_code::answer_no;
    }
    if (all.has_spans) print_spans(all.spans);
    if (all.has_labels) print_labels(all.labels.to_json());
    return good ? exit_code::good : exit_code::answer_no;
}

int bench(const arguments& in, const common& with) {
    const auto count = static_cast<std::size_t>(in.whole("texts").value_or(10'000));
    const auto out = guardrails::measure_speed(guardrails::texts_like_answers(count, 1024, 1),
                                               guardrails::default_policy());
    if (with.json) {
        line(json::write(out));
        return exit_code::good;
    }
    const auto whole = object_in(out, "whole");
    const auto stream = object_in(out, "stream");
    line("a text of 1 KB, all checks: p50 " + cell(whole, "p50_us") + " µs, p99 " +
         cell(whole, "p99_us") + " µs");
    line("a delta of 24 bytes: p50 " + cell(stream, "p50_ns") + " ns, p99 " +
         cell(stream, "p99_ns") + " ns; held back p50 " + cell(stream, "held_p50") + ", p99 " +
         cell(stream, "held_p99") + ", most " + cell(stream, "held_most") + " bytes");
    line("clean text " + cell(out, "clean_mb_per_s") + " MB/s");
    for (const auto& h : items(out, "hostile"))
        line("  " + cell(h.as_object(), "text") + " … " + cell(h.as_object(), "mb_per_s") +
             " MB/s");
    return exit_code::good;
}

} // namespace

command_list guard_measure_commands() {
    using kind = option_kind;
    return {{"guard eval",
             "how well the guard finds what people marked, in files; offline",
             "servery guard eval --chunkings 100000",
             {{"files", "JSON lines with spans or labels", kind::places},
              {"task", "spans or label: what every line must hold", kind::text, false,
               "as each line says"},
              {"rows", "all, odd or even lines", kind::text, false, "all"},
              {"lane", "document: judge labelled texts as fetched ones"},
              {"unseen-every", "templates whose number divides count as unseen", kind::text, false,
               "5"},
              {"chunkings", "also cut texts this often and compare with the whole"},
              {"seed", "of the cuts", kind::text, false, "1"}},
             eval},
            {"guard bench",
             "what the guard costs: a text of 1 KB, a delta, hostile texts; offline",
             "servery guard bench --texts 1000",
             {{"texts", "how many texts of 1 KB", kind::text, false, "10000"}},
             bench}};
}

} // namespace servery::cli
