// Reads a strict JSON request: each member is asked for once, every fault is kept with its JSON
// pointer (RFC 6901), and whatever nobody asked for is a fault too. Thread: a value, one thread.
#pragma once

#include "foundation/json/json.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace servery::rollout {

// Faults of one request; `id` is that of the whole refusal.
class fault_list {
  public:
    explicit fault_list(std::string id) : id_(std::move(id)) {}
    void add(std::string pointer, std::string message, std::string remedy);
    [[nodiscard]] bool empty() const { return faults_.empty(); }
    // The first fault with the others in `more`; at most 100 are kept.
    [[nodiscard]] error take();

  private:
    std::string id_;
    std::vector<error> faults_;
};

struct number_range {
    double low;
    double high;
    bool open = false; // the ends themselves are refused
};

// One object of the request. `faults` must outlive it.
class object_reader {
  public:
    // Anything but an object is a fault and reads as an empty one.
    object_reader(const json::value& v, std::string pointer, fault_list& faults);

    [[nodiscard]] const json::value* find(std::string_view key); // nullptr: absent or null
    [[nodiscard]] double number(std::string_view key, std::optional<double> otherwise,
                                number_range within);
    [[nodiscard]] std::int64_t whole(std::string_view key, std::optional<std::int64_t> otherwise,
                                     std::int64_t low, std::int64_t high);
    [[nodiscard]] std::string text(std::string_view key, std::optional<std::string> otherwise);
    // Reports every member that was not asked for.
    void finish(std::string_view what);
    [[nodiscard]] std::string pointer_to(std::string_view key) const;
    [[nodiscard]] fault_list& faults() { return faults_; }

  private:
    const json::object* object_ = nullptr;
    std::string pointer_;
    fault_list& faults_;
    std::set<std::string, std::less<>> asked_;
};

// A number within the range, or a fault at the pointer.
[[nodiscard]] std::optional<double> read_number(const json::value& v, const std::string& pointer,
                                                number_range within, fault_list& faults);

} // namespace servery::rollout
