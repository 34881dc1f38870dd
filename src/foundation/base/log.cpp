#include "foundation/base/log.h"

#include "foundation/base/clock.h"

#include <cstdio>
#include <mutex>

namespace servery::log {

namespace {

std::mutex mutex;
std::function<void(std::string_view)> sink;
level threshold = level::info;

std::string_view word(level at) {
    switch (at) {
    case level::debug:
        return "debug";
    case level::info:
        return "info";
    case level::warn:
        return "warn";
    case level::error:
        return "error";
    }
    return "info";
}

void append_quoted(std::string& line, std::string_view text) {
    if (text.find_first_of(" \"=\n\r\t\\") == std::string_view::npos && !text.empty()) {
        line += text;
        return;
    }
    line += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') line += '\\';
        if (c == '\n') {
            line += "\\n";
        } else if (static_cast<unsigned char>(c) >= 0x20) {
            line += c;
        }
    }
    line += '"';
}

} // namespace

void write(level at, std::string_view event, std::initializer_list<field> fields) {
    if (at < threshold) return;
    std::string line = to_rfc3339(system_clock{}.now());
    line += ' ';
    line += word(at);
    line += ' ';
    line += event;
    for (const auto& f : fields) {
        line += ' ';
        line += f.key;
        line += '=';
        append_quoted(line, f.value);
    }
    line += '\n';
    const std::scoped_lock lock(mutex);
    if (sink) {
        sink(line);
    } else {
        std::fwrite(line.data(), 1, line.size(), stderr);
    }
}

void set_sink(std::function<void(std::string_view)> to) {
    const std::scoped_lock lock(mutex);
    sink = std::move(to);
}

void set_level(level from) {
    threshold = from;
}

} // namespace servery::log
