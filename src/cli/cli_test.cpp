// The command line without a server: every command's words, examples and exit codes.
#include "cli/client.h"
#include "cli/run.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <set>

namespace servery::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct outcome {
    int code = 0;
    std::string out;
    std::string err;
};

outcome run_line(std::vector<std::string> words) {
    words.insert(words.begin(), "servery");
    std::vector<const char*> argv;
    for (const auto& w : words)
        argv.push_back(w.c_str());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    outcome o;
    o.code = run(static_cast<int>(argv.size()), argv.data());
    std::fflush(stdout);
    o.out = testing::internal::GetCapturedStdout();
    o.err = testing::internal::GetCapturedStderr();
    return o;
}

// Words of an example as a shell would split them.
std::vector<std::string> split_words(const std::string& text) {
    std::vector<std::string> out;
    std::string word;
    bool quoted = false;
    bool any = false;
    for (const char c : text) {
        if (c == '"') {
            quoted = !quoted;
            any = true;
        } else if (c == ' ' && !quoted) {
            if (any) out.push_back(word);
            word.clear();
            any = false;
        } else {
            word += c;
            any = true;
        }
    }
    if (any) out.push_back(word);
    return out;
}

TEST(command_line, every_command_has_help_with_one_example_of_itself) {
    for (const auto& c : all_commands()) {
        EXPECT_THAT(c.example, StartsWith("servery " + c.name)) << c.name;
        EXPECT_FALSE(c.summary.empty()) << c.name;
        auto words = split_words(c.name);
        words.emplace_back("--help");
        const auto help = run_line(words);
        EXPECT_EQ(help.code, 0) << c.name;
        EXPECT_THAT(help.out, HasSubstr(c.example)) << c.name;
        for (const auto& o : c.options)
            EXPECT_FALSE(o.help.empty()) << c.name << " " << o.name;
    }
}

TEST(command_line, the_nouns_and_verbs_that_scripts_rely_on_exist) {
    std::set<std::string> names;
    for (const auto& c : all_commands())
        names.insert(c.name);
    for (const auto* name : {"serve",
                             "demo",
                             "init",
                             "rehearse",
                             "upstream",
                             "relay",
                             "ask",
                             "explain",
                             "backup",
                             "restore",
                             "doctor",
                             "version",
                             "project list",
                             "plan lint",
                             "plan show",
                             "plan export",
                             "plan push",
                             "gate show",
                             "gate sign",
                             "rollout show",
                             "rollout start",
                             "rollout advance",
                             "rollout hold",
                             "rollout release",
                             "rollout step-back",
                             "rollout roll-back",
                             "rollout kill",
                             "rollout unkill",
                             "rollout decide",
                             "kb import",
                             "kb list",
                             "kb show",
                             "kb approve",
                             "kb withdraw",
                             "kb check",
                             "kb publish",
                             "kb calibrate",
                             "kb test",
                             "kb bench",
                             "eval run",
                             "eval resume",
                             "eval list",
                             "eval show",
                             "eval report",
                             "eval compare",
                             "guard check",
                             "guard policy",
                             "alert list",
                             "alert ack",
                             "alert resolve",
                             "desk list",
                             "desk show",
                             "desk reply",
                             "label next",
                             "label add",
                             "key create",
                             "key list",
                             "key revoke",
                             "provider import",
                             "provider export",
                             "provider list",
                             "provider key",
                             "price set",
                             "price show",
                             "spend report",
                             "user list",
                             "user create",
                             "report board",
                             "report month",
                             "audit verify"})
        EXPECT_TRUE(names.contains(name)) << name;
}

TEST(command_line, wrong_use_is_exit_2_and_says_what_is_missing) {
    EXPECT_EQ(run_line({}).code, 2);
    EXPECT_EQ(run_line({"nonsense"}).code, 2);
    EXPECT_EQ(run_line({"key"}).code, 2);
    EXPECT_EQ(run_line({"key", "create"}).code, 2);
    EXPECT_THAT(run_line({"key", "create"}).err, HasSubstr("--name"));
    EXPECT_EQ(run_line({"key", "create", "--name", "x", "--nmae", "y"}).code, 2);
    EXPECT_EQ(run_line({"rollout", "decide", "--good", "many"}).code, 2);
}

TEST(command_line, takes_several_places_and_repeated_options) {
    // Understood, and then stopped by the server that is not there.
    const std::string nowhere = "http://127.0.0.1:1";
    EXPECT_EQ(run_line({"plan", "answer", "R-1", "yes", "-p", "x", "--url", nowhere}).code, 3);
    EXPECT_EQ(
        run_line({"user", "role", "rosa", "editor", "agent", "-p", "x", "--url", nowhere}).code, 3);
    EXPECT_EQ(run_line({"key", "create", "--name", "n", "--scope", "chat", "--scope", "models",
                        "-p", "x", "--url", nowhere})
                  .code,
              3);
    EXPECT_EQ(run_line({"gate", "show", "house", "G1", "--url", nowhere, "--json"}).code, 3);
    EXPECT_EQ(run_line({"key", "revoke", "a", "b", "-p", "x", "--url", nowhere}).code, 2);
}

TEST(command_line, a_server_that_cannot_be_reached_is_exit_3) {
    const auto o = run_line({"project", "list", "--url", "http://127.0.0.1:1"});
    EXPECT_EQ(o.code, 3);
    EXPECT_THAT(o.err, HasSubstr("--url"));
    EXPECT_EQ(run_line({"--json", "project", "list", "--url", "http://127.0.0.1:1"}).code, 3);
}

TEST(command_line, a_file_that_is_not_there_is_exit_4) {
    EXPECT_EQ(run_line({"plan", "lint", "no-such-plan.yaml"}).code, 4);
}

TEST(command_line, decides_offline_with_the_verdict_as_exit_code) {
    const auto pass = run_line({"rollout", "decide", "--recipe", "rate", "--target", "0.5",
                                "--good", "60", "--n", "60", "--json"});
    EXPECT_EQ(pass.code, 0) << pass.err;
    EXPECT_THAT(pass.out, HasSubstr("\"verdict\":\"PASS\""));
    EXPECT_EQ(run_line({"rollout", "decide", "--target", "0.8", "--good", "3", "--n", "4"}).code,
              1);
    EXPECT_EQ(run_line({"rollout", "decide", "--target", "7", "--good", "3", "--n", "4"}).code, 2);
}

TEST(command_line, checks_a_text_offline_with_equal_bytes_each_time) {
    const std::vector<std::string> words{"guard", "check", "write to jo@example.com", "--json"};
    const auto first = run_line(words);
    EXPECT_EQ(first.code, 0) << first.err;
    EXPECT_THAT(first.out, HasSubstr("EMAIL"));
    EXPECT_EQ(first.out, run_line(words).out);
    EXPECT_EQ(first.out.find("took_us"), std::string::npos);
    EXPECT_THAT(run_line({"guard", "check", "hello", "--timing", "--json"}).out,
                HasSubstr("took_us"));
}

TEST(command_line, prints_the_route_table_without_a_data_folder) {
    const auto o = run_line({"serve", "--print-routes", "--json"});
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_THAT(o.out, HasSubstr("/api/v1/projects/{project}/gates/{gate}/sign"));
}

class settings_file : public testing::Test {
  public:
    std::filesystem::path file =
        std::filesystem::temp_directory_path() / "servery_settings_test.yaml";
    settings_file() { ::setenv("SERVERY_CONFIG", file.c_str(), 1); }
    ~settings_file() override {
        ::unsetenv("SERVERY_CONFIG");
        ::unsetenv("SERVERY_LISTEN");
        std::filesystem::remove(file);
    }
    void write(const std::string& text) { std::ofstream(file) << text; }
};

TEST_F(settings_file, flags_win_over_variables_over_the_file_over_defaults) {
    write("listen: 127.0.0.1:1111\nlog_level: warn\n");
    const auto by_file = run_line({"serve", "--print-settings", "--json"});
    ASSERT_EQ(by_file.code, 0) << by_file.err;
    EXPECT_THAT(by_file.out, HasSubstr("127.0.0.1:1111"));
    EXPECT_THAT(by_file.out, HasSubstr("servery_settings_test.yaml:2"));
    ::setenv("SERVERY_LISTEN", "127.0.0.1:2222", 1);
    EXPECT_THAT(run_line({"serve", "--print-settings", "--json"}).out,
                HasSubstr(R"("listen":{"value":"127.0.0.1:2222","origin":"SERVERY_LISTEN"})"));
    EXPECT_THAT(run_line({"serve", "--print-settings", "--json", "--listen", "127.0.0.1:3333"}).out,
                HasSubstr(R"("listen":{"value":"127.0.0.1:3333","origin":"flag"})"));
}

TEST_F(settings_file, an_unknown_setting_stops_the_start_with_file_and_line) {
    write("log_level: warn\nlistne: 127.0.0.1:1111\n");
    const auto o = run_line({"serve", "--print-settings"});
    EXPECT_EQ(o.code, 2);
    EXPECT_THAT(o.err, HasSubstr("servery_settings_test.yaml:2"));
    EXPECT_THAT(o.err, HasSubstr("did you mean 'listen'"));
}

} // namespace
} // namespace servery::cli
