#include "control_plane/rollout/decide_api.h"
#include "control_plane/rollout/json_reader.h"
#include "data_plane/policy/bucketing.h"
#include "data_plane/policy/imported_bucketing.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

namespace servery::rollout {

namespace {

constexpr number_range share_range{0, 1};
constexpr std::int64_t most_variations = 1000;
constexpr std::int64_t largest_weight = 2'147'483'647;
constexpr std::int64_t largest_seed = 4'294'967'295;

std::vector<std::uint8_t> read_hex(object_reader& body, std::string_view key, std::size_t bytes) {
    const auto read = from_hex(body.text(key, std::nullopt));
    if (read && (bytes == 0 || read->size() == bytes)) return *read;
    body.faults().add(body.pointer_to(key), fmt::format("'{}' is not hex of its length", key),
                      bytes == 0 ? "send pairs of hex digits"
                                 : fmt::format("send {} hex digits", 2 * bytes));
    return std::vector<std::uint8_t>(bytes);
}

json::object servery1(object_reader& body) {
    const auto salt_bytes = read_hex(body, "salt_hex", 16);
    hash16 salt{};
    std::copy_n(salt_bytes.begin(), salt.size(), salt.begin());
    const auto what = policy::parse_purpose(body.text("purpose", "include"));
    const auto kind = policy::parse_unit_kind(body.text("unit_kind", "visitor"));
    if (!what)
        body.faults().add("/purpose", "there is no such purpose",
                          "send include, variant, holdout or shadow");
    if (!kind)
        body.faults().add("/unit_kind", "there is no such kind of unit",
                          "send visitor, account or conversation");
    std::vector<std::uint8_t> unit;
    if (body.find("unit_hex") != nullptr) {
        unit = read_hex(body, "unit_hex", 0);
    } else {
        const std::string text = body.text("unit", std::nullopt);
        unit.assign(text.begin(), text.end());
    }
    const auto hash = policy::servery1_hash(salt, what.value_or(policy::purpose::include),
                                            kind.value_or(policy::unit_kind::visitor), unit);
    return {{"hash", fmt::format("{:016x}", hash)}, {"bucket", policy::bucket_of(hash)}};
}

json::object murmur3(object_reader& body) {
    const auto seed = static_cast<std::uint32_t>(body.whole("seed", 0, 0, largest_seed));
    const auto hash = policy::murmur3_x86_32(as_bytes(body.text("key", std::nullopt)), seed);
    return {{"hash", hash}, {"bucket", hash}};
}

json::object fnv1a(object_reader& body) {
    const auto hash = policy::fnv1a32(as_bytes(body.text("key", std::nullopt)));
    return {{"hash", hash}, {"bucket", hash}};
}

json::object unleash(object_reader& body) {
    const std::string group = body.text("group_id", std::nullopt);
    const std::string key = body.text("key", std::nullopt);
    const bool is_variant = body.find("total_weight") != nullptr;
    const auto weight =
        static_cast<std::uint32_t>(body.whole("total_weight", 100, 1, largest_weight));
    const std::string hashed = group + ":" + key;
    constexpr std::uint32_t variant_seed = 86028157;
    return {{"hash", policy::murmur3_x86_32(as_bytes(hashed), is_variant ? variant_seed : 0)},
            {"bucket", is_variant ? policy::unleash_variant_bucket(group, key, weight)
                                  : policy::unleash_bucket(group, key)}};
}

json::object flagd2(object_reader& body) {
    const std::string key = body.text("key", std::nullopt);
    const auto weight =
        static_cast<std::uint32_t>(body.whole("total_weight", std::nullopt, 1, largest_weight));
    return {{"hash", policy::murmur3_x86_32(as_bytes(key), 0)},
            {"bucket", policy::flagd2_bucket(key, weight)}};
}

std::vector<double> read_numbers(object_reader& body, std::string_view key) {
    std::vector<double> numbers;
    const json::value* list = body.find(key);
    if (list == nullptr) return numbers;
    if (!list->is_array()) {
        body.faults().add(body.pointer_to(key), "this is not a list", "send a list of numbers");
        return numbers;
    }
    for (std::size_t i = 0; i < list->get_array().size(); ++i)
        numbers.push_back(read_number(list->get_array()[i],
                                      fmt::format("{}/{}", body.pointer_to(key), i), share_range,
                                      body.faults())
                              .value_or(0));
    return numbers;
}

std::vector<policy::share_range> read_ranges(object_reader& body) {
    std::vector<policy::share_range> ranges;
    const json::value* list = body.find("ranges");
    for (std::size_t i = 0; list->is_array() && i < list->get_array().size(); ++i) {
        const json::value& row = list->get_array()[i];
        const std::string pointer = fmt::format("/ranges/{}", i);
        if (!row.is_array() || row.get_array().size() != 2) {
            body.faults().add(pointer, "this is no range", "send [from, to]");
            continue;
        }
        const auto end = [&](std::size_t k) {
            return read_number(row.get_array()[k], fmt::format("{}/{}", pointer, k), share_range,
                               body.faults())
                .value_or(0);
        };
        ranges.emplace_back(end(0), end(1));
    }
    return ranges;
}

json::object growthbook(object_reader& body, bool second) {
    const std::string seed = body.text("seed", std::nullopt);
    const std::string key = body.text("key", std::nullopt);
    const double hash =
        second ? policy::growthbook2_hash(seed, key) : policy::growthbook1_hash(seed, key);
    json::object out{{"hash", hash}, {"bucket", hash}};
    std::optional<std::vector<policy::share_range>> ranges;
    if (body.find("ranges") != nullptr) ranges = read_ranges(body);
    if (body.find("variations") != nullptr) {
        const auto variations = body.whole("variations", std::nullopt, 1, most_variations);
        const double coverage = body.number("coverage", 1.0, share_range);
        const auto weights = read_numbers(body, "weights");
        ranges = policy::growthbook_ranges(static_cast<std::size_t>(variations), coverage, weights);
        json::array shown;
        for (const auto& [from, to] : *ranges)
            shown.push_back(json::array{from, to});
        out["ranges"] = std::move(shown);
    }
    if (ranges) out["choice"] = policy::growthbook_choice(hash, *ranges);
    if (const json::value* space = body.find("namespace"); space != nullptr) {
        const json::array* row = space->is_array() ? &space->get_array() : nullptr;
        if (row == nullptr || row->size() != 3 || !(*row)[0].is_string()) {
            body.faults().add("/namespace", "this is no namespace", "send [name, from, to]");
            return out;
        }
        const auto end = [&](std::size_t k) {
            return read_number((*row)[k], fmt::format("/namespace/{}", k), share_range,
                               body.faults())
                .value_or(0);
        };
        out["inside"] = policy::growthbook_inside(key, std::string_view((*row)[0].get_string()),
                                                  end(1), end(2));
    }
    return out;
}

} // namespace

result<json::value> bucket_json(const json::value& v) {
    using reader = std::function<json::object(object_reader&)>;
    static const std::map<std::string, reader, std::less<>> algorithms{
        {"servery1", servery1},
        {"murmur3_x86_32", murmur3},
        {"fnv1a32", fnv1a},
        {"unleash", unleash},
        {"flagd2", flagd2},
        {"growthbook1", [](object_reader& body) { return growthbook(body, false); }},
        {"growthbook2", [](object_reader& body) { return growthbook(body, true); }},
    };
    fault_list faults("bucket.invalid");
    object_reader body(v, "", faults);
    const auto found = algorithms.find(body.text("algorithm", std::nullopt));
    json::object out;
    if (found == algorithms.end()) {
        faults.add("/algorithm", "there is no such algorithm",
                   "send servery1, murmur3_x86_32, fnv1a32, unleash, flagd2, growthbook1 or "
                   "growthbook2");
    } else {
        out = found->second(body);
        body.finish("the request");
    }
    if (!faults.empty()) return std::unexpected(faults.take());
    return out;
}

} // namespace servery::rollout
