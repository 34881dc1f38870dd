// A data folder of its own for each test, and rows to fill it with.
#pragma once

#include "foundation/store/store.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace servery::store {

class store_fixture : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "servery-store-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        root_ = pattern;
        folder_ = root_ / "data";
    }
    void TearDown() override { std::filesystem::remove_all(root_); }

    options plain() {
        options o;
        o.folder = folder_;
        o.now = &now_;
        o.random = &random_;
        o.keys = &keys_;
        return o;
    }
    std::unique_ptr<store> open(options o) {
        auto made = store::open(std::move(o));
        EXPECT_TRUE(made) << to_line(made.error());
        return made ? std::move(*made) : nullptr;
    }
    std::unique_ptr<store> open() { return open(plain()); }

    events::event event(std::string kind, events::record_class cls, int n) {
        events::event e;
        e.at = now_.now();
        e.kind = std::move(kind);
        e.cls = cls;
        e.project = "guest-house";
        e.by = {events::actor_kind::person, "anna"};
        e.object_type = "thing";
        e.object_id = "t" + std::to_string(n);
        e.body["n"] = n;
        return e;
    }
    events::event audit(int n) { return event("thing.done", events::record_class::audit, n); }
    events::event traffic(int n) { return event("thing.seen", events::record_class::traffic, n); }
    events::exchange exchange(int n) {
        events::exchange x;
        x.exchange_id = "exc_" + std::to_string(n);
        x.at = now_.now();
        x.project = "guest-house";
        x.env = events::environment::live;
        x.turn = static_cast<std::uint32_t>(n);
        return x;
    }

    std::filesystem::path root_;
    std::filesystem::path folder_;
    manual_clock now_{{1'795'600'000'000}}; // 2026-11-25
    seeded_random random_{11};
    key_tree keys_ = key_tree::in_memory(random_);
};

} // namespace servery::store
