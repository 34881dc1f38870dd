#include "cli/settings.h"

#include "api/control_api.h"
#include "cli/output.h"
#include "control_plane/registry/registry_service.h"
#include "foundation/base/number_text.h"
#include "foundation/base/text.h"

#include <yaml-cpp/yaml.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace servery::cli {

namespace {

struct known {
    const char* name;
    const char* flag;
    const char* otherwise;
};

constexpr known known_settings[] = {{"data", "data", ""},
                                    {"listen", "listen", "127.0.0.1:8080"},
                                    {"database", "database", ""},
                                    {"master_key_file", "master-key-file", ""},
                                    {"trusted_proxies", "trusted-proxy", ""},
                                    {"log_level", "log-level", "info"},
                                    {"threads", "threads", "0"}};

std::string variable_of(std::string_view name) {
    std::string out = "SERVERY_";
    for (const char c : name)
        out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return out;
}

std::string joined(const std::vector<std::string>& values) {
    std::string out;
    for (const auto& v : values)
        out += (out.empty() ? "" : ",") + v;
    return out;
}

std::unexpected<error> unknown_setting(const std::string& where, const std::string& name) {
    std::vector<std::string> names;
    for (const auto& k : known_settings)
        names.emplace_back(k.name);
    const auto near = nearest_name(name, names);
    return fail(error_code::invalid_argument, "settings.unknown",
                "there is no setting '" + name + "'", where,
                near.empty() ? "one of " + joined(names) : "did you mean '" + near + "'?");
}

// "" if there is none. A file that was named must be there.
std::string settings_file() {
    if (const char* named = std::getenv("SERVERY_CONFIG")) return named;
    std::error_code ignored;
    for (const char* usual : {"servery.yaml", "/etc/servery/servery.yaml"})
        if (std::filesystem::exists(usual, ignored)) return usual;
    return {};
}

status read_yaml(const std::string& file, settings& out) {
    try {
        const auto root = YAML::LoadFile(file);
        if (root.IsNull()) return {};
        if (!root.IsMap())
            return fail(error_code::invalid_argument, "settings.invalid",
                        "expected names with values", file, "for example listen: 127.0.0.1:8080");
        for (const auto& member : root) {
            const auto where = file + ":" + std::to_string(member.first.Mark().line + 1);
            const auto name = member.first.as<std::string>();
            if (!out.all.contains(name)) return unknown_setting(where, name);
            auto& to = out.all[name];
            to.value = member.second.IsSequence()
                           ? joined(member.second.as<std::vector<std::string>>())
                           : member.second.as<std::string>();
            to.origin = where;
        }
        return {};
    } catch (const YAML::Exception& e) {
        return fail(error_code::invalid_argument, "settings.invalid", "not YAML: " + e.msg,
                    file + ":" + std::to_string(e.mark.line + 1), "check this line");
    }
}

} // namespace

std::string settings::text(const std::string& name) const {
    const auto at = all.find(name);
    return at == all.end() ? std::string() : at->second.value;
}

result<std::int64_t> settings::whole(const std::string& name) const {
    const auto& s = all.at(name);
    if (const auto n = number_in<std::int64_t>(s.value); n && *n >= 0 && *n <= 4096) return *n;
    return fail(error_code::invalid_argument, "settings.invalid",
                name + " is '" + s.value + "', expected a whole number", s.origin, "correct it");
}

std::vector<std::string> settings::list(const std::string& name) const {
    std::vector<std::string> out;
    for (const auto part : split(text(name), ','))
        if (!trim(part).empty()) out.emplace_back(trim(part));
    return out;
}

result<settings> read_settings(const arguments& in, const common& with,
                               const std::string& default_folder) {
    settings out;
    for (const auto& k : known_settings)
        out.all[k.name] = {k.otherwise, "default"};
    out.all["data"].value = default_folder;
    if (const auto file = settings_file(); !file.empty())
        if (auto good = read_yaml(file, out); !good) return std::unexpected(good.error());
    for (auto& [name, to] : out.all)
        if (const char* value = std::getenv(variable_of(name).c_str()); value != nullptr)
            to = {value, variable_of(name)};
    for (const auto& k : known_settings)
        if (in.has(k.flag)) out.all[k.name] = {joined(in.list(k.flag)), "flag"};
    if (!with.data.empty()) out.all["data"] = {with.data, "flag"};
    return out;
}

int print_settings(const settings& of, bool as_json) {
    json::object object;
    table rows({"setting", "value", "from"});
    for (const auto& [name, s] : of.all) {
        object[name] = json::object{{"value", s.value}, {"origin", s.origin}};
        rows.row({name, s.value, s.origin});
    }
    if (as_json)
        line(json::write(json::object{{"settings", std::move(object)}}));
    else
        rows.print();
    return exit_code::good;
}

int print_routes(bool as_json) {
    // Only the rules matter here: services without anything in them.
    system_clock now;
    seeded_random random(0);
    events::memory_log log;
    registry::registry_service registry(now, random, log, {});
    api::access::people people(now, random, log);
    api::backend with{
        .now = now, .random = random, .log = log, .registry = registry, .people = people};
    const api::options how;
    const auto table = api::all_routes(with, how);
    if (as_json)
        line(json::write(table.to_json()));
    else
        std::fputs(table.print().c_str(), stdout);
    const auto good = table.check();
    if (!good) std::fputs((to_line(good.error()) + "\n").c_str(), stderr);
    return good ? exit_code::good : exit_code::not_usable;
}

} // namespace servery::cli
