#include "control_plane/plan/diff.h"

#include "control_plane/plan/change_effect.h"
#include "control_plane/plan/load.h"
#include "foundation/base/hash.h"

#include <algorithm>

namespace servery::plan {
namespace {

// The member that names a row of a list, if every row has one.
std::string_view key_of(const json::array& a, const json::array& b) {
    for (const std::string_view key : {"id", "when", "ref", "name"}) {
        const auto keyed = [&](const json::value& v) {
            return v.is_object() && v.get_object().contains(key) &&
                   v.get_object().at(key).is_string();
        };
        if (std::ranges::all_of(a, keyed) && std::ranges::all_of(b, keyed) &&
            !(a.empty() && b.empty()))
            return key;
    }
    return {};
}

class walker {
  public:
    std::vector<change> changes;

    void object(const json::object& before, const json::object& after) {
        for (const auto& [key, v] : before) {
            if (is_server_field(key)) continue;
            path_.emplace_back(key);
            if (const auto* other = after.if_contains(key))
                value(v, *other, &before);
            else
                report("remove", &v, nullptr, &before);
            path_.pop_back();
        }
        for (const auto& [key, v] : after) {
            if (before.contains(key) || is_server_field(key)) continue;
            path_.emplace_back(key);
            report("add", nullptr, &v, nullptr);
            path_.pop_back();
        }
    }

  private:
    [[nodiscard]] bool is_server_field(std::string_view key) const {
        return key == "locked_at" ||
               (key == "revision" && path_.size() == 1 && path_[0] == "meta") ||
               (key == "signed_by" && path_.size() == 2 && path_[0] == "roi");
    }

    void value(const json::value& before, const json::value& after, const json::object* row) {
        if (before == after) return;
        if (before.is_object() && after.is_object()) {
            object(before.get_object(), after.get_object());
            return;
        }
        if (before.is_array() && after.is_array())
            if (const auto key = key_of(before.get_array(), after.get_array()); !key.empty()) {
                list(before.get_array(), after.get_array(), key);
                return;
            }
        report("replace", &before, &after, row);
    }

    static const json::object* row_named(const json::array& rows, std::string_view key,
                                         const json::value& name) {
        for (const auto& r : rows)
            if (r.get_object().at(key) == name) return &r.get_object();
        return nullptr;
    }

    void list(const json::array& before, const json::array& after, std::string_view key) {
        const bool metrics = path_.size() == 1 && path_[0] == "metrics";
        std::vector<json::value> order_before;
        for (const auto& r : before) {
            const auto& name = r.get_object().at(key);
            path_.emplace_back(name.get_string());
            if (metrics) metric_ = &r.get_object();
            if (const auto* other = row_named(after, key, name)) {
                object(r.get_object(), *other);
                order_before.push_back(name);
            } else {
                report("remove", &r, nullptr, nullptr);
            }
            path_.pop_back();
            if (metrics) metric_ = nullptr;
        }
        std::vector<json::value> order_after;
        for (const auto& r : after) {
            const auto& name = r.get_object().at(key);
            if (row_named(before, key, name) != nullptr) {
                order_after.push_back(name);
                continue;
            }
            path_.emplace_back(name.get_string());
            report("add", nullptr, &r, nullptr);
            path_.pop_back();
        }
        if (order_before != order_after) {
            change c;
            c.path = joined();
            c.op = "replace";
            c.before = json::to_json(order_before);
            c.after = json::to_json(order_after);
            c.words = "order of " + c.path + " changed";
            changes.push_back(std::move(c));
        }
    }

    void report(std::string op, const json::value* before, const json::value* after,
                const json::object* row) {
        const changed_place place{path_, op, before, after, row, metric_};
        change c;
        c.path = joined();
        c.op = std::move(op);
        if (before != nullptr) c.before = *before;
        if (after != nullptr) c.after = *after;
        c.effect = effect_of(place);
        c.words = words_of(place);
        changes.push_back(std::move(c));
    }

    [[nodiscard]] std::string joined() const {
        std::string out;
        for (const auto& p : path_)
            out += (out.empty() ? "" : ".") + p;
        return out;
    }

    std::vector<std::string> path_;
    const json::object* metric_ = nullptr;
};

std::string hash_of(const json::object& o) {
    return to_hex(blake2b_256(as_bytes(to_yaml(o))));
}

} // namespace

std::vector<change> diff(const plan_document& before, const plan_document& after) {
    walker walk;
    walk.object(before.tree, after.tree);
    return std::move(walk.changes);
}

std::string lock_hash(const json::object& metric) {
    json::object held;
    for (const auto* key : {"id", "from", "filter", "better", "baseline", "targets"})
        if (const auto* v = metric.if_contains(key)) held[key] = *v;
    return hash_of(held);
}

std::string roi_hash(const json::object& tree) {
    json::object held = tree.at("roi").get_object();
    held.erase("locked_at");
    if (auto* rule = held.if_contains("stop_rule")) rule->get_object().erase("signed_by");
    return hash_of(held);
}

std::string risk_hash(const risk& row) {
    json::object held;
    held["id"] = row.id;
    held["question"] = row.question;
    held["answer"] = json::to_json(row.answer);
    held["note"] = row.note;
    held["na_reason"] = row.na_reason;
    held["mitigation"] = row.mitigation;
    held["evidence"] = json::to_json(row.evidence);
    if (row.signature) held["for"] = row.signature->covers_text;
    return hash_of(held);
}

} // namespace servery::plan
