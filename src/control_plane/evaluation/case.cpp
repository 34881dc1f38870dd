#include "control_plane/evaluation/case.h"

#include "control_plane/evaluation/graders/grader.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <set>

namespace servery::evaluation {
namespace {

error bad(std::string id, std::string message, std::string where, std::string remedy) {
    return {.code = error_code::unprocessable,
            .id = std::move(id),
            .message = std::move(message),
            .where = std::move(where),
            .remedy = std::move(remedy)};
}

// {{name}} filled from vars.
result<std::string> filled(std::string_view text, const eval_case& c, std::string_view where) {
    std::string out;
    std::size_t at = 0;
    while (true) {
        const auto open = text.find("{{", at);
        if (open == std::string_view::npos) break;
        const auto close = text.find("}}", open + 2);
        if (close == std::string_view::npos) break;
        const auto name = std::string(trim(text.substr(open + 2, close - open - 2)));
        const auto var = c.vars.find(name);
        if (var == c.vars.end())
            return std::unexpected(bad("eval.case.bad_row", "unknown variable '" + name + "'",
                                       std::string(where), "add a column or var of that name"));
        out.append(text.substr(at, open - at)).append(var->second);
        at = close + 2;
    }
    out.append(text.substr(at));
    return out;
}

void check_graders(const std::vector<grader_spec>& specs, const std::string& path,
                   std::vector<error>& faults) {
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const auto compiled = compile(specs[i]);
        if (compiled) continue;
        auto fault = compiled.error();
        const auto where = path + "[" + std::to_string(i) + "]";
        fault.where = fault.where.empty() ? where : where + "." + fault.where;
        faults.push_back(std::move(fault));
    }
}

void check_texts(const eval_case& c, std::vector<error>& faults) {
    if (c.ask.empty() && c.turns.empty())
        faults.push_back(bad("eval.case.bad_row", "the case asks nothing", "ask",
                             "fill the column ask (or question), or give turns"));
    if (!c.ask.empty() && !c.turns.empty())
        faults.push_back(bad("eval.case.bad_row", "the case has both ask and turns", "turns",
                             "leave one of them out"));
    if (c.weight < 0)
        faults.push_back(bad("eval.case.bad_row", "weight is below 0", "weight", "use 1"));
    if (const auto turns = user_turns(c); !turns) faults.push_back(turns.error());
}

} // namespace

result<eval_case> complete(eval_case c) {
    std::vector<error> faults;
    if (c.id.empty() && !c.ask.empty())
        c.id = "c-" + to_hex(blake2b_256(as_bytes(c.ask))).substr(0, 12);
    if (c.family.empty()) c.family = c.id;
    check_texts(c, faults);
    check_graders(c.graders, "graders", faults);
    bool graded = !c.graders.empty() || !c.expect.empty();
    for (std::size_t i = 0; i < c.turns.size(); ++i) {
        check_graders(c.turns[i].graders, "turns[" + std::to_string(i) + "].graders", faults);
        graded = graded || !c.turns[i].graders.empty();
    }
    if (!graded)
        faults.push_back(bad("eval.case.no_grader",
                             "nothing says what a good answer is, so the case could never fail",
                             "expect", "fill the column expect, or add a grader"));
    if (faults.empty()) return c;
    auto first = std::move(faults.front());
    faults.erase(faults.begin());
    first.more = std::move(faults);
    return std::unexpected(std::move(first));
}

result<std::vector<std::string>> user_turns(const eval_case& c) {
    std::vector<std::string> out;
    const auto add = [&](std::string_view text, std::string_view where) -> status {
        auto text_or = filled(text, c, where);
        if (!text_or) return std::unexpected(text_or.error());
        out.push_back(*std::move(text_or));
        return {};
    };
    if (c.turns.empty()) {
        if (const auto done = add(c.ask, "ask"); !done) return std::unexpected(done.error());
        return out;
    }
    for (std::size_t i = 0; i < c.turns.size(); ++i)
        if (const auto done = add(c.turns[i].user, "turns[" + std::to_string(i) + "].user"); !done)
            return std::unexpected(done.error());
    return out;
}

std::string hash_of(const eval_case& c) {
    return to_hex(blake2b_256(as_bytes(json::write(json::to_json(c)))));
}

std::string hash_of(const std::vector<eval_case>& cases) {
    std::vector<std::string> hashes;
    hashes.reserve(cases.size());
    for (const auto& c : cases)
        hashes.push_back(hash_of(c));
    std::ranges::sort(hashes);
    field_bytes all;
    for (const auto& h : hashes)
        all.add(std::string_view(h));
    return to_hex(blake2b_256(all.view()));
}

std::size_t families_in(const std::vector<eval_case>& cases) {
    std::set<std::string_view> families;
    for (const auto& c : cases)
        families.insert(c.family);
    return families.size();
}

} // namespace servery::evaluation
