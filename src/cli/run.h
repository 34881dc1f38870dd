// The command line as a whole. Thread: the main thread.
#pragma once

namespace servery::cli {

// Parses, runs one command, returns the process's exit code.
[[nodiscard]] int run(int argc, const char* const* argv);

} // namespace servery::cli
