#include "control_plane/rollout/json_reader.h"

#include <fmt/format.h>

#include <cmath>

namespace servery::rollout {

namespace {

constexpr std::size_t most_faults = 100;

std::string escaped(std::string_view key) {
    std::string out;
    for (const char c : key) {
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
    return out;
}

std::string in_words(number_range within) {
    return fmt::format("a number {} {} and {}", within.open ? "strictly between" : "between",
                       within.low, within.high);
}

} // namespace

void fault_list::add(std::string pointer, std::string message, std::string remedy) {
    if (faults_.size() >= most_faults) return;
    faults_.push_back(error{.code = error_code::unprocessable,
                            .id = id_,
                            .message = std::move(message),
                            .where = std::move(pointer),
                            .remedy = std::move(remedy)});
}

error fault_list::take() {
    error first = std::move(faults_.front());
    faults_.erase(faults_.begin());
    first.more = std::move(faults_);
    faults_.clear();
    return first;
}

object_reader::object_reader(const json::value& v, std::string pointer, fault_list& faults)
    : pointer_(std::move(pointer)), faults_(faults) {
    if (v.is_object()) {
        object_ = &v.get_object();
    } else {
        faults_.add(pointer_, "this is not an object", "send a JSON object here");
    }
}

std::string object_reader::pointer_to(std::string_view key) const {
    return pointer_ + "/" + escaped(key);
}

const json::value* object_reader::find(std::string_view key) {
    asked_.emplace(key);
    const json::value* found = object_ != nullptr ? object_->if_contains(key) : nullptr;
    return found != nullptr && !found->is_null() ? found : nullptr;
}

double object_reader::number(std::string_view key, std::optional<double> otherwise,
                             number_range within) {
    const json::value* found = find(key);
    if (found != nullptr)
        return read_number(*found, pointer_to(key), within, faults_).value_or(within.low);
    if (!otherwise && object_ != nullptr)
        faults_.add(pointer_to(key), fmt::format("'{}' is missing", key),
                    fmt::format("send {}", in_words(within)));
    return otherwise.value_or(within.low);
}

std::int64_t object_reader::whole(std::string_view key, std::optional<std::int64_t> otherwise,
                                  std::int64_t low, std::int64_t high) {
    const auto remedy = fmt::format("send a whole number from {} to {}", low, high);
    const json::value* found = find(key);
    if (found == nullptr) {
        if (!otherwise && object_ != nullptr)
            faults_.add(pointer_to(key), fmt::format("'{}' is missing", key), remedy);
        return otherwise.value_or(low);
    }
    boost::json::error_code not_exact;
    const std::int64_t n =
        found->is_number() ? found->to_number<std::int64_t>(not_exact) : std::int64_t{0};
    if (found->is_number() && !not_exact && n >= low && n <= high) return n;
    faults_.add(pointer_to(key), fmt::format("'{}' is not a whole number in its range", key),
                remedy);
    return low;
}

std::string object_reader::text(std::string_view key, std::optional<std::string> otherwise) {
    const json::value* found = find(key);
    if (found != nullptr && found->is_string()) return std::string(found->get_string());
    if (found != nullptr || (!otherwise && object_ != nullptr))
        faults_.add(pointer_to(key), fmt::format("'{}' is not a text", key), "send a text here");
    return otherwise.value_or("");
}

void object_reader::finish(std::string_view what) {
    if (object_ == nullptr) return;
    for (const auto& member : *object_) {
        if (asked_.contains(std::string_view(member.key()))) continue;
        faults_.add(pointer_to(member.key()),
                    fmt::format("{} has no member '{}'", what, std::string_view(member.key())),
                    "remove it");
    }
}

std::optional<double> read_number(const json::value& v, const std::string& pointer,
                                  number_range within, fault_list& faults) {
    if (!v.is_number()) {
        faults.add(pointer, "this is not a number", fmt::format("send {}", in_words(within)));
        return std::nullopt;
    }
    const auto x = v.to_number<double>();
    const bool inside =
        within.open ? x > within.low && x < within.high : x >= within.low && x <= within.high;
    if (std::isfinite(x) && inside) return x;
    faults.add(pointer, fmt::format("{} is out of range", x),
               fmt::format("send {}", in_words(within)));
    return std::nullopt;
}

} // namespace servery::rollout
