#include "control_plane/plan/load.h"
#include "foundation/base/text.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <cmath>
#include <sstream>

namespace servery::plan {
namespace {

constexpr std::size_t most_bytes = 1'000'000;
constexpr std::size_t most_depth = 32;
constexpr std::size_t most_nodes = 10'000;

// Ends the parse with a fault that is already in words.
struct stop {
    error fault;
};

error import_fault(std::string id, std::string message, std::string where, std::string remedy,
                   error_code code = error_code::invalid_argument) {
    return error{.code = code,
                 .id = std::move(id),
                 .message = std::move(message),
                 .where = std::move(where),
                 .remedy = std::move(remedy)};
}

bool is_number_text(std::string_view s) {
    std::size_t i = 0;
    if (i < s.size() && (s[i] == '-' || s[i] == '+')) ++i;
    std::size_t whole = 0;
    std::size_t fraction = 0;
    const auto start = i;
    while (i < s.size() && s[i] >= '0' && s[i] <= '9') {
        ++i;
        ++whole;
    }
    // A leading zero means a code (postal, telephone), not a number: it would lose its zero.
    if (whole > 1 && s[start] == '0') return false;
    if (i < s.size() && s[i] == '.') {
        ++i;
        while (i < s.size() && s[i] >= '0' && s[i] <= '9') {
            ++i;
            ++fraction;
        }
    }
    if (whole + fraction == 0) return false;
    if (i < s.size() && (s[i] == 'e' || s[i] == 'E')) {
        ++i;
        if (i < s.size() && (s[i] == '-' || s[i] == '+')) ++i;
        const auto digits = i;
        while (i < s.size() && s[i] >= '0' && s[i] <= '9')
            ++i;
        if (i == digits) return false;
    }
    return i == s.size();
}

json::value number_value(std::string_view s) {
    if (s.front() == '+') s.remove_prefix(1);
    std::int64_t whole = 0;
    const auto as_int = std::from_chars(s.data(), s.data() + s.size(), whole);
    if (as_int.ec == std::errc{} && as_int.ptr == s.data() + s.size()) return whole;
    double d = 0;
    std::from_chars(s.data(), s.data() + s.size(), d);
    // 1.0 and 1 are the same plan.
    if (std::abs(d) < 9e15 && d == std::floor(d)) return static_cast<std::int64_t>(d);
    return d;
}

json::value plain_scalar(const std::string& s) {
    if (s.empty() || s == "~" || s == "null" || s == "Null" || s == "NULL") return nullptr;
    if (s == "true" || s == "True" || s == "TRUE") return true;
    if (s == "false" || s == "False" || s == "FALSE") return false;
    if (is_number_text(s)) return number_value(s);
    return boost::json::string_view(s);
}

class tree_builder final : public YAML::EventHandler {
  public:
    explicit tree_builder(std::string_view file) : file_(file) {}

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(mark, nullptr); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        throw stop{import_fault("plan.import.alias", "an alias (*name) is not allowed in a plan",
                                where(mark), "write the value out")};
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  const std::string& text) override {
        check_tag(mark, tag);
        const bool quoted = tag == "!";
        if (expects_key()) {
            take_key(mark, text);
            return;
        }
        // A text is kept in NFC, so that equal texts are equal bytes.
        add(mark, quoted ? json::value(boost::json::string_view(to_nfc(text)))
                         : plain_scalar(to_nfc(text)));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        open(mark, tag, false);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
        open(mark, tag, true);
    }
    void OnMapEnd() override { close(); }

    json::value root;
    std::map<std::string, int> lines;
    std::vector<error> duplicates;

  private:
    struct frame {
        bool map = false;
        std::string path;
        json::object object;
        json::array array;
        std::optional<std::string> key;
        int key_line = 0;
        bool skip = false; // the value of a duplicate key
    };

    [[nodiscard]] std::string where(const YAML::Mark& mark) const {
        return file_ + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
    }
    void check_tag(const YAML::Mark& mark, const std::string& tag) const {
        if (tag.empty() || tag == "?" || tag == "!") return;
        throw stop{import_fault("plan.import.tag", "the tag '" + tag + "' is not allowed in a plan",
                                where(mark), "remove the tag")};
    }
    [[nodiscard]] bool expects_key() const {
        return !stack_.empty() && stack_.back().map && !stack_.back().key;
    }
    void take_key(const YAML::Mark& mark, const std::string& text) {
        auto& top = stack_.back();
        if (top.object.contains(text)) {
            duplicates.push_back(import_fault("plan.import.duplicate_key",
                                              "the key '" + text + "' stands twice", where(mark),
                                              "keep one of them"));
            top.skip = true;
        }
        top.key = text;
        top.key_line = mark.line + 1;
    }
    [[nodiscard]] std::string child_path() const {
        if (stack_.empty()) return {};
        const auto& top = stack_.back();
        if (top.map) return top.path.empty() ? *top.key : top.path + "." + *top.key;
        return top.path + "[" + std::to_string(top.array.size()) + "]";
    }
    void count(const YAML::Mark& mark) {
        if (++nodes_ > most_nodes)
            throw stop{import_fault("plan.import.too_large", "the plan has more than 10,000 values",
                                    where(mark), "split the plan or shorten its lists",
                                    error_code::too_large)};
    }
    void open(const YAML::Mark& mark, const std::string& tag, bool map) {
        check_tag(mark, tag);
        if (expects_key())
            throw stop{import_fault("plan.import.syntax", "a key must be a single word",
                                    where(mark), "write the key as a word")};
        count(mark);
        if (stack_.size() >= most_depth)
            throw stop{import_fault("plan.import.too_large",
                                    "the plan is nested deeper than 32 levels", where(mark),
                                    "flatten it", error_code::too_large)};
        const auto path = child_path();
        note_line(path, mark);
        frame next;
        next.map = map;
        next.path = path;
        stack_.push_back(std::move(next));
    }
    void close() {
        frame done = std::move(stack_.back());
        stack_.pop_back();
        attach(done.map ? json::value(std::move(done.object)) : json::value(std::move(done.array)));
    }
    void note_line(const std::string& path, const YAML::Mark& mark) {
        const int line =
            !stack_.empty() && stack_.back().map ? stack_.back().key_line : mark.line + 1;
        lines.emplace(path, line);
    }
    void add(const YAML::Mark& mark, json::value v) {
        if (expects_key())
            throw stop{import_fault("plan.import.syntax", "a key is missing", where(mark),
                                    "write a word before the colon")};
        count(mark);
        note_line(child_path(), mark);
        attach(std::move(v));
    }
    void attach(json::value v) {
        if (stack_.empty()) {
            root = std::move(v);
            return;
        }
        auto& top = stack_.back();
        if (!top.map) {
            top.array.push_back(std::move(v));
            return;
        }
        if (!top.skip) top.object[*top.key] = std::move(v);
        top.skip = false;
        top.key.reset();
    }

    std::string file_;
    std::vector<frame> stack_;
    std::size_t nodes_ = 0;
};

std::size_t first_bad_byte(std::string_view text) {
    std::size_t low = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (i + length > text.size() || !is_utf8(text.substr(i, length))) return i;
        i += length;
        low = i;
    }
    return low;
}

int count_comments(std::string_view text) {
    int comments = 0;
    for (const auto line : split(text, '\n'))
        if (const auto t = trim(line); !t.empty() && t.front() == '#') ++comments;
    return comments;
}

} // namespace

result<yaml_tree> parse_yaml(std::string_view text, std::string_view file) {
    const std::string name(file);
    if (text.size() > most_bytes)
        return std::unexpected(import_fault(
            "plan.import.too_large",
            "the plan is larger than 1 MB (" + std::to_string(text.size()) + " bytes)", name,
            "a plan is a few pages: move attachments elsewhere", error_code::too_large));
    if (!is_utf8(text))
        return std::unexpected(import_fault("plan.import.encoding", "the text is not UTF-8",
                                            name + ", byte " + std::to_string(first_bad_byte(text)),
                                            "save the file as UTF-8"));
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);

    tree_builder builder(file);
    try {
        std::istringstream in{std::string(text)};
        YAML::Parser parser(in);
        parser.HandleNextDocument(builder);
        tree_builder second(file);
        if (parser.HandleNextDocument(second))
            return std::unexpected(import_fault("plan.import.documents",
                                                "the file holds a second document", name,
                                                "keep one plan a file: remove the text after ---"));
    } catch (const stop& s) {
        return std::unexpected(s.fault);
    } catch (const YAML::Exception& e) {
        return std::unexpected(import_fault("plan.import.syntax", e.msg,
                                            name + ":" + std::to_string(e.mark.line + 1) + ":" +
                                                std::to_string(e.mark.column + 1),
                                            "correct the YAML at this place"));
    }
    if (!builder.duplicates.empty()) {
        error first = std::move(builder.duplicates.front());
        builder.duplicates.erase(builder.duplicates.begin());
        first.more = std::move(builder.duplicates);
        return std::unexpected(std::move(first));
    }
    if (!builder.root.is_object())
        return std::unexpected(import_fault("plan.import.syntax", "a plan is a list of keys",
                                            name + ":1:1", "start with api_version: servery/v1"));
    return yaml_tree{std::move(builder.root.get_object()), std::move(builder.lines),
                     count_comments(text)};
}

} // namespace servery::plan
