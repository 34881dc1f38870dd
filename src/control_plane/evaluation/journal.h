// The run's memory on disk: `eval/<run>/answers.journal`. An append-only file; each record is
//
//   u32 length | u32 crc32 of the payload | payload (JSON, UTF-8), integers little-endian
//
// written by one write(2) on an O_APPEND file. Two kinds of payload: `sent` {seq} before a paid
// call, `answer` {seq, epoch, variant, key, result} the moment the answer is complete, before it is
// graded. A torn last record is dropped on reading; a wrong one in the middle ends the reading
// there and is reported. Thread: append from any thread; read before or after.
#pragma once

#include "control_plane/evaluation/answer.h"
#include "foundation/base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace servery::evaluation {

struct journal_state {
    std::map<std::int64_t, answer_result> answers; // by seq
    std::set<std::int64_t> sent;                   // sent and not answered
    std::size_t dropped_bytes = 0;                 // of a torn end
};

class journal {
  public:
    virtual ~journal() = default;
    // Errors: eval.store.full (unavailable).
    [[nodiscard]] virtual status sent(std::int64_t seq) = 0;
    [[nodiscard]] virtual status answered(std::int64_t seq, const answer_result& result) = 0;
};

// Keeps nothing: runs that leave only a report.
class no_journal final : public journal {
  public:
    status sent(std::int64_t) override { return {}; }
    status answered(std::int64_t, const answer_result&) override { return {}; }
};

class file_journal final : public journal {
  public:
    // Creates the folder and the file if needed; a torn end is cut off so that appending goes on
    // behind the last whole record.
    [[nodiscard]] static result<std::unique_ptr<file_journal>>
    open(const std::filesystem::path& file);
    ~file_journal() override;

    status sent(std::int64_t seq) override;
    status answered(std::int64_t seq, const answer_result& result) override;

  private:
    explicit file_journal(int descriptor) : fd_(descriptor) {}
    int fd_;
};

// What the file says so far; an absent file is an empty state.
[[nodiscard]] result<journal_state> read_journal(const std::filesystem::path& file);

} // namespace servery::evaluation
