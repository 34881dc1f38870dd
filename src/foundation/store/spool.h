// The spool: rows that wait in a file while the database is away. Append at the end, read from the
// front, start again when all is drained.
//   file   = u64 generation | records
//   record = u32 length | u32 CRC-32 of the bytes | JSON text, little-endian
// A record that is torn by a crash ends the file: what was behind it is cut off at open.
// Thread: the writer thread.
#pragma once

#include "foundation/base/result.h"
#include "foundation/store/store.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace servery::store {

class spool {
  public:
    spool() = default;
    ~spool();
    spool(spool&& other) noexcept;
    spool& operator=(spool&& other) noexcept;

    // The generation names one filling of the file; it changes whenever the file starts again, so
    // that a position in the database is never taken for one of another filling. `generation` and
    // `done_to` are what the database knows: rows before done_to of that filling are in it.
    [[nodiscard]] static result<spool> open(const std::filesystem::path& file, std::size_t most,
                                            std::uint64_t generation, std::uint64_t done_to);

    // All or nothing; false when there is no room or the disk refused.
    [[nodiscard]] bool append(std::span<const record> rows);
    // The next rows, at most `most`; `end` is the position behind them.
    struct chunk {
        std::vector<record> rows;
        std::size_t records = 0; // with those this version cannot read
        std::uint64_t end = 0;
    };
    [[nodiscard]] chunk read(std::size_t most) const;
    // Rows before `end` are in the database. At the end of the file it starts again.
    void done(std::uint64_t end, std::size_t rows);

    [[nodiscard]] bool empty() const { return read_at_ >= size_; }
    [[nodiscard]] std::uint64_t generation() const { return generation_; }
    [[nodiscard]] std::int64_t rows() const { return rows_; }

  private:
    int fd_ = -1;
    std::size_t most_ = 0;
    std::uint64_t generation_ = 0;
    std::uint64_t read_at_ = 0;
    std::uint64_t size_ = 0;
    std::int64_t rows_ = 0;
};

} // namespace servery::store
