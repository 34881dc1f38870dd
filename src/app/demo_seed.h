// The demo: a guest house with its knowledge published, a plan made from the first template, phase
// sandbox, an owner, keys and a widget. Seeding goes through the same commands as an owner's own
// first day. Thread: the thread that owns the instance.
#pragma once

#include "foundation/base/result.h"
#include "foundation/events/event.h"
#include "foundation/json/describe.h"

#include <filesystem>
#include <string>
#include <vector>

namespace servery::app {

class instance;
class services;

// What the demo shows once, at its first start.
struct demo_secrets {
    std::string project;
    std::string owner;
    std::string password;
    std::string sandbox_key;
    std::string live_key;
    std::string widget;
    std::string public_key;
};
BOOST_DESCRIBE_STRUCT(demo_secrets, (),
                      (project, owner, password, sandbox_key, live_key, widget, public_key))

// What to seed with; the defaults are the built-in guest house.
struct demo_content {
    std::string project = "guest-house";
    std::string title = "A and B Guest House";
    std::string owner = "demo";
    std::string plan_yaml;     // "" = the built-in first plan
    std::string knowledge_csv; // "" = the guest house's 38 entries
    std::string questions_csv; // "" = the guest house's test questions
    bool sign_into_sandbox = true;
};

// Seeds a new folder; an old one gives back what the first start wrote to demo.json.
[[nodiscard]] result<demo_secrets> seed_demo(instance& server, const std::filesystem::path& folder,
                                             const demo_content& content = {});

void print_demo(const demo_secrets& secrets, const std::string& url, bool as_json);

// Embedded copies of examples/: path below it -> bytes.
[[nodiscard]] std::string_view example(std::string_view name);

} // namespace servery::app
