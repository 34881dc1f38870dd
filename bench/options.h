// `--name value` pairs of the bench tools. Thread: start-up only.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

namespace bench {

class options {
  public:
    options(int argc, char** argv, int from = 1) {
        for (int i = from; i + 1 < argc; i += 2) {
            const std::string_view name = argv[i];
            if (!name.starts_with("--")) die(name);
            values_[std::string(name.substr(2))] = argv[i + 1];
        }
        if ((argc - from) % 2 != 0) die(argv[argc - 1]);
    }
    [[nodiscard]] std::string text(const std::string& name, std::string otherwise) const {
        const auto at = values_.find(name);
        return at == values_.end() ? otherwise : at->second;
    }
    [[nodiscard]] std::int64_t number(const std::string& name, std::int64_t otherwise) const {
        const auto at = values_.find(name);
        if (at == values_.end()) return otherwise;
        std::int64_t out = 0;
        const auto& text = at->second;
        if (std::from_chars(text.data(), text.data() + text.size(), out).ec != std::errc{})
            die(text);
        return out;
    }

  private:
    [[noreturn]] static void die(std::string_view what) {
        std::fprintf(stderr, "not understood: %.*s\n", static_cast<int>(what.size()), what.data());
        std::exit(2);
    }
    std::map<std::string, std::string> values_;
};

} // namespace bench
