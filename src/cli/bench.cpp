// kb test and kb bench: retrieval judged on files, without a server.
#include "cli/client.h"
#include "cli/output.h"
#include "data_plane/assistant/bench/kb_bench.h"

namespace servery::cli {

namespace {

void print_numbers(const json::object& of) {
    for (const auto& m : of)
        if (m.value().is_number() || m.value().is_string() || m.value().is_null())
            line("  " + std::string(m.key()) + " " +
                 (m.value().is_null() ? "not measured" : cell(of, m.key())));
}

// `--fail-under accuracy=0.9`: 1 when a number is worse than asked.
result<int> judged(const arguments& in, const json::object& of) {
    for (const auto& wish : in.list("fail-under")) {
        const auto equals = wish.find('=');
        const auto name = wish.substr(0, equals);
        char* end = nullptr;
        const auto least =
            equals == std::string::npos ? 0.0 : std::strtod(wish.c_str() + equals + 1, &end);
        if (equals == std::string::npos || end == nullptr || *end != 0 || !of.contains(name))
            return fail(error_code::invalid_argument, "cli.fail_under.invalid",
                        "'" + wish + "' names no number of the result", "--fail-under",
                        "for example r_at_1=0.9");
        if (json::number_or(of, name, -1) < least) return exit_code::answer_no;
    }
    return exit_code::good;
}

int ended(const arguments& in, const common& with, const json::object& out) {
    const auto code = judged(in, out);
    if (!code) return refuse(with, code.error());
    if (with.json)
        line(json::write(out));
    else
        print_numbers(out);
    return *code;
}

int test(const arguments& in, const common& with) {
    const auto out = assistant::kb_test(in.text("kb"), in.text("questions"));
    if (!out) return refuse(with, out.error());
    if (!with.json) {
        const auto handover = object_in(*out, "handover");
        line("handed over rightly: " + cell(handover, "n") + " questions, " +
             cell(handover, "answered") + " answered, " + cell(handover, "asked") + " asked back");
    }
    return ended(in, with, *out);
}

int bench(const arguments& in, const common& with) {
    assistant::bench_options options;
    options.train = in.list("train");
    options.test = in.list("test");
    options.oos = in.list("oos");
    options.oos_label = in.text("oos-label");
    options.columns = in.text("columns");
    options.shots = static_cast<int>(in.whole("shots").value_or(0));
    options.seeds = static_cast<int>(in.whole("seeds").value_or(5));
    options.holdout = in.number("holdout").value_or(0);
    options.seed = static_cast<std::uint64_t>(in.whole("seed").value_or(1));
    options.legs = in.text("legs", options.legs);
    options.latency = in.has("latency");
    const auto out = assistant::kb_bench(options);
    if (!out) return refuse(with, out.error());
    return ended(in, with, *out);
}

} // namespace

command_list bench_commands() {
    using kind = option_kind;
    const option least{"fail-under", "NAME=NUMBER: exit 1 when worse", kind::list};
    return {{"kb test",
             "how well a file of answers answers a file of questions; offline",
             "servery kb test --kb examples/guest_house/guest_house.csv "
             "--questions examples/guest_house/guest_house_questions.csv",
             {{"kb", "questions and answers", kind::text, true},
              {"questions", "columns text, expected, outcome", kind::text, true},
              least},
             test},
            {"kb bench",
             "retrieval on labelled texts; offline",
             "servery kb bench --train train.csv --test test.csv --shots 5 --seeds 5",
             {{"train", "labelled texts: CSV, TSV, JSONL or FILE.json#KEY", kind::list, true},
              {"test", "labelled texts", kind::list},
              {"oos", "out-of-scope texts", kind::list},
              {"oos-label", "label of out-of-scope rows in --test"},
              {"columns", "label,text for files without a header"},
              {"shots", "texts a label", kind::text, false, "all"},
              {"seeds", "means over seeds 1 to this", kind::text, false, "5"},
              {"holdout", "share of --train set aside as test"},
              {"seed", "of the holdout", kind::text, false, "1"},
              {"legs", "A, B, C", kind::text, false, "A,B,C"},
              {"latency", "measure one query at a time", kind::flag},
              least},
             bench}};
}

} // namespace servery::cli
