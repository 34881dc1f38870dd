// explain: who would be served what, and why.
#include "cli/client.h"
#include "cli/output.h"

#include <array>

namespace servery::cli {

namespace {

std::string percent(const json::object& of) {
    const auto millionths = json::int_or(of, "probability_e6", 0);
    const auto hundredths = std::to_string(millionths / 100 % 100);
    return std::to_string(millionths / 10'000) + "." + (hundredths.size() < 2 ? "0" : "") +
           hundredths + " %";
}

void print_checks(const json::object& of) {
    table rows({"ROW", "CHECK", "VERDICT", "WHAT WAS COMPARED"});
    for (const auto& c : items(of, "checks")) {
        const auto& o = c.as_object();
        const bool decides = cell(o, "verdict") == "decides";
        rows.row({cell(o, "row"), cell(o, "check"), decides ? bold("decides") : cell(o, "verdict"),
                  cell(o, "detail")});
    }
    rows.print();
}

int print_explanation(const json::object& e) {
    const auto then = object_in(e, "then");
    if (!then.empty()) {
        line("Then  " + cell(then, "words"));
        line("Now   " + cell(e, "words"));
    } else {
        line(cell(e, "words"));
    }
    line("");
    print_checks(e);
    const auto stage = cell(e, "stage");
    if (stage.empty()) return exit_code::good;
    line("");
    line("stage " + stage + ", probability of this side " + percent(e));
    return exit_code::good;
}

int explain(const arguments& in, const common& with) {
    client server(with);
    std::string query;
    for (const auto* word : {"visitor", "exchange", "conversation", "group", "language", "key"}) {
        if (!in.has(word)) continue;
        query += (query.empty() ? "?" : "&") + std::string(word) + "=" + escape(in.text(word));
    }
    const auto path = server.in_project("/gateway/explain" + query);
    if (!path) return refuse(with, path.error());
    return finish(with, server.get(*path), print_explanation);
}

} // namespace

command_list explain_commands() {
    using kind = option_kind;
    return {{"explain",
             "why a visitor is, or is not, served by a variant: every check and the one that "
             "decides; without a visitor, for somebody unknown",
             "servery explain --visitor v-123",
             {{"visitor", "a visitor's id, as the application names it"},
              {"conversation", "a conversation of that visitor"},
              {"group", "an attribute `group` that the application would send"},
              {"language", "of the visitor", kind::text, false, "the project's"},
              {"key", "live or sandbox: which key would ask", kind::text, false, "live"},
              {"exchange", "a past request instead: what it met then, and would meet now"}},
             explain}};
}

} // namespace servery::cli
