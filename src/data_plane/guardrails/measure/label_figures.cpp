#include "data_plane/guardrails/measure/label_figures.h"

#include "data_plane/guardrails/detect/injection/model.h"

namespace servery::guardrails {
namespace {

json::object limits(const injection::thresholds& t) {
    return {{"flag", t.flag}, {"block", t.block}};
}

} // namespace

void label_figures::add(std::string_view text, bool harmful, lane from,
                        const screen_policy& policy) {
    const bool document = from == lane::document;
    const auto& model = injection::built_in();
    const auto seen = screen(text, policy, from);
    const auto score = seen.injection.value_or(0);
    const auto& t = document ? model.document : model.user;
    const bool by_rule = seen.rule.starts_with("control_token");
    auto& c = counts_[document ? 1 : 0][harmful ? 1 : 0];
    ++c.texts;
    c.flagged += score >= t.flag || by_rule ? 1 : 0;
    c.blocked += score >= t.block || by_rule ? 1 : 0;
}

json::object label_figures::to_json() const {
    json::array rows;
    for (std::size_t document = 0; document < 2; ++document)
        for (std::size_t harmful = 0; harmful < 2; ++harmful) {
            const auto& c = counts_[document][harmful];
            if (c.texts == 0) continue;
            rows.push_back(json::object{{"lane", document == 1 ? "document" : "user"},
                                        {"label", harmful},
                                        {"texts", c.texts},
                                        {"flagged", c.flagged},
                                        {"blocked", c.blocked}});
        }
    const auto& model = injection::built_in();
    return {{"task", "labels"},
            {"model", injection::built_in_hash()},
            {"thresholds",
             json::object{{"user", limits(model.user)}, {"document", limits(model.document)}}},
            {"rows", std::move(rows)}};
}

} // namespace servery::guardrails
