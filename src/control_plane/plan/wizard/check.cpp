// What is wrong with an answer, in the person's language, before anything is filled in.
#include "control_plane/plan/wizard.h"
#include "control_plane/plan/wizard/words.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <set>

namespace servery::plan {
namespace {

using kind = field_kind;

class inspector {
  public:
    inspector(const json::object& answers, std::string_view language)
        : answers_(answers), language_(language) {}

    void question(const wizard_question& q) {
        // a question with one field named as itself is answered by a value, the others by a group
        const auto* whole = answers_.if_contains(q.id);
        const bool grouped = std::ranges::any_of(
            q.fields, [&](const wizard_field& f) { return f.path.starts_with(q.id + "."); });
        if (whole != nullptr && !whole->is_null() && grouped && !whole->is_object())
            return wrong(q.id, "group");
        for (const auto& f : q.fields) {
            const auto* v = answer_at(answers_, f.path);
            if (v != nullptr) field(f, *v);
        }
        if (q.id == "money") stop_rule();
    }
    std::vector<error> faults;

  private:
    void wrong(const std::string& path, std::string_view key, std::string_view with = {}) {
        faults.push_back({.code = error_code::unprocessable,
                          .id = "plan.wizard.invalid",
                          .message = "the answer to '" + path + "' does not fit",
                          .where = path,
                          .remedy = wizard_fault(language_, key, with)});
    }

    void field(const wizard_field& f, const json::value& v) {
        switch (f.kind) {
        case kind::choice:
            return choice(f, v);
        case kind::flag:
            if (!v.is_bool()) wrong(f.path, "flag");
            return;
        case kind::text:
        case kind::long_text:
            return text(f, v);
        case kind::lines:
            return lines(f, v);
        case kind::number:
            return number(f.path, v, f.min, f.max);
        case kind::range:
            return range(f, v);
        case kind::date:
            if (!v.is_string() || !date_of(std::string_view(v.get_string()))) wrong(f.path, "date");
            return;
        case kind::rows:
            return rows(f, v);
        }
    }

    void choice(const wizard_field& f, const json::value& v) {
        if (!v.is_string()) return wrong(f.path, "word");
        const std::string_view word = v.get_string();
        if (std::ranges::find(f.choices, word, &wizard_choice::value) != f.choices.end()) return;
        std::string all;
        for (const auto& c : f.choices)
            all += (all.empty() ? "" : ", ") + c.value;
        wrong(f.path, "choice", all);
    }

    void text(const wizard_field& f, const json::value& v) {
        if (!v.is_string()) return wrong(f.path, "word");
        const std::string_view word = v.get_string();
        const auto slug = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        };
        if (f.path == "id" &&
            (word.empty() || word.size() > 64 || !std::ranges::all_of(word, slug)))
            wrong(f.path, "slug");
    }

    void lines(const wizard_field& f, const json::value& v) {
        const bool texts =
            v.is_array() && std::ranges::all_of(v.get_array(), [](const json::value& line) {
                return line.is_string();
            });
        if (!texts) return wrong(f.path, "list");
        if (f.required && v.get_array().empty()) wrong(f.path, "required");
        const auto is_language = [](const json::value& line) {
            const std::string_view word = line.get_string();
            return word.size() >= 2 && word.size() <= 6 && word[0] >= 'a' && word[0] <= 'z' &&
                   word[1] >= 'a' && word[1] <= 'z' &&
                   (word.size() == 2 || word.size() > 3 || (word[2] >= 'a' && word[2] <= 'z'));
        };
        if (f.path == "who.languages" &&
            (v.get_array().empty() || !std::ranges::all_of(v.get_array(), is_language)))
            wrong(f.path, "language");
    }

    void number(const std::string& path, const json::value& v, std::optional<double> min,
                std::optional<double> max) {
        if (!v.is_number()) return wrong(path, "number");
        const auto d = v.to_number<double>();
        if (min && d < *min) wrong(path, "least", number_word(*min));
        if (max && d > *max) wrong(path, "most", number_word(*max));
    }
    static std::string number_word(double d) {
        return std::to_string(static_cast<std::int64_t>(d));
    }

    void range(const wizard_field& f, const json::value& v) {
        const auto e = read_estimate(v);
        if (!e) return wrong(f.path, "range");
        if (!e->ordered()) return wrong(f.path, "order");
        if (f.min && e->low < *f.min) wrong(f.path, "least", number_word(*f.min));
    }

    void rows(const wizard_field& f, const json::value& v) {
        if (!v.is_array()) return wrong(f.path, "list");
        const auto& list = v.get_array();
        if (f.required && list.empty()) return wrong(f.path, "required");
        std::set<std::string> ids;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto at = f.path + "[" + std::to_string(i) + "]";
            if (!list[i].is_object()) {
                wrong(at, "group");
                continue;
            }
            row(f, at, list[i].get_object());
            const auto id = json::text_or(list[i].get_object(), "id");
            if (!id.empty() && !ids.insert(id).second) wrong(at + ".id", "double");
        }
        if (f.path == "people") deputies(list, ids);
    }

    void row(const wizard_field& f, const std::string& at, const json::object& o) {
        for (const auto& c : f.columns) {
            const auto path = at + "." + c.path;
            const auto* v = o.if_contains(c.path);
            if (v == nullptr || v->is_null() || (v->is_string() && v->get_string().empty())) {
                if (c.required) wrong(path, "required");
            } else if (c.kind == kind::number) {
                number(path, *v, 0, std::nullopt);
            } else if (c.kind == kind::flag) {
                if (!v->is_bool()) wrong(path, "flag");
            } else if (!v->is_string()) {
                wrong(path, "word");
            }
        }
    }

    void deputies(const json::array& list, const std::set<std::string>& ids) {
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (!list[i].is_object()) continue;
            const auto& o = list[i].get_object();
            const auto deputy = json::text_or(o, "deputy");
            if (deputy.empty()) continue;
            if (!ids.contains(deputy) || deputy == json::text_or(o, "id"))
                wrong("people[" + std::to_string(i) + "].deputy", "deputy");
        }
    }

    void stop_rule() {
        const auto* go = answer_at(answers_, "money.go_above");
        const auto* stop = answer_at(answers_, "money.stop_below");
        if (go == nullptr || stop == nullptr || !go->is_number() || !stop->is_number()) return;
        if (stop->to_number<double>() >= go->to_number<double>()) wrong("money.stop_below", "rule");
    }

    const json::object& answers_;
    std::string language_;
};

} // namespace

std::vector<error> check_answers(const json::object& answers, std::string_view question,
                                 std::string_view language) {
    inspector look(answers, language);
    for (const auto& q : wizard_questions(language, answers))
        if (question.empty() || q.id == question) look.question(q);
    return std::move(look.faults);
}

} // namespace servery::plan
