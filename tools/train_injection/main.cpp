// Trains the injection model and reports its figures. Run from the repository's root:
//
//   train_injection --data DIR [--out FILE] [--seed 1] [--mistakes yes]
//
// DIR holds the files named in docs/injection-model.md (guardrails/injection and assistant); they
// are never copied here. The same files and seed give the same bytes. Seconds on one core.
#include "data_plane/guardrails/detect/injection/control_tokens.h"
#include "fit.h"
#include "foundation/base/hash.h"

#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace {

using namespace servery;
namespace inj = guardrails::injection;

struct rate {
    int rows = 0;
    int flagged = 0;
    int blocked = 0;
};

// Each group in its lane, train, held and test apart.
void report(const inj::model& m, const std::vector<train::row>& rows) {
    std::map<std::string, rate> figures;
    for (const auto& r : rows) {
        const bool document = r.group == "hidden" || r.group == "passage" || r.group == "order";
        const auto s = m.score(r.text);
        const auto score = document ? s.document : s.user;
        const auto& t = document ? m.document : m.user;
        const bool rule = !inj::control_rule(r.text).empty();
        const auto* part = r.part == train::part::train  ? "train"
                           : r.part == train::part::held ? "held"
                                                         : "test";
        auto& f = figures[std::string(part) + " " + r.group];
        ++f.rows;
        f.flagged += score >= t.flag || rule ? 1 : 0;
        f.blocked += score >= t.block || rule ? 1 : 0;
    }
    std::printf("%-20s %6s %8s %8s\n", "part, group", "rows", "flagged", "blocked");
    for (const auto& [name, f] : figures)
        std::printf("%-20s %6d %7.1f%% %7.1f%%\n", name.c_str(), f.rows, 100.0 * f.flagged / f.rows,
                    100.0 * f.blocked / f.rows);
    std::printf(
        "user: flag %.4f block %.4f; document: flag %.4f block %.4f; alpha %.1f, T %.1f %.1f\n",
        m.user.flag, m.user.block, m.document.flag, m.document.block,
        static_cast<double>(m.attack.alpha), static_cast<double>(m.attack.temperature),
        static_cast<double>(m.instruct.temperature));
}

// Held-back texts of ours that are judged wrongly: what to write more of.
void print_mistakes(const inj::model& m, const std::vector<train::row>& rows) {
    for (const auto& r : rows) {
        if (r.part != train::part::held || !r.own || r.group == "hidden") continue;
        const auto s = m.score(r.text);
        const bool document = r.group == "order";
        const bool flagged = document ? s.document >= m.document.flag : s.user >= m.user.flag;
        const bool bad = document || r.attack == train::label::yes;
        if (flagged != bad)
            std::printf("%s %s %.3f: %s\n", bad ? "missed" : "false alarm", r.group.c_str(),
                        document ? s.document : s.user, r.text.c_str());
    }
}

int run(int argc, char** argv) {
    std::map<std::string, std::string> given{
        {"--out", "src/data_plane/guardrails/detect/models/injection.bin"}, {"--seed", "1"}};
    for (int i = 1; i + 1 < argc; i += 2)
        given[argv[i]] = argv[i + 1];
    if (!given.contains("--data")) {
        std::fputs("train_injection --data DIR [--out FILE] [--seed N]\n", stderr);
        return 2;
    }
    const auto seed = std::stoull(given["--seed"]);
    const auto rows = train::read_rows(given["--data"], "tools/train_injection/texts", seed);
    auto m = train::fit(rows, seed);
    train::calibrate(m, rows);
    const auto bytes = inj::to_bytes(m);
    std::ofstream(given["--out"], std::ios::binary) << bytes;
    report(m, rows);
    if (given["--mistakes"] == "yes") print_mistakes(m, rows);
    std::printf("%s: %s\n", given["--out"].c_str(),
                to_hex(blake2b_256(as_bytes(bytes))).substr(0, 12).c_str());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "train_injection: %s\n", e.what());
        return 2;
    }
}
