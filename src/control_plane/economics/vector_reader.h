// One file of reference numbers while it is compared: its inputs, its worked cases, what was found
// so far. A part of another form ends the comparison with an exception. Internal to the module.
// Thread: one.
#pragma once

#include "control_plane/economics/draw.h"
#include "control_plane/economics/vectors.h"

#include <initializer_list>
#include <utility>

namespace servery::economics {

[[nodiscard]] double number(const json::value& v);
[[nodiscard]] std::int64_t whole(const json::value& v);
[[nodiscard]] range range_of(const json::value& v);

class vector_reader {
  public:
    explicit vector_reader(const json::object& file);

    [[nodiscard]] const json::object& file() const { return file_; }
    [[nodiscard]] const inputs& base() const { return base_; }
    // What was found, against what stands in the file.
    void add(std::string name, bool ok, std::string expected, std::string found);
    void same(std::string name, const json::value& expected, std::optional<double> found,
              double tolerance = 1e-6);

    static void set(inputs& p, const json::object& values);
    [[nodiscard]] static std::vector<uncertain_input> triangles(const json::object& values);
    // `over` replaces some of the file's ranges.
    [[nodiscard]] draw_case drawn(const inputs& p, const json::object& over = {}) const;
    [[nodiscard]] std::vector<double> months(int horizon) const;
    [[nodiscard]] inputs big() const; // the larger firm
    // The worked cases by name; a file may give `params` of its own.
    [[nodiscard]] inputs use_case(std::string_view name) const;

    std::vector<vector_check> found;

  private:
    [[nodiscard]] inputs
    with(std::initializer_list<std::pair<double inputs::*, double>> changes) const;

    const json::object& file_;
    inputs base_;
    std::vector<segment> ladder_;
    std::vector<uncertain_input> triangles_;
};

// The parts of a file.
void check_value(vector_reader& in);    // random stream, month, project, draws, worked cases
void check_planning(vector_reader& in); // sample sizes, posteriors, cost of a phase, tiers

} // namespace servery::economics
