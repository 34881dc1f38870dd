// One structured line an event: `time level event key=value …` or JSON. No content of
// conversations and no secrets ever reach it. Thread: any; lines are never torn.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

namespace servery::log {

enum class level { debug, info, warn, error };

// A key with its value already as text.
struct field {
    std::string_view key;
    std::string value;
    field(std::string_view k, std::string_view v) : key(k), value(v) {}
    field(std::string_view k, const std::string& v) : key(k), value(v) {}
    field(std::string_view k, const char* v) : key(k), value(v) {}
    template <typename N>
        requires std::is_arithmetic_v<N>
    field(std::string_view k, N v) : key(k), value(std::to_string(v)) {}
};

// event: dotted words, stable ("server.ready"), so that a script can wait for it.
void write(level at, std::string_view event, std::initializer_list<field> fields = {});
inline void info(std::string_view event, std::initializer_list<field> fields = {}) {
    write(level::info, event, fields);
}
inline void warn(std::string_view event, std::initializer_list<field> fields = {}) {
    write(level::warn, event, fields);
}
inline void error(std::string_view event, std::initializer_list<field> fields = {}) {
    write(level::error, event, fields);
}

// The seam: where lines go (default: stderr) and from which level on.
void set_sink(std::function<void(std::string_view line)> sink);
void set_level(level from);

} // namespace servery::log
