// Output for people: aligned columns, colour only on a terminal and never with NO_COLOR.
// Thread: one.
#pragma once

#include "foundation/json/json.h"

#include <string>
#include <string_view>
#include <vector>

namespace servery::cli {

class table {
  public:
    explicit table(std::vector<std::string> head) : rows_{std::move(head)} {}
    void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    void print() const;

  private:
    std::vector<std::vector<std::string>> rows_;
};

// Columns of the terminal; of a pipe 160.
[[nodiscard]] int terminal_width();
void line(std::string_view text);
[[nodiscard]] std::string bold(std::string_view text);
[[nodiscard]] std::string good_word(std::string_view text);
[[nodiscard]] std::string bad_word(std::string_view text);

// A member as text: "" for null, numbers as they are.
[[nodiscard]] std::string cell(const json::object& of, std::string_view member);
[[nodiscard]] const json::array& items(const json::object& of, std::string_view member = "items");
// A list of texts as JSON.
[[nodiscard]] json::array texts(const std::vector<std::string>& of);
[[nodiscard]] json::object object_in(const json::object& of, std::string_view member);

} // namespace servery::cli
