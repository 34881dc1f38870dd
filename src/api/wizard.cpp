// The start wizard: its questions, a look at one answer, and what a plan from all of them amounts
// to. Nothing is kept: whoever asks holds the answers.
#include "api/resources.h"
#include "control_plane/gate/value/wizard_outcome.h"

#include <algorithm>

namespace servery::api {

namespace {

constexpr std::string_view questions_path = "/api/v1/wizard/questions";

json::object answers_in(const json::object& in) {
    const auto* a = in.if_contains("answers");
    return a != nullptr && a->is_object() ? a->get_object() : json::object{};
}

result<reply> questions(call& c) {
    json::object so_far;
    if (const auto use = c.word("use"); !use.empty()) so_far["use"] = use;
    if (const auto audience = c.word("audience"); !audience.empty())
        plan::set_answer(so_far, "who.audience", json::string(audience));
    json::array all;
    for (const auto& q : plan::wizard_questions(c.word("language", "en"), so_far))
        all.push_back(plan::to_json(q));
    return page(c, std::move(all));
}

// One question's faults, and the next question with the defaults that follow from what was said.
result<reply> check(call& c) {
    if (auto good = only_members(c, {"question", "answers", "language"}); !good)
        return std::unexpected(good.error());
    const auto asked = text_in(c, "question");
    const auto language = json::text_or(c.in, "language", "en");
    const auto answers = answers_in(c.in);
    const auto all = plan::wizard_questions(language, answers);
    const auto at = std::ranges::find(all, asked, &plan::wizard_question::id);
    if (at == all.end())
        return fail(error_code::unprocessable, "plan.wizard.question",
                    "the wizard has no question '" + asked + "'", "question",
                    "use, who, today, never, people, freedom, data, law, tools, knowledge, money "
                    "or start");
    json::array faults;
    for (const auto& e : plan::check_answers(answers, asked, language))
        faults.push_back(
            {{"id", e.id}, {"path", e.where}, {"message", e.message}, {"remedy", e.remedy}});
    const auto next = std::next(at);
    int seconds = 0;
    for (auto rest = next; rest != all.end(); ++rest)
        seconds += rest->seconds_target;
    const bool valid = faults.empty();
    return ok({{"question", asked},
               {"valid", valid},
               {"errors", std::move(faults)},
               {"next", next == all.end() ? json::value(nullptr) : plan::to_json(*next)},
               {"answered", at->n},
               {"of", all.size()},
               {"seconds_left", seconds}});
}

} // namespace

void add_wizard(route_table& to, backend& with) {
    to.add(read(std::string(questions_path), "project.create",
                "the questions of the start wizard; ?language=en|de&use=&audience=", questions));
    to.add(change(http::method::post, "/api/v1/wizard/check", {"project.create"}, "",
                  "what is wrong with one answer, and the next question; keeps nothing", check));
    auto row =
        change(http::method::post, "/api/v1/wizard", {"project.create"}, "",
               "plan, findings, forecast and dates from the wizard's answers; keeps nothing", {});
    row.compute = [&with](call& c) -> result<reply> {
        if (auto good = only_members(c, {"answers", "preset", "language"}); !good)
            return std::unexpected(good.error());
        auto out = gate::wizard_outcome(answers_in(c.in), with.now.now(), text_in(c, "preset"),
                                        json::text_or(c.in, "language", "en"));
        if (!out) return std::unexpected(out.error());
        return ok(std::move(*out));
    };
    to.add(std::move(row));
}

} // namespace servery::api
