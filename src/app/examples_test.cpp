// What the binary carries is what examples/ holds.
#include "app/examples/embedded.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace {

TEST(examples, the_embedded_bytes_are_those_of_the_files) {
    using servery::app::examples::embedded_files;
    EXPECT_GE(embedded_files().size(), 5U);
    for (const auto& file : embedded_files()) {
        std::ifstream in(std::string(SERVERY_SOURCE_DIR) + "/examples/" + std::string(file.name));
        ASSERT_TRUE(in) << file.name;
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        EXPECT_EQ(file.text, bytes) << file.name << ": run tools/embed_files.py again";
    }
}

} // namespace
