#include "cli/output.h"

#include "foundation/base/text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace servery::cli {

namespace {

bool coloured() {
    static const bool yes = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
    return yes;
}

std::string dress(std::string_view text, const char* code) {
    if (!coloured()) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

// Text from a server is never trusted to move the cursor.
std::string harmless(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= 0x20)
            out += c;
        else
            out += '?';
    }
    return out;
}

} // namespace

int terminal_width() {
    constexpr int of_a_pipe = 160;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return of_a_pipe;
    return size.ws_col;
}

void line(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fputc('\n', stdout);
}

std::string bold(std::string_view text) {
    return dress(text, "1");
}

std::string good_word(std::string_view text) {
    return dress(text, "32");
}

std::string bad_word(std::string_view text) {
    return dress(text, "31");
}

void table::print() const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i >= widths.size()) widths.push_back(0);
            widths[i] = std::max(widths[i], code_points(row[i]));
        }
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        std::string out;
        for (std::size_t i = 0; i < rows_[r].size(); ++i) {
            const auto text = harmless(rows_[r][i]);
            out += text;
            if (i + 1 < rows_[r].size())
                out.append(widths[i] - std::min(widths[i], code_points(text)) + 2, ' ');
        }
        line(r == 0 ? bold(out) : out);
    }
}

std::string cell(const json::object& of, std::string_view member) {
    const auto* v = of.if_contains(member);
    if (v == nullptr || v->is_null()) return {};
    if (v->is_string()) return harmless(std::string_view(v->get_string()));
    if (v->is_double()) {
        // As people write numbers; the exact one stands in --json.
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%.4g", v->get_double());
        return text.data();
    }
    return json::write(*v);
}

const json::array& items(const json::object& of, std::string_view member) {
    static const json::array none;
    const auto* v = of.if_contains(member);
    return v != nullptr && v->is_array() ? v->get_array() : none;
}

json::array texts(const std::vector<std::string>& of) {
    json::array out;
    for (const auto& text : of)
        out.emplace_back(json::string(text));
    return out;
}

json::object object_in(const json::object& of, std::string_view member) {
    const auto* v = of.if_contains(member);
    return v != nullptr && v->is_object() ? v->get_object() : json::object{};
}

} // namespace servery::cli
