#include "control_plane/plan/wizard/terminal.h"

#include "control_plane/plan/load.h"
#include "control_plane/plan/wizard.h"
#include "control_plane/plan/wizard/words.h"
#include "foundation/base/number_text.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <istream>
#include <optional>
#include <ostream>

namespace servery::plan {
namespace {

using kind = field_kind;

// What a line at the prompt asks for beside being an answer.
enum class wish { answer, keep, back, leave };

json::array words_in(std::string_view line, char separator) {
    json::array out;
    for (const auto part : split(line, separator))
        if (!trim(part).empty()) out.push_back(json::string(trim(part)));
    return out;
}

json::value number_or_text(std::string_view word) {
    const auto d = number_in<double>(trim(word));
    if (!d) return json::string(trim(word)); // the check says that this is no number
    return json::value(*d);
}

json::value range_in(std::string_view line) {
    json::array out;
    for (const auto part : split(line, ','))
        for (const auto word : split(trim(part), ' '))
            if (!trim(word).empty()) out.push_back(number_or_text(word));
    if (out.size() == 1) return out[0];
    return out;
}

json::value flag_in(std::string_view line) {
    const auto word = lower_ascii(line);
    if (word == "y" || word == "yes" || word == "j" || word == "ja" || word == "true") return true;
    if (word == "n" || word == "no" || word == "nein" || word == "false") return false;
    return json::string(line);
}

// A choice by its number or its word.
json::value choice_in(const wizard_field& f, std::string_view line) {
    const auto n = number_in<double>(trim(line));
    if (n && *n >= 1 && *n <= static_cast<double>(f.choices.size()))
        return json::string(f.choices[static_cast<std::size_t>(*n) - 1].value);
    return json::string(line);
}

// "anna, Anna Berg, Lead, 2, 40; ben": rows by semicolon, columns by comma in their order.
json::value rows_in(const wizard_field& f, std::string_view line) {
    json::array out;
    for (const auto row : split(line, ';')) {
        if (trim(row).empty()) continue;
        json::object o;
        const auto cells = split(row, ',');
        for (std::size_t i = 0; i < cells.size() && i < f.columns.size(); ++i) {
            const auto cell = trim(cells[i]);
            const auto& c = f.columns[i];
            if (cell.empty()) continue;
            if (c.kind == kind::number)
                o[c.path] = number_or_text(cell);
            else if (c.kind == kind::flag)
                o[c.path] = flag_in(cell);
            else
                o[c.path] = json::string(cell);
        }
        out.push_back(std::move(o));
    }
    return out;
}

json::value value_in(const wizard_field& f, std::string_view line) {
    switch (f.kind) {
    case kind::choice:
        return choice_in(f, line);
    case kind::flag:
        return flag_in(line);
    case kind::lines:
        return words_in(line, ',');
    case kind::number:
        return number_or_text(line);
    case kind::range:
        return range_in(line);
    case kind::rows:
        return rows_in(f, line);
    case kind::text:
    case kind::long_text:
    case kind::date:
        break;
    }
    return json::string(line);
}

// A value as somebody would have typed it.
std::string shown(const wizard_field& f, const json::value& v) {
    if (v.is_null()) return {};
    if (v.is_bool()) return v.get_bool() ? "y" : "n";
    if (v.is_number()) return number_text(v);
    if (v.is_string()) return std::string(v.get_string());
    std::string out;
    if (!v.is_array()) return out;
    for (const auto& x : v.get_array()) {
        if (!out.empty()) out += f.kind == kind::rows ? "; " : ", ";
        if (!x.is_object()) {
            out += x.is_number() ? number_text(x)
                                 : std::string(x.is_string() ? x.get_string().c_str() : "");
            continue;
        }
        out += json::text_or(x.get_object(), "id");
    }
    return out;
}

class conversation {
  public:
    explicit conversation(wizard_session& with) : with_(with) {}

    wizard_end run() {
        const auto count = wizard_questions(with_.language).size();
        std::size_t at = first_unanswered(count);
        help();
        while (at < count) {
            // asked anew: the defaults follow the answers so far
            const auto q = wizard_questions(with_.language, with_.answers)[at];
            switch (question(q, count)) {
            case wish::back:
                at = at == 0 ? 0 : at - 1;
                break;
            case wish::leave:
                return wizard_end::left;
            case wish::answer:
            case wish::keep:
                ++at;
                with_.answers["answered"] = static_cast<std::int64_t>(at);
                if (with_.keep) with_.keep(with_.answers);
                break;
            }
        }
        with_.answers.erase("answered");
        return wizard_end::done;
    }

  private:
    std::string word(std::string_view key) const {
        return wizard_word(with_.language, "terminal", key);
    }

    std::size_t first_unanswered(std::size_t count) const {
        const auto n = json::int_or(with_.answers, "answered", 0);
        return static_cast<std::size_t>(
            std::clamp<std::int64_t>(n, 0, static_cast<std::int64_t>(count) - 1));
    }

    void help() { with_.out << word("help") << "\n"; }

    wish question(const wizard_question& q, std::size_t count) {
        with_.out << "\n"
                  << q.n << "/" << count << "  " << q.question << "\n      " << q.why << "\n";
        const auto before = with_.answers;
        for (const auto& f : q.fields) {
            const auto asked = field(f);
            if (asked == wish::back || asked == wish::leave) {
                with_.answers = before;
                return asked;
            }
        }
        const auto faults = check_answers(with_.answers, q.id, with_.language);
        if (faults.empty()) return wish::answer;
        for (const auto& e : faults)
            with_.out << "  ! " << e.where << ": " << e.remedy << "\n";
        with_.answers = before;
        return question(q, count);
    }

    wish field(const wizard_field& f) {
        for (std::size_t i = 0; i < f.choices.size() && f.kind == kind::choice; ++i)
            with_.out << "      " << i + 1 << " " << f.choices[i].label << " ("
                      << f.choices[i].value << ")\n";
        if (f.kind == kind::rows) {
            with_.out << "      " << word("rows") << " ";
            for (std::size_t i = 0; i < f.columns.size(); ++i)
                with_.out << (i == 0 ? "" : ", ") << f.columns[i].label;
            with_.out << "\n";
        }
        const auto* said = answer_at(with_.answers, f.path);
        const auto now = shown(f, said != nullptr ? *said : f.default_);
        with_.out << "  " << f.label;
        if (!f.unit.empty()) with_.out << " (" << f.unit << ")";
        if (!now.empty()) with_.out << " [" << now << "]";
        with_.out << ": " << std::flush;
        std::string line;
        if (!std::getline(with_.in, line)) return wish::leave;
        const auto typed = trim(line);
        if (typed.empty()) return wish::keep;
        if (typed == "<") return wish::back;
        if (typed == "q") return wish::leave;
        set_answer(with_.answers, f.path, value_in(f, typed));
        return wish::answer;
    }

    wizard_session& with_;
};

} // namespace

wizard_end ask_in_terminal(wizard_session& with) {
    return conversation(with).run();
}

} // namespace servery::plan
